/** How well scores separate two sides, and how much better one scoring of the same players does than another. */
import { type Interval, z95 } from "./interval.ts";

/** Ranks from 1, equal values sharing the mean of theirs; in the order of `values`. */
export function midranks(values: readonly number[]): Float64Array {
  const order = Uint32Array.from(values, (_, index) => index).sort(
    (a, b) => (values[a] ?? 0) - (values[b] ?? 0),
  );
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    const value = values[order[from] ?? 0];
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === value) to++;
    for (let i = from; i < to; i++) ranks[order[i] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Of each player the share of the other side that stands on the right side of them, a tie counting half. */
export interface Placements {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/** Placements by midranks (Sun and Xu 2014); neither side may be empty. */
export function placementsOf(positives: readonly number[], negatives: readonly number[]): Placements {
  const among = midranks([...positives, ...negatives]);
  const own = midranks(positives);
  const ownNegatives = midranks(negatives);
  return {
    positives: positives.map((_, i) => ((among[i] ?? 0) - (own[i] ?? 0)) / negatives.length),
    negatives: negatives.map(
      (_, i) => 1 - ((among[positives.length + i] ?? 0) - (ownNegatives[i] ?? 0)) / positives.length,
    ),
  };
}

/** The mean of placements, or of differences of placements, with the interval of DeLong (1988); not clamped. */
export function meanPlacement({ positives, negatives }: Placements, z = z95): Interval {
  const value = meanOf(positives);
  const variance = varianceOf(positives) / positives.length + varianceOf(negatives) / negatives.length;
  const half = z * Math.sqrt(variance);
  return { value, low: value - half, high: value + half };
}

/**
 * Area under the ROC curve with its 95 % interval: the chance that a positive scores above a negative, a tie counting
 * half. Null where a side is empty.
 */
export function rocAuc(positives: readonly number[], negatives: readonly number[]): Interval | null {
  if (positives.length === 0 || negatives.length === 0) return null;
  const { value, low, high } = meanPlacement(placementsOf(positives, negatives));
  return { value, low: Math.max(0, low), high: Math.min(1, high) };
}
