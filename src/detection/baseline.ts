/** Baselines: how statistics are distributed among the players of a scope, robustly and without labels. */
import { bandsOf, normalFit } from "./bulk-fit.ts";
import { binWidth } from "./cells.ts";
import { type Together, togetherOf } from "./correlation.ts";
import { type GroupWeights, heaviestOf, isSameWeights } from "./group-weights.ts";
import type { Histogram } from "./histogram.ts";
import type { Metric } from "./metric.ts";
import { type Profile, shooter } from "./profile.ts";
import { suspendedProofs } from "./proof-breaker.ts";
import { type Binned, binned, quantile } from "./quantile.ts";
import { fittedMap, movesScores, priorMap, type RiskMap } from "./risk-map.ts";
import { type Scalar, scalarsOf } from "./scalar.ts";
import { type Band, classCount, classMiddle } from "./size-class.ts";

export { deltaOf, deltaOfAll, type Placed, playersIn } from "./cells.ts";
export { addDelta, type Histogram, type HistogramDelta, isEmptyDelta, mergeDeltas } from "./histogram.ts";

/** On the metric's own scale (logit of a share, log of the rest). `n` players are behind it, 0 for a bare prior. */
export interface MetricBaseline {
  readonly median: number;
  /** Sd between players, sampling noise taken out. */
  readonly between: number;
  readonly n: number;
  /** By length of record: the scope's spread over the one that `between` and sampling noise explain, >= 1. */
  readonly widening?: readonly (Band & { readonly factor: number })[];
}

/** Centre and sd of a scalar among players of one length of record. */
export interface ScalarBand extends Band {
  readonly centre: number;
  readonly spread: number;
}

export interface Baseline {
  /** 0 for the bare prior; rises with each refresh that moves scores. */
  readonly version: number;
  /** Rises when anything below but the map moves: S of different shapes do not compare. */
  readonly shape: number;
  readonly players: number;
  readonly metrics: Readonly<Record<string, MetricBaseline>>;
  readonly scalars: Readonly<Record<string, readonly ScalarBand[]>>;
  /** What goes together among players of long and of short records. */
  readonly long: Together;
  readonly short: Together;
  readonly map: RiskMap;
  /** By detector: the days on which so many showed its proof that it is an instrumentation fault. */
  readonly suspended: Readonly<Record<string, readonly number[]>>;
  /**
   * What the groups weigh in S, as the game declared it when the shape was made; absent: 1 each. S is always computed by
   * the weights of the baseline that maps it, so that a new declaration never meets a map of the old one.
   */
  readonly weights?: GroupWeights;
}

/** Players that the prior counts as: a median is known from few, a spread needs more. Chosen by us. */
const priorPlayers = { median: 20, spread: 100 } as const;
/** A spread below this share of the prior's is an artefact of bins or of shrinkage; errs towards sparing players. */
const leastShare = 0.4;
const quartileToSd = 0.6745;
/** Players from whom on a scope can say what is usual in a unit of its own. Chosen by us. */
export const scopeMinimum = 100;
/** Scored players from whom on a scope's promise holds. */
export const calibratedPlayers = 1_000;

/** Is the map fitted on players enough, and on the S that this baseline gives? */
export const isCalibrated = ({ map, shape }: Pick<Baseline, "map" | "shape">): boolean =>
  map.players >= calibratedPlayers && map.shape === shape;

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
const classKeys = (id: string): string[] => Array.from({ length: classCount }, (_, i) => `${id}@${i}`);

/**
 * Median and total spread. Where cheats could widen one side, the spread is read off the narrower half, so that a scope
 * with many of them does not excuse them.
 */
function robust(metric: Metric, values: Binned): { readonly median: number; readonly spread: number } {
  const median = quantile(values, 0.5, binWidth);
  const lower = (median - quantile(values, 0.25, binWidth)) / quartileToSd;
  const upper = (quantile(values, 0.75, binWidth) - median) / quartileToSd;
  const spread = metric.direction === "steady" ? (lower + upper) / 2 : Math.min(lower, upper);
  return { median, spread };
}

function wideningOf(
  metric: Metric,
  histogram: Histogram,
  between: number,
): NonNullable<MetricBaseline["widening"]> {
  const keys = classKeys(metric.id);
  return keys.flatMap((key, index) => {
    const part = histogram[key];
    if (part === undefined || part.n < 20) return [];
    const { spread } = robust(metric, binned([part]));
    const explained = Math.sqrt(between ** 2 + part.variance / 10_000 / part.n);
    const ratio = Math.max(0.8, Math.min(2, spread / explained));
    const weight = part.n / (part.n + priorPlayers.spread);
    return [{ at: rounded(classMiddle(index)), factor: rounded(weight * ratio + 1 - weight) }];
  });
}

/** An estimate pooled with the profile's prior by the number of players behind it. */
function metricBaseline(metric: Metric, histogram: Histogram): MetricBaseline {
  const parts = classKeys(metric.id).map((key) => histogram[key]);
  const all = binned(parts);
  if (all.n === 0) return { ...metric.prior, n: 0, widening: [] };
  const { median, spread } = robust(metric, all);
  const noise = parts.reduce((sum, part) => sum + (part?.variance ?? 0), 0) / 10_000 / all.n;
  const between = Math.sqrt(Math.max(0, spread ** 2 - noise));
  const medianWeight = metric.scopeOnly ? 1 : all.n / (all.n + priorPlayers.median);
  const spreadWeight = all.n / (all.n + priorPlayers.spread);
  const pooled = Math.sqrt(spreadWeight * between ** 2 + (1 - spreadWeight) * metric.prior.between ** 2);
  const own = Math.max(leastShare * metric.prior.between, pooled);
  return {
    median: rounded(medianWeight * median + (1 - medianWeight) * metric.prior.median),
    between: rounded(own),
    n: all.n,
    widening: wideningOf(metric, histogram, own),
  };
}

