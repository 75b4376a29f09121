import { describe, expect, it } from "vitest";
import { createLeaseBook } from "../../src/rate-limit/lease-book.ts";
import { createLimiter, type LimiterOptions } from "../../src/rate-limit/limiter.ts";
import type { Policy } from "../../src/rate-limit/policy.ts";
import { playedCounters } from "./counters.ts";

const startMs = 1_800_000_000_000;
const small: Policy = { name: "read", limit: 999, periodSeconds: 60 };
const large: Policy = { name: "read", limit: 1_000, periodSeconds: 60 };

describe("the limiter", () => {
  it("asks the counter of the policy and key, one permit and the real clock unless told otherwise", async () => {
    const { calls, namespace } = playedCounters(() => startMs);
    const book = createLeaseBook();
    await createLimiter(namespace, { book }).take("key:1", small);
    await createLimiter(namespace, { book, nowMs: 5 }).take("a", small, 0);
    expect(calls).toEqual([
      { name: "read:key:1", method: "take", args: [small, 1, undefined] },
      { name: "read:a", method: "take", args: [small, 0, 5] },
    ]);
  });

  it.each([
    { case: "a limit below 1,000", policy: small, permits: 1, method: "take" },
    { case: "a limit of 1,000", policy: large, permits: 1, method: "lease" },
    { case: "a look", policy: large, permits: 0, method: "take" },
  ])("$case: $method", async ({ policy, permits, method }) => {
    const { calls, namespace } = playedCounters(() => startMs);
    await createLimiter(namespace, { book: createLeaseBook() }).take("a", policy, permits);
    expect(calls.map((call) => call.method)).toEqual([method]);
  });

  it("below 1,000 asks for each request and tells of each call; nothing is leased or remembered", async () => {
    const { calls, namespace } = playedCounters(() => startMs);
    let count = 0;
    const limiter = createLimiter(namespace, { book: createLeaseBook(), onCall: () => count++ });
    for (let n = 0; n < 1_010; n++) {
      expect((await limiter.take("a", small)).allowed).toBe(n < 999);
    }
    expect([count, calls.length]).toEqual([1_010, 1_010]);
  });
});

describe("requests at once", () => {
  function isolate(options: LimiterOptions = {}) {
    const counters = playedCounters(() => startMs);
    const clock = { now: () => startMs, nowMs: startMs };
    return {
      ...counters,
      limiter: createLimiter(counters.namespace, { book: createLeaseBook(), ...clock, ...options }),
    };
  }
  const many = (count: number, one: () => Promise<unknown>) =>
    Promise.all(Array.from({ length: count }, one));

  it("share two calls when the isolate holds nothing: one for the first, one for all who wait", async () => {
    const { calls, limiter } = isolate();
    const verdicts = await many(40, () => limiter.take("a", large));
    expect(verdicts.every((verdict) => (verdict as { allowed: boolean }).allowed)).toBe(true);
    expect(calls).toHaveLength(2);
    expect(calls[1]?.args[1]).toMatchObject({ needed: 1, wanted: 40 });
  });

  it("share one refusal", async () => {
    const { calls, limiter } = isolate();
    await limiter.take("a", large, 1_000);
    const before = calls.length;
    const verdicts = await many(40, () => limiter.take("a", large));
    expect(verdicts).toEqual(Array(40).fill(verdicts[0]));
    expect(verdicts[0]).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 61 });
    expect(calls.length - before).toBeLessThanOrEqual(1);
  });

  it("fail together when the counter is out of reach", async () => {
    let calls = 0;
    const broken = { idFromName: String, get: () => ({ lease: () => Promise.reject(new Error("gone")) }) };
    const limiter = createLimiter(broken as never, { book: createLeaseBook(), onCall: () => calls++ });
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => limiter.take("a", large)));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(calls).toBe(1);
  });

  it("do not wait for ever for a request that was cancelled", async () => {
    const { namespace } = playedCounters(() => startMs);
    const real = namespace as unknown as {
      idFromName: (name: string) => string;
      get: (name: string) => object;
    };
    let gets = 0;
    // The first call never answers, as that of a cancelled request.
    const stuck = {
      ...real,
      get: (name: string) => (gets++ === 0 ? { lease: () => new Promise(() => {}) } : real.get(name)),
    };
    const limiter = createLimiter(stuck as never, { book: createLeaseBook() });
    void limiter.take("a", large);
    expect(await many(5, () => limiter.take("a", large))).toMatchObject(Array(5).fill({ allowed: true }));
  });
});

describe("steady traffic", () => {
  /** Two whole periods of evenly spaced requests, after one to warm up; calls and admissions a request. */
  async function run(policy: Policy, load: number, permits: number, isolates: number) {
    let nowMs = startMs;
    let calls = 0;
    const { namespace } = playedCounters(() => nowMs);
    const now = () => nowMs;
    const onCall = () => calls++;
    const limiters = Array.from({ length: isolates }, () =>
      createLimiter(namespace, { book: createLeaseBook(), now, onCall }),
    );
    const aPeriod = Math.round((policy.limit * load) / permits);
    let admitted = 0;
    for (let n = 0; n < 3 * aPeriod; n++) {
      nowMs = startMs + Math.floor((n * policy.periodSeconds * 1000) / aPeriod);
      if (n === aPeriod) [calls, admitted] = [0, 0];
      const verdict = await limiters[n % isolates]?.take("a", policy, permits);
      if (verdict?.allowed) admitted += permits;
    }
    return {
      callsPerRequest: calls / (2 * aPeriod),
      used: admitted / (2 * policy.limit * Math.min(load, 1)),
    };
  }

  const rows: Policy = { name: "rows", limit: 1_000_000, periodSeconds: 60 };
  it.each([
    { policy: large, load: 0.1, permits: 1, isolates: 1 },
    { policy: large, load: 0.5, permits: 1, isolates: 1 },
    { policy: large, load: 0.9, permits: 1, isolates: 1 },
    { policy: large, load: 1.3, permits: 1, isolates: 1 },
    { policy: large, load: 0.5, permits: 1, isolates: 4 },
    { policy: large, load: 0.9, permits: 1, isolates: 4 },
    { policy: { ...large, limit: 10_000 }, load: 0.9, permits: 1, isolates: 4 },
    { policy: { ...large, limit: 10_000 }, load: 1.5, permits: 1, isolates: 4 },
    { policy: { ...large, limit: 1_000_000 }, load: 0.1, permits: 1, isolates: 1 },
    { policy: { ...large, periodSeconds: 1 }, load: 0.7, permits: 1, isolates: 1 },
    { policy: { ...large, periodSeconds: 3_600 }, load: 0.8, permits: 1, isolates: 2 },
    { policy: rows, load: 0.5, permits: 1_000, isolates: 2 },
    { policy: rows, load: 0.9, permits: 1_000, isolates: 2 },
    { policy: { ...rows, limit: 100_000 }, load: 0.7, permits: 100, isolates: 2 },
  ])(
    "limit $policy.limit in $policy.periodSeconds s, load $load, $permits each, $isolates isolates: at most one call in ten",
    async ({ policy, load, permits, isolates }) => {
      const { callsPerRequest, used } = await run(policy, load, permits, isolates);
      expect(callsPerRequest).toBeLessThanOrEqual(0.1);
      expect(used).toBeGreaterThan(0.95);
    },
  );
});
