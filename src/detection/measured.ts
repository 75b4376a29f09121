/** Evidence made ready once for every detector: distinct, in order, active sessions apart, levels computed. */
import type { EventEvidence, Evidence, SessionEvidence } from "./evidence.ts";
import { fadeAt } from "./fade.ts";
import { type MeasuredLevel, type Metric, measure, type Samples, samplesOf } from "./metric.ts";
import { type Profile, shooter } from "./profile.ts";
import { type ScalarValue, scalarsOf } from "./scalar.ts";

export interface Measured {
  readonly metrics: readonly Metric[];
  readonly asOfMs: number;
  readonly serverTrusted: boolean;
  /** 0..1. */
  readonly reporterCredibility: number;
  /** All distinct sessions, oldest first. */
  readonly sessions: readonly SessionEvidence[];
  /** The distinct sessions in which the player did something, oldest first. */
  readonly active: readonly SessionEvidence[];
  /** Distinct events, oldest first. */
  readonly events: readonly EventEvidence[];
  /** What is left of each active session at `asOfMs`, 0..1. */
  readonly fades: Float64Array;
  /** By metric id, in the order of `active`. */
  readonly samples: ReadonlyMap<string, Samples>;
  /** By metric id, over the active sessions; a metric nobody sent is absent. */
  readonly levels: ReadonlyMap<string, MeasuredLevel>;
  /** By scalar id; one that the sessions are too few for is absent. */
  readonly scalars: ReadonlyMap<string, ScalarValue>;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Distinct by id and oldest first, whatever order they came in. Of two rows with one id the same one always wins. */
function distinct<T>(rows: readonly T[], idOf: (row: T) => string, timeOf: (row: T) => number): T[] {
  const sorted = rows.toSorted(
    (a, b) =>
      timeOf(a) - timeOf(b) ||
      byText(idOf(a), idOf(b)) ||
      (a === b ? 0 : byText(JSON.stringify(a), JSON.stringify(b))),
  );
  const seen = new Set<string>();
  return sorted.filter((row) => {
    const id = idOf(row);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

const positive = (value: number | null): boolean => value !== null && value > 0;

/** Did the player do anything? An idle session is no evidence of innocence and none of a bot. */
function isActive(s: SessionEvidence): boolean {
  if (s.durationMinutes !== null && !(s.durationMinutes > 0)) return false;
  if (positive(s.actionsPerMinute) || positive(s.kills) || positive(s.shotsFired)) return true;
  const silent = s.actionsPerMinute === null && s.kills === null && s.shotsFired === null;
  return (
    silent && (positive(s.headshotRate) || s.reactionTimeMs !== null || Object.keys(s.metrics).length > 0)
  );
}

/** Prepares evidence for the detectors; the order and repetition of sessions and events make no difference. */
export function measureEvidence(evidence: Evidence, profile: Profile = shooter): Measured {
  const sessions = distinct(
    evidence.sessions,
    (s) => s.sessionId,
    (s) => s.recordedAtMs,
  );
  const active = sessions.filter(isActive);
  const levels = new Map<string, MeasuredLevel>();
  const samples = new Map<string, Samples>();
  for (const metric of profile.metrics) {
    const read = samplesOf(metric, active);
    samples.set(metric.id, read);
    const level = measure(metric, read);
    if (level !== null) levels.set(metric.id, level);
  }
  const scalars = new Map<string, ScalarValue>();
  const measured: Measured = {
    metrics: profile.metrics,
    asOfMs: evidence.asOfMs,
    serverTrusted: evidence.serverTrusted,
    reporterCredibility: Math.min(1, Math.max(0, evidence.reporterCredibility)),
    sessions,
    active,
    events: distinct(
      evidence.events,
      (e) => e.id,
      (e) => e.detectedAtMs,
    ),
    fades: Float64Array.from(active, (s) => fadeAt(s.recordedAtMs, evidence.asOfMs)),
    samples,
    levels,
    scalars,
  };
  for (const scalar of scalarsOf(profile.metrics)) {
    const value = scalar.measure(measured);
    if (value !== null) scalars.set(scalar.id, value);
  }
  return measured;
}
