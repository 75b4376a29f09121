import { describe, expect, it } from "vitest";
import { policyFor } from "../../src/rate-limit/policy.ts";
import { rateLimitHeaders, type Verdict } from "../../src/rate-limit/verdict.ts";

describe("the policy of a class", () => {
  it.each([
    { text: undefined, limit: 100, periodSeconds: 60 },
    { text: "", limit: 100, periodSeconds: 60 },
    { text: "0", limit: 100, periodSeconds: 60 },
    { text: "1", limit: 1, periodSeconds: 1 },
    { text: " 7 ", limit: 7, periodSeconds: 7 },
    { text: "-5", limit: 100, periodSeconds: 60 },
    { text: "+5", limit: 100, periodSeconds: 60 },
    { text: "1.5", limit: 100, periodSeconds: 60 },
    { text: "1e3", limit: 100, periodSeconds: 60 },
    { text: "0x10", limit: 100, periodSeconds: 60 },
    { text: "ten", limit: 100, periodSeconds: 60 },
    { text: "NaN", limit: 100, periodSeconds: 60 },
    { text: "Infinity", limit: 100, periodSeconds: 60 },
    { text: "86400", limit: 86_400, periodSeconds: 86_400 },
    { text: "86401", limit: 86_401, periodSeconds: 60 },
    { text: "1000000000", limit: 1_000_000_000, periodSeconds: 60 },
    { text: "1000000001", limit: 100, periodSeconds: 60 },
    { text: "99999999999999999999", limit: 100, periodSeconds: 60 },
  ])("both variables $text: $limit in $periodSeconds s", ({ text, limit, periodSeconds }) => {
    const variables = { RATE_LIMIT_REQUESTS: text, RATE_LIMIT_PERIOD_SECONDS: text };
    expect(policyFor("read", variables)).toEqual({ name: "read", limit, periodSeconds });
  });

  it.each(["login", "public", "read", "write", "bulk", "admin", "unauthenticated"] as const)(
    "%s: own name",
    (cls) => {
      expect(policyFor(cls, { RATE_LIMIT_REQUESTS: "5" })).toEqual({
        name: cls,
        limit: 5,
        periodSeconds: 60,
      });
    },
  );

  it.each([
    { cls: "login_address", limit: 30, seconds: 300 },
    { cls: "login_account", limit: 10, seconds: 400 },
    { cls: "login_device", limit: 10, seconds: 400 },
  ] as const)("$cls: $limit in $seconds s, whatever the variables say", ({ cls, limit, seconds }) => {
    const RATE_LIMIT_POLICIES = JSON.stringify({ [cls]: { requests: 1_000, period_seconds: 1 } });
    const off = { RATE_LIMIT_REQUESTS: "100000000", RATE_LIMIT_PERIOD_SECONDS: "1", RATE_LIMIT_POLICIES };
    const policy = policyFor(cls, off, { requests: 1_000, period_seconds: 1 });
    expect(policy).toEqual({ name: cls, limit, periodSeconds: seconds });
  });
});

describe("rows of bulk telemetry", () => {
  it.each([
    { requests: undefined, rows: undefined, limit: 100_000 },
    { requests: "5", rows: undefined, limit: 5_000 },
    { requests: "5", rows: "none", limit: 5_000 },
    { requests: "5", rows: "70", limit: 70 },
    { requests: "100000000", rows: undefined, limit: 100_000_000_000 },
  ])("requests $requests, rows $rows: $limit", ({ requests, rows, limit }) => {
    const variables = { RATE_LIMIT_REQUESTS: requests, RATE_LIMIT_ROWS: rows };
    expect(policyFor("rows", variables).limit).toBe(limit);
    expect(policyFor("bulk", variables).limit).toBe(Number(requests ?? 100));
  });
});

describe("limits of single classes", () => {
  const variables = (policies: string) => ({ RATE_LIMIT_REQUESTS: "5", RATE_LIMIT_POLICIES: policies });

  it.each([
    { text: '{"read":{"requests":7,"period_seconds":9}}', limit: 7, periodSeconds: 9 },
    { text: '{"read":{"requests":7}}', limit: 7, periodSeconds: 60 },
    { text: '{"read":{"period_seconds":9}}', limit: 5, periodSeconds: 9 },
    { text: '{"write":{"requests":7}}', limit: 5, periodSeconds: 60 },
    { text: '{"read":{"requests":0,"period_seconds":9}}', limit: 5, periodSeconds: 9 },
    { text: '{"read":{"requests":"7"}}', limit: 5, periodSeconds: 60 },
    { text: '{"read":{"requests":1.5}}', limit: 5, periodSeconds: 60 },
    { text: '{"read":{"requests":1000000001}}', limit: 5, periodSeconds: 60 },
    { text: '{"read":{"period_seconds":86401}}', limit: 5, periodSeconds: 60 },
    { text: '{"read":null}', limit: 5, periodSeconds: 60 },
    { text: '{"read":7}', limit: 5, periodSeconds: 60 },
    { text: '[{"requests":7}]', limit: 5, periodSeconds: 60 },
    { text: '{"__proto__":{"requests":7}}', limit: 5, periodSeconds: 60 },
    { text: "null", limit: 5, periodSeconds: 60 },
    { text: '{"read":', limit: 5, periodSeconds: 60 },
    { text: "", limit: 5, periodSeconds: 60 },
  ])("$text: read has $limit in $periodSeconds s", ({ text, limit, periodSeconds }) => {
    expect(policyFor("read", variables(text))).toEqual({ name: "read", limit, periodSeconds });
  });

  it("an API key's own limit comes first, as far as it goes", () => {
    const both = variables('{"read":{"requests":7,"period_seconds":9}}');
    expect(policyFor("read", both, { requests: 3 })).toEqual({ name: "read", limit: 3, periodSeconds: 9 });
    expect(policyFor("read", both, { requests: -1 })).toMatchObject({ limit: 7 });
    expect(policyFor("rows", both, { requests: 2_000_000_000 })).toMatchObject({ limit: 2_000_000_000 });
  });
});

describe("the headers", () => {
  const policy = { name: "default", limit: 100, periodSeconds: 60 };
  const allowed: Verdict = {
    allowed: true,
    limit: 100,
    remaining: 50,
    resetSeconds: 30,
    retryAfterSeconds: 0,
  };

  it("as in the draft, without Retry-After, when allowed", () => {
    expect(rateLimitHeaders(policy, allowed)).toEqual({
      "RateLimit-Policy": '"default";q=100;w=60',
      RateLimit: '"default";r=50;t=30',
    });
  });

  it.each([
    { retryAfterSeconds: 12, header: "12" },
    { retryAfterSeconds: 0, header: "1" },
  ])("Retry-After $header when refused", ({ retryAfterSeconds, header }) => {
    const refused = { ...allowed, allowed: false, remaining: 0, resetSeconds: 12, retryAfterSeconds };
    expect(rateLimitHeaders(policy, refused)).toMatchObject({
      RateLimit: '"default";r=0;t=12',
      "Retry-After": header,
    });
  });
});
