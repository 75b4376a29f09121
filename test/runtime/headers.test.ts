/** Headers of every answer: an id, security, and CORS that is closed until it is configured. */
import { beforeEach, describe, expect, it } from "vitest";
import { failingD1 } from "./fault.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("headers of every answer", () => {
  const answers = [
    { path: "/health" },
    { path: "/" },
    { path: "/docs" },
    { path: "/openapi.json" },
    { path: "/nothing" },
    { path: "/api/players" },
    { path: "/api/players", role: null },
    { path: "/api/players", role: "ingest" as const },
    { path: "/api/players", method: "DELETE" },
    { path: "/api/security/report", raw: "{", headers: { "content-type": "application/json" } },
    { path: "/api/players/1", method: "HEAD" },
  ];

  it.each(answers)("$method $path $role", async ({ path, ...call }) => {
    const { headers } = await service.call(path, call);
    expect(headers.get("x-request-id")).toMatch(uuid);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("strict-transport-security")).toMatch(/max-age=\d+/);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("x-powered-by")).toBeNull();
  });

  it("also when the service breaks, or is not configured", async () => {
    const broken = createService({ DB: failingD1(env.DB, /SELECT/) });
    const bare = createService({ JWT_SECRET: "" });
    for (const { status, headers } of [
      await broken.call("/api/players"),
      await bare.call("/api/players", { role: null }),
    ]) {
      expect(status).toBeGreaterThanOrEqual(500);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-request-id")).toMatch(uuid);
    }
  });

  it("an id is the service's own and new for each request", async () => {
    const mine = { headers: { "x-request-id": "mine" } };
    const ids = [await service.call("/health", mine), await service.call("/health", mine)].map(
      ({ headers }) => headers.get("x-request-id"),
    );
    expect(new Set([...ids, "mine"]).size).toBe(3);
  });
});

describe("CORS", () => {
  const site = "https://console.studio.example";
  const from = (origin: string) => ({ headers: { origin } });
  const preflight = (origin: string) => ({
    method: "OPTIONS",
    role: null,
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,idempotency-key",
    },
  });

  it("is closed unless configured", async () => {
    for (const CORS_ORIGINS of [undefined, "", " ", ",", " , "]) {
      const closed = createService(CORS_ORIGINS === undefined ? {} : { CORS_ORIGINS });
      for (const origin of [site, "null", "*", ""]) {
        expect(
          (await closed.call("/api/players", from(origin))).headers.get("access-control-allow-origin"),
        ).toBeNull();
        expect(
          (await closed.call("/api/players", preflight(origin))).headers.get("access-control-allow-origin"),
        ).toBeNull();
      }
    }
  });

  it("lets in the listed origins and no others", async () => {
    const listed = createService({ CORS_ORIGINS: ` ${site} , https://b.example` });
    for (const origin of [site, "https://b.example"]) {
      for (const reply of [
        await listed.call("/api/players", from(origin)),
        await listed.call("/api/players/99", from(origin)),
      ]) {
        expect(reply.headers.get("access-control-allow-origin")).toBe(origin);
        expect(reply.headers.get("access-control-allow-credentials")).toBeNull();
        expect(reply.headers.get("vary")?.toLowerCase()).toContain("origin");
        expect(reply.headers.get("access-control-expose-headers")).toContain("retry-after");
      }
      const allowed = await listed.call("/api/security/report", preflight(origin));
      expect(allowed.status).toBe(204);
      expect(allowed.headers.get("access-control-allow-origin")).toBe(origin);
      expect(allowed.headers.get("access-control-allow-headers")).toContain("idempotency-key");
      expect(allowed.headers.get("access-control-allow-methods")).toContain("PATCH");
    }
    for (const origin of [
      "https://evil.example",
      `${site}.evil.example`,
      "http://console.studio.example",
      site.toUpperCase(),
      "null",
      "",
    ]) {
      expect(
        (await listed.call("/api/players", from(origin))).headers.get("access-control-allow-origin"),
        origin,
      ).toBeNull();
    }
  });

  it("any origin is never together with credentials", async () => {
    const open = createService({ CORS_ORIGINS: `*,${site}` });
    for (const reply of [
      await open.call("/api/players", from(site)),
      await open.call("/api/players", preflight(site)),
    ]) {
      expect(reply.headers.get("access-control-allow-origin")).toBe("*");
      expect(reply.headers.get("access-control-allow-credentials")).toBeNull();
    }
  });
});
