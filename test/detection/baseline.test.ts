import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDelta,
  deltaOf,
  type Histogram,
  isEmptyDelta,
  mergeDeltas,
  priorBaseline,
  refreshedBaseline,
} from "../../src/detection/baseline.ts";
import { binWidth } from "../../src/detection/cells.ts";
import { headshotRate, reactionTime, shooterMetrics } from "../../src/detection/profile.ts";
import type { Score } from "../../src/detection/risk.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { classic, evidenceOf, randomOf } from "./builders.ts";

const empty = scoreEvidence(evidenceOf([]), priorBaseline);
type Cells = Score["statistics"]["cells"];

/** A score of which only its place in the histograms matters. */
const scoreOf = (cells: Cells, nats = 0, size = 0, proofs: Record<string, number> = {}): Score => ({
  ...empty,
  statistics: { shape: 0, size, nats, besideNats: nats / 2, cells, proofs },
});

const cell = fc.tuple(
  fc.integer({ min: 0, max: 8 }),
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: 0, max: 40_000 }),
);
const scores: fc.Arbitrary<Score> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...shooterMetrics.map((metric) => metric.id)), cell, {
      noNullPrototype: true,
    }),
    fc.double({ min: 0, max: 60, noNaN: true }),
    fc.integer({ min: 0, max: 100 }),
    fc.dictionary(fc.constantFrom("log.signature", "reaction.floor"), fc.integer({ min: 0, max: 30_000 }), {
      noNullPrototype: true,
    }),
  )
  .map(([cells, nats, size, proofs]) => scoreOf(cells, nats, size, proofs));

const histogramOf = (players: readonly Score[]): Histogram =>
  players.reduce<Histogram>((histogram, player) => addDelta(histogram, deltaOf(null, player)), {});
const gone = scoreOf({});

describe("histogram", () => {
  it("takes out exactly what was put in, in any order", () => {
    fc.assert(
      fc.property(fc.array(scores, { maxLength: 12 }), fc.array(scores, { maxLength: 12 }), (stay, leave) => {
        const both = histogramOf([...leave, ...stay]);
        const left = leave
          .toReversed()
          .reduce<Histogram>((h, player) => addDelta(h, mergeDeltas({}, deltaOf(player, gone))), both);
        expect(left).toEqual(histogramOf(stay.toReversed()));
      }),
    );
  });

  it("moves a player as leaving and entering do, and merging deltas is adding them", () => {
    fc.assert(
      fc.property(scores, scores, scores, (a, b, c) => {
        const start = histogramOf([a, c]);
        const moved = addDelta(start, deltaOf(a, b));
        expect(moved).toEqual(histogramOf([b, c]));
        expect(addDelta(start, mergeDeltas(deltaOf(a, b), deltaOf(b, c)))).toEqual(histogramOf([c, c]));
        expect(isEmptyDelta(deltaOf(a, a))).toBe(true);
        expect(JSON.parse(JSON.stringify(moved))).toEqual(moved);
      }),
    );
  });

  it("ignores a move within a bin and sees one across its edge", () => {
    const at = (share: number): Score =>
      scoreEvidence(
        evidenceOf(
          Array.from({ length: 5 }, (_, i) => classic(`${i}`, { movementSpeed: Math.exp(share * binWidth) })),
        ),
        priorBaseline,
      );
    expect(isEmptyDelta(deltaOf(at(0.1), at(0.9)))).toBe(true);
    expect(deltaOf(at(0.9), at(1.1))["movement_speed@3"]?.bins).toEqual({ "0": -1, "1": 1 });
  });
});

/** n players around a median with a spread, each measured with the given sampling sd; from a share on, cheats. */
function scope(n: number, median: number, between: number, sampling: number, cheats = 0): Histogram {
  const random = randomOf(11);
  const gaussian = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  return histogramOf(
    Array.from({ length: n }, (_, i) => {
      const own = i < n * cheats ? median + 5 * between : median + between * gaussian();
      const bin = Math.floor((own + sampling * gaussian()) / binWidth);
      return scoreOf({ headshot_rate: [5, bin, Math.round(sampling ** 2 * 10_000)] });
    }),
  );
}

describe("refreshedBaseline", () => {
  it("stays with the prior where there is nobody, and near it where there are few", () => {
    expect(refreshedBaseline(priorBaseline, {}, 0)).toBeNull();
    const few = refreshedBaseline(priorBaseline, scope(5, 1, 0.4, 0.2), 5);
    expect(few?.metrics.headshot_rate?.median).toBeLessThan(headshotRate.prior.median + 0.45);
    expect(few?.metrics.reaction_time).toEqual({ ...reactionTime.prior, n: 0, widening: [] });
  });

  it("finds median and between-player spread under sampling noise", () => {
    const fresh = refreshedBaseline(priorBaseline, scope(4000, 0.7, 0.5, 0.4), 4000);
    expect(fresh?.version).toBe(1);
    expect(fresh?.metrics.headshot_rate?.median).toBeCloseTo(0.7, 1);
    expect(fresh?.metrics.headshot_rate?.between).toBeCloseTo(0.5, 1);
  });

  it("is not talked out of it by a fifth of cheats", () => {
    const fresh = refreshedBaseline(priorBaseline, scope(4000, 0.7, 0.5, 0.1, 0.2), 4000);
    expect(fresh?.metrics.headshot_rate?.median).toBeLessThan(0.95);
    expect(fresh?.metrics.headshot_rate?.between).toBeLessThan(0.65);
  });

  it("tells when a unit of the game's own has players enough, and not of every further player", () => {
    const speeds = (n: number): Histogram =>
      histogramOf(
        Array.from({ length: n }, () => scoreOf({ movement_speed: [5, Math.floor(1.6 / binWidth), 10] })),
      );
    const at90 = refreshedBaseline(priorBaseline, speeds(90), 90) ?? priorBaseline;
    expect(at90.metrics.movement_speed?.n).toBe(90);
    expect(refreshedBaseline(at90, speeds(91), 91)).toBeNull();
    const at98 = refreshedBaseline(priorBaseline, speeds(98), 98) ?? priorBaseline;
    expect(refreshedBaseline(at98, speeds(99), 99)).toBeNull();
    expect(refreshedBaseline(at98, speeds(100), 100)?.metrics.movement_speed?.n).toBe(100);
  });

  it("has nothing to do a second time, whatever the histogram", () => {
    fc.assert(
      fc.property(fc.array(scores, { maxLength: 40 }), (players) => {
        const histogram = histogramOf(players);
        const first = refreshedBaseline(priorBaseline, histogram, players.length) ?? priorBaseline;
        expect(refreshedBaseline(first, histogram, players.length)?.shape ?? first.shape).toBe(first.shape);
        for (const metric of Object.values(first.metrics)) expect(metric.between).toBeGreaterThan(0);
      }),
    );
  });
});
