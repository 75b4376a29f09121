import { describe, expect, it } from "vitest";
import { priorBaseline } from "../../src/detection/baseline.ts";
import type { SessionEvidence } from "../../src/detection/evidence.ts";
import { measureEvidence } from "../../src/detection/measured.ts";
import { type Metric, naturalOf } from "../../src/detection/metric.ts";
import {
  accuracy,
  headshotRate,
  killDeath,
  killsPerMinute,
  reactionTime,
  shooterMetrics,
} from "../../src/detection/profile.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { classic, evidenceOf } from "./builders.ts";

function levelOf(metric: Metric, values: readonly Partial<SessionEvidence>[]) {
  const sessions = values.map((value, i) => classic(`${i}`, value));
  const level = measureEvidence(evidenceOf(sessions)).levels.get(metric.id);
  if (level === undefined) throw new Error(`no level of ${metric.id}`);
  return { ...level, natural: naturalOf(metric.kind, level.level) };
}

describe("a level", () => {
  it("of 900 in 1,000 kills says more than of 9 in 10", () => {
    const few = levelOf(headshotRate, [{ kills: 10, headshots: 9 }]);
    const many = levelOf(headshotRate, [{ kills: 1000, headshots: 900 }]);
    expect(few.natural).toBeLessThan(many.natural);
    expect(few.variance).toBeGreaterThan(many.variance * 3);
  });

  it("of the same kills in more sessions is known better, by the player's own ups and downs", () => {
    const one = levelOf(headshotRate, [{ kills: 400, headshots: 200 }]);
    const four = levelOf(
      headshotRate,
      Array.from({ length: 4 }, () => ({ kills: 100, headshots: 50 })),
    );
    expect(four.level).toBeCloseTo(one.level, 9);
    expect(one.variance - four.variance).toBeCloseTo(headshotRate.within ** 2 * 0.75, 9);
  });

  it("has the variance of a binomial halfway to the prior", () => {
    const { variance, level } = levelOf(headshotRate, [{ kills: 98, headshots: 98 }]);
    const middle = naturalOf("proportion", (level + headshotRate.prior.median) / 2);
    expect(variance).toBeCloseTo(1 / (100 * middle * (1 - middle)) + headshotRate.within ** 2, 9);
  });

  it.each<[Metric, Partial<SessionEvidence>[], number]>([
    [accuracy, [{ shotsFired: 100_000, shotsHit: 30_000 }], 0.3],
    [
      killsPerMinute,
      [
        { kills: 9000, durationMinutes: 1000 },
        { kills: 9000, durationMinutes: 1000 },
      ],
      9,
    ],
    [killDeath, [{ kills: 50_000, deaths: 25_000 }], 2],
    [reactionTime, [{ reactionTimeMs: 200 }, { reactionTimeMs: 220 }, { reactionTimeMs: 9000 }], 220],
    [headshotRate, Array.from({ length: 90 }, () => ({ headshotRate: 0.8 })), 0.8],
  ])("is the usual quantity where there is much of it: %#", (metric, values, expected) => {
    expect(levelOf(metric, values).natural / expected).toBeCloseTo(1, 2);
  });

  it("takes headshots of kills before the rate that the sender computed", () => {
    const counted = levelOf(headshotRate, [{ kills: 1000, headshots: 500, headshotRate: 1 }]);
    expect(counted.natural).toBeCloseTo(0.5, 2);
    const rated = levelOf(headshotRate, [{ kills: 1000, headshotRate: 0.7 }]);
    expect(rated.exposure).toBe(1000);
    expect(levelOf(headshotRate, [{ headshotRate: 0.7 }]).exposure).toBe(5);
  });

  it("never takes more hits than shots, nor a made-up value for a missing one", () => {
    expect(levelOf(accuracy, [{ shotsFired: 50, shotsHit: 90 }]).natural).toBeLessThan(1);
    const { statistics } = scoreEvidence(evidenceOf([classic("bare", {})]), priorBaseline);
    expect(Object.keys(statistics.cells).sort()).toEqual([
      "actions_per_minute",
      "headshot_rate",
      "session_length",
    ]);
  });
});

describe("the shooter profile", () => {
  it("has a prior for every metric, once", () => {
    expect(Object.keys(priorBaseline.metrics)).toHaveLength(shooterMetrics.length);
    for (const metric of shooterMetrics) {
      expect(metric.prior.between).toBeGreaterThan(0);
      expect(metric.priorNatural).toBeCloseTo(naturalOf(metric.kind, metric.prior.median), 12);
    }
  });
});
