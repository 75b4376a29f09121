import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyWindow,
  lifetimeMs,
  type Quota,
  record,
  slotsPerPeriod,
  take,
} from "../../src/rate-limit/window.ts";

// 60 s in 60 slots: a slot is one second, and 1,800,000,000,000 starts one.
const startMs = 1_800_000_000_000;
const quota: Quota = { limit: 2, periodSeconds: 60 };

interface Arrival {
  readonly atMs: number;
  readonly permits: number;
}

/** Random gaps: many within a slot, some near a whole period, so that boundaries are hit often. */
const arrivals = (periodMs: number) => {
  const gapMs = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: Math.ceil(periodMs / 20) }) },
    { weight: 1, arbitrary: fc.integer({ min: periodMs - 40, max: periodMs + 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 * periodMs }) },
  );
  return fc
    .array(fc.record({ gapMs, permits: fc.integer({ min: 0, max: 3 }) }), { maxLength: 120 })
    .map((gaps) => {
      let atMs = startMs;
      return gaps.map(({ gapMs, permits }): Arrival => {
        atMs += gapMs;
        return { atMs, permits };
      });
    });
};

const scenario = fc
  .record({ limit: fc.integer({ min: 1, max: 12 }), periodSeconds: fc.integer({ min: 1, max: 400 }) })
  .chain((policy) => fc.tuple(fc.constant(policy), arrivals(policy.periodSeconds * 1000)));

/** The most permits granted in any closed interval as long as the period. */
function busiest(granted: readonly Arrival[], periodMs: number): number {
  const totals = granted.map((end) =>
    granted
      .filter(({ atMs }) => atMs >= end.atMs - periodMs && atMs <= end.atMs)
      .reduce((sum, { permits }) => sum + permits, 0),
  );
  return Math.max(0, ...totals);
}

describe("no interval of a period holds more than the limit", () => {
  it("at random arrivals and policies", () => {
    fc.assert(
      fc.property(scenario, ([policy, all]) => {
        const state = emptyWindow(policy, startMs);
        const granted = all.filter(({ atMs, permits }) => take(state, policy, atMs, permits).allowed);
        expect(busiest(granted, policy.periodSeconds * 1000)).toBeLessThanOrEqual(policy.limit);
      }),
      { numRuns: 500 },
    );
  });

  it("when the limit and the period change on the way: each period's own rule still holds", () => {
    const policies = fc.array(
      fc.record({ limit: fc.integer({ min: 1, max: 12 }), periodSeconds: fc.integer({ min: 1, max: 90 }) }),
      { minLength: 2, maxLength: 6 },
    );
    fc.assert(
      fc.property(policies, arrivals(30_000), (policies, all) => {
        const shortest = Math.min(...policies.map(({ periodSeconds }) => periodSeconds * 1000));
        const highest = Math.max(...policies.map(({ limit }) => limit));
        const state = emptyWindow(policies[0] ?? quota, startMs);
        const granted = all.filter(({ atMs, permits }, index) => {
          const policy = policies[Math.floor((index * policies.length) / all.length)] ?? quota;
          return take(state, policy, atMs, permits).allowed;
        });
        expect(busiest(granted, shortest)).toBeLessThanOrEqual(highest);
      }),
      { numRuns: 500 },
    );
  });

  it("and a clock that jumps back grants no more than one that stood still", () => {
    const jitterMs = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(scenario, jitterMs, ([policy, all], jitter) => {
        const jumping = emptyWindow(policy, startMs);
        const still = emptyWindow(policy, startMs);
        let latestMs = startMs;
        for (const [index, { atMs, permits }] of all.entries()) {
          const clockMs = atMs - (jitter[index] ?? 0);
          latestMs = Math.max(latestMs, clockMs);
          expect(take(jumping, policy, clockMs, permits).allowed).toBe(
            take(still, policy, latestMs, permits).allowed,
          );
        }
        expect(jumping).toEqual(still);
      }),
    );
  });
});

describe("the times that a caller is told", () => {
  it("a refused caller who waits them out succeeds", () => {
    fc.assert(
      fc.property(scenario, ([policy, all]) => {
        const state = emptyWindow(policy, startMs);
        for (const { atMs, permits } of all) {
          const verdict = take(state, policy, atMs, permits);
          expect(verdict.allowed ? verdict.retryAfterSeconds === 0 : verdict.retryAfterSeconds >= 1).toBe(
            true,
          );
          if (verdict.allowed || permits > policy.limit) continue;
          const later = take(
            structuredClone(state),
            policy,
            atMs + verdict.retryAfterSeconds * 1000,
            permits,
          );
          expect(later.allowed).toBe(true);
        }
      }),
    );
  });

  it("after the reset at least one permit is free, and all are if any was left", () => {
    fc.assert(
      fc.property(scenario, ([policy, all]) => {
        const state = emptyWindow(policy, startMs);
        for (const { atMs, permits } of all) {
          const verdict = take(state, policy, atMs, permits);
          const later = take(structuredClone(state), policy, atMs + verdict.resetSeconds * 1000, 0);
          expect(later.remaining).toBeGreaterThanOrEqual(verdict.remaining > 0 ? policy.limit : 1);
        }
      }),
    );
  });

  it("count from the caller's own clock when that went back", () => {
    const state = emptyWindow(quota, startMs);
    take(state, quota, startMs, 2);
    expect(take(state, quota, startMs - 10_000)).toMatchObject({ allowed: false, retryAfterSeconds: 71 });
  });
});

