/**
 * Skill is no evidence. A player's skill is read from the metrics of the other groups, what it explains is taken out
 * of each metric, and only the rest, with a damped share of the level itself, is judged.
 */
import type { Baseline } from "./baseline.ts";
import { longRecord } from "./cells.ts";
import { pairId, type Together } from "./correlation.ts";
import type { Detector } from "./detector.ts";
import type { Measured } from "./measured.ts";
import type { Metric } from "./metric.ts";
import { remembered } from "./remembered.ts";
import type { Group } from "./risk.ts";
import { interpolated } from "./size-class.ts";

/** Where a player stands in one metric; all in sds of the scope, positive on the suspicious side. */
export interface Standing {
  /** Of the level as it is. */
  readonly z: number;
  /** Of what skill does not explain. */
  readonly residual: number;
  /** Of what skill does not explain in the whole group: one metric alone is a habit, a cheat moves what belongs together. */
  readonly group: number;
}

/** Skill beyond this many sds is not skill: elites are there, and cheats that move every metric. Chosen by us. */
const mostSkill = 2.5;

/** What goes together, as arrays in the order of a profile's metrics: looked up for every player. */
interface Compiled {
  readonly loadings: Float64Array;
  /** Correlations once skill is taken out, row by row. */
  readonly residual: Float64Array;
  /** Covariances once skill is taken out, and the same of the weighted metrics in sds, row by row. */
  readonly covariance: Float64Array;
  readonly weighted: Float64Array;
  /** Where each metric that speaks for skill stands. */
  readonly places: ReadonlyMap<string, number>;
}

const compiled = new WeakMap<Together, { metrics: readonly Metric[]; compiled: Compiled }>();

/** What is left of a correlation once skill is taken out, 0..1. */
function withoutSkill(together: Together, a: Metric, b: Metric): number {
  const r = together.correlations[pairId(a.id, b.id)] ?? together.correlations[pairId(b.id, a.id)] ?? 0;
  const [x, y] = [together.loadings[a.id] ?? 0, together.loadings[b.id] ?? 0];
  return Math.max(0, Math.min(1, (r - x * y) / Math.sqrt((1 - x * x) * (1 - y * y))));
}

function covariancesOf(
  metrics: readonly Metric[],
  loadings: Float64Array,
  residual: Float64Array,
): Pick<Compiled, "covariance" | "weighted"> {
  const n = metrics.length;
  const covariance = new Float64Array(n * n);
  const weighted = new Float64Array(n * n);
  for (let place = 0; place < n * n; place++) {
    const [i, j] = [Math.floor(place / n), place % n];
    const a = loadings[i] ?? 0;
    const own = Math.sqrt((1 - a * a) * (1 - (loadings[j] ?? 0) ** 2));
    const r = i === j ? 1 : (residual[place] ?? 0);
    covariance[place] = own * r;
    weighted[place] = (metrics[i]?.weight ?? 0) * (metrics[j]?.weight ?? 0) * r;
  }
  return { covariance, weighted };
}

function compiledOf(together: Together, metrics: readonly Metric[]): Compiled {
  const known = compiled.get(together);
  if (known?.metrics === metrics) return known.compiled;
  const loadings = Float64Array.from(metrics, ({ id }) => together.loadings[id] ?? 0);
  const residual = Float64Array.from(
    metrics.flatMap((a) => metrics.map((b) => withoutSkill(together, a, b))),
  );
  const places = new Map(metrics.flatMap(({ id, skill }, i) => (skill ? [[id, i] as const] : [])));
  const fresh = { loadings, residual, ...covariancesOf(metrics, loadings, residual), places };
  compiled.set(together, { metrics, compiled: fresh });
  return fresh;
}

/** Players of long and of short records are compared with their like. */
const togetherFor = (measured: Measured, baseline: Baseline): Together =>
  measured.active.length >= longRecord ? baseline.long : baseline.short;

/** Skill's part in a group: the mean of its metrics, with its loading and the variance that skill leaves. */
interface GroupMean {
  readonly group: Group;
  readonly z: number;
  readonly loading: number;
  readonly variance: number;
}

/** The members (indices into the profile) of each group that the player has, skilled ones only. */
function membersOf(metrics: readonly Metric[], zs: Float64Array): Map<Group, number[]> {
  const members = new Map<Group, number[]>();
  for (let i = 0; i < zs.length; i++) {
    const metric = metrics[i];
    if (metric === undefined || !metric.skill || Number.isNaN(zs[i] ?? Number.NaN)) continue;
    const own = members.get(metric.group);
    if (own === undefined) members.set(metric.group, [i]);
    else own.push(i);
  }
  return members;
}

function groupMean(
  group: Group,
  members: readonly number[],
  zs: Float64Array,
  { loadings, covariance }: Compiled,
): GroupMean {
  const n = members.length;
  let variance = 0;
  let z = 0;
  let loading = 0;
  for (const i of members) {
    const a = loadings[i] ?? 0;
    z += (zs[i] ?? 0) / n;
    loading += a / n;
    for (const j of members) variance += (covariance[i * zs.length + j] ?? 0) / (n * n);
  }
  return { group, z, loading, variance };
}

/** Skill (sd 1 between players): its estimate, and the share of its variance that is known. */
interface Skill {
  readonly skill: number;
  readonly known: number;
}

