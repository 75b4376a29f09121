/**
 * How the levels of a scope's players are distributed: integers only, so that taking a player's old level out
 * undoes exactly what putting it in did, in any order.
 */
import type { Level } from "./risk.ts";

/** One metric: `bins` counts players by floor(level / binWidth); `variance` sums their sampling variances x 10,000. */
export interface MetricHistogram {
  readonly bins: Readonly<Record<string, number>>;
  readonly n: number;
  readonly variance: number;
}

/** By metric id. Empty bins and metrics are left out. */
export type Histogram = Readonly<Record<string, MetricHistogram>>;
/** The same shape, signed: what to add to a histogram. */
export type HistogramDelta = Histogram;
export type Levels = Readonly<Record<string, Level>>;

/** Width of a bin on a metric's scale: a sixth of the narrowest prior spread or less. */
export const binWidth = 0.025;
const varianceScale = 10_000;
/** A level nobody can know (huge variance) counts as this, so that one player cannot move the scope's mean variance far. */
const varianceCeiling = 4;

const one = (level: Level, sign: 1 | -1): MetricHistogram => ({
  bins: { [String(Math.floor(level.level / binWidth))]: sign },
  n: sign,
  variance: sign * Math.round(Math.min(varianceCeiling, level.variance) * varianceScale),
});

const all = (levels: Levels, sign: 1 | -1): HistogramDelta =>
  Object.fromEntries(Object.entries(levels).map(([id, level]) => [id, one(level, sign)]));

function sumOf(a: MetricHistogram | undefined, b: MetricHistogram | undefined): MetricHistogram | null {
  const bins: Record<string, number> = {};
  for (const part of [a, b]) {
    for (const [bin, count] of Object.entries(part?.bins ?? {})) bins[bin] = (bins[bin] ?? 0) + count;
  }
  const filled = Object.entries(bins).filter(([, count]) => count !== 0);
  const n = (a?.n ?? 0) + (b?.n ?? 0);
  const variance = (a?.variance ?? 0) + (b?.variance ?? 0);
  if (filled.length === 0 && n === 0 && variance === 0) return null;
  return { bins: Object.fromEntries(filled.sort(([x], [y]) => Number(x) - Number(y))), n, variance };
}

/** The sum of two deltas, or of a histogram and a delta; order does not matter, opposite parts vanish. */
export function mergeDeltas(a: HistogramDelta, b: HistogramDelta): HistogramDelta {
  const ids = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const merged: Record<string, MetricHistogram> = {};
  for (const id of ids) {
    const sum = sumOf(a[id], b[id]);
    if (sum !== null) merged[id] = sum;
  }
  return merged;
}

/** What a rescoring changes: the old levels out (null: the player was not in), the new levels in. Empty if nothing moved. */
export function deltaOf(before: Levels | null, after: Levels): HistogramDelta {
  return mergeDeltas(all(before ?? {}, -1), all(after, 1));
}

/** A histogram with a delta added; null is the histogram of a scope without players. */
export function addDelta(histogram: Histogram | null, delta: HistogramDelta): Histogram {
  return mergeDeltas(histogram ?? {}, delta);
}

/** Does a delta change nothing? Then there is no histogram to write. */
export const isEmptyDelta = (delta: HistogramDelta): boolean => Object.keys(delta).length === 0;
