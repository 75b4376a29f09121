/** Session residuals: how far each session stands from the player's own level, in sds of counting noise and usual form. */
import type { Measured } from "../measured.ts";
import { type Metric, naturalOf } from "../metric.ts";
import { remembered } from "../remembered.ts";
import type { Column } from "../slab.ts";

/** One broken session must not decide a statistic. */
const mostSds = 5;

const clipped = (z: number): number => Math.max(-mostSds, Math.min(mostSds, z));

/** Standardised residual of `amount` over `exposure` around a level. */
type Residual = (amount: number, exposure: number) => number;

/** What gives the residuals of a metric around a level; positive is above it. */
function residualAround(metric: Metric, level: number): Residual {
  const own = metric.within ** 2;
  if (metric.kind === "proportion") {
    const share = naturalOf("proportion", level);
    return (amount, exposure) => {
      const information = exposure * share * (1 - share);
      return (amount - exposure * share) / information / Math.sqrt(1 / information + own);
    };
  }
  if (metric.kind === "rate") {
    const usual = Math.exp(level);
    return (amount, exposure) => {
      const mean = exposure * usual;
      return (amount - mean) / mean / Math.sqrt(1 / mean + own);
    };
  }
  return (amount) => (amount - level) / metric.within;
}

const knownOf = remembered((_: Measured) => new Map<Metric, Column | null>());

/** {@link computeResiduals}, once for all statistics of a player. */
export function residualsOf(metric: Metric, measured: Measured): Column | null {
  const own = knownOf(measured);
  let found = own.get(metric);
  if (found === undefined) {
    found = computeResiduals(metric, measured);
    own.set(metric, found);
  }
  return found;
}

/** One metric's residuals in the order of `active`; positive is the suspicious side, NaN where a session has none. Null where nobody sent it. */
function computeResiduals(metric: Metric, measured: Measured): Column | null {
  const samples = measured.samples.get(metric.id);
  const level = measured.levels.get(metric.id)?.level;
  if (samples === undefined || level === undefined) return null;
  const sign = metric.direction === "low" ? -1 : 1;
  const residualOf = residualAround(metric, level);
  const residuals = measured.row();
  for (let i = 0; i < residuals.length; i++) {
    const exposure = samples.exposure[i] ?? 0;
    residuals[i] = exposure > 0 ? clipped(sign * residualOf(samples.amount[i] ?? 0, exposure)) : Number.NaN;
  }
  return residuals;
}

function addWeighted(residuals: Column, weight: number, sum: Column, weights: Column): void {
  for (let i = 0; i < residuals.length; i++) {
    const z = residuals[i] ?? Number.NaN;
    if (Number.isNaN(z)) continue;
    sum[i] = (sum[i] ?? 0) + weight * z;
    weights[i] = (weights[i] ?? 0) + weight * weight;
  }
}

/** Metrics with their weights. */
export type Parts = readonly (readonly [Metric, number])[];

/** A weighted sum of metrics' residuals, scaled so that independent ones give sd 1; null where none is there. */
export function compositeOf(parts: Parts, measured: Measured): Column | null {
  let sum: Column | null = null;
  let weights: Column | null = null;
  for (const [metric, weight] of parts) {
    const residuals = residualsOf(metric, measured);
    if (residuals === null) continue;
    sum ??= measured.row();
    weights ??= measured.row();
    addWeighted(residuals, weight, sum, weights);
  }
  if (sum === null || weights === null) return null;
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) / Math.sqrt(weights[i] ?? 0);
  return sum;
}
