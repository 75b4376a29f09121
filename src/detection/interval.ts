/** Shares with the interval that their n allows. */

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of a standard normal, which is one-sided 97.5 %. */
export const z95 = 1.959_963_984_540_054;

/** A share with its 95 % interval by Wilson (1927); for n = 0 the share is NaN and the interval everything. */
export function wilson(k: number, n: number, z = z95): Interval {
  if (n === 0) return { value: Number.NaN, low: 0, high: 1 };
  const value = k / n;
  const spread = 1 + (z * z) / n;
  const middle = (value + (z * z) / (2 * n)) / spread;
  const half = (z / spread) * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n));
  return {
    value,
    low: k === 0 ? 0 : Math.max(0, middle - half),
    high: k === n ? 1 : Math.min(1, middle + half),
  };
}
