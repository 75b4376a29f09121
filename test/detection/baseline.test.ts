import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDelta,
  deltaOf,
  type Histogram,
  isEmptyDelta,
  type Levels,
  mergeDeltas,
  priorBaseline,
  refreshedBaseline,
} from "../../src/detection/baseline.ts";
import { binWidth } from "../../src/detection/histogram.ts";
import { headshotRate, reactionTime, shooter } from "../../src/detection/profile.ts";
import { randomOf } from "./builders.ts";

const level = fc.record({
  level: fc.double({ min: -8, max: 8, noNaN: true }),
  variance: fc.double({ min: 0, max: 9, noNaN: true }),
});
const levels: fc.Arbitrary<Levels> = fc.dictionary(
  fc.constantFrom(...shooter.map((metric) => metric.id)),
  level,
  { noNullPrototype: true },
);

const histogramOf = (players: readonly Levels[]): Histogram =>
  players.reduce<Histogram>((histogram, player) => addDelta(histogram, deltaOf(null, player)), {});

describe("histogram", () => {
  it("takes out exactly what was put in, in any order", () => {
    fc.assert(
      fc.property(fc.array(levels, { maxLength: 12 }), fc.array(levels, { maxLength: 12 }), (stay, leave) => {
        const both = histogramOf([...leave, ...stay]);
        const left = leave
          .toReversed()
          .reduce<Histogram>((h, player) => addDelta(h, mergeDeltas({}, deltaOf(player, {}))), both);
        expect(left).toEqual(histogramOf(stay.toReversed()));
      }),
    );
  });

  it("moves a player as leaving and entering do, and merging deltas is adding them", () => {
    fc.assert(
      fc.property(levels, levels, levels, (a, b, c) => {
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
    const at = (x: number): Levels => ({ headshot_rate: { level: x, variance: 0.1 } });
    expect(isEmptyDelta(deltaOf(at(0.1 * binWidth), at(0.9 * binWidth)))).toBe(true);
    expect(deltaOf(at(0.9 * binWidth), at(1.1 * binWidth)).headshot_rate?.bins).toEqual({ "0": -1, "1": 1 });
  });
});

/** n players around a median with a spread, each measured with the given sampling sd; from a share on, cheats. */
function scope(n: number, median: number, between: number, sampling: number, cheats = 0): Histogram {
  const random = randomOf(11);
  const gaussian = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  return histogramOf(
    Array.from({ length: n }, (_, i) => {
      const own = i < n * cheats ? median + 5 * between : median + between * gaussian();
      return { headshot_rate: { level: own + sampling * gaussian(), variance: sampling ** 2 } };
    }),
  );
}

describe("refreshedBaseline", () => {
  it("stays with the prior where there is nobody, and near it where there are few", () => {
    expect(refreshedBaseline(priorBaseline, {}, 0)).toBeNull();
    const few = refreshedBaseline(priorBaseline, scope(5, 1, 0.4, 0.2), 5);
    expect(few?.metrics.headshot_rate?.median).toBeLessThan(headshotRate.prior.median + 0.35);
    expect(few?.metrics.reaction_time).toEqual({ ...reactionTime.prior, n: 0 });
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
      histogramOf(Array.from({ length: n }, () => ({ movement_speed: { level: 1.6, variance: 0.001 } })));
    const at90 = refreshedBaseline(priorBaseline, speeds(90), 90) ?? priorBaseline;
    expect(at90.metrics.movement_speed?.n).toBe(90);
    expect(refreshedBaseline(at90, speeds(91), 91)).toBeNull();
    const at98 = refreshedBaseline(priorBaseline, speeds(98), 98) ?? priorBaseline;
    expect(refreshedBaseline(at98, speeds(99), 99)).toBeNull();
    expect(refreshedBaseline(at98, speeds(100), 100)?.metrics.movement_speed?.n).toBe(100);
  });

  it("has nothing to do a second time, whatever the histogram", () => {
    fc.assert(
      fc.property(fc.array(levels, { maxLength: 40 }), (players) => {
        const histogram = histogramOf(players);
        const first = refreshedBaseline(priorBaseline, histogram, players.length) ?? priorBaseline;
        expect(refreshedBaseline(first, histogram, players.length)).toBeNull();
        for (const metric of Object.values(first.metrics)) expect(metric.between).toBeGreaterThan(0);
      }),
    );
  });
});
