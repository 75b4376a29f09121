/**
 * What a scope knows about its players' statistics: sparse counts of integers only, so that taking a player's old
 * values out undoes exactly what putting them in did, in any order.
 */
/** One statistic of one size class: `bins` counts players; `variance` sums their sampling variances x 10,000. */
export interface MetricHistogram {
  readonly bins: Readonly<Record<string, number>>;
  readonly n: number;
  readonly variance: number;
}

/** By key (`statistic@class`). Empty bins and keys are left out. */
export type Histogram = Readonly<Record<string, MetricHistogram>>;
/** The same shape, signed: what to add to a histogram. */
export type HistogramDelta = Histogram;

/** Where a player stands in one key of the histogram: the bin, and the sampling variance x 10,000. */
export type Cell = readonly [key: string, bin: number, variance: number];

interface Growing {
  readonly bins: Map<number, number>;
  n: number;
  variance: number;
}

function growingOf(into: Map<string, Growing>, key: string): Growing {
  let known = into.get(key);
  if (known === undefined) {
    known = { bins: new Map(), n: 0, variance: 0 };
    into.set(key, known);
  }
  return known;
}

function put(into: Map<string, Growing>, [key, bin, variance]: Cell, sign: 1 | -1): void {
  const known = growingOf(into, key);
  known.bins.set(bin, (known.bins.get(bin) ?? 0) + sign);
  known.n += sign;
  known.variance += sign * variance;
}

function frozen({ bins, n, variance }: Growing): MetricHistogram | null {
  const filled = [...bins].filter(([, count]) => count !== 0);
  if (filled.length === 0 && n === 0 && variance === 0) return null;
  return { bins: Object.fromEntries(filled.sort(([x], [y]) => x - y)), n, variance };
}

function settled(growing: Map<string, Growing>): HistogramDelta {
  const all: Record<string, MetricHistogram> = {};
  for (const key of [...growing.keys()].sort()) {
    const part = growing.get(key);
    const done = part === undefined ? null : frozen(part);
    if (done !== null) all[key] = done;
  }
  return all;
}

/** The sum of deltas, or of a histogram and deltas; order does not matter, opposite parts vanish. */
export function mergeDeltas(...parts: readonly HistogramDelta[]): HistogramDelta {
  const sum = new Map<string, Growing>();
  for (const part of parts) {
    for (const [key, { bins, n, variance }] of Object.entries(part)) {
      const known = growingOf(sum, key);
      for (const [text, count] of Object.entries(bins)) {
        const bin = Number(text);
        known.bins.set(bin, (known.bins.get(bin) ?? 0) + count);
      }
      known.n += n;
      known.variance += variance;
    }
  }
  return settled(sum);
}

/** The cells of one player before and after a rescoring. */
export interface Move {
  readonly before: readonly Cell[];
  readonly after: readonly Cell[];
}

/** What rescoring some players changes: the old cells out, the new cells in. Empty if nothing moved. */
export function cellDelta(moves: readonly Move[]): HistogramDelta {
  const sum = new Map<string, Growing>();
  for (const { before, after } of moves) {
    for (const cell of before) put(sum, cell, -1);
    for (const cell of after) put(sum, cell, 1);
  }
  return settled(sum);
}

/** A histogram with a delta added; null is the histogram of a scope without players. */
export function addDelta(histogram: Histogram | null, delta: HistogramDelta): Histogram {
  return mergeDeltas(histogram ?? {}, delta);
}

/** Does a delta change nothing? Then there is no histogram to write. */
export const isEmptyDelta = (delta: HistogramDelta): boolean => Object.keys(delta).length === 0;
