/** What a metric is: a declared quantity of a session, and the scale on which players are compared. */
import type { Columns } from "./columns.ts";
import { medianOf } from "./median.ts";
import type { Group } from "./risk.ts";
import type { Reader, Samples } from "./samples.ts";
import type { Column } from "./slab.ts";

/** proportion: k of n, on the logit. rate: count per exposure, on the log. latency (ms) and level: one value a session, on the log. */
export type MetricKind = "proportion" | "rate" | "latency" | "level";
export type Direction = "high" | "low" | "steady";

export interface Metric {
  readonly id: string;
  readonly label: string;
  readonly kind: MetricKind;
  readonly unit: string;
  /** Values outside of it are instrumentation faults and count as missing. Natural units. */
  readonly range: readonly [number, number];
  /** Which way a cheat moves it. */
  readonly direction: Direction;
  /** What the exposure counts: kills, shots fired, minutes, sessions. */
  readonly exposureUnit: string;
  readonly minimumExposure: number;
  readonly group: Group;
  /** Median and sd between players on the metric's scale, before the scope has data of its own. */
  readonly prior: { readonly median: number; readonly between: number };
  /** The prior's median in natural units. */
  readonly priorNatural: number;
  /** Sd of one player's sessions around the player's own level, beyond counting noise, on the metric's scale. */
  readonly within: number;
  /** Exposure's worth of the prior that is mixed into every level, so that 1 of 1 is not infinite. */
  readonly pseudo: number;
  /** Is the unit the game's own, so that only a scope's own players can say what is usual? */
  readonly scopeOnly: boolean;
  /** Does it take part in the common skill, and in correlations? Metrics made of others do not speak for skill. */
  readonly skill: boolean;
  /** Weight among the metrics of its group where they are judged together: what a cheat moves most weighs most. */
  readonly weight: number;
  /** Reads its samples: exposure, and count (proportion, rate) or log of the value (latency, level), of each session. */
  readonly read: Reader;
}

/** A metric over a player's active sessions: where it stands on its scale, and what is behind it. */
export interface MeasuredLevel {
  readonly level: number;
  /** Sampling variance of `level`. */
  readonly variance: number;
  readonly exposure: number;
  readonly sessions: number;
}

export const logit = (share: number): number => Math.log(share / (1 - share));
const share = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** From the metric's scale back to its natural unit. */
export function naturalOf(kind: MetricKind, level: number): number {
  return kind === "proportion" ? share(level) : Math.exp(level);
}

/** proportion and rate pool counts; the others are one value a session. */
export const isCounted = (metric: Metric): boolean => metric.kind === "proportion" || metric.kind === "rate";

/** A metric's samples, in two of `row`'s rows. */
export function samplesOf(metric: Metric, columns: Columns, row: () => Column): Samples {
  const samples = { exposure: row(), amount: row() };
  metric.read(columns, samples);
  return samples;
}

/** Where a count over an exposure stands on the metric's scale, shrunk by the profile's pseudo-exposure alone. */
export function countLevel(metric: Metric, amount: number, exposure: number): number {
  const shares = (amount + metric.pseudo * metric.priorNatural) / (exposure + metric.pseudo);
  return metric.kind === "rate" ? Math.log(shares) : logit(shares);
}

/** Variance of a count's level: counting noise, and the player's own sessions around their level. */
export function countVariance(metric: Metric, level: number, exposure: number, sessions: number): number {
  const trials = exposure + metric.pseudo;
  const own = (metric.within * metric.within) / sessions;
  if (metric.kind === "rate") return own + 1 / (trials * Math.exp(level));
  // Halfway to the prior: at the observed share itself the variance of an extreme share hides how extreme it is.
  const middle = share((level + metric.prior.median) / 2);
  return own + 1 / (trials * middle * (1 - middle));
}

// The median of n values has pi/2 times the variance of their mean; one value is its own median.
const medianInflation = (n: number): number => (n > 2 ? Math.PI / 2 : 1);

/** The amounts of the samples that are there, at the beginning of `room`. */
function amountsIn(samples: Samples, room: Column): Column {
  let n = 0;
  for (let i = 0; i < samples.amount.length; i++) {
    if (samples.exposure[i] !== 0) room[n++] = samples.amount[i] ?? 0;
  }
  return room.subarray(0, n);
}

/** A metric over all samples, or null where none has it. It knows no baseline, so histograms cannot chase it. `room` is overwritten. */
export function measure(metric: Metric, samples: Samples, room: Column): MeasuredLevel | null {
  let exposure = 0;
  let amount = 0;
  let n = 0;
  for (let i = 0; i < samples.exposure.length; i++) {
    const part = samples.exposure[i] ?? 0;
    if (part === 0) continue;
    n += 1;
    exposure += part;
    amount += samples.amount[i] ?? 0;
  }
  if (n === 0) return null;
  if (isCounted(metric)) {
    const level = countLevel(metric, amount, exposure);
    return { level, variance: countVariance(metric, level, exposure, n), exposure, sessions: n };
  }
  const level = medianOf(amountsIn(samples, room));
  return { level, variance: (metric.within ** 2 / n) * medianInflation(n), exposure, sessions: n };
}