describe("one step either side of a boundary", () => {
  it.each([
    { case: "the last millisecond of the first slot", firstMs: 999, thenMs: 60_999, allowed: false },
    { case: "its next slot but 60", firstMs: 999, thenMs: 61_000, allowed: true },
    { case: "a whole period later, ends included", firstMs: 0, thenMs: 60_000, allowed: false },
    { case: "up to one slot longer than needed", firstMs: 0, thenMs: 60_999, allowed: false },
    { case: "after that slot", firstMs: 0, thenMs: 61_000, allowed: true },
    { case: "far later", firstMs: 0, thenMs: 10_000_000, allowed: true },
  ])("$case", ({ firstMs, thenMs, allowed }) => {
    const state = emptyWindow(quota, startMs);
    expect(take(state, quota, startMs + firstMs, 2).allowed).toBe(true);
    expect(take(state, quota, startMs + thenMs).allowed).toBe(allowed);
  });

  it("a request is granted whole or not at all", () => {
    const state = emptyWindow(quota, startMs);
    expect(take(state, quota, startMs, 3)).toEqual({
      allowed: false,
      limit: 2,
      remaining: 2,
      resetSeconds: 0,
      retryAfterSeconds: 1,
    });
    expect(take(state, quota, startMs, 1)).toMatchObject({ allowed: true, remaining: 1, resetSeconds: 61 });
    expect(take(state, quota, startMs, 2)).toMatchObject({ allowed: false, remaining: 1 });
    expect(take(state, quota, startMs, 1)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it("looking counts nothing, and says whether one permit would be granted", () => {
    const state = emptyWindow(quota, startMs);
    expect(take(state, quota, startMs, 0)).toMatchObject({ allowed: true, remaining: 2, resetSeconds: 0 });
    take(state, quota, startMs, 2);
    expect(take(state, quota, startMs, 0)).toMatchObject({
      allowed: false,
      remaining: 0,
      retryAfterSeconds: 61,
    });
    expect(take(state, quota, startMs + 61_000, 0)).toMatchObject({ allowed: true, remaining: 2 });
  });

  it("a lower limit holds at once, a higher one too", () => {
    const state = emptyWindow(quota, startMs);
    take(state, quota, startMs, 2);
    expect(take(state, { ...quota, limit: 1 }, startMs)).toMatchObject({ allowed: false, remaining: 0 });
    expect(take(state, { ...quota, limit: 3 }, startMs)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it.each([
    { toSeconds: 120, changeMs: 0, freeMs: 122_000 },
    { toSeconds: 120, changeMs: 40_000, freeMs: 122_000 },
    { toSeconds: 30, changeMs: 0, freeMs: 30_500 },
    // The first slot's permits may be as late as 999 ms, which is the second half-second slot.
    { toSeconds: 30, changeMs: 20_000, freeMs: 31_000 },
  ])("changed to $toSeconds s after $changeMs ms, frees at $freeMs ms", ({ toSeconds, changeMs, freeMs }) => {
    const state = emptyWindow(quota, startMs);
    take(state, quota, startMs, 2);
    take(state, quota, startMs + changeMs, 0);
    const changed = { ...quota, periodSeconds: toSeconds };
    expect(take(state, changed, startMs + changeMs).allowed).toBe(false);
    expect(take(state, changed, startMs + freeMs - 1).allowed).toBe(false);
    expect(take(state, changed, startMs + freeMs).allowed).toBe(true);
  });
});

describe("the state", () => {
  it("is as small at a limit of 100,000,000 as at 2", () => {
    const huge: Quota = { limit: 100_000_000, periodSeconds: 60 };
    const state = emptyWindow(huge, startMs);
    for (let index = 0; index < 10_000; index++) take(state, huge, startMs + index * 37, 1_000);
    expect(state.counts).toHaveLength(slotsPerPeriod + 1);
    expect(JSON.stringify(state).length).toBeLessThan(700);
  });

  it("is empty again after its lifetime, at the latest", () => {
    const state = emptyWindow(quota, startMs);
    take(state, quota, startMs, 2);
    const look = (ms: number) => take(structuredClone(state), quota, startMs + ms, 0).remaining;
    expect(look(lifetimeMs(state) - 1)).toBe(0);
    expect(look(lifetimeMs(state))).toBe(2);
  });

  it("also counts what went over the limit elsewhere, without a negative remainder", () => {
    const state = emptyWindow(quota, startMs);
    record(state, quota, startMs, 5);
    expect(take(state, quota, startMs)).toMatchObject({ allowed: false, remaining: 0 });
  });

  it.each([-1, 0.5, Number.NaN])("refuses %s permits by an error, and counts nothing", (permits) => {
    const state = emptyWindow(quota, startMs);
    expect(() => take(state, quota, startMs, permits)).toThrow(RangeError);
    expect(take(state, quota, startMs, 0).remaining).toBe(2);
  });

  it("refuses a clock that is no number", () => {
    expect(() => take(emptyWindow(quota, startMs), quota, Number.NaN)).toThrow(RangeError);
  });
});
