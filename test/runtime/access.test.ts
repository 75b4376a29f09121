/** Who may call what: every route and role against the one table, and every way to pretend. */
import { sign } from "hono/jwt";
import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { type Role, roles } from "../../src/env.ts";
import { accessTable } from "../../src/http/access.ts";
import { keyOf } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { cookieOf } from "./console-pages.ts";
import { expectProblem } from "./contract.ts";
import { createService, freshDatabase, nowMs, type Reply, type Service, tokenFor } from "./service.ts";

let service: Service;

beforeAll(async () => {
  await freshDatabase();
  service = createService();
});

const routes = Object.entries(accessTable).map(([key, access]) => {
  const [method = "", pattern = ""] = key.split(" ");
  const path = pattern
    .replace(":player", "1")
    .replace(":job", "rescore")
    .replace(":key", "1")
    .replace(":case", "1")
    .replace(":decision", "1")
    .replace(":webhook", "1");
  return { key, method, pattern, access, path };
});
const isApi = (path: string) => path.startsWith("/api/");
const unique = (values: readonly string[]) => [...new Set(values)].sort();

describe("the table", () => {
  it("names every route of the app, and the app has every route of the table", () => {
    const app = createApp({ now: () => nowMs, log: () => {} });
    const registered = app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`);
    expect(unique(registered)).toEqual(unique(Object.keys(accessTable)));
  });

  it("and the OpenAPI document name the same operations", async () => {
    const { status, body } = await service.call("/openapi.json", { role: null });
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\.1\./);
    const documented = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{([a-z]+)\}/g, ":$1")}`,
      ),
    );
    const inTable = Object.keys(accessTable).filter(
      (key) => isApi(key.split(" ")[1] ?? "") || ["GET /health", "GET /ready", "GET /metrics"].includes(key),
    );
    expect(unique(documented)).toEqual(unique(inTable));
    expect(unique(operations.map(keyOf))).toEqual(unique(inTable));
  });

  it("is what WIRE and the issue say of roles", () => {
    const of = (key: string) => accessTable[key]?.roles;
    expect(of("GET /health")).toBe("public");
    expect(accessTable["GET /health"]?.limit).toBeNull();
    expect(of("POST /api/ops/jobs/:job/runs")).toEqual(["admin"]);
    expect(of("POST /api/telemetry/sessions")).toContain("ingest");
    for (const { key, method, access } of routes.filter(({ pattern }) => isApi(pattern))) {
      if (["/api/auth/", "/api/telemetry/"].some((open) => key.split(" ")[1]?.startsWith(open))) continue;
      expect(access.roles, key).not.toBe("public");
      expect(access.limit, key).not.toBeNull();
      if (method === "GET") expect(access.roles, `${key}: game servers only send`).not.toContain("ingest");
      if (method === "PATCH") expect(access.roles, `${key}: viewers only read`).not.toContain("viewer");
    }
  });
});

/** By the way that the table names: a token, or of a page the console's cookie. */
async function callAs(role: Role | null, { key, method, path, access }: (typeof routes)[number]) {
  const subject = `${role} of ${key}`;
  if (!access.cookie || role === null) return service.call(path, { method, role, subject });
  const headers = {
    cookie: await cookieOf(role, subject),
    "content-type": "application/x-www-form-urlencoded",
  };
  return service.call(path, { method, role: null, headers, ...(method === "POST" ? { raw: "" } : {}) });
}

/** Pages answer with pages; the console is no place for game servers: their session is none. */
function expectRefused(reply: Reply, role: Role | null, { access, pattern }: (typeof routes)[number]) {
  const status = role === null || (access.cookie && role === "ingest") ? 401 : 403;
  if (access.cookie) expect(reply.status).toBe(status);
  else expectProblem(reply, status);
  if (isApi(pattern) && role === null) expect(reply.headers.get("www-authenticate")).toMatch(/^Bearer/);
}

