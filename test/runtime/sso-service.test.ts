/** Single sign-on through the running service: who comes in as whom, and what is said to whoever does not. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { audience, createKey, createProvider, issuer, keySetUrl, type SigningKey, sign } from "./provider.ts";
import { createService, env, freshDatabase, type Service, tokenFor } from "./service.ts";

const variables = {
  SSO_ISSUER: issuer,
  SSO_AUDIENCE: audience,
  SSO_JWKS_URL: keySetUrl,
  SSO_ROLE_MAP: '{"fraud":"analyst","lead":"admin","guest":"viewer"}',
};
let key: SigningKey;
let provider: ReturnType<typeof createProvider>;
let service: Service;

beforeAll(async () => {
  key = await createKey("RS256", "k");
});
beforeEach(async () => {
  await freshDatabase();
  provider = createProvider([key]);
  service = createService(variables, { fetch: provider.fetch });
});

const as = (token: string, headers: Record<string, string> = {}) => ({
  role: null,
  headers: { authorization: `Bearer ${token}`, ...headers },
});
const denials = async () =>
  (await env.DB.prepare("SELECT kind, count FROM audit_denials ORDER BY kind").all()).results;

describe("a person of the identity provider", () => {
  it("comes in with the role that is mapped, under a name of its own", async () => {
    const token = await sign(key);
    expect((await service.call("/api/auth/me", as(token))).body).toMatchObject({
      kind: "sso",
      subject: "ann",
      role: "analyst",
    });
    const body = { username: "Nightjar" };
    expect((await service.call("/api/players", { ...as(token), body })).status).toBe(201);
    const { results } = await env.DB.prepare("SELECT actor, action FROM audit_entries").all();
    expect(results).toEqual([{ actor: "sso:ann", action: "player.create" }]);
    expect(service.log.at(-1)).toMatchObject({ actor: "analyst:sso:ann" });
    expectProblem(await service.call("/api/auth/users", as(token)), 403);
  });

  it("is not the local user of the same name", async () => {
    await tokenFor({ subject: "ann", role: "admin" });
    const token = await sign(key);
    expect((await service.call("/api/auth/sessions", as(token))).body.sessions).toEqual([]);
    expectProblem(await service.call("/api/auth/sessions?subject=ann", as(token)), 403);
    const end = { method: "DELETE", ...as(token) };
    expectProblem(await service.call("/api/auth/sessions/ann%2Fadmin", end), 404);
    expectProblem(await service.call("/api/auth/sign-out", { method: "POST", ...as(token) }), 404);
    const change = { current_password: "x", new_password: "plum orbit canvas" };
    expectProblem(await service.call("/api/auth/password", { ...as(token), body: change }), 403);
  });

  it("by the proxy's header, where one is named", async () => {
    const proxied = createService(
      { ...variables, SSO_TOKEN_HEADER: "Cf-Access-Jwt-Assertion" },
      { fetch: provider.fetch },
    );
    const headers = { "cf-access-jwt-assertion": await sign(key) };
    expect((await proxied.call("/api/players", { role: null, headers })).status).toBe(200);
    expectProblem(await service.call("/api/players", { role: null, headers }), 401);
  });
});

describe("whoever does not come in", () => {
  it("is told apart: no valid token 401, no role 403, a provider out of reach 503; and counted", async () => {
    expectProblem(await service.call("/api/players", as(await sign(key, { exp: 1 }))), 401);
    expectProblem(await service.call("/api/players", as(await sign(key, { roles: "cleaning" }))), 403);
    const down = createService(variables, { fetch: async () => new Response("", { status: 500 }) });
    const refused = await down.call("/api/players", as(await sign(key)));
    expectProblem(refused, 503);
    expect(refused.headers.get("retry-after")).toBe("10");
    expect(await denials()).toEqual([
      { kind: "provider_unavailable", count: 1 },
      { kind: "token_expired", count: 1 },
      { kind: "token_role", count: 1 },
    ]);
  });

  it("is everybody where no provider is configured", async () => {
    const fetched: string[] = [];
    const closed = createService(
      {},
      {
        fetch: async (url) => {
          fetched.push(url);
          return new Response("", { status: 500 });
        },
      },
    );
    expectProblem(await closed.call("/api/players", as(await sign(key))), 401);
    expect(fetched).toEqual([]);
  });

  it("keeps nobody else out: our own tokens need no provider", async () => {
    const down = createService(variables, { fetch: async () => Promise.reject(new Error("down")) });
    expect((await down.call("/api/players")).status).toBe(200);
  });
});
