/** Judging a scalar: how far out it stands among the scope's players with about as many sessions. */
import type { Baseline } from "../baseline.ts";
import { evidenceLimits } from "../evidence.ts";
import { largestOf } from "../largest.ts";
import type { Measured } from "../measured.ts";
import type { Scalar, ScalarValue } from "../scalar.ts";
import { interpolated } from "../size-class.ts";

export interface JudgedScalar extends ScalarValue {
  /** Sds beyond the scope's centre. */
  readonly z: number;
  /** The scope's centre, in the scalar's unit. */
  readonly centre: number;
}

/** A scalar against the scope, or against its prior where the scope has nobody; null without sessions enough. */
export function judgedScalar(scalar: Scalar, measured: Measured, baseline: Baseline): JudgedScalar | null {
  const found = measured.scalars.get(scalar.id);
  if (found === undefined) return null;
  const bands = baseline.scalars[scalar.id] ?? [];
  const known = bands.length > 0;
  const centre = known ? interpolated(bands, found.sessions, (b) => b.centre) : scalar.prior.centre;
  const spread = known ? interpolated(bands, found.sessions, (b) => b.spread) : scalar.prior.spread;
  return { ...found, z: (found.value - centre) / spread, centre };
}

/** What is left of evidence, each session weighed by how far it is on the suspicious side; 1 where none is. */
export function weighedFade(measured: Measured, weights: ArrayLike<number>, from = 0): number {
  let total = 0;
  let faded = 0;
  for (let i = from; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (!(weight > 0)) continue;
    total += weight;
    faded += weight * (measured.fades[i] ?? 0);
  }
  return total > 0 ? faded / total : 1;
}

/** Sessions of play after which what came before weighs half. Chosen by us: a few weeks. */
const halfLifeSessions = 20;
const kept = Float64Array.from({ length: evidenceLimits.sessions }, (_, n) => 0.5 ** (n / halfLifeSessions));

/**
 * What is left of evidence about how sessions differ, each weighed by the square of how far it stands out: 1 where they
 * are spread over the record or lie at its end, the less the more ordinary sessions followed. Otherwise somebody who
 * stopped would stand out ever more clearly against them.
 */
export function recency(series: ArrayLike<number>, from = 0): number {
  let total = 0;
  let left = 0;
  let even = 0;
  for (let i = from; i < series.length; i++) {
    const weight = kept[series.length - 1 - i] ?? 0;
    even += weight / (series.length - from);
    const z = series[i] ?? 0;
    if (!(z > 0)) continue;
    total += z * z;
    left += z * z * weight;
  }
  return total > 0 ? Math.min(1, left / total / even) : 1;
}

/** The ten sessions of largest weight, largest first; equal ones newest first. */
export function heaviest(measured: Measured, weights: ArrayLike<number>, from = 0): readonly string[] {
  return largestOf(weights, 10, from).flatMap((i) => measured.active[i]?.sessionId ?? []);
}