function expectAccess(route: (typeof routes)[number], role: Role | null, reply: Reply) {
  const { method, path, access } = route;
  const allowed = access.roles === "public" || (role !== null && access.roles.includes(role));
  const label = `${method} ${path} as ${role}: ${reply.status}`;
  if (allowed) expect([401, 403], label).not.toContain(reply.status);
  else expectRefused(reply, role, route);
  expect(reply.status, label).toBeLessThan(500);
}

describe("every route and role", () => {
  // A route with a key in its path is nobody's who comes with a token: test/runtime/adapters.test.ts.
  it.each(
    routes.filter(({ pattern }) => !pattern.startsWith("/api/telemetry/") || !pattern.endsWith("/:key")),
  )("$key", async (route) => {
    // Each by itself: some of the routes end the caller's sign-in.
    for (const role of [...roles, null] as (Role | null)[])
      expectAccess(route, role, await callAs(role, route));
  });
});

describe("tokens that are none", () => {
  const secret = "test-secret-of-more-than-thirty-two-bytes";
  const now = Math.floor(nowMs / 1_000);
  const good = {
    iss: "game-security-api",
    aud: "game-security-api",
    sub: "tester",
    role: "admin",
    jti: "1",
    sid: "tester/admin",
    iat: now,
    nbf: now,
    exp: now + 3_600,
  };
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
  const without = (name: keyof typeof good) =>
    Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  const probe = (authorization: string) =>
    service.call("/api/security/dashboard", { role: null, headers: { authorization } });

  beforeAll(() => tokenFor({ subject: "tester", role: "admin" }));

  it("the forger's own template works when nothing is forged", async () => {
    expect((await probe(`Bearer ${await sign(good, secret, "HS256")}`)).status).toBe(200);
  });

  it.each([
    { name: "another secret", claims: good, key: `${secret}x` },
    { name: "another algorithm, same secret", claims: good, alg: "HS512" as const },
    { name: "expired", claims: { ...good, iat: now - 7_200, exp: now } },
    { name: "of the future", claims: { ...good, iat: now + 3_600, exp: now + 7_200 } },
    { name: "another issuer", claims: { ...good, iss: "somebody" } },
    { name: "another audience", claims: { ...good, aud: "somebody" } },
    { name: "an unknown role", claims: { ...good, role: "root" } },
    { name: "two roles", claims: { ...good, role: ["admin"] } },
    { name: "an empty subject", claims: { ...good, sub: "" } },
    { name: "a subject that is no text", claims: { ...good, sub: 1 } },
    { name: "no expiry as text", claims: { ...good, exp: "never" } },
    ...(["iss", "aud", "sub", "role", "jti", "sid", "iat", "exp"] as const).map((name) => ({
      name: `no ${name}`,
      claims: without(name),
    })),
  ])("$name", async ({ claims, key = secret, alg = "HS256" as const }: ForgedToken) => {
    expectProblem(await probe(`Bearer ${await sign(claims, key, alg)}`), 401);
  });

  interface ForgedToken {
    readonly name: string;
    readonly claims: Record<string, unknown>;
    readonly key?: string;
    readonly alg?: "HS256" | "HS512";
  }

  it.each([
    { name: "alg none", token: `${part({ alg: "none", typ: "JWT" })}.${part(good)}.` },
    { name: "alg none with a signature", token: `${part({ alg: "none" })}.${part(good)}.AAAA` },
    { name: "alg RS256, unsigned", token: `${part({ alg: "RS256", typ: "JWT" })}.${part(good)}.AAAA` },
    { name: "no signature", token: `${part({ alg: "HS256" })}.${part(good)}` },
    { name: "garbage", token: "a.b.c" },
    { name: "dots", token: ".." },
    { name: "spaces inside", token: "a b" },
    { name: "100 KB", token: "a".repeat(100_000) },
    { name: "nothing", token: "" },
  ])("$name", async ({ token }) => expectProblem(await probe(`Bearer ${token}`), 401));

  it("a signed header that says another algorithm than it was signed with", async () => {
    const [, payload, signature] = (await sign(good, secret, "HS256")).split(".");
    for (const alg of ["none", "None", "HS384", "RS256", "ES256"]) {
      expectProblem(await probe(`Bearer ${part({ alg, typ: "JWT" })}.${payload}.${signature}`), 401);
    }
  });

  it("a good token where a page wants the cookie", async () => {
    for (const { method, path } of routes.filter(({ access }) => access.cookie)) {
      expect((await service.call(path, { method })).status, path).toBe(401);
    }
  });

  it("a good token anywhere but in the header", async () => {
    const token = await tokenFor({ subject: "tester", role: "admin" });
    const path = "/api/security/dashboard";
    for (const name of [
      "token",
      "access_token",
      "session",
      "__Host-session",
      "Authorization",
      "gsa",
      "gsa_session",
    ]) {
      expectProblem(await service.call(path, { role: null, headers: { cookie: `${name}=${token}` } }), 401);
    }
    for (const scheme of ["Basic", "Token", ""]) expectProblem(await probe(`${scheme} ${token}`.trim()), 401);
    expectProblem(await service.call(`${path}?access_token=${token}`, { role: null }), 401);
  });

  it("the secret of another deployment is another issuer", async () => {
    const other = createService({ JWT_SECRET: "another-secret-of-more-than-thirty-two-bytes" });
    const token = await sign(good, secret, "HS256");
    const reply = await other.call("/api/players", {
      role: null,
      headers: { authorization: `Bearer ${token}` },
    });
    expectProblem(reply, 401);
  });
});

