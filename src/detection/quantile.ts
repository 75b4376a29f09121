/** Quantiles of binned counts: what every robust fit reads. */
import type { MetricHistogram } from "./histogram.ts";

/** Counts in ascending order of bin. */
export interface Binned {
  readonly counts: readonly (readonly [bin: number, count: number])[];
  readonly n: number;
}

/** The sum of some histograms of one statistic; counts below zero, which only a broken delta leaves, are left out. */
export function binned(parts: readonly (MetricHistogram | undefined)[]): Binned {
  const sum = new Map<number, number>();
  for (const part of parts) {
    for (const [bin, count] of Object.entries(part?.bins ?? {})) {
      sum.set(Number(bin), (sum.get(Number(bin)) ?? 0) + count);
    }
  }
  const counts = [...sum].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  return { counts, n: counts.reduce((total, [, count]) => total + count, 0) };
}

/** The value below which `share` of the players stand, in the unit of `width`, linear within a bin. */
export function quantile({ counts, n }: Binned, share: number, width: number): number {
  let below = 0;
  for (const [bin, count] of counts) {
    if (below + count >= share * n) return (bin + (share * n - below) / count) * width;
    below += count;
  }
  return ((counts.at(-1)?.[0] ?? 0) + 1) * width;
}

/** The share of the players above a value in the unit of `width`, linear within a bin. */
export function shareAbove({ counts, n }: Binned, value: number, width: number): number {
  let above = 0;
  for (const [bin, count] of counts) above += count * Math.min(1, Math.max(0, bin + 1 - value / width));
  return n === 0 ? 0 : above / n;
}
