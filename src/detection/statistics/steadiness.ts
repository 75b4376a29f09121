/** Steadiness: less variation between sessions than hands produce. */

export interface Variation {
  /** Sd of the logs, which for small values is sd over mean. */
  readonly spread: number;
  readonly n: number;
}

/** Sessions that the spread is shrunk by, so that two equal numbers are not infinitely steady. */
const leastSpread = 0.002;

/** How much logs vary; null below two values. */
export function variationOf(logs: readonly number[]): Variation | null {
  const n = logs.length;
  if (n < 2) return null;
  const mean = logs.reduce((sum, value) => sum + value, 0) / n;
  const squares = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { spread: Math.sqrt(squares / (n - 1)), n };
}

/** The statistic: minus the log of the spread, bounded where numbers repeat exactly. */
export const steadinessOf = ({ spread }: Variation): number => -Math.log(spread + leastSpread);
