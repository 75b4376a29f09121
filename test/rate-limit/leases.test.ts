import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyCounter, grant, leaseMs, spareFor, takeNow } from "../../src/rate-limit/leases.ts";
import type { Quota } from "../../src/rate-limit/window.ts";
import { busiest, createModel, type Step, startMs } from "./lease-model.ts";

const share = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** Most of the time this, now and then one of those. */
const mostly = <T>(usual: fc.Arbitrary<T>, ...rare: fc.Arbitrary<T>[]) =>
  fc.oneof({ weight: 3, arbitrary: usual }, ...rare.map((arbitrary) => ({ weight: 1, arbitrary })));

// Bursts that exhaust the limit, and gaps near the life of a lease and near the period: that is where bounds break.
const step: fc.Arbitrary<Step> = fc.record({
  gapShare: mostly(share(0, 0.02), share(0.38, 0.56), share(0.98, 1.06), share(0, 2)),
  isolate: fc.nat({ max: 2 }),
  permits: mostly(fc.constant(1), fc.integer({ min: 1, max: 40 })),
  times: mostly(fc.integer({ min: 1, max: 9 }), fc.constant(100)),
  thereShare: mostly(fc.constant(0), share(0, 0.3)),
  backShare: mostly(fc.constant(0), share(0, 0.6)),
  isLost: mostly(fc.constant(false), fc.boolean()),
  mishap: mostly(
    fc.constant("none" as const),
    fc.constantFrom("eviction", "death", "step back"),
    fc.constant("drift"),
  ),
});

describe("no closed interval of a period holds more admissions than the limit", () => {
  it("in any order of requests, lost answers, evictions, deaths and clocks that lose time", () => {
    const policy = fc.record({
      name: fc.constant("p"),
      limit: fc.integer({ min: 5, max: 200 }),
      periodSeconds: fc.constantFrom(1, 60, 86_400),
    });
    const steps = fc.array(step, { minLength: 4, maxLength: 40, size: "max" });
    fc.assert(
      fc.property(policy, steps, (policy, steps) => {
        const model = createModel(policy, 3);
        for (const one of steps) model.play(one);
        model.finish();
        expect(busiest(model.admissions, policy.periodSeconds * 1000)).toBeLessThanOrEqual(policy.limit);
      }),
      { numRuns: 250, seed: 20_261_101 },
    );
  });

  it("where a slow clock uses its lease as late as it can, and others take what that seems to leave", () => {
    const calm: Step = {
      gapShare: 0,
      isolate: 0,
      permits: 1,
      times: 1,
      thereShare: 0,
      backShare: 0,
      isLost: false,
      mishap: "none",
    };
    const attack = fc.record({
      answerShare: mostly(fc.constant(0), share(0, 0.1)),
      idleShare: share(0.3, 0.56),
      uses: fc.integer({ min: 1, max: 6 }),
      pauseShare: share(0, 0.1),
      settles: fc.boolean(),
      laterShare: share(0.9, 1.06),
    });
    fc.assert(
      fc.property(attack, ({ answerShare, idleShare, uses, pauseShare, settles, laterShare }) => {
        const model = createModel({ name: "p", limit: 200, periodSeconds: 60 }, 2);
        model.play({ ...calm, times: 4 });
        model.play({ ...calm, backShare: answerShare, mishap: "drift" });
        model.play({ ...calm, gapShare: idleShare, times: uses });
        if (settles) model.play({ ...calm, gapShare: pauseShare, times: 20 });
        model.play({ ...calm, isolate: 1, gapShare: laterShare, times: 250 });
        model.finish();
        expect(busiest(model.admissions, 60_000)).toBeLessThanOrEqual(200);
      }),
      { numRuns: 1_000, seed: 20_261_101 },
    );
  });
});

const quota: Quota = { limit: 1_000, periodSeconds: 60 };
const counter = () => emptyCounter(quota, startMs);
let ids = 0;
const newId = () => `id-${++ids}`;

