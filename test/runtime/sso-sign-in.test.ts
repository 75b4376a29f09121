/** Signing in to the console at the identity provider, and every way to abuse the way there and back. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createKey, issuer, nowSeconds, type SigningKey } from "./provider.ts";
import { createService, env, freshDatabase, nowMs, type Reply, type Service } from "./service.ts";
import {
  type Browser,
  createBrowser,
  createJar,
  createSignInProvider,
  pathOf,
  type SignInProvider,
  variables,
} from "./sign-in-provider.ts";

let key: SigningKey;
let stranger: SigningKey;
let provider: SignInProvider;
let service: Service;
let browser: Browser;
const get: Browser["get"] = (...args) => browser.get(...args);
const leave: Browser["leave"] = (...args) => browser.leave(...args);
const signIn: Browser["signIn"] = (...args) => browser.signIn(...args);

beforeAll(async () => {
  key = await createKey("RS256", "k");
  stranger = await createKey("RS256", "k");
});
beforeEach(async () => {
  await freshDatabase();
  provider = createSignInProvider(key);
  service = createService(variables, { fetch: provider.fetch });
  browser = createBrowser(service, provider);
});

const isSignedIn = async () => (await get("/")).body.includes("<h1>Overview</h1>");
const trail = async () =>
  (await env.DB.prepare("SELECT actor, action FROM audit_entries ORDER BY id").all()).results;
const denials = async () =>
  (await env.DB.prepare("SELECT kind FROM audit_denials").all<{ kind: string }>()).results.map(
    (row) => row.kind,
  );

describe("the way there and back", () => {
  it("is offered where it is configured, and leads back to the page that was asked for", async () => {
    expect((await get("/")).body).toContain("Sign in with your studio&#39;s account");
    const asked = await get("/queue?state=open");
    expect(asked.status).toBe(401);
    expect(asked.body).toContain('href="/sign-in/sso?next=%2Fqueue%3Fstate%3Dopen"');
    const back = await signIn("?next=%2Fqueue%3Fstate%3Dopen");
    expect(back.status).toBe(200);
    expect(back.body).toContain('<meta http-equiv="refresh" content="0; url=/queue?state=open"/>');
    expect(await isSignedIn()).toBe(true);
    expect(await trail()).toEqual([{ actor: "sso:ann", action: "auth.sign_in" }]);
    expect(service.log.at(-1)).toMatchObject({ actor: "analyst:sso:ann" });
  });

  it("asks with state, nonce and PKCE, and keeps them where no script and no page can read them", async () => {
    const reply = await get("/sign-in/sso");
    const url = new URL(reply.headers.get("location") ?? "");
    expect(reply.status).toBe(303);
    expect(url.origin + url.pathname).toBe("https://id.example.com/authorize");
    const { state, nonce, code_challenge, ...rest } = Object.fromEntries(url.searchParams);
    expect(rest).toEqual({
      tenant: "7",
      response_type: "code",
      client_id: "console",
      redirect_uri: "http://localhost/sign-in/sso/callback",
      scope: "openid profile email",
      code_challenge_method: "S256",
    });
    for (const text of [state, nonce, code_challenge]) expect(text?.length).toBeGreaterThan(40);
    const [cookie = ""] = reply.headers.getSetCookie();
    for (const part of ["__Host-sign-in=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"])
      expect(cookie).toContain(part);
    expect(cookie).not.toContain(state);
    expect(await leave()).not.toContain(state);
  });

  it("names the service by https, whatever its own end of the line says", async () => {
    const reply = await get("http://console.studio.example/sign-in/sso");
    const { searchParams } = new URL(reply.headers.get("location") ?? "");
    expect(searchParams.get("redirect_uri")).toBe("https://console.studio.example/sign-in/sso/callback");
  });

  it("gives the role that is mapped, and what the role may not do is refused", async () => {
    await signIn("", { roles: ["guest"] });
    expect(service.log.at(-1)).toMatchObject({ status: 200 });
    const claim = await service.call("/queue/claim", {
      role: null,
      method: "POST",
      raw: "",
      headers: { cookie: browser.jar.copy(), "sec-fetch-site": "same-origin" },
    });
    expect(claim.status).toBe(403);
  });

  it("sets a strict session beside the user's own: the account `ann` of the service is somebody else", async () => {
    const reply = await signIn();
    const session = reply.headers.getSetCookie().find((line) => line.startsWith("__Host-session=")) ?? "";
    for (const part of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"]) expect(session).toContain(part);
    const { results } = await env.DB.prepare("SELECT subject, role, credential FROM auth_sessions").all();
    expect(results).toEqual([
      { subject: "sso:ann", role: "analyst", credential: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    const sessions = await service.call("/api/auth/sessions", { subject: "ann", role: "viewer" });
    expect(sessions.body.sessions).toMatchObject([{ role: "viewer" }]);
    const account = await get("/settings");
    expect(account.body).toContain("Your studio signs you in");
    expect(account.body).not.toContain('name="current_password"');
    const [own] = (await env.DB.prepare("SELECT id FROM auth_sessions WHERE subject = 'ann'").all()).results;
    expect(account.body).not.toContain(String(own?.id));
  });
});

describe("the end of the session", () => {
  it("comes with the provider's token, and a minute for its clock", async () => {
    await signIn("", { exp: nowSeconds + 300 });
    service.clock.nowMs = nowMs + 359_999;
    expect(await isSignedIn()).toBe(true);
    service.clock.nowMs = nowMs + 360_000;
    expect(await isSignedIn()).toBe(false);
  });

  it("comes after an hour all the same", async () => {
    await signIn("", { exp: nowSeconds + 86_400 });
    service.clock.nowMs = nowMs + 3_599_999;
    expect(await isSignedIn()).toBe(true);
    service.clock.nowMs = nowMs + 3_600_000;
    expect(await isSignedIn()).toBe(false);
  });

  it("comes with signing out, wherever a copy of the cookie is", async () => {
    await signIn();
    const copy = browser.jar.copy();
    const headers = { cookie: copy, "sec-fetch-site": "same-origin" };
    const out = await service.call("/sign-out", { role: null, method: "POST", raw: "", headers });
    expect([out.status, out.headers.get("location")]).toEqual([303, "/"]);
    expect((await get("/queue", copy)).status).toBe(401);
    expect((await trail()).at(-1)).toEqual({ actor: "sso:ann", action: "auth.session_end" });
  });

  it.each([
    ["another role map", { SSO_ROLE_MAP: '{"fraud":"viewer"}' }],
    ["another client", { SSO_CLIENT_ID: "other" }],
    ["no provider at all", Object.fromEntries(Object.keys(variables).map((name) => [name, ""]))],
  ])("comes with %s", async (_, changed) => {
    await signIn();
    const other = createService({ ...variables, ...changed }, { fetch: provider.fetch });
    expect((await get("/queue", browser.jar.copy(), other)).status).toBe(401);
    expect((await get("/queue")).status).toBe(200);
  });

  it("comes by an admin's hand", async () => {
    await signIn();
    const [session] = (await env.DB.prepare("SELECT id FROM auth_sessions").all<{ id: string }>()).results;
    const path = `/api/auth/sessions/${session?.id}`;
    expect((await service.call(path, { method: "DELETE" })).status).toBe(200);
    expect((await get("/queue")).status).toBe(401);
  });
});

describe("who comes back wrongly", () => {
  /** Nobody is signed in, and the page says what to do next. */
  async function expectRefused(reply: Reply, status: number): Promise<void> {
    expect(reply.status).toBe(status);
    expect(reply.body).toContain('role="alert"');
    expect(reply.body).toContain("<h1>Sign in</h1>");
    expect(browser.jar.has("__Host-session")).toBe(false);
    expect((await env.DB.prepare("SELECT count(*) AS n FROM auth_sessions").first())?.n).toBe(0);
  }

  it("without a sign-in of this browser: somebody else's answer is nobody's (login CSRF)", async () => {
    const back = pathOf(provider.agree(await leave()));
    await expectRefused(await get(back, ""), 400);
    const other = createJar();
    other.take((await service.call("/sign-in/sso", { role: null })).headers);
    await expectRefused(await get(back, other.copy()), 401);
    expect(provider.redeemed).toBe(0);
    expect(await denials()).toEqual(["sso_sign_in_refused"]);
  });

  it.each([
    ["no state", (url: URL) => url.searchParams.delete("state")],
    ["another state", (url: URL) => url.searchParams.set("state", "x".repeat(43))],
    ["two states", (url: URL) => url.searchParams.append("state", "x")],
    ["no code", (url: URL) => url.searchParams.delete("code")],
    ["two codes", (url: URL) => url.searchParams.append("code", "x")],
    [
      "another issuer in the answer (mix-up)",
      (url: URL) => url.searchParams.set("iss", "https://evil.example"),
    ],
    ["a refusal of the provider", (url: URL) => url.searchParams.set("error", "access_denied")],
    ["a packed answer", (url: URL) => url.searchParams.set("response", "x.y.z")],
  ])("with %s", async (_, change) => {
    const back = provider.agree(await leave());
    change(back);
    await expectRefused(await get(pathOf(back)), 401);
    expect(provider.redeemed).toBe(0);
  });

  it("with a code that nobody gave", async () => {
    const back = provider.agree(await leave());
    back.searchParams.set("code", "guessed");
    await expectRefused(await get(pathOf(back)), 401);
    expect(provider.redeemed).toBe(1);
  });

  it("with a code of another sign-in, which its own verifier alone redeems (code injection)", async () => {
    const stolen = provider.agree(await leave()).searchParams.get("code") ?? "";
    const back = provider.agree(await leave());
    back.searchParams.set("code", stolen);
    await expectRefused(await get(pathOf(back)), 401);
  });

  it("after ten minutes, and from the future", async () => {
    const back = pathOf(provider.agree(await leave()));
    const kept = browser.jar.copy();
    service.clock.nowMs = nowMs + 600_000;
    await expectRefused(await get(back, kept), 400);
    service.clock.nowMs = nowMs - 1;
    await expectRefused(await get(back, kept), 400);
  });

  it.each([
    "",
    "x",
    "x".repeat(60),
    "====".repeat(20),
    "A".repeat(4_001),
    "%00",
    btoa('{"state":"s","nonce":"n","codeVerifier":"v","next":"/","startedMs":0}'),
  ])("with a kept sign-in that is none of ours: %j", async (forged) => {
    const back = pathOf(provider.agree(await leave()));
    await expectRefused(await get(back, `__Host-sign-in=${forged}`), 400);
  });

  it.each([
    ["another nonce", { claims: { nonce: "another" } }, 401],
    ["no nonce", { claims: { nonce: undefined } }, 401],
    ["another issuer", { claims: { iss: "https://evil.example" } }, 401],
    ["the issuer with a slash", { claims: { iss: `${issuer}/` } }, 401],
    ["another client", { claims: { aud: "another" } }, 401],
    ["the API's audience", { claims: { aud: "game-security" } }, 401],
    ["more audiences, for nobody in particular", { claims: { aud: ["console", "another"] } }, 401],
    ["more audiences, for another party", { claims: { aud: ["console", "another"], azp: "another" } }, 401],
    ["an end in the past", { claims: { exp: nowSeconds - 61 } }, 401],
    ["no end", { claims: { exp: undefined } }, 401],
    ["no subject", { claims: { sub: undefined } }, 401],
    ["a role that is not mapped", { claims: { roles: "cleaning" } }, 403],
    ["another type", { header: { typ: "logout+jwt" } }, 401],
  ])("with an ID token of %s", async (_, forge, status) => {
    provider.forge = forge as SignInProvider["forge"];
    await expectRefused(await signIn(), status);
  });

  it("with an ID token that another key signed", async () => {
    provider.forge = { key: stranger };
    await expectRefused(await signIn(), 401);
    expect(await denials()).toEqual(["token_signature"]);
  });

  it("while the provider is out of reach, and says so", async () => {
    for (const respond of [
      () => Promise.reject(new Error("down")),
      () => new Response("", { status: 503 }),
      () => new Response("", { status: 429 }),
    ]) {
      provider.respond = respond;
      const reply = await signIn();
      await expectRefused(reply, 503);
      expect(reply.headers.get("retry-after")).toBe("10");
    }
  });

  it.each([
    ["no JSON", () => new Response("<html>", { headers: { "content-type": "application/json" } })],
    ["no tokens", () => Response.json({})],
    ["no ID token", () => Response.json({ access_token: "x", token_type: "Bearer" })],
    ["a redirect", () => new Response("", { status: 302, headers: { location: "https://evil.example" } })],
    ["an error", () => Response.json({ error: "<script>" }, { status: 400 })],
  ])("with %s from the provider", async (_, respond) => {
    provider.respond = respond;
    const reply = await signIn();
    await expectRefused(reply, 401);
    expect(reply.body).not.toContain("<script>");
  });
});
