/** Session residuals: how far each session stands from the player's own level, in sds of counting noise and usual form. */
import type { Measured } from "../measured.ts";
import { type Metric, naturalOf } from "../metric.ts";

/** One broken session must not decide a statistic. */
const mostSds = 5;

const clipped = (z: number): number => Math.max(-mostSds, Math.min(mostSds, z));

/** One standardised residual of `amount` over `exposure` around a level; positive is the suspicious side. */
function residualOf(metric: Metric, amount: number, exposure: number, level: number): number {
  const own = metric.within ** 2;
  if (metric.kind === "proportion") {
    const share = naturalOf("proportion", level);
    const information = exposure * share * (1 - share);
    return (amount - exposure * share) / information / Math.sqrt(1 / information + own);
  }
  if (metric.kind === "rate") {
    const mean = exposure * Math.exp(level);
    return (amount - mean) / mean / Math.sqrt(1 / mean + own);
  }
  return (amount - level) / metric.within;
}

const known = new WeakMap<Measured, Map<Metric, Float64Array | null>>();

/** {@link computeResiduals}, once for all statistics of a player. */
export function residualsOf(metric: Metric, measured: Measured): Float64Array | null {
  let own = known.get(measured);
  if (own === undefined) {
    own = new Map();
    known.set(measured, own);
  }
  let found = own.get(metric);
  if (found === undefined) {
    found = computeResiduals(metric, measured);
    own.set(metric, found);
  }
  return found;
}

/** One metric's residuals in the order of `active`; NaN where a session has none. Null where nobody sent it. */
function computeResiduals(metric: Metric, measured: Measured): Float64Array | null {
  const samples = measured.samples.get(metric.id);
  const level = measured.levels.get(metric.id)?.level;
  if (samples === undefined || level === undefined) return null;
  const sign = metric.direction === "low" ? -1 : 1;
  const residuals = new Float64Array(samples.exposure.length);
  for (let i = 0; i < residuals.length; i++) {
    const exposure = samples.exposure[i] ?? 0;
    residuals[i] =
      exposure > 0 ? clipped(sign * residualOf(metric, samples.amount[i] ?? 0, exposure, level)) : Number.NaN;
  }
  return residuals;
}

function addWeighted(
  residuals: Float64Array,
  weight: number,
  sum: Float64Array,
  weights: Float64Array,
): void {
  for (let i = 0; i < residuals.length; i++) {
    const z = residuals[i] ?? Number.NaN;
    if (Number.isNaN(z)) continue;
    sum[i] = (sum[i] ?? 0) + weight * z;
    weights[i] = (weights[i] ?? 0) + weight * weight;
  }
}

/** A weighted sum of metrics' residuals, scaled so that independent ones give sd 1; null where none is there. */
export function compositeOf(
  parts: readonly (readonly [Metric, number])[],
  measured: Measured,
): Float64Array | null {
  let sum: Float64Array | null = null;
  let weights: Float64Array | null = null;
  for (const [metric, weight] of parts) {
    const residuals = residualsOf(metric, measured);
    if (residuals === null) continue;
    sum ??= new Float64Array(residuals.length);
    weights ??= new Float64Array(residuals.length);
    addWeighted(residuals, weight, sum, weights);
  }
  if (sum === null || weights === null) return null;
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) / Math.sqrt(weights[i] ?? 0);
  return sum;
}
