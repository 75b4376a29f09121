/**
 * The API's limits, by the real clock: who is counted together, and what a refused caller is told. Each test has
 * addresses and names of its own, because the counters outlive it; the window is a day, so that none can pass.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { policyFor } from "../../src/rate-limit/policy.ts";
import { rateLimitHeaders } from "../../src/rate-limit/verdict.ts";
import { expectProblem } from "./contract.ts";
import { type Call, createService, freshDatabase, type Reply, type Service } from "./service.ts";

beforeAll(freshDatabase);

const limits = { RATE_LIMIT_REQUESTS: "10", RATE_LIMIT_PERIOD_SECONDS: "86400" };
const service = createService(limits);
let next = 1;
const address = () => `203.0.113.${next++}`;
const subject = () => `subject-${next++}`;
const from = (ip: string, call: Call = {}): Call => ({
  ...call,
  headers: { ...call.headers, "cf-connecting-ip": ip },
});

const parallel = (count: number, path: string, call: (n: number) => Call, to: Service = service) =>
  Promise.all(Array.from({ length: count }, (_, n) => to.call(path, call(n))));
const through = (replies: readonly Reply[]) => replies.filter(({ status }) => status !== 429).length;

/** What every limited answer says, and what a refused one says beside. */
function expectLimitHeaders({ status, headers }: Reply, cls: string): void {
  expect(headers.get("ratelimit-policy")).toBe(`"${cls}";q=10;w=86400`);
  expect(headers.get("ratelimit")).toMatch(new RegExp(`^"${cls}";r=\\d+;t=\\d+$`));
  if (status === 429) {
    expect(headers.get("ratelimit")).toMatch(/r=0;/);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(86_400 * (61 / 60));
  } else expect(headers.get("retry-after")).toBeNull();
}

describe("twenty parallel clients at a limit of ten", () => {
  it.each([
    { cls: "read", path: "/api/players", call: {} },
    { cls: "write", path: "/api/security/report", call: { method: "POST" } },
    { cls: "bulk", path: "/api/telemetry/sessions", call: { method: "POST" } },
    { cls: "admin", path: "/api/ops/jobs/housekeeping/runs", call: { method: "POST" } },
    { cls: "read", path: "/api/players/suspicious", call: { role: "ingest" as const } },
  ])("$cls, by principal: $path", async ({ cls, path, call }) => {
    const who = subject();
    const replies = await parallel(20, path, () => from(address(), { ...call, subject: who }));
    expect(through(replies)).toBe(10);
    for (const reply of replies) {
      expectLimitHeaders(reply, cls);
      if (reply.status === 429) expectProblem(reply, 429);
    }
  });

  it.each([
    { cls: "public", path: "/openapi.json", call: {} },
    { cls: "login", path: "/api/auth/refresh", call: { body: { refresh_token: "x" } } },
    { cls: "unauthenticated", path: "/api/players", call: {} },
    { cls: "unauthenticated", path: "/api/players", call: { headers: { authorization: "Bearer a.b.c" } } },
  ])("$cls, by address: $path $call", async ({ cls, path, call }) => {
    const ip = address();
    const replies = await parallel(20, path, () => from(ip, { ...call, role: null }));
    expect(through(replies)).toBe(10);
    for (const reply of replies) expectLimitHeaders(reply, cls);
  });

  it("count down one by one", async () => {
    const who = subject();
    for (let left = 9; left >= 0; left--) {
      const { headers } = await service.call("/api/players", { subject: who });
      expect(headers.get("ratelimit")).toContain(`r=${left};`);
    }
    expect((await service.call("/api/players", { subject: who })).status).toBe(429);
  });
});

describe("who is counted together", () => {
  it("a principal, wherever it calls from, whatever token it has; and no other", async () => {
    const who = subject();
    await parallel(10, "/api/players", () => from(address(), { subject: who }));
    expect(
      (await service.call("/api/players", from(address(), { subject: who, role: "viewer" }))).status,
    ).toBe(429);
    expect((await service.call("/api/players", from(address(), { subject: subject() }))).status).toBe(200);
  });

  it("a class: a flood of reads keeps nobody from writing", async () => {
    const who = subject();
    await parallel(12, "/api/players", () => ({ subject: who }));
    expect((await service.call("/api/security/report", { subject: who, method: "POST" })).status).toBe(400);
    expect((await service.call("/api/security/dashboard", { subject: who })).status).toBe(429);
  });

  it("bad tokens exhaust the address, not the principal they pretend to be", async () => {
    const ip = address();
    await parallel(12, "/api/players", () => from(ip, { role: null }));
    expect((await service.call("/api/players", from(ip, { subject: subject() }))).status).toBe(200);
  });

  it("an IPv6 site as one", async () => {
    const replies = await parallel(20, "/openapi.json", (n) =>
      from(`2001:db8:1:${next}::${n + 1}`, { role: null }),
    );
    expect(through(replies)).toBe(10);
  });
});

