/** Baselines: how each metric is distributed among the players of a scope, robustly and without labels. */
import { binWidth, type Histogram, type MetricHistogram } from "./histogram.ts";
import type { Metric } from "./metric.ts";
import { shooter } from "./profile.ts";

export {
  addDelta,
  deltaOf,
  type Histogram,
  type HistogramDelta,
  isEmptyDelta,
  type Levels,
  type MetricHistogram,
  mergeDeltas,
} from "./histogram.ts";

/** On the metric's own scale (logit of a share, log of the rest). `n` players are behind it, 0 for a bare prior. */
export interface MetricBaseline {
  readonly median: number;
  /** Sd between players, sampling noise taken out. */
  readonly between: number;
  readonly n: number;
}

export interface Baseline {
  /** 0 for the bare prior; rises with each refresh that moves scores. */
  readonly version: number;
  readonly players: number;
  readonly metrics: Readonly<Record<string, MetricBaseline>>;
}

/** What a scope without players of its own is judged by. */
export const priorBaseline: Baseline = {
  version: 0,
  players: 0,
  metrics: Object.fromEntries(shooter.map((metric) => [metric.id, { ...metric.prior, n: 0 }])),
};

/** Players that the prior counts as: a median is known from few, a spread needs more. Chosen by us. */
const priorPlayers = { median: 20, spread: 100 } as const;
/** A spread below this share of the prior's is an artefact of bins or of shrinkage; errs towards sparing players. */
const leastShare = 0.6;
/** A baseline that moves by less than these (in between-player sds, and relatively) moves no score noticeably. */
const tolerance = { median: 0.03, spread: 0.03 } as const;
const quartileToSd = 0.6745;
/** Players from whom on a scope can say what is usual in a unit of its own. Chosen by us. */
export const scopeMinimum = 100;

/** The value below which `share` of the players stand, linear within a bin. */
function quantile(bins: readonly (readonly [number, number])[], n: number, share: number): number {
  let below = 0;
  for (const [bin, count] of bins) {
    if (below + count >= share * n) return (bin + (share * n - below) / count) * binWidth;
    below += count;
  }
  return ((bins.at(-1)?.[0] ?? 0) + 1) * binWidth;
}

/**
 * Median and between-player spread of one metric from its bins. Where cheats could widen one side, the spread is read
 * off the narrower half, so that a scope with many of them does not excuse them.
 */
function estimateOf(metric: Metric, histogram: MetricHistogram): MetricBaseline {
  const bins = Object.entries(histogram.bins)
    .map(([bin, count]) => [Number(bin), count] as const)
    .sort(([a], [b]) => a - b);
  const median = quantile(bins, histogram.n, 0.5);
  const lower = (median - quantile(bins, histogram.n, 0.25)) / quartileToSd;
  const upper = (quantile(bins, histogram.n, 0.75) - median) / quartileToSd;
  const spread = metric.direction === "steady" ? (lower + upper) / 2 : Math.min(lower, upper);
  const noise = histogram.variance / 10_000 / histogram.n;
  const between = Math.sqrt(Math.max(0, spread ** 2 - noise));
  return { median, between, n: histogram.n };
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** An estimate pooled with the profile's prior by the number of players behind it. */
function pooled(metric: Metric, histogram: MetricHistogram | undefined): MetricBaseline {
  if (histogram === undefined || histogram.n <= 0) return { ...metric.prior, n: 0 };
  const { median, between, n } = estimateOf(metric, histogram);
  const medianWeight = metric.scopeOnly ? 1 : n / (n + priorPlayers.median);
  const spreadWeight = n / (n + priorPlayers.spread);
  const variance = spreadWeight * between ** 2 + (1 - spreadWeight) * metric.prior.between ** 2;
  const least = leastShare * metric.prior.between;
  return {
    median: rounded(medianWeight * median + (1 - medianWeight) * metric.prior.median),
    between: rounded(Math.max(least, Math.sqrt(variance))),
    n,
  };
}

function moved(a: MetricBaseline | undefined, b: MetricBaseline): boolean {
  if (a === undefined) return true;
  // A metric in the game's own unit is judged from here on, even where the numbers hardly differ.
  if (a.n < scopeMinimum !== b.n < scopeMinimum) return true;
  return (
    Math.abs(a.median - b.median) > tolerance.median * b.between ||
    Math.abs(a.between - b.between) > tolerance.spread * b.between
  );
}

/**
 * The baseline of a scope from its histogram, or null when the current one is as good: the new one would move no
 * score noticeably. It depends on the histogram alone, so a second refresh on the same histogram is null.
 */
export function refreshedBaseline(current: Baseline, histogram: Histogram, players: number): Baseline | null {
  const metrics = Object.fromEntries(
    shooter.map((metric) => [metric.id, pooled(metric, histogram[metric.id])]),
  );
  const changed = Object.entries(metrics).some(([id, metric]) => moved(current.metrics[id], metric));
  return changed ? { version: current.version + 1, players, metrics } : null;
}
