/** An OpenID Connect provider in memory: it gives codes and redeems them, once, as RFC 6749 and RFC 7636 say. */
import { base64url, type JWTPayload } from "jose";
import { createProvider, issuer, keySetUrl, nowSeconds, type SigningKey, sign } from "./provider.ts";
import type { Reply, Service } from "./service.ts";

export const clientId = "console";
const clientSecret = "a secret with: colons & signs";
const authorizeUrl = "https://id.example.com/authorize?tenant=7";
const tokenUrl = "https://id.example.com/token";

export const variables = {
  SSO_ISSUER: issuer,
  SSO_AUDIENCE: "game-security",
  SSO_JWKS_URL: keySetUrl,
  SSO_ROLE_MAP: '{"fraud":"analyst","lead":"admin","guest":"viewer"}',
  SSO_AUTHORIZE_URL: authorizeUrl,
  SSO_TOKEN_URL: tokenUrl,
  SSO_CLIENT_ID: clientId,
  SSO_CLIENT_SECRET: clientSecret,
};

interface Grant {
  readonly asked: URLSearchParams;
  readonly claims: JWTPayload;
}

const sha256 = async (text: string) =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
const basic = `Basic ${btoa(`${clientId}:${new URLSearchParams({ s: clientSecret }).toString().slice(2)}`)}`;
const failed = (error: string, status = 400) => Response.json({ error }, { status });

export interface SignInProvider {
  /** Requests to the token's endpoint, whatever came of them. */
  redeemed: number;
  /** Instead of the token's endpoint, while set. */
  respond: (() => Response | Promise<Response>) | null;
  /** Changes the ID token: its claims, or the key that signs it. */
  forge: { claims?: JWTPayload; key?: SigningKey; header?: object };
  /** Whether a code can be redeemed again: a provider that forgets. */
  forgetful: boolean;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** What the browser comes back with after the person agreed at the URL. */
  agree(url: string, claims?: JWTPayload): URL;
}

async function isProved(grant: Grant, init: RequestInit): Promise<boolean> {
  const body = new URLSearchParams(String(init.body));
  const { asked } = grant;
  return (
    new Headers(init.headers).get("authorization") === basic &&
    body.get("grant_type") === "authorization_code" &&
    body.get("redirect_uri") === asked.get("redirect_uri") &&
    asked.get("code_challenge_method") === "S256" &&
    asked.get("code_challenge") === (await sha256(body.get("code_verifier") ?? ""))
  );
}

export function createSignInProvider(key: SigningKey): SignInProvider {
  const keys = createProvider([key]);
  const grants = new Map<string, Grant>();
  let codes = 0;

  async function redeem(init: RequestInit): Promise<Response> {
    const code = new URLSearchParams(String(init.body)).get("code") ?? "";
    const grant = grants.get(code);
    if (grant === undefined || !(await isProved(grant, init))) return failed("invalid_grant");
    if (!provider.forgetful) grants.delete(code);
    const { claims = {}, key: signer = key, header } = provider.forge;
    const nonce = grant.asked.get("nonce") ?? undefined;
    const payload = { aud: clientId, nonce, exp: nowSeconds + 1_800, ...grant.claims, ...claims };
    const id_token = await sign(signer, payload, header);
    return Response.json({ access_token: "opaque", token_type: "Bearer", expires_in: 300, id_token });
  }

  const provider: SignInProvider = {
    redeemed: 0,
    respond: null,
    forge: {},
    forgetful: false,
    fetch: async (url, init) => {
      if (url !== tokenUrl) return keys.fetch(url, init);
      provider.redeemed += 1;
      return provider.respond ? provider.respond() : redeem(init);
    },
    agree(url, claims = {}) {
      const { searchParams: asked } = new URL(url);
      codes += 1;
      grants.set(`code-${codes}`, { asked, claims });
      const back = new URL(asked.get("redirect_uri") ?? "");
      back.searchParams.set("code", `code-${codes}`);
      back.searchParams.set("state", asked.get("state") ?? "");
      return back;
    },
  };
  return provider;
}

/** A browser's cookies; it keeps what it is given until it is taken back. */
export function createJar() {
  const cookies = new Map<string, string>();
  return {
    take(headers: Headers) {
      for (const line of headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/Max-Age=0/.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
    },
    copy: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    has: (name: string) => cookies.has(name),
  };
}

export const pathOf = ({ pathname, search }: URL) => `${pathname}${search}`;

/** Somebody with a browser, at a service and a provider. */
export function createBrowser(service: Service, provider: SignInProvider) {
  const jar = createJar();
  async function get(path: string, cookie = jar.copy(), from = service): Promise<Reply> {
    const reply = await from.call(path, { role: null, headers: { cookie } });
    jar.take(reply.headers);
    return reply;
  }
  /** To the provider; answers where the browser is sent. */
  const leave = async (next = ""): Promise<string> =>
    (await get(`/sign-in/sso${next}`)).headers.get("location") ?? "";
  const signIn = async (next = "", claims: JWTPayload = {}): Promise<Reply> =>
    get(pathOf(provider.agree(await leave(next), claims)));
  return { jar, get, leave, signIn };
}
export type Browser = ReturnType<typeof createBrowser>;
