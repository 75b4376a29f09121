/** Mixture: do sessions stand apart from the player's ordinary form, and do independent skills jump in the same ones? */
import type { Column } from "../slab.ts";

/** Sessions on either side that a session is compared with. Chosen by us: about a week of play. */
const neighbours = 4;

/** Sd of the difference between a session and the mean of so many neighbours, in sds of a session. */
const usualSds = Float64Array.from({ length: 2 * neighbours + 1 }, (_, n) => Math.sqrt(1 + 1 / n));

/**
 * Each session beside its neighbours alone: weeks of form, learning, and a cheat that began or stopped for good drop
 * out, while sessions from another hand here and there stay. Sd 1 stays sd 1. Written into `beside`.
 */
export function besideNeighbours(series: Column | null, beside: Column): Column | null {
  if (series === null) return null;
  for (let i = 0; i < series.length; i++) {
    const last = Math.min(series.length - 1, i + neighbours);
    let sum = 0;
    let n = 0;
    for (let j = Math.max(0, i - neighbours); j <= last; j++) {
      const other = series[j] ?? Number.NaN;
      if (j === i || Number.isNaN(other)) continue;
      sum += other;
      n += 1;
    }
    beside[i] = n === 0 ? Number.NaN : ((series[i] ?? Number.NaN) - sum / n) / (usualSds[n] ?? 1);
  }
  return beside;
}

/** Mean product of two series of residuals over the sessions that have both, and their number. */
export function coMovement(
  a: Float64Array | null,
  b: Float64Array | null,
): { readonly mean: number; readonly n: number } | null {
  if (a === null || b === null) return null;
  let sum = 0;
  let n = 0;
  for (let i = 0; i < a.length; i++) {
    const product = (a[i] ?? Number.NaN) * (b[i] ?? Number.NaN);
    if (Number.isNaN(product)) continue;
    sum += product;
    n += 1;
  }
  return n === 0 ? null : { mean: sum / n, n };
}

/** Log of the variance of residuals; what is left after counting noise and usual form would be 0. */
export function logVariance(series: Float64Array): { readonly value: number; readonly n: number } {
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const z of series) {
    if (Number.isNaN(z)) continue;
    n += 1;
    sum += z;
    squares += z * z;
  }
  // Shrunk by two sessions of variance 1, so that few even sessions are not minus infinity.
  return { value: Math.log((Math.max(0, squares - (sum * sum) / Math.max(1, n)) + 2) / (n + 1)), n };
}
