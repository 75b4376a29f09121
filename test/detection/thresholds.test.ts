import { describe, expect, it } from "vitest";
import { bandOf } from "../../src/detection/bands.ts";
import { priorBaseline } from "../../src/detection/baseline.ts";
import type { SessionEvidence } from "../../src/detection/evidence.ts";
import { shareOut } from "../../src/detection/ledger.ts";
import { measureEvidence } from "../../src/detection/measured.ts";
import { getDetector } from "../../src/detection/registry.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { boundedTailNats, upperTailNats } from "../../src/detection/tails.ts";
import { classic, evidenceOf } from "./builders.ts";
import { movingScope } from "./fixtures.ts";

const outcome = (
  id: string,
  sessions: readonly SessionEvidence[],
  overrides?: Record<string, unknown>,
): string =>
  getDetector(id).evaluate(measureEvidence(evidenceOf(sessions)), priorBaseline, overrides).outcome;
const repeat = (n: number, of: (i: number) => Partial<SessionEvidence>): SessionEvidence[] =>
  Array.from({ length: n }, (_, i) => classic(`${i}`, of(i), n - i));

describe("bandOf", () => {
  it.each([
    [0, "low"],
    [3999, "low"],
    [4000, "elevated"],
    [6999, "elevated"],
    [7000, "suspicious"],
    [8999, "suspicious"],
    [9000, "critical"],
    [10_000, "critical"],
  ])("%i is %s", (risk, band) => expect(bandOf(risk)).toBe(band));
});

describe("tails", () => {
  // Reference values: standard tables of the normal and chi-square distributions.
  it.each([
    [0, 0.5],
    [1, 0.158655],
    [2, 0.0227501],
    [3, 0.0013499],
    [-1, 0.841345],
  ])("P(Z > %d) = %d", (z, p) => {
    expect(Math.exp(-upperTailNats(z))).toBeCloseTo(p, 6);
  });
  it("goes on exponentially without a jump", () => {
    expect(upperTailNats(3.0001) - upperTailNats(3)).toBeCloseTo(0.000328, 5);
    expect(upperTailNats(5) - upperTailNats(4)).toBeCloseTo(upperTailNats(8) - upperTailNats(7), 9);
  });
  it("tells people an upper bound: the exponential through the bulk is never below the normal", () => {
    for (let z = 0.5; z < 8; z += 0.1) {
      expect(Math.exp(-boundedTailNats(z))).toBeGreaterThanOrEqual(Math.exp(-upperTailNats(z)) * 0.97);
    }
  });
});