/** Skill from the means of all groups but one. */
function skillWithout(group: Group, means: readonly GroupMean[]): Skill {
  let precision = 1;
  let sum = 0;
  for (const mean of means) {
    if (mean.group === group) continue;
    precision += (mean.loading * mean.loading) / mean.variance;
    sum += (mean.loading * mean.z) / mean.variance;
  }
  const skill = Math.max(-mostSkill, Math.min(mostSkill, sum / precision));
  return { skill, known: 1 - 1 / precision };
}

/** How far out a metric stands in the scope, before skill; NaN where the scope does not know the metric. */
function levelZ(metric: Metric, measured: Measured, baseline: Baseline): number {
  const level = measured.levels.get(metric.id);
  const scope = baseline.metrics[metric.id];
  if (metric.direction === "steady" || level === undefined || scope === undefined) return Number.NaN;
  if (level.exposure < metric.minimumExposure) return Number.NaN;
  const sign = metric.direction === "low" ? -1 : 1;
  const widened = interpolated(scope.widening ?? [], level.sessions, ({ factor }) => factor);
  const spread = Math.sqrt(scope.between ** 2 + level.variance) * (Number.isNaN(widened) ? 1 : widened);
  return (sign * (level.level - scope.median)) / spread;
}

/** The residuals of a group taken together, in sds of their sum. */
function groupZ(
  members: readonly number[],
  residuals: Float64Array,
  metrics: readonly Metric[],
  { weighted }: Compiled,
): number {
  let variance = 0;
  let sum = 0;
  for (const i of members) {
    const weight = metrics[i]?.weight ?? 0;
    sum += weight * (residuals[i] ?? 0);
    for (const j of members) variance += weighted[i * residuals.length + j] ?? 0;
  }
  return sum / Math.sqrt(variance);
}

/** What skill, read from the other groups, does not explain of each metric. */
function residualsOf(
  metrics: readonly Metric[],
  zs: Float64Array,
  means: readonly GroupMean[],
  { loadings }: Compiled,
): Float64Array {
  const residuals = new Float64Array(zs.length).fill(Number.NaN);
  const skills = new Map<Group, Skill>();
  for (let i = 0; i < zs.length; i++) {
    const metric = metrics[i];
    const z = zs[i] ?? Number.NaN;
    if (metric === undefined || Number.isNaN(z)) continue;
    const own = skills.get(metric.group) ?? skillWithout(metric.group, means);
    skills.set(metric.group, own);
    const loading = loadings[i] ?? 0;
    residuals[i] = (z - loading * own.skill) / Math.sqrt(1 - loading * loading * own.known);
  }
  return residuals;
}

const computed = remembered((_: Measured) => new Map<Baseline, ReadonlyMap<string, Standing>>());

/** Where the player stands in every metric that has a suspicious end; computed once for all detectors. */
export function standingsOf(measured: Measured, baseline: Baseline): ReadonlyMap<string, Standing> {
  const known = computed(measured);
  let standings = known.get(baseline);
  if (standings === undefined) {
    standings = computeStandings(measured, baseline);
    known.set(baseline, standings);
  }
  return standings;
}

function computeStandings(measured: Measured, baseline: Baseline): ReadonlyMap<string, Standing> {
  const { metrics } = measured;
  const own = compiledOf(togetherFor(measured, baseline), metrics);
  const zs = Float64Array.from(metrics, (metric) => levelZ(metric, measured, baseline));
  const members = membersOf(metrics, zs);
  const means = [...members].map(([group, indices]) => groupMean(group, indices, zs, own));
  const residuals = residualsOf(metrics, zs, means, own);
  const groups = new Map(
    [...members].map(([group, indices]) => [group, groupZ(indices, residuals, metrics, own)]),
  );
  const standings = new Map<string, Standing>();
  for (const [i, metric] of metrics.entries()) {
    const residual = residuals[i] ?? Number.NaN;
    if (Number.isNaN(residual)) continue;
    standings.set(metric.id, { z: zs[i] ?? 0, residual, group: groups.get(metric.group) ?? residual });
  }
  return standings;
}

/** Least correlation of two levels of one group: each is judged together with its whole group, so it repeats the others. */
const judgedTogether = { judged: 0.85, short: 0.5 } as const;
/** Of an honest player a level says next to nothing about how the sessions differ among themselves. Chosen by us. */
const levelAndSessions = 0.15;

/** How much two detectors of one group repeat each other in this scope; null where nobody knows. */
export function correlationIn(
  measured: Measured,
  baseline: Baseline,
): (a: Detector, b: Detector) => number | null {
  const { metrics } = measured;
  const together = measured.active.length < longRecord ? judgedTogether.short : judgedTogether.judged;
  const { residual, places } = compiledOf(togetherFor(measured, baseline), metrics);
  return (a, b) => {
    if (a.amongSessions || b.amongSessions)
      return a.amongSessions && b.amongSessions ? null : levelAndSessions;
    if (a.metricId == null || b.metricId == null) return null;
    const [i, j] = [places.get(a.metricId), places.get(b.metricId)];
    return i === undefined || j === undefined
      ? null
      : Math.max(together, residual[i * metrics.length + j] ?? 0);
  };
}
