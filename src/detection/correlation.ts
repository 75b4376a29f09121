/**
 * How metrics go together among a scope's players, robustly: covariances from the spreads of sums and differences
 * (Gnanadesikan and Kettenring 1972), and the one skill behind all metrics from the covariances across groups.
 */
import { pairKeys, pairWidth } from "./cells.ts";
import type { Histogram } from "./histogram.ts";
import type { Metric } from "./metric.ts";
import { binned, quantile } from "./quantile.ts";

/** By `a*b` in the profile's order, -0.95..0.95, oriented so that good players are high in both. */
export type Correlations = Readonly<Record<string, number>>;
/** By metric id: correlation with skill, 0..0.9. */
export type Loadings = Readonly<Record<string, number>>;

/** What a scope has: players with long records, and with short ones, whose levels share the noise of few sessions. */
export interface Together {
  readonly correlations: Correlations;
  readonly loadings: Loadings;
}

/** Correlations before a scope has its own; chosen by us, near those of CS2CD's clean players. */
const prior = { within: 0.5, across: 0.25 } as const;
/** Pairs that the prior counts as. */
const priorPairs = 150;
const bound = 0.95;
const mostLoading = 0.9;

export const pairId = (a: string, b: string): string => `${a}*${b}`;

/** Spread of the half that cheats do not widen: they are high in both, so sums are read below the median. */
function spreads(histogram: Histogram, a: string, b: string, long: boolean) {
  const [sumKey, differenceKey] = pairKeys(a, b, long);
  const sums = binned([histogram[sumKey]]);
  const differences = binned([histogram[differenceKey]]);
  const sum = quantile(sums, 0.5, pairWidth) - quantile(sums, 0.16, pairWidth);
  const difference =
    (quantile(differences, 0.75, pairWidth) - quantile(differences, 0.25, pairWidth)) / 1.349;
  return { n: sums.n, sum, difference };
}

const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Correlations of all pairs of skilled metrics, pooled with the prior; `sdOf` is each one's own spread in prior spreads. */
function correlationsOf(
  histogram: Histogram,
  metrics: readonly Metric[],
  long: boolean,
  sdOf: (metric: Metric) => number,
): Correlations {
  const found: Record<string, number> = {};
  for (const [i, a] of metrics.entries()) {
    for (const b of metrics.slice(i + 1)) {
      const { n, sum, difference } = spreads(histogram, a.id, b.id, long);
      const expected = a.group === b.group ? prior.within : prior.across;
      const covariance = n === 0 ? 0 : (sum ** 2 - difference ** 2) / 4;
      const own = clamp(covariance / (sdOf(a) * sdOf(b)), bound);
      found[pairId(a.id, b.id)] = rounded((n * own + priorPairs * expected) / (n + priorPairs));
    }
  }
  return found;
}

const rounds = 30;

/** The loading of metric `i` that fits its correlations with the metrics of other groups, given their loadings. */
function bestLoading(
  metrics: readonly Metric[],
  correlations: Correlations,
  loadings: readonly number[],
  i: number,
): number {
  const own = metrics[i];
  let product = 0;
  let square = 0;
  for (const [j, other] of metrics.entries()) {
    if (own === undefined || own.group === other.group) continue;
    const r = correlations[i < j ? pairId(own.id, other.id) : pairId(other.id, own.id)] ?? 0;
    const loading = loadings[j] ?? 0;
    product += r * loading;
    square += loading * loading;
  }
  return square > 0 ? product / square : 0;
}

/** Loadings on one skill that explain the correlations across groups best; within a group other things correlate too. */
export function loadingsOf(metrics: readonly Metric[], correlations: Correlations): Loadings {
  let loadings = metrics.map(() => 0.5);
  for (let round = 0; round < rounds; round++) {
    const next = metrics.map((_, i) => bestLoading(metrics, correlations, loadings, i));
    loadings = loadings.map((old, i) => Math.max(0, Math.min(mostLoading, (old + (next[i] ?? 0)) / 2)));
  }
  return Object.fromEntries(metrics.map((metric, i) => [metric.id, rounded(loadings[i] ?? 0)]));
}

/** What goes together in a scope, for players of long or of short records. */
export function togetherOf(
  histogram: Histogram,
  metrics: readonly Metric[],
  long: boolean,
  sdOf: (metric: Metric) => number,
): Together {
  const skilled = metrics.filter((metric) => metric.skill);
  const correlations = correlationsOf(histogram, skilled, long, sdOf);
  return { correlations, loadings: loadingsOf(skilled, correlations) };
}
