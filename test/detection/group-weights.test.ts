/** Weights of groups: what they do to S, and that the promise holds with any of them. */
import { describe, expect, it } from "vitest";
import { isCalibrated, refreshedBaseline } from "../../src/detection/baseline.ts";
import { featuresOf, natsUnder } from "../../src/detection/case-features.ts";
import { longRecord, natsWidth } from "../../src/detection/cells.ts";
import { GameProfile, profileOf } from "../../src/detection/game-profile.ts";
import { type GroupWeights, heaviestOf, weightBounds } from "../../src/detection/group-weights.ts";
import type { MetricHistogram } from "../../src/detection/histogram.ts";
import { crossingsOf, leastSampled, movedRisks } from "../../src/detection/refit-effect.ts";
import type { Score } from "../../src/detection/risk.ts";
import { fittedMap, mappedRisk } from "../../src/detection/risk-map.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { classOf } from "../../src/detection/size-class.ts";
import { population, settle } from "./simulated.ts";

const players = population(31, 2_000, 0);
const settled = settle(players);
const unweighted = settled.scores.map((score) => featuresOf(score));

const { least, most } = weightBounds;
const light = { aim: least, reaction: least, automation: least, information: least, movement: least };
const heavyOne: readonly GroupWeights[] = (["aim", "reaction", "automation", "information"] as const).map(
  (group) => ({ ...light, [group]: most }),
);
const profileWith = (weights: GroupWeights) => profileOf("weighted", GameProfile.parse({ weights }));

describe("features", () => {
  it("give S back, as it is and as it would be under other weights", () => {
    for (const [i, score] of settled.scores.entries()) {
      const { nats } = score.statistics;
      if (score.risk < 100) continue;
      const features = unweighted[i];
      if (features === undefined) throw new Error("a score has no features");
      expect(natsUnder(features, {})).toBeCloseTo(nats, 2);
    }
    const weights = { aim: 1.7, information: 0.6 };
    const again = { ...settled.baseline, weights };
    for (const [i, { evidence }] of players.slice(0, 300).entries()) {
      const score = scoreEvidence(evidence, again);
      const features = unweighted[i];
      if (features === undefined || score.risk < 500) continue;
      expect(natsUnder(features, weights) / score.statistics.nats).toBeCloseTo(1, 1);
      expect(natsUnder(featuresOf(score), {}) / natsUnder(features, {})).toBeCloseTo(1, 1);
    }
  });

  it("know records that are too short to judge, and proofs", () => {
    for (const [i, { statistics, ledger }] of settled.scores.entries()) {
      expect(unweighted[i]?.beside).toBe(statistics.size < longRecord ? 1 : 0.2);
      expect(unweighted[i]?.proven).toBe(ledger.some(({ kind }) => kind === "proof"));
    }
  });
});

describe("a declaration with weights", () => {
  const weights = { aim: 2, reaction: 0.5 };
  const profile = profileWith(weights);
  const reweighted = settle(players, profile, settled.baseline);

  it("makes a new shape, whose scores are uncalibrated until the map is fitted to them", () => {
    const shaped = refreshedBaseline(settled.baseline, settled.histogram, players.length, profile);
    if (shaped === null) throw new Error("the weights moved nothing");
    expect(shaped).toMatchObject({ shape: settled.baseline.shape + 1, weights });
    expect(isCalibrated(shaped)).toBe(false);
    const { baseline, rounds } = reweighted;
    expect(rounds).toBeLessThanOrEqual(3);
    expect(isCalibrated(baseline)).toBe(true);
    expect(baseline.weights).toEqual(weights);
  });

  it("moves risks about as is estimated before anything is declared", () => {
    const order = [...settled.scores.keys()].sort(
      (a, b) => (settled.scores[b]?.risk ?? 0) - (settled.scores[a]?.risk ?? 0),
    );
    const riskiest = order.slice(0, 200);
    const sample = settled.scores.filter((_, i) => i % 3 === 0);
    const now = { map: settled.baseline.map, weights: {}, sample };
    const scoresOf = (scores: readonly Score[]) => riskiest.flatMap((i) => scores[i] ?? []);
    const moves = movedRisks(scoresOf(settled.scores), now, weights) ?? [];
    const after = scoresOf(reweighted.scores);
    expect(moves).toHaveLength(200);
    const errors = moves.map(([, estimated], i) => Math.abs(estimated - (after[i]?.risk ?? 0)));
    const moved = moves.map(([before], i) => Math.abs(before - (after[i]?.risk ?? 0)));
    const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(meanOf(errors)).toBeLessThan(300);
    expect(meanOf(errors)).toBeLessThan(meanOf(moved) / 2);
    const actual = crossingsOf(moves.map(([before], i) => [before, after[i]?.risk ?? 0]));
    for (const [i, { up, down }] of crossingsOf(moves).entries()) {
      expect(Math.abs(up - (actual[i]?.up ?? 0))).toBeLessThanOrEqual(5);
      expect(Math.abs(down - (actual[i]?.down ?? 0))).toBeLessThanOrEqual(5);
    }
  });

  it("says nothing of scopes of which too few players are known", () => {
    const sample = settled.scores.slice(0, leastSampled - 1);
    expect(
      movedRisks(settled.scores, { map: settled.baseline.map, weights: {}, sample }, weights),
    ).toBeNull();
  });

  it("changes no score before its baseline is made: S and its map are always of the same weights", () => {
    for (const { evidence } of players.slice(0, 50)) {
      const before = scoreEvidence(evidence, settled.baseline);
      expect(scoreEvidence(evidence, settled.baseline, profile)).toEqual(before);
    }
  });

  it("moves nothing where it weighs every group as before", () => {
    const same = profileWith({ aim: 1 });
    expect(refreshedBaseline(settled.baseline, settled.histogram, players.length, same)).toBeNull();
  });
});

/** Risks of the honest players under other weights, with the map that the baseline job would fit. */
function risksUnder(weights: GroupWeights): number[] {
  const bins: Record<string, { n: number; variance: number; bins: Record<string, number> }> = {};
  const all = unweighted.map((features) => ({ ...features, nats: natsUnder(features, weights) }));
  for (const { nats, sessions } of all) {
    const key = `nats:1@${classOf(sessions)}`;
    bins[key] ??= { n: 0, variance: 0, bins: {} };
    const bin = String(Math.floor(nats / natsWidth));
    bins[key].n += 1;
    bins[key].bins[bin] = (bins[key].bins[bin] ?? 0) + 1;
  }
  const histogram: Readonly<Record<string, MetricHistogram>> = bins;
  const map = fittedMap(histogram, 1, all.length, heaviestOf(weights));
  if (map === null) throw new Error("no map was fitted");
  return all.map(({ nats, sessions }) => mappedRisk(map, nats, Math.max(1, sessions)));
}

describe("the promise", () => {
  it.each([{}, ...heavyOne, light, { ...light, reaction: most, automation: most }])(
    "holds with %o",
    (weights) => {
      const risks = risksUnder(weights);
      expect(risks.filter((risk) => risk >= 4_000).length).toBeLessThanOrEqual(players.length / 100);
      expect(risks.filter((risk) => risk >= 7_000).length).toBeLessThanOrEqual((2 * players.length) / 1_000);
    },
  );
});