/** A scalar's spread is at least this share of its prior's: a statistic of few values has no quantiles to speak of. */
const leastScalarShare = 0.4;

function scalarBands(scalar: Scalar, histogram: Histogram): ScalarBand[] {
  const classes = classKeys(scalar.id).map((key) => binned([histogram[key]]));
  return bandsOf(classes).map(({ at, values }) => {
    const fit = normalFit(values, scalar.width);
    const weight = values.n / (values.n + priorPlayers.spread);
    const spread = Math.max(leastScalarShare * scalar.prior.spread, fit.spread);
    return {
      at: rounded(at),
      centre: rounded(weight * fit.centre + (1 - weight) * scalar.prior.centre),
      spread: rounded(weight * spread + (1 - weight) * scalar.prior.spread),
    };
  });
}

type Shape = Pick<Baseline, "metrics" | "scalars" | "long" | "short" | "suspended" | "weights">;

function shapeOf(histogram: Histogram, players: number, { metrics, weights = {} }: Profile): Shape {
  const own = Object.fromEntries(metrics.map((metric) => [metric.id, metricBaseline(metric, histogram)]));
  const sdOf = (long: boolean) => (metric: Metric) => {
    const from = classKeys(metric.id).map((key) => histogram[key]);
    const values = binned(long ? from.slice(2) : from.slice(0, 2));
    return values.n === 0 ? 1 : Math.max(0.1, robust(metric, values).spread / metric.prior.between);
  };
  return {
    metrics: own,
    scalars: Object.fromEntries(
      scalarsOf(metrics).map((scalar) => [scalar.id, scalarBands(scalar, histogram)]),
    ),
    long: togetherOf(histogram, metrics, true, sdOf(true)),
    short: togetherOf(histogram, metrics, false, sdOf(false)),
    suspended: suspendedProofs(histogram, players),
    ...(isSameWeights(weights) ? {} : { weights }),
  };
}

const priors = new WeakMap<Profile, Baseline>();

/** What a scope without players of its own is judged by. */
export function priorBaselineOf(profile: Profile): Baseline {
  let prior = priors.get(profile);
  if (prior === undefined) {
    prior = { version: 0, shape: 0, players: 0, ...shapeOf({}, 0, profile), map: priorMap };
    priors.set(profile, prior);
  }
  return prior;
}
export const priorBaseline: Baseline = priorBaselineOf(shooter);

/** A baseline that moves by less than these (in sds, relatively, and in correlation) moves no score noticeably. */
const tolerance = { centre: 0.03, spread: 0.03, correlation: 0.04, widening: 0.05 } as const;

function metricMoved(a: MetricBaseline | undefined, b: MetricBaseline): boolean {
  if (a === undefined) return true;
  // A metric in the game's own unit is judged from here on, even where the numbers hardly differ.
  if (a.n < scopeMinimum !== b.n < scopeMinimum) return true;
  const [was, is] = [a.widening ?? [], b.widening ?? []];
  if (was.length !== is.length) return true;
  return (
    Math.abs(a.median - b.median) > tolerance.centre * b.between ||
    Math.abs(a.between - b.between) > tolerance.spread * b.between ||
    is.some((band, i) => Math.abs(band.factor - (was[i]?.factor ?? 0)) > tolerance.widening)
  );
}

function scalarMoved(a: readonly ScalarBand[] | undefined, b: readonly ScalarBand[]): boolean {
  if (a === undefined || a.length !== b.length) return true;
  return b.some((band, i) => {
    const old = a[i];
    if (old === undefined) return true;
    return (
      Math.abs(old.centre - band.centre) > tolerance.centre * 2 * band.spread ||
      Math.abs(old.spread - band.spread) > tolerance.spread * 2 * band.spread
    );
  });
}

const togetherMoved = (a: Together, b: Together): boolean =>
  Object.entries(b.correlations).some(
    ([pair, r]) => Math.abs(r - (a.correlations[pair] ?? 0)) > tolerance.correlation,
  );

function shapeMoved(a: Baseline, b: Shape): boolean {
  return (
    !isSameWeights(a.weights, b.weights) ||
    Object.entries(b.metrics).some(([id, metric]) => metricMoved(a.metrics[id], metric)) ||
    Object.entries(b.scalars).some(([id, bands]) => scalarMoved(a.scalars[id], bands)) ||
    togetherMoved(a.long, b.long) ||
    togetherMoved(a.short, b.short) ||
    JSON.stringify(a.suspended) !== JSON.stringify(b.suspended)
  );
}

/**
 * The baseline of a scope from its histogram, or null when the current one is as good: the new one would move no score
 * by a point. First the shape settles, which depends on levels and scalars alone; then, from the S of that shape, the map.
 */
export function refreshedBaseline(
  current: Baseline,
  histogram: Histogram,
  players: number,
  profile: Profile = shooter,
): Baseline | null {
  const shape = shapeOf(histogram, players, profile);
  if (shapeMoved(current, shape)) {
    return { ...shape, version: current.version + 1, shape: current.shape + 1, players, map: current.map };
  }
  const map = fittedMap(histogram, current.shape, players, heaviestOf(current.weights));
  if (map === null) return null;
  const next = { ...current, version: current.version + 1, players, map };
  const same = isCalibrated(next) === isCalibrated(current) && map.shape === current.map.shape;
  return same && !movesScores(current.map, map) ? null : next;
}
