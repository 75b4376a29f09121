/** A metric over a player's sessions, beside what honest sessions of the same exposure show. */

import type { StoredScore } from "../../db/standings.ts";
import { type Baseline, type MetricBaseline, scopeMinimum } from "../../detection/baseline.ts";
import { binWidth } from "../../detection/cells.ts";
import { type Measured, measureEvidence } from "../../detection/measured.ts";
import { countVariance, isCounted, type Metric, naturalOf } from "../../detection/metric.ts";
import { binned, shareAbove } from "../../detection/quantile.ts";
import { detectorsOf } from "../../detection/registry.ts";
import type { LedgerLine } from "../../detection/risk.ts";
import { classCount, interpolated } from "../../detection/size-class.ts";
import type { Judgement } from "./load.ts";

/** Standard normal quantiles of 5 and 95 %, and of 1 in 1,000. */
const rangeZ = 1.6449;
const rareZ = 3.0902;

/** What honest players show in one session, in natural units. */
export interface HonestRange {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** One honest session in 1,000 goes beyond; null for metrics that no cheat moves one way. */
  readonly rare: number | null;
}

export interface TimelinePoint {
  readonly atMs: number;
  readonly sessionId: string;
  readonly value: number;
  readonly exposure: number;
  readonly range: HonestRange | null;
  readonly isSuspect: boolean;
}

/** Where the player's level stands among the scope's players. */
export interface Place {
  /** Share of players whose level is higher. */
  readonly above: number;
  readonly players: number;
}

export interface Timeline {
  readonly metric: Metric;
  /** Oldest first. */
  readonly points: readonly TimelinePoint[];
  /** When the evidence of the lines about this metric begins. */
  readonly onsetMs: number | null;
  /** Hundredths that lines about this very metric add to the score. */
  readonly weight: number;
  readonly place: Place | null;
}

/** The spread of one session: between players, and of a session of this exposure; as the level detectors have it. */
function honestRange(metric: Metric, scope: MetricBaseline, exposure: number): HonestRange {
  const noise = isCounted(metric) ? countVariance(metric, scope.median, exposure, 1) : metric.within ** 2;
  const widening = interpolated(scope.widening ?? [], 1, ({ factor }) => factor);
  const spread = Math.sqrt(scope.between ** 2 + noise) * (Number.isNaN(widening) ? 1 : widening);
  const at = (z: number) => naturalOf(metric.kind, scope.median + z * spread);
  const rare = metric.direction === "steady" ? null : at(metric.direction === "low" ? -rareZ : rareZ);
  return { median: at(0), low: at(-rangeZ), high: at(rangeZ), rare };
}

/** The scope's word on a metric; null while it has none on a quantity of the game's own. */
function scopeOf(metric: Metric, baseline: Baseline): MetricBaseline | null {
  const scope = baseline.metrics[metric.id];
  return scope === undefined || (metric.scopeOnly && scope.n < scopeMinimum) ? null : scope;
}

/** Lines about a metric: of its own detectors, and of those that watch its whole group. */
function linesAbout(metric: Metric, score: StoredScore | null, { profile }: Judgement) {
  const cards = new Map(detectorsOf(profile).map((detector) => [detector.id, detector]));
  const lines = (score?.ledger ?? []).filter(({ points }) => points > 0);
  const own: LedgerLine[] = [];
  const group: LedgerLine[] = [];
  for (const line of lines) {
    const card = cards.get(line.id);
    if (card?.metricId === metric.id) own.push(line);
    else if (card !== undefined && !card.metricId && line.group === metric.group) group.push(line);
  }
  return { own, all: [...own, ...group] };
}

function placeOf(metric: Metric, score: StoredScore | null, { histogram }: Judgement): Place | null {
  const cell = score?.statistics.cells[metric.id];
  if (cell === undefined) return null;
  const classes = Array.from({ length: classCount }, (_, index) => histogram[`${metric.id}@${index}`]);
  const all = binned(classes);
  if (all.n < 2) return null;
  return { above: shareAbove(all, (cell[1] + 0.5) * binWidth, binWidth), players: all.n };
}

const sessionValue = (metric: Metric, amount: number, exposure: number): number =>
  isCounted(metric) ? amount / exposure : Math.exp(amount);

function timelineOf(
  metric: Metric,
  measured: Measured,
  score: StoredScore | null,
  judgement: Judgement,
): Timeline {
  const { own, all } = linesAbout(metric, score, judgement);
  const suspects = new Set(all.flatMap(({ sessionIds }) => sessionIds));
  const scope = scopeOf(metric, judgement.baseline);
  const samples = measured.samples.get(metric.id);
  const points = measured.active.flatMap(({ sessionId, recordedAtMs }, i): TimelinePoint[] => {
    const exposure = samples?.exposure[i] ?? 0;
    if (exposure === 0) return [];
    const value = sessionValue(metric, samples?.amount[i] ?? 0, exposure);
    const range = scope === null ? null : honestRange(metric, scope, exposure);
    return [{ atMs: recordedAtMs, sessionId, value, exposure, range, isSuspect: suspects.has(sessionId) }];
  });
  const onsets = (own.length > 0 ? own : all).flatMap(({ sinceMs }) => sinceMs ?? []);
  return {
    metric,
    points,
    onsetMs: onsets.length === 0 ? null : Math.min(...onsets),
    weight: own.reduce((sum, line) => sum + line.points, 0),
    place: placeOf(metric, score, judgement),
  };
}

/** Every metric that the sessions carry; those that weigh most in the score first. */
export function timelinesOf(
  score: StoredScore | null,
  judgement: Judgement,
  game: string,
  mode: string,
): Timeline[] {
  const { sessions, profile } = judgement;
  const asOfMs = score?.asOfMs ?? 0;
  const evidence = {
    game,
    mode,
    asOfMs,
    sessions,
    events: [],
    serverTrusted: true,
    reporterCredibility: 0.5,
  };
  const measured = measureEvidence(evidence, profile);
  return profile.metrics
    .map((metric) => timelineOf(metric, measured, score, judgement))
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => b.weight - a.weight);
}
