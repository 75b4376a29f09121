/** An identity provider in memory: it signs with keys of its own and serves them through an injected fetch. */
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import {
  createSsoVerifier,
  type Fetch,
  readSsoConfiguration,
  type SsoConfiguration,
} from "../../src/auth/sso.ts";
import type { Env } from "../../src/env.ts";
import { nowMs } from "./service.ts";

export const issuer = "https://id.example.com";
export const audience = "game-security";
export const keySetUrl = "https://id.example.com/keys";
/** Who the good claims speak for. */
export const personOf = (subject: string, role: string) => ({
  actor: { kind: "sso", subject, role, sessionId: null },
});
export const nowSeconds = nowMs / 1_000;

export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function createKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
  return { alg, kid, privateKey, publicJwk };
}

export const claims: JWTPayload = {
  iss: issuer,
  aud: audience,
  sub: "ann",
  roles: "fraud",
  iat: nowSeconds - 10,
  nbf: nowSeconds - 10,
  exp: nowSeconds + 300,
};

/** A token of the provider; `changed` claims and header members replace the good ones, undefined ones leave. */
export function sign(key: SigningKey, changed: JWTPayload = {}, header: object = {}): Promise<string> {
  const payload = JSON.parse(JSON.stringify({ ...claims, ...changed }));
  return new SignJWT(payload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: "JWT", ...header })
    .sign(key.privateKey);
}

export function configure(changed: Partial<Env> = {}): SsoConfiguration {
  const found = readSsoConfiguration({
    ENVIRONMENT: "production",
    SSO_ISSUER: issuer,
    SSO_AUDIENCE: audience,
    SSO_JWKS_URL: keySetUrl,
    SSO_ROLE_MAP: '{"fraud":"analyst","lead":"admin","guest":"viewer"}',
    ...changed,
  } as Env);
  if (found === null || typeof found === "string") throw new Error(`Not configured: ${found}`);
  return found;
}

export interface Provider {
  /** What the provider publishes; changes with the test. */
  keys: JWK[];
  /** Instead of the keys, while set. */
  respond: Fetch | null;
  readonly fetched: string[];
  readonly fetch: Fetch;
  verify(token: string, atMs?: number): ReturnType<ReturnType<typeof createSsoVerifier>>;
}

/** A verifier in front of a provider that publishes these keys. */
export function createProvider(keys: readonly SigningKey[], changed: Partial<Env> = {}): Provider {
  const fetched: string[] = [];
  const provider: Provider = {
    keys: keys.map(({ publicJwk }) => publicJwk),
    respond: null,
    fetched,
    fetch: async (url, init) => {
      fetched.push(url);
      return provider.respond ? provider.respond(url, init) : Response.json({ keys: provider.keys });
    },
    verify: (token, atMs = nowMs) => verifier(token, atMs),
  };
  const verifier = createSsoVerifier({
    configuration: configure(changed),
    fetch: provider.fetch,
    timeoutMs: 300,
  });
  return provider;
}
