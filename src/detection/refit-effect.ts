/** What other weights would change: how the riskiest standings would move once the map is fitted to the new S. */
import { exponentialFit } from "./bulk-fit.ts";
import { besideUnder, type Features, featuresOf, natsUnder } from "./case-features.ts";
import { natsWidth } from "./cells.ts";
import { type GroupWeights, heaviestOf } from "./group-weights.ts";
import { limitedRisk } from "./ledger.ts";
import type { Binned } from "./quantile.ts";
import { bandFloors, type Score } from "./risk.ts";
import { type Rescaling, type RiskMap, rescaledMap, topFifth } from "./risk-map.ts";

/** Standings of a scope below which nobody can say how its S would change. Chosen by us. */
export const leastSampled = 100;

/** How many of some standings would cross a risk, each way. */
export interface Crossing {
  /** Hundredths. */
  readonly risk: number;
  readonly up: number;
  readonly down: number;
}

function binnedNats(values: readonly number[]): Binned {
  const counts = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor(value / natsWidth);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return { counts: [...counts].sort(([a], [b]) => a - b), n: values.length };
}

const ratioOf = (after: number, before: number): number => (before > 0 && after > 0 ? after / before : 1);

/** How S of a scope changes between two weightings, by a sample of its players. */
export function rescalingOf(sample: readonly Features[], from: GroupWeights, to: GroupWeights): Rescaling {
  const fitUnder = (weights: GroupWeights) =>
    exponentialFit(binnedNats(sample.map((one) => natsUnder(one, weights))), natsWidth);
  const fifthUnder = (weights: GroupWeights) =>
    topFifth(binnedNats(sample.map((one) => besideUnder(one, weights))));
  const [before, after] = [fitUnder(from), fitUnder(to)];
  return {
    start: ratioOf(after.start, before.start),
    scale: ratioOf(after.scale, before.scale),
    corroboration: ratioOf(fifthUnder(to), fifthUnder(from)),
    heaviest: heaviestOf(to),
  };
}

/** The risk that a stored score would become, in hundredths. A proof's risk is its own: it stays. */
export function rescoredRisk(score: Score, weights: GroupWeights, map: RiskMap): number {
  const features = featuresOf(score);
  if (features.proven) return score.risk;
  const standing = {
    confidence: score.confidence,
    calibrated: score.calibrated,
    sessions: features.sessions,
  };
  const besideNats = besideUnder(features, weights);
  return limitedRisk({ nats: natsUnder(features, weights), proofNats: 0, besideNats }, standing, map).risk;
}

/** What one scope is mapped by now, a sample of its standings, and the weights that both are of. */
export interface ScopeNow {
  readonly map: RiskMap;
  readonly weights: GroupWeights;
  readonly sample: readonly Score[];
}

/** The risks of some standings of a scope before and after, or null where too few of its players are known. */
export function movedRisks(
  scores: readonly Score[],
  { map, weights, sample }: ScopeNow,
  proposed: GroupWeights,
): (readonly [before: number, after: number])[] | null {
  const active = sample.filter(({ statistics }) => statistics.size > 0).map(featuresOf);
  if (active.length < leastSampled) return null;
  const next = rescaledMap(map, rescalingOf(active, weights, proposed));
  return scores.map((score) => [score.risk, rescoredRisk(score, proposed, next)] as const);
}

/** Crossings of the bands' floors. */
export const crossingsOf = (moves: readonly (readonly [before: number, after: number])[]): Crossing[] =>
  Object.values(bandFloors).map((risk) => ({
    risk,
    up: moves.filter(([before, after]) => before < risk && after >= risk).length,
    down: moves.filter(([before, after]) => before >= risk && after < risk).length,
  }));