describe("shareOut", () => {
  it("gives what is left to the largest remainders, the first of equals", () => {
    expect(shareOut(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(shareOut(10, [0.36, 0.05, 0.59])).toEqual([4, 0, 6]);
    expect(shareOut(0, [])).toEqual([]);
    expect(shareOut(5, [0, 0])).toEqual([0, 0]);
  });
});

describe("abstention", () => {
  const confidence = (sessions: readonly SessionEvidence[]): string =>
    scoreEvidence(evidenceOf(sessions), priorBaseline).confidence;
  it.each([
    [2, null, "insufficient"],
    [3, null, "sufficient"],
    [3, 19, "insufficient"],
    [3, 20, "sufficient"],
    [2, 500, "insufficient"],
  ])("%i sessions of %s kills: %s", (n, kills, expected) => {
    expect(confidence(repeat(n, () => ({ kills })))).toBe(expected);
  });
  it("does not count sessions in which nothing happened", () => {
    const idle = { actionsPerMinute: 0, headshotRate: null };
    expect(confidence([...repeat(2, () => ({})), classic("idle", idle)])).toBe("insufficient");
    expect(confidence([...repeat(2, () => ({})), classic("short", { durationMinutes: 0 })])).toBe(
      "insufficient",
    );
  });
});

describe("minimum exposure", () => {
  it.each([
    ["aim.headshot-level", { kills: 4, headshots: 4 }, true],
    ["aim.headshot-level", { kills: 5, headshots: 5 }, false],
    ["aim.accuracy-level", { shotsFired: 19, shotsHit: 9 }, true],
    ["aim.accuracy-level", { shotsFired: 20, shotsHit: 9 }, false],
    ["information.kill-rate-level", { kills: 5, durationMinutes: 4.9 }, true],
    ["information.kill-rate-level", { kills: 5, durationMinutes: 5 }, false],
    ["aim.headshot-level", { headshotRate: null }, true],
    ["aim.headshot-level", { headshotRate: 0.4 }, false],
    ["aim.headshot-level", { headshotRate: 1.4 }, true],
    ["reaction.level", { reactionTimeMs: 0.5 }, true],
    ["reaction.level", { reactionTimeMs: 1e18 }, true],
    ["information.damage-level", { metrics: {} }, true],
  ] as const)("%s of %j is insufficient: %s", (id, values, insufficient) => {
    expect(outcome(id, [classic("a", values)]) === "insufficient").toBe(insufficient);
  });

  it("asks a hundred players before it judges a unit of the game's own", () => {
    const measured = measureEvidence(evidenceOf(repeat(5, () => ({ movementSpeed: 50 }))));
    const scopeOf = (n: number) => ({
      ...movingScope,
      metrics: { movement_speed: { median: Math.log(5), between: 0.1, n } },
    });
    const speed = getDetector("movement.speed-level");
    expect(speed.evaluate(measured, scopeOf(99)).outcome).toBe("insufficient");
    expect(speed.evaluate(measured, scopeOf(100)).outcome).toBe("suspect");
  });
});

describe("automation.steadiness", () => {
  const even = (n: number) =>
    repeat(n, (i) => ({ actionsPerMinute: 90 + 0.1 * (i % 2), durationMinutes: 20 + (i % 5) }));
  it.each([
    [5, "insufficient"],
    [6, "suspect"],
  ])("of %i sessions: %s", (n, expected) => {
    expect(outcome("automation.steadiness", even(n))).toBe(expected);
  });
  it("shows a number that never changes, and leaves it below 40 alone: it may be the sender's", () => {
    const same = repeat(30, () => ({ reactionTimeMs: 230 }));
    const score = scoreEvidence(evidenceOf(same), priorBaseline);
    expect(new Set(score.anomalies.map((anomaly) => anomaly.category))).toEqual(new Set(["bot_like"]));
    expect(score.band).toBe("low");
    expect(scoreEvidence(evidenceOf(even(30)), priorBaseline).band).toBe("elevated");
  });
  it("takes only active sessions for it", () => {
    const idle = repeat(6, () => ({ actionsPerMinute: 0, headshotRate: 0 }));
    expect(outcome("automation.steadiness", idle)).toBe("insufficient");
  });
  it("does not hold matches of fixed length against hands that vary", () => {
    expect(
      outcome(
        "automation.steadiness",
        repeat(20, (i) => ({ actionsPerMinute: 40 + 3 * (i % 5), durationMinutes: 10 })),
      ),
    ).toBe("clear");
  });
});

describe("aim.change", () => {
  const step = (before: number, after: number, low: number, high: number) =>
    repeat(before + after, (i) => ({ kills: 30, headshots: Math.round(30 * (i < before ? low : high)) }));
  it.each([
    ["five sessions", step(2, 3, 0.3, 0.9), "insufficient"],
    ["a lone large step of headshots", step(6, 6, 0.3, 0.75), "suspect"],
    ["a lone step of learning's size", step(6, 6, 0.3, 0.42), "clear"],
    ["a lone step short of a large one", step(6, 6, 0.3, 0.6), "clear"],
    ["a step down", step(6, 6, 0.75, 0.3), "clear"],
  ])("%s: %s", (_name, sessions, expected) => expect(outcome("aim.change", sessions)).toBe(expected));

  it("sees several metrics step together where each alone would not do", () => {
    const both = step(6, 6, 0.3, 0.6).map((s, i) => ({ ...s, shotsFired: 300, shotsHit: i < 6 ? 60 : 150 }));
    expect(outcome("aim.change", both)).toBe("suspect");
  });

  it("takes overrides of its parameters", () => {
    expect(outcome("aim.change", step(6, 6, 0.3, 0.75), { suspectNats: 50 })).toBe("clear");
  });
});
