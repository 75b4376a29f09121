/** Judging a scalar: how far out it stands among the scope's players with about as many sessions. */
import type { Baseline } from "../baseline.ts";
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

/** The ten sessions of largest weight, largest first; equal ones newest first. */
export function heaviest(measured: Measured, weights: ArrayLike<number>, from = 0): readonly string[] {
  return largestOf(weights, 10, from).flatMap((i) => measured.active[i]?.sessionId ?? []);
}
