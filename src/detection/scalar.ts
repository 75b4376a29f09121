/** Scalars: statistics of one player that need no scope to compute, so that histograms never chase baselines. */
import type { Measured } from "./measured.ts";
import { isCounted, type Metric } from "./metric.ts";
import {
  accuracy,
  firstBulletAccuracy,
  headHitRate,
  headshotRate,
  killsPerMinute,
  reactionTime,
  survival,
} from "./profile.ts";
import { remembered } from "./remembered.ts";
import type { Column } from "./slab.ts";
import { largestStep } from "./statistics/change.ts";
import { longestStretch, quietestShare } from "./statistics/hours.ts";
import { besideNeighbours, coMovement, logVariance } from "./statistics/mixture.ts";
import { compositeOf, type Parts } from "./statistics/residuals.ts";
import { steadinessOf, type Variation, variationOf } from "./statistics/steadiness.ts";

export interface ScalarValue {
  readonly value: number;
  /** Sessions behind it, which choose its size class. */
  readonly sessions: number;
}

/** One scalar. `prior` and `width` are in its own unit: centre and sd of honest players, and width of a bin. */
export interface Scalar {
  readonly id: string;
  readonly width: number;
  readonly prior: { readonly centre: number; readonly spread: number };
  measure(measured: Measured): ScalarValue | null;
}

/** Sessions needed on either side of a step. */
export const leastBesideStep = 3;
const leastSessions = { mixture: 6, steadiness: 6, stretch: 3, clock: 12 } as const;

const aimParts = [
  [headshotRate, 1],
  [headHitRate, 1],
  [accuracy, 0.5],
  [firstBulletAccuracy, 0.5],
] as const;
const headParts = aimParts.slice(0, 2);
const precisionParts = aimParts.slice(2);
const reactionParts = [[reactionTime, 1]] as const;
const informationParts = [
  [killsPerMinute, 1],
  [survival, 1],
] as const;

/** Every session's aim beside the player's own usual aim. */
export const aimSeries = remembered((measured: Measured) => compositeOf(aimParts, measured));
const aimBesideNeighbours = remembered((measured: Measured) =>
  besideNeighbours(aimSeries(measured), measured.row()),
);

/** The largest step of aim; null where the sessions are too few. */
export const aimStepOf = remembered((measured: Measured) => {
  const series = aimSeries(measured);
  return series === null ? null : largestStep(series, leastBesideStep);
});

export const aimStep: Scalar = {
  id: "aim_step",
  width: 0.1,
  prior: { centre: 1, spread: 0.9 },
  measure(measured) {
    const step = aimStepOf(measured);
    return step === null ? null : { value: step.z, sessions: step.n };
  },
};

export const aimVariance: Scalar = {
  id: "aim_variance",
  width: 0.05,
  prior: { centre: 0.1, spread: 0.3 },
  measure(measured) {
    const series = aimBesideNeighbours(measured);
    if (series === null) return null;
    const { value, n } = logVariance(series);
    return n < leastSessions.mixture ? null : { value, sessions: n };
  },
};

export const skillsTogether: Scalar = {
  id: "skills_together",
  width: 0.05,
  prior: { centre: 0.1, spread: 0.2 },
  measure(measured) {
    const aim = aimBesideNeighbours(measured);
    const beside = (parts: Parts): Column | null =>
      besideNeighbours(compositeOf(parts, measured), measured.row());
    const reaction = beside(reactionParts);
    const information = beside(informationParts);
    // Form moves every skill: what it moves beside aim is what it moves in aim.
    const form = coMovement(reaction, information);
    if (form === null || form.n < leastSessions.mixture) return null;
    const pairs = [
      coMovement(beside(headParts), beside(precisionParts)),
      coMovement(aim, reaction),
      coMovement(aim, information),
    ].filter((pair) => pair !== null && pair.n >= leastSessions.mixture);
    if (pairs.length === 0) return null;
    const value = pairs.reduce((sum, pair) => sum + (pair?.mean ?? 0), 0) / pairs.length - form.mean;
    return { value, sessions: Math.max(...pairs.map((pair) => pair?.n ?? 0)) };
  },
};

const variationsOf = remembered((_: Measured) => new Map<Metric, Variation | null>());

/** How much a metric's sessions vary; computed once for all that ask. */
export function variationIn(metric: Metric, measured: Measured): Variation | null {
  const known = variationsOf(measured);
  let variation = known.get(metric);
  if (variation === undefined) {
    variation = variationOf(logsOf(metric, measured));
    known.set(metric, variation);
  }
  return variation;
}

/** Logs of a metric's sessions, in the order of `active`. */
function logsOf(metric: Metric, measured: Measured): number[] {
  const samples = measured.samples.get(metric.id);
  const logs: number[] = [];
  for (let i = 0; i < (samples?.exposure.length ?? 0); i++) {
    const exposure = samples?.exposure[i] ?? 0;
    const amount = samples?.amount[i] ?? 0;
    if (exposure > 0) logs.push(isCounted(metric) ? Math.log((amount + 0.5) / (exposure + 1)) : amount);
  }
  return logs;
}

/** How steady a metric is from session to session. */
export const steadinessScalar = (metric: Metric): Scalar => ({
  id: `steady_${metric.id}`,
  width: 0.05,
  prior: { centre: -Math.log(metric.within), spread: 0.5 },
  measure(measured) {
    const variation = variationIn(metric, measured);
    if (variation === null || variation.n < leastSessions.steadiness) return null;
    return { value: steadinessOf(variation), sessions: variation.n };
  },
});

export const longestStretchOf = remembered(longestStretch);
export const quietestShareOf = remembered(quietestShare);

export const stretch: Scalar = {
  id: "stretch",
  width: 0.1,
  prior: { centre: 1, spread: 0.6 },
  measure({ active }) {
    if (active.length < leastSessions.stretch) return null;
    const { hours } = longestStretchOf(active);
    return hours > 0 ? { value: Math.log(hours), sessions: active.length } : null;
  },
};

export const clock: Scalar = {
  id: "clock",
  width: 0.1,
  prior: { centre: -3.5, spread: 0.6 },
  measure({ active }) {
    const n = active.length;
    if (n < leastSessions.clock) return null;
    return { value: Math.log((quietestShareOf(active) * n + 0.5) / (n + 1)), sessions: n };
  },
};

const byMetrics = new WeakMap<readonly Metric[], readonly Scalar[]>();

/** The scalars of a profile's players. */
export function scalarsOf(metrics: readonly Metric[]): readonly Scalar[] {
  let scalars = byMetrics.get(metrics);
  if (scalars === undefined) {
    const steady = metrics.filter((metric) => metric.direction === "steady").map(steadinessScalar);
    scalars = [aimStep, aimVariance, skillsTogether, ...steady, stretch, clock];
    byMetrics.set(metrics, scalars);
  }
  return scalars;
}
