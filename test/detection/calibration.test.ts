import { describe, expect, it } from "vitest";
import { type Baseline, isCalibrated, refreshedBaseline } from "../../src/detection/baseline.ts";
import type { Score } from "../../src/detection/risk.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { population, type Simulated, settle } from "./simulated.ts";

const large = population(1, 1_600, 0.1);
const settled = settle(large);
const honestOf = (players: readonly Simulated[], scores: readonly Score[]): Score[] =>
  scores.filter((_, i) => players[i]?.cheat === false);
const at = (scores: readonly Score[], risk: number): number =>
  scores.filter((score) => score.risk >= risk).length;

describe("a scope of 1,600 with a tenth of cheats", () => {
  it("comes to rest within three rounds, calibrated, and stays there", () => {
    expect(settled.rounds).toBeLessThanOrEqual(3);
    expect(isCalibrated(settled.baseline)).toBe(true);
    expect(settled.scores.every((score) => score.calibrated)).toBe(true);
    expect(refreshedBaseline(settled.baseline, settled.histogram, large.length)).toBeNull();
  });

  it("keeps the promise, and ranks cheats first", () => {
    const honest = honestOf(large, settled.scores);
    expect(at(honest, 4_000)).toBeLessThanOrEqual(honest.length / 100);
    expect(at(honest, 7_000)).toBeLessThanOrEqual(2);
    expect(at(honest, 9_000)).toBe(0);
    const cheats = settled.scores.filter((_, i) => large[i]?.cheat);
    expect(at(cheats, 4_000)).toBeGreaterThan(cheats.length / 4);
  });

  it("stores little: scores under 8 KB, histograms under 200", () => {
    for (const score of settled.scores) expect(JSON.stringify(score).length).toBeLessThan(16_000);
    const mean = settled.scores.reduce((sum, score) => sum + JSON.stringify(score).length, 0) / large.length;
    expect(mean).toBeLessThan(8_000);
    expect(JSON.stringify(settled.histogram).length).toBeLessThan(200_000);
  });

  it("says of every term how many honest players go as far, and what the next band would take", () => {
    for (const score of settled.scores) {
      for (const line of score.ledger) {
        if (line.per100k !== null) expect(line.per100k).toBeGreaterThan(0);
      }
      expect(score.nextBand === null).toBe(score.band === "low");
      if (score.nextBand !== null) expect(score.nextBand.points).toBeGreaterThan(0);
    }
  });

  it("replays: the same evidence, baseline and time give the same bytes", () => {
    for (const [i, { evidence }] of large.slice(0, 100).entries()) {
      const again = scoreEvidence(
        { ...evidence, sessions: evidence.sessions.toReversed() },
        JSON.parse(JSON.stringify(settled.baseline)) as Baseline,
      );
      expect(JSON.stringify(again)).toBe(JSON.stringify(settled.scores[i]));
    }
  });

  it("is due when fading alone will have moved the score, not before", () => {
    let checked = 0;
    for (const [i, score] of settled.scores.entries()) {
      const evidence = large[i]?.evidence;
      if (evidence === undefined || score.dueAtMs === null || checked >= 60) continue;
      if (score.ledger.some(({ kind, id }) => kind === "proof" || id === "report.people")) continue;
      checked += 1;
      const just = scoreEvidence({ ...evidence, asOfMs: score.dueAtMs }, settled.baseline);
      expect(score.risk - just.risk >= 99 || just.band !== score.band).toBe(true);
      const halfway = (score.asOfMs + score.dueAtMs) / 2;
      const early = scoreEvidence({ ...evidence, asOfMs: halfway }, settled.baseline);
      expect(score.risk - early.risk).toBeLessThan(101);
      expect(early.band).toBe(score.band);
    }
    expect(checked).toBeGreaterThan(20);
  });

  it("does not hold more of the same honest play against anybody", () => {
    const honest = large.filter(({ cheat }) => !cheat);
    const doubled = honest.map(({ evidence }) => {
      const again = evidence.sessions
        .slice(0, 50)
        .map((s) => ({ ...s, sessionId: `${s.sessionId}+`, recordedAtMs: s.recordedAtMs - 30 * 60_000 }));
      return scoreEvidence({ ...evidence, sessions: [...evidence.sessions, ...again] }, settled.baseline);
    });
    expect(at(doubled, 4_000)).toBeLessThanOrEqual(honest.length / 100);
    expect(at(doubled, 7_000)).toBeLessThanOrEqual(2);
  });
});

describe.each([300, 30])("a scope of %i", (players) => {
  it("is not calibrated, and puts no honest player at 70", () => {
    for (const seed of [1, 2, 3]) {
      const people = population(seed, players, 0.1);
      const { scores, rounds } = settle(people);
      expect(rounds).toBeLessThanOrEqual(3);
      expect(scores.some((score) => score.calibrated)).toBe(false);
      expect(at(honestOf(people, scores), 7_000)).toBe(0);
    }
  });
});