describe("a block", () => {
  it.each([
    { remaining: 100_000_000, limit: 100_000_000, spare: 6_250_000 },
    { remaining: 1_000, limit: 1_000, spare: 62 },
    { remaining: 500, limit: 1_000, spare: 31 },
    { remaining: 272, limit: 1_000, spare: 17 },
    // What each slot frees.
    { remaining: 271, limit: 1_000, spare: 17 },
    { remaining: 17, limit: 1_000, spare: 17 },
    { remaining: 16, limit: 1_000, spare: 16 },
    { remaining: 0, limit: 1_000, spare: 0 },
  ])("of $remaining left of $limit is at most $spare", ({ remaining, limit, spare }) => {
    expect(spareFor(remaining, limit)).toBe(spare);
  });

  it("is no larger than what is wanted, and none where nothing more is", () => {
    const state = counter();
    expect(grant(state, quota, startMs, { needed: 3, wanted: 10 }, newId)).toMatchObject({
      verdict: { allowed: true, remaining: 997, resetSeconds: 91 },
      beyond: { allowed: true, remaining: 990 },
      lease: { permits: 7 },
    });
    expect(grant(state, quota, startMs, { needed: 3, wanted: 2 }, newId)).toMatchObject({
      verdict: { allowed: true, remaining: 987 },
      lease: null,
    });
  });

  it("is none once 256 are out: the stored row stays small", () => {
    const large = { limit: 1_000_000, periodSeconds: 60 };
    const state = emptyCounter(large, startMs);
    const answers = Array.from({ length: 300 }, () =>
      grant(state, large, startMs, { needed: 1, wanted: 2 }, newId),
    );
    expect(answers.every(({ verdict }) => verdict.allowed)).toBe(true);
    expect(state.leases).toHaveLength(256);
    expect(JSON.stringify(state).length).toBeLessThan(64_000);
  });
});

describe("a lease", () => {
  const lent = () => {
    const state = counter();
    const { lease } = grant(state, quota, startMs, { needed: 10, wanted: 60 }, newId);
    return { state, id: lease?.id ?? "" };
  };
  const left = (state: ReturnType<typeof counter>, atMs: number) =>
    takeNow(structuredClone(state), quota, atMs, 0).remaining;

  it("counts in full while it is out", () => {
    const { state } = lent();
    expect(left(state, startMs)).toBe(940);
    expect(left(state, startMs + leaseMs(60_000) - 1)).toBe(940);
  });

  it("never settled counts at its end, and leaves a period and a slot later", () => {
    const { state } = lent();
    // The ten of the request leave first.
    expect(left(state, startMs + 61_000)).toBe(950);
    expect(left(state, startMs + 30_000 + 60_999)).toBe(950);
    expect(left(state, startMs + 30_000 + 61_000)).toBe(1_000);
  });

  it("settled counts what was used where it was used, the margin later; the rest is free at once", () => {
    const { state, id } = lent();
    const settle = { id, used: [[2_000, 20]] as const };
    grant(state, quota, startMs + 20_000, { needed: 1, wanted: 1, settle }, newId);
    expect(left(state, startMs + 20_000)).toBe(1_000 - 10 - 20 - 1);
    expect(left(state, startMs + 2_000 + 3_000 + 60_999)).toBe(1_000 - 20 - 1);
    expect(left(state, startMs + 2_000 + 3_000 + 61_000)).toBe(1_000 - 1);
  });

  it.each([
    { case: "after its end", atMs: startMs + 30_000, isKnown: true },
    { case: "twice", atMs: startMs + 1_000, isKnown: true },
    { case: "of an unknown id", atMs: startMs + 1_000, isKnown: false },
  ])("settled $case changes nothing", ({ case: name, atMs, isKnown }) => {
    const { state, id } = lent();
    const settle = { id: isKnown ? id : "unknown", used: [[0, 1]] as const };
    const ask = { needed: 1_001, wanted: 1_001, settle };
    if (name === "twice") grant(state, quota, atMs, ask, newId);
    const before = left(state, atMs);
    expect(grant(state, quota, atMs, ask, newId)).toMatchObject({ isChanged: false });
    expect(left(state, atMs)).toBe(before);
  });

  it("tells a refused caller to wait until leases that are lost have left too", () => {
    const state = counter();
    grant(state, quota, startMs, { needed: 940, wanted: 1_000 }, newId);
    takeNow(state, quota, startMs, takeNow(state, quota, startMs, 0).remaining);
    const { verdict } = grant(state, quota, startMs, { needed: 1_000, wanted: 1_000 }, newId);
    expect(verdict).toMatchObject({ allowed: false, remaining: 0, resetSeconds: 61, retryAfterSeconds: 91 });
    expect(takeNow(state, quota, startMs + 91_000, 1_000).allowed).toBe(true);
  });
});
