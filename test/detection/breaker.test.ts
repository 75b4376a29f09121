import { describe, expect, it } from "vitest";
import {
  deltaOf,
  type Histogram,
  mergeDeltas,
  playersIn,
  priorBaseline,
  refreshedBaseline,
} from "../../src/detection/baseline.ts";
import { suspendedProofs } from "../../src/detection/proof-breaker.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { asOfMs, career, dayMs, event, evidenceOf } from "./builders.ts";

const day = Math.floor((asOfMs - dayMs) / dayMs);
const showing = (count: number): Histogram => ({
  "proof:log.signature": { bins: { [day]: count }, n: count, variance: 0 },
});

describe("the breaker of proofs", () => {
  it.each([
    [9, 100, false],
    [10, 100, true],
    [10, 1_999, true],
    [10, 2_000, false],
    [31, 6_000, true],
    [30, 6_000, false],
  ])("%i of %i within a day: %s", (count, players, trips) => {
    expect(suspendedProofs(showing(count), players)).toEqual(trips ? { "log.signature": [day] } : {});
  });

  it("suspends the proof of those days, says so, and lets other days stand", () => {
    const signed = (daysAgo: number) =>
      evidenceOf(career(6, {}), [
        event("1", "aimbot_lock", { detectedAtMs: asOfMs - daysAgo * dayMs }),
        event("2", "speed_hack", { detectedAtMs: asOfMs - daysAgo * dayMs }),
      ]);
    const scores = Array.from({ length: 20 }, () => scoreEvidence(signed(1), priorBaseline));
    expect(scores.every(({ risk }) => risk >= 7_500)).toBe(true);
    const histogram = mergeDeltas(...scores.map((score) => deltaOf(null, score)));
    const baseline = refreshedBaseline(priorBaseline, histogram, playersIn(histogram)) ?? priorBaseline;
    expect(baseline.suspended).toEqual({ "log.signature": [day] });
    const after = scoreEvidence(signed(1), baseline);
    expect(after.risk).toBeLessThan(7_000);
    expect(after.ledger.find(({ id }) => id === "log.signature")?.sentence).toContain("fault of measurement");
    expect(after.statistics.proofs).toEqual({ "log.signature": day });
    expect(scoreEvidence(signed(5), baseline).risk).toBeGreaterThanOrEqual(7_500);
  });
});
