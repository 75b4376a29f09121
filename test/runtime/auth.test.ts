/** Signing in and staying signed in; and a service that answers nothing until it is configured. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Env } from "../../src/env.ts";
import { expectProblem } from "./contract.ts";
import { createBarrier, watchedD1 } from "./fault.ts";
import { tableCounts } from "./recount.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";

const day = 86_400_000;
const username = "studio";
const password = "correct horse battery";
const account = { SERVICE_USERNAME: username, SERVICE_PASSWORD: password };
const secret = "test-secret-of-more-than-thirty-two-bytes";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService(account);
});

const signIn = (to: Service, body: object = { username, password }, address = "192.0.2.1") =>
  to.call("/api/auth/token", { role: null, body, headers: { "cf-connecting-ip": address } });
const refresh = (to: Service, refresh_token: unknown) =>
  to.call("/api/auth/refresh", { role: null, body: { refresh_token } });
const asBearer = (token: string) => ({ role: null, headers: { authorization: `Bearer ${token}` } });
const claimsOf = (token: string) =>
  JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));

describe("a token", () => {
  it("has issuer, audience, subject, role, jti and one hour, and is for nobody's cache", async () => {
    const { status, body, headers } = await signIn(service);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3_600 });
    expect(headers.get("cache-control")).toBe("no-store");
    const claims = claimsOf(body.access_token);
    const now = service.clock.nowMs / 1_000;
    expect(claims).toMatchObject({ sub: username, role: "admin", iat: now, exp: now + 3_600 });
    expect([claims.iss, claims.aud, claims.jti]).toEqual(Array.from({ length: 3 }, () => expect.any(String)));
    expect(claimsOf((await signIn(service)).body.access_token).jti).not.toBe(claims.jti);
  });

  it("works for one hour and not a moment longer", async () => {
    const { access_token } = (await signIn(service)).body;
    service.clock.nowMs += 3_600_000 - 1;
    expect((await service.call("/api/players", asBearer(access_token))).status).toBe(200);
    service.clock.nowMs += 1;
    expectProblem(await service.call("/api/players", asBearer(access_token)), 401);
  });

  it("wrong password and unknown account are told apart by nothing", async () => {
    const wrong = await signIn(service, { username, password: "wrong" });
    const unknown = await signIn(service, { username: "nobody", password });
    expectProblem(wrong, 401);
    expectProblem(unknown, 401);
    expect({ ...unknown.body, request_id: "" }).toEqual({ ...wrong.body, request_id: "" });
    expect([...unknown.headers.keys()]).toEqual([...wrong.headers.keys()]);
  });

  it.each([
    { username, password: `${password} ` },
    { username: username.toUpperCase(), password },
    { username, password: password.toUpperCase() },
    { username: "security_console", password: "letmein123" },
    { username: "constructor", password: "\u0000" },
  ])("$username / $password is not good enough", async (body) =>
    expectProblem(await signIn(service, body), 401),
  );
});

describe("refresh", () => {
  it("gives a new pair once; the old token is spent", async () => {
    const first = (await signIn(service)).body;
    const second = await refresh(service, first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.headers.get("cache-control")).toBe("no-store");
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect((await service.call("/api/players", asBearer(second.body.access_token))).status).toBe(200);
    expect((await refresh(service, second.body.refresh_token)).status).toBe(200);
  });

  it("shown twice ends the sign-in with all its tokens, and no other", async () => {
    const other = (await signIn(service)).body;
    const first = (await signIn(service)).body;
    const second = (await refresh(service, first.refresh_token)).body;
    expectProblem(await refresh(service, first.refresh_token), 401);
    service.clock.nowMs += 5_000;
    expectProblem(await refresh(service, second.refresh_token), 401);
    for (const { access_token } of [first, second]) {
      expectProblem(await service.call("/api/players", asBearer(access_token)), 401);
    }
    expect((await service.call("/api/players", asBearer(other.access_token))).status).toBe(200);
    expect((await refresh(service, other.refresh_token)).status).toBe(200);
  });

  it("of ten at once with one token exactly one wins", async () => {
    const { refresh_token } = (await signIn(service)).body;
    // All ten have found the token unspent before the first spends it.
    const together = createBarrier(10);
    const DB = watchedD1(env.DB, (texts) =>
      texts.some((text) => text.includes("UPDATE refresh_tokens")) ? together() : undefined,
    );
    const racing = createService({ ...account, DB });
    const replies = await Promise.all(Array.from({ length: 10 }, () => refresh(racing, refresh_token)));
    expect(replies.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 401),
    ]);
    expect((await tableCounts()).refresh_tokens).toBe(2);
  });

  it("is stored as a hash alone", async () => {
    const { refresh_token, access_token } = (await signIn(service)).body;
    const { results } = await env.DB.prepare("SELECT * FROM refresh_tokens").all();
    expect(results).toHaveLength(1);
    const stored = JSON.stringify(results);
    for (const secretText of [refresh_token, access_token, password, secret])
      expect(stored).not.toContain(secretText);
  });

  it("ends after 14 days", async () => {
    const { refresh_token: early } = (await signIn(service)).body;
    const { refresh_token: late } = (await signIn(service)).body;
    service.clock.nowMs += 14 * day - 1;
    expect((await refresh(service, early)).status).toBe(200);
    service.clock.nowMs += 1;
    expectProblem(await refresh(service, late), 401);
  });

  it.each([
    { name: "password", changed: { SERVICE_PASSWORD: "another horse battery" } },
    { name: "name", changed: { SERVICE_USERNAME: "studio2" } },
    { name: "service's secret", changed: { JWT_SECRET: `${secret}-rotated` } },
  ])("ends when the account's $name changes", async ({ changed }) => {
    const { refresh_token } = (await signIn(service)).body;
    expectProblem(await refresh(createService({ ...account, ...changed }), refresh_token), 401);
    expect((await refresh(service, refresh_token)).status).toBe(200);
  });

  it("ends when the account's role changes", async () => {
    const accounts = (role: string) => ({
      SERVICE_ACCOUNTS: JSON.stringify([{ username: "ann", password: "a long enough password", role }]),
    });
    const body = { username: "ann", password: "a long enough password" };
    const { refresh_token } = (await signIn(createService(accounts("admin")), body)).body;
    expectProblem(await refresh(createService(accounts("viewer")), refresh_token), 401);
  });

  it("is nothing for whoever has not proved who they are", async () => {
    const { access_token } = (await signIn(service)).body;
    for (const token of ["x", access_token, "a".repeat(512), "' OR 1=1 --"]) {
      expectProblem(await refresh(service, token), 401);
    }
    for (const token of [null, "", 7, undefined, "a".repeat(513)])
      expectProblem(await refresh(service, token), 400);
  });
});

describe("a service that is not configured", () => {
  const configured = { ...account, ENVIRONMENT: "production" };
  const accountsOf = (list: unknown) => ({
    SERVICE_ACCOUNTS: typeof list === "string" ? list : JSON.stringify(list),
  });
  const ann = { username: "ann", password: "a long enough password", role: "viewer" };
  const cases: { name: string; overrides: Record<string, string | undefined> }[] = [
    { name: "no JWT_SECRET", overrides: { ...configured, JWT_SECRET: undefined } },
    { name: "an empty JWT_SECRET", overrides: { ...configured, JWT_SECRET: "" } },
    { name: "a JWT_SECRET of 31 bytes", overrides: { ...configured, JWT_SECRET: "s".repeat(31) } },
    { name: "no credentials", overrides: { ENVIRONMENT: "production" } },
    { name: "a name alone", overrides: { ...configured, SERVICE_PASSWORD: undefined } },
    { name: "a password alone", overrides: { ...configured, SERVICE_USERNAME: undefined } },
    { name: "a short password", overrides: { ...configured, SERVICE_PASSWORD: "elevenchars" } },
    { name: "the local password", overrides: { ...configured, SERVICE_PASSWORD: "letmein123" } },
    { name: "ENVIRONMENT unset", overrides: { ENVIRONMENT: undefined } },
    { name: "ENVIRONMENT misspelled", overrides: { ENVIRONMENT: "Development" } },
    { name: "ENVIRONMENT with a space", overrides: { ENVIRONMENT: "development " } },
    {
      name: "the local account by another way",
      overrides: { ENVIRONMENT: "production", ...accountsOf([{ ...ann, password: "letmein123" }]) },
    },
    { name: "SERVICE_ACCOUNTS that is no JSON", overrides: { ...configured, ...accountsOf("ann:secret") } },
    {
      name: "SERVICE_ACCOUNTS with an unknown role",
      overrides: { ...configured, ...accountsOf([{ ...ann, role: "root" }]) },
    },
    {
      name: "SERVICE_ACCOUNTS with an unknown member",
      overrides: { ...configured, ...accountsOf([{ ...ann, admin: true }]) },
    },
    { name: "one name twice", overrides: { ...configured, ...accountsOf([{ ...ann, username }]) } },
    { name: "a short secret in development", overrides: { JWT_SECRET: "short" } },
  ];
  const serviceOf = (overrides: Record<string, string | undefined>) =>
    createService(overrides as Partial<Env>);
  const paths = [
    "/",
    "/docs",
    "/openapi.json",
    "/api/players",
    "/api/security/dashboard",
    "/nothing",
    "/api/players/1/session",
  ];

  it.each(cases)("answers 503 for everything but /health: $name", async ({ overrides }) => {
    const unconfigured = serviceOf(overrides);
    expect(await unconfigured.call("/health", { role: null })).toMatchObject({
      status: 200,
      body: { status: "ok" },
    });
    for (const path of paths) {
      const { status, headers } = await unconfigured.call(path, { role: null });
      expect({ path, status }).toEqual({ path, status: 503 });
      expect(headers.get("x-request-id")).toBeTruthy();
    }
    const reply = await signIn(unconfigured);
    expectProblem(reply, 503);
    for (const value of Object.values({ ...overrides, secret })) {
      if (value && value.length > 12) expect(reply.body.detail).not.toContain(value);
    }
    expectProblem(await refresh(unconfigured, "x"), 503);
  });

  it("answers once it is configured, in production too", async () => {
    const production = createService(configured);
    expect((await signIn(production)).status).toBe(200);
    expectProblem(await signIn(production, { username: "security_console", password: "letmein123" }), 401);
    expect((await signIn(createService({ ...configured, JWT_SECRET: "s".repeat(32) }))).status).toBe(200);
  });

  it("knows the local account in development alone, and only until another is configured", async () => {
    const local = { username: "security_console", password: "letmein123" };
    expect((await signIn(createService(), local)).status).toBe(200);
    expectProblem(await signIn(service, local), 401);
  });
});

describe("further accounts", () => {
  const people = ["viewer", "analyst", "admin", "ingest"].map((role) => ({
    username: `the-${role}`,
    password: `the password of ${role}`,
    role,
  }));

  it("sign in with their own roles, which the routes enforce", async () => {
    const many = createService({ ENVIRONMENT: "production", SERVICE_ACCOUNTS: JSON.stringify(people) });
    for (const { username: name, password: own, role } of people) {
      const { body } = await signIn(many, { username: name, password: own });
      expect(claimsOf(body.access_token)).toMatchObject({ sub: name, role });
      const expected = role === "ingest" ? 403 : 200;
      expect((await many.call("/api/players", asBearer(body.access_token))).status, role).toBe(expected);
      const run = await many.call("/api/ops/jobs/rescore/runs", {
        method: "POST",
        ...asBearer(body.access_token),
      });
      expect(run.status, role).toBe(role === "admin" ? 200 : 403);
      const again = await refresh(many, body.refresh_token);
      expect(claimsOf(again.body.access_token)).toMatchObject({ sub: name, role });
    }
  });
});
