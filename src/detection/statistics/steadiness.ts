/** Steadiness: less variation between sessions than hands produce. */
import { chiSquareLowNats } from "../tails.ts";

export interface Variation {
  readonly mean: number;
  /** Sd over mean, 0..; the sample's own. */
  readonly cv: number;
  readonly n: number;
  /** Nats for so little variation from a hand of coefficient `humanCv`. */
  readonly nats: number;
}

/** How steady values are against a least human coefficient of variation; null below two values or at a mean of 0. */
export function variationOf(values: readonly number[], humanCv: number): Variation | null {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2 || !(mean > 0)) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const cv = Math.sqrt(squares / (n - 1)) / mean;
  return { mean, cv, n, nats: chiSquareLowNats((n - 1) * (cv / humanCv) ** 2, n - 1) };
}
