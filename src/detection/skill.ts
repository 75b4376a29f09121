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

interface Seen {
  readonly metric: Metric;
  readonly z: number;
  readonly loading: number;
}

/** What is left of a correlation once skill is taken out, 0..1. */
export function residualCorrelation(together: Together, a: Metric, b: Metric): number {
  const r = together.correlations[pairId(a.id, b.id)] ?? together.correlations[pairId(b.id, a.id)] ?? 0;
  const [x, y] = [together.loadings[a.id] ?? 0, together.loadings[b.id] ?? 0];
  return Math.max(0, Math.min(1, (r - x * y) / Math.sqrt((1 - x * x) * (1 - y * y))));
}

/** Mean of a group's metrics, with its loading and the variance that skill leaves. */
function groupMean(members: readonly Seen[], together: Together) {
  const n = members.length;
  let variance = 0;
  for (const a of members) {
    for (const b of members) {
      const own = Math.sqrt((1 - a.loading ** 2) * (1 - b.loading ** 2));
      variance += a === b ? own : own * residualCorrelation(together, a.metric, b.metric);
    }
  }
  return {
    z: members.reduce((sum, { z }) => sum + z, 0) / n,
    loading: members.reduce((sum, { loading }) => sum + loading, 0) / n,
    variance: variance / (n * n),
  };
}

type GroupMean = ReturnType<typeof groupMean>;

/** Skill (sd 1 between players) from some groups' means: its estimate, and the share of its variance they know. */
function skillOf(groups: readonly GroupMean[]): { readonly skill: number; readonly known: number } {
  let precision = 1;
  let sum = 0;
  for (const { z, loading, variance } of groups) {
    precision += (loading * loading) / variance;
    sum += (loading * z) / variance;
  }
  const skill = Math.max(-mostSkill, Math.min(mostSkill, sum / precision));
  return { skill, known: 1 - 1 / precision };
}

/** How far out a metric stands in the scope, before skill; null where the scope does not know the metric. */
function levelZ(metric: Metric, measured: Measured, baseline: Baseline): number | null {
  const level = measured.levels.get(metric.id);
  const scope = baseline.metrics[metric.id];
  if (level === undefined || scope === undefined || level.exposure < metric.minimumExposure) return null;
  const sign = metric.direction === "low" ? -1 : 1;
  const widened = interpolated(scope.widening ?? [], level.sessions, ({ factor }) => factor);
  const spread = Math.sqrt(scope.between ** 2 + level.variance) * (Number.isNaN(widened) ? 1 : widened);
  return (sign * (level.level - scope.median)) / spread;
}

/** The mean of each group's skilled metrics. */
function groupsOf(seen: readonly Seen[], together: Together): ReadonlyMap<string, GroupMean> {
  const members = new Map<string, Seen[]>();
  for (const one of seen) {
    if (!one.metric.skill) continue;
    const group = members.get(one.metric.group);
    if (group === undefined) members.set(one.metric.group, [one]);
    else group.push(one);
  }
  return new Map([...members].map(([group, own]) => [group, groupMean(own, together)]));
}

const known = new WeakMap<Measured, { baseline: Baseline; standings: ReadonlyMap<string, Standing> }>();

/** Where the player stands in every metric that has a suspicious end; computed once for all detectors. */
export function standingsOf(measured: Measured, baseline: Baseline): ReadonlyMap<string, Standing> {
  const found = known.get(measured);
  if (found?.baseline === baseline) return found.standings;
  const standings = computeStandings(measured, baseline);
  known.set(measured, { baseline, standings });
  return standings;
}

function computeStandings(measured: Measured, baseline: Baseline): ReadonlyMap<string, Standing> {
  const together = measured.active.length >= longRecord ? baseline.long : baseline.short;
  const seen: Seen[] = [];
  for (const metric of measured.metrics) {
    if (metric.direction === "steady") continue;
    const z = levelZ(metric, measured, baseline);
    if (z !== null) seen.push({ metric, z, loading: together.loadings[metric.id] ?? 0 });
  }
  const groups = groupsOf(seen, together);
  const residuals = new Map<Metric, number>();
  for (const { metric, z, loading } of seen) {
    const others = [...groups].filter(([group]) => group !== metric.group).map(([, mean]) => mean);
    const { skill, known } = skillOf(others);
    residuals.set(metric, (z - loading * skill) / Math.sqrt(1 - loading * loading * known));
  }
  const standings = new Map<string, Standing>();
  for (const { metric, z } of seen) {
    const residual = residuals.get(metric) ?? 0;
    standings.set(metric.id, { z, residual, group: groupZ(metric, residuals, together) });
  }
  return standings;
}

/** The residuals of a metric's group taken together, in sds of their sum. */
function groupZ(metric: Metric, residuals: ReadonlyMap<Metric, number>, together: Together): number {
  const members = [...residuals].filter(([other]) => other.group === metric.group && other.skill);
  if (members.length === 0) return residuals.get(metric) ?? 0;
  let variance = 0;
  let sum = 0;
  for (const [a, z] of members) {
    sum += a.weight * z;
    for (const [b] of members)
      variance += a.weight * b.weight * (a === b ? 1 : residualCorrelation(together, a, b));
  }
  return sum / Math.sqrt(variance);
}

/** Least correlation of two levels of one group: each is judged together with its whole group, so it repeats the others. */
const judgedTogether = 0.7;

/** How much two level detectors of one group repeat each other in this scope; null for other detectors. */
export function correlationIn(
  measured: Measured,
  baseline: Baseline,
): (a: Detector, b: Detector) => number | null {
  const together = measured.active.length >= longRecord ? baseline.long : baseline.short;
  const byId = new Map(measured.metrics.map((metric) => [metric.id, metric]));
  return (a, b) => {
    const [x, y] = [byId.get(a.metricId ?? ""), byId.get(b.metricId ?? "")];
    if (x === undefined || y === undefined || !x.skill || !y.skill) return null;
    return Math.max(judgedTogether, residualCorrelation(together, x, y));
  };
}