describe("what is not there", () => {
  it.each([
    "/nothing",
    "/api",
    "/api/",
    "/api/players/",
    "/api/players/1/nothing",
    "/api/security/dashboard/x",
    "/API/players",
    "/.env",
  ])("404 for %s", async (path) => {
    expectProblem(await service.call(path), 404);
    expectProblem(await service.call(path, { role: null, method: "POST" }), 404);
  });

  it.each([
    { method: "PUT", path: "/api/players/1", allow: ["DELETE", "GET", "HEAD", "PATCH"] },
    { method: "PUT", path: "/api/players", allow: ["GET", "HEAD", "POST"] },
    { method: "GET", path: "/api/security/report", allow: ["POST"] },
    { method: "HEAD", path: "/api/security/report", allow: ["POST"] },
    { method: "POST", path: "/health", allow: ["GET", "HEAD"] },
    { method: "GET", path: "/api/players/1/session", allow: ["POST"] },
    { method: "POST", path: "/api/players/suspicious", allow: ["DELETE", "GET", "HEAD", "PATCH"] },
    { method: "PURGE", path: "/api/security/dashboard", allow: ["GET", "HEAD"] },
  ])("405 for $method $path, with what is allowed", async ({ method, path, allow }) => {
    const reply = await service.call(path, { method });
    expect(reply.status).toBe(405);
    if (method !== "HEAD") expectProblem(reply, 405);
    expect(reply.headers.get("allow")?.split(", ").sort()).toEqual(allow);
  });

  it("405 for every route with a method that it does not have", async () => {
    const has = (path: string) => routes.filter((route) => route.path === path).map(({ method }) => method);
    for (const { path } of routes) {
      const method = ["PUT", "DELETE", "PATCH"].find((other) => !has(path).includes(other)) ?? "PURGE";
      expect((await service.call(path, { method })).status, `${method} ${path}`).toBe(405);
    }
  });

  it("HEAD answers as GET does, without the body", async () => {
    for (const { path, method } of routes.filter((route) => route.method === "GET")) {
      const get = await service.call(path, { method });
      const head = await service.call(path, { method: "HEAD" });
      expect({ path, status: head.status, body: head.body }).toEqual({ path, status: get.status, body: "" });
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
    }
  });

  it("HEAD needs the same token", async () => {
    expect((await service.call("/api/players", { method: "HEAD", role: null })).status).toBe(401);
    expect((await service.call("/api/players", { method: "HEAD", role: "ingest" })).status).toBe(403);
  });
});