describe("headers that anybody can write", () => {
  const claims = (n: number) => ({
    "x-forwarded-for": `192.0.2.${n}`,
    forwarded: `for=192.0.2.${n}`,
    "x-real-ip": `192.0.2.${n}`,
    "true-client-ip": `192.0.2.${n}`,
    "x-client-ip": `192.0.2.${n}`,
    "x-cluster-client-ip": `192.0.2.${n}`,
    "cf-connecting-ipv6": `2001:db8::${n}`,
    "cf-pseudo-ipv4": `192.0.2.${n}`,
    via: `192.0.2.${n}`,
  });

  it("dodge no limit", async () => {
    const ip = address();
    const replies = await parallel(20, "/openapi.json", (n) => from(ip, { role: null, headers: claims(n) }));
    expect(through(replies)).toBe(10);
  });

  it("exhaust nobody else's", async () => {
    const victim = address();
    const blame = { "x-forwarded-for": victim, forwarded: `for=${victim}`, "x-real-ip": victim };
    const attacker = address();
    await parallel(15, "/openapi.json", () => from(attacker, { role: null, headers: blame }));
    expect((await service.call("/openapi.json", from(victim, { role: null }))).status).toBe(200);
  });

  it.each([undefined, "", "false", "TRUE", "1", "yes"])(
    "CF-Connecting-IP counts only where TRUST_CF_HEADERS is `true`: %j is not",
    async (TRUST_CF_HEADERS) => {
      // Its own class, by a limit of its own: all callers of unknown address share one bucket.
      const overrides = { ...limits, RATE_LIMIT_PERIOD_SECONDS: String(40_000 + next++) };
      const open = createService({ ...overrides, ...({ TRUST_CF_HEADERS } as object) });
      const replies = await parallel(14, "/openapi.json", () => from(address(), { role: null }), open);
      expect(through(replies)).toBeLessThanOrEqual(10);
    },
  );

  it("an address that is none shares the bucket of the unknown", async () => {
    const texts = ["", "unknown", "1.2.3", "1.2.3.4, 5.6.7.8", "01.2.3.4", "::ffff:1.2.3.4.5", "localhost"];
    const replies = await parallel(21, "/openapi.json", (n) =>
      from(texts[n % texts.length] ?? "", { role: null }),
    );
    expect(through(replies)).toBeLessThanOrEqual(10);
  });
});

describe("what is not limited", () => {
  it("/health, for anybody, without a call to any counter", async () => {
    const ip = address();
    const replies = await parallel(40, "/health", () => from(ip, { role: null }));
    expect(replies.every(({ status, headers }) => status === 200 && headers.get("ratelimit") === null)).toBe(
      true,
    );
    expect(
      service.log.filter(({ route, limiter_calls }) => route === "GET /health" && limiter_calls !== 0),
    ).toEqual([]);
  });
});

describe("the variables", () => {
  it("are the classic ones, with 100 in 60 seconds where they say nothing", async () => {
    const unset = createService({ RATE_LIMIT_REQUESTS: "", RATE_LIMIT_PERIOD_SECONDS: "no number" });
    const { headers } = await unset.call("/api/players", { subject: subject() });
    expect(headers.get("ratelimit-policy")).toBe('"read";q=100;w=60');
  });

  it("a limit of 100,000,000 switches it off", async () => {
    const { headers, status } = await createService().call("/api/players", { subject: subject() });
    expect({ status, policy: headers.get("ratelimit-policy") }).toEqual({
      status: 200,
      policy: '"read";q=100000000;w=60',
    });
  });

  it("opening the API's limits does not open password guessing", () => {
    const open = { RATE_LIMIT_REQUESTS: "100000000", RATE_LIMIT_PERIOD_SECONDS: "1" };
    for (const cls of ["login_address", "login_account"] as const) {
      const policy = policyFor(cls, open);
      expect(policy).toEqual(policyFor(cls, {}));
      expect(policy.limit).toBeLessThanOrEqual(30);
      expect(
        Object.keys(
          rateLimitHeaders(policy, {
            allowed: true,
            limit: 1,
            remaining: 1,
            resetSeconds: 1,
            retryAfterSeconds: 0,
          }),
        ),
      ).toHaveLength(2);
    }
  });
});
