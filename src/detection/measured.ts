/** Evidence made ready once for every detector: distinct, in order, active sessions apart, levels computed. */
import { type Columns, columnsOf } from "./columns.ts";
import type { EventEvidence, Evidence, SessionEvidence } from "./evidence.ts";
import { fadeAt } from "./fade.ts";
import { type MeasuredLevel, type Metric, measure, samplesOf } from "./metric.ts";
import { type Profile, shooter } from "./profile.ts";
import type { Samples } from "./samples.ts";
import { type ScalarValue, scalarsOf } from "./scalar.ts";
import { withoutCopies } from "./session-copies.ts";
import { type Column, slabOf } from "./slab.ts";

export interface Measured {
  readonly metrics: readonly Metric[];
  readonly asOfMs: number;
  readonly serverTrusted: boolean;
  /** 0..1. */
  readonly reporterCredibility: number;
  /** All distinct sessions, oldest first. */
  readonly sessions: readonly SessionEvidence[];
  /** The distinct sessions in which the player did something, oldest first; one sent again under another id is in it once. */
  readonly active: readonly SessionEvidence[];
  /** What the active sessions counted, column by column. */
  readonly columns: Columns;
  /** Distinct events, oldest first. */
  readonly events: readonly EventEvidence[];
  /** What is left of each active session at `asOfMs`, 0..1. */
  readonly fades: Float64Array;
  /** Room for what is computed of them: a row of zeros, one number an active session. */
  row(): Column;
  /** By metric id, in the order of `active`. */
  readonly samples: ReadonlyMap<string, Samples>;
  /** By metric id, over the active sessions; a metric nobody sent is absent. */
  readonly levels: ReadonlyMap<string, MeasuredLevel>;
  /** By scalar id; one that the sessions are too few for is absent. */
  readonly scalars: ReadonlyMap<string, ScalarValue>;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Is each row later than the one before? Then there is nothing to sort. */
function isRising<T>(rows: readonly T[], timeOf: (row: T) => number): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const time = timeOf(row);
    if (!(time > last)) return false;
    last = time;
  }
  return true;
}

/** Oldest first, whatever order they came in. Of two rows with one id the same one always comes first. */
function inOrder<T>(rows: readonly T[], idOf: (row: T) => string, timeOf: (row: T) => number): readonly T[] {
  if (isRising(rows, timeOf)) return rows;
  const reversed = rows.toReversed();
  if (isRising(reversed, timeOf)) return reversed;
  return rows.toSorted(
    (a, b) =>
      timeOf(a) - timeOf(b) ||
      byText(idOf(a), idOf(b)) ||
      (a === b ? 0 : byText(JSON.stringify(a), JSON.stringify(b))),
  );
}

/** Distinct by id and oldest first. */
function distinct<T>(rows: readonly T[], idOf: (row: T) => string, timeOf: (row: T) => number): readonly T[] {
  const seen = new Set<string>();
  return inOrder(rows, idOf, timeOf).filter((row) => {
    const id = idOf(row);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

const positive = (value: number | null): boolean => value !== null && value > 0;

/** Did the player do anything? An idle session is no evidence of innocence and none of a bot. */
export function isActive(s: SessionEvidence): boolean {
  if (s.durationMinutes !== null && !(s.durationMinutes > 0)) return false;
  if (positive(s.actionsPerMinute) || positive(s.kills) || positive(s.shotsFired)) return true;
  const silent = s.actionsPerMinute === null && s.kills === null && s.shotsFired === null;
  return (
    silent && (positive(s.headshotRate) || s.reactionTimeMs !== null || Object.keys(s.metrics).length > 0)
  );
}

function fadesOf(sessions: readonly SessionEvidence[], asOfMs: number, fades: Column): Column {
  let i = 0;
  for (const { recordedAtMs } of sessions) fades[i++] = fadeAt(recordedAtMs, asOfMs);
  return fades;
}

/** Rows that the statistics of most players need: fades, residuals, composites and their weights, excesses. */
const statisticsRows = 32;

/** Samples and level of each metric. */
function levelsOf(
  metrics: readonly Metric[],
  columns: Columns,
  row: () => Column,
): Pick<Measured, "samples" | "levels"> {
  const levels = new Map<string, MeasuredLevel>();
  const samples = new Map<string, Samples>();
  const room = row();
  for (const metric of metrics) {
    const read = samplesOf(metric, columns, row);
    samples.set(metric.id, read);
    const level = measure(metric, read, room);
    if (level !== null) levels.set(metric.id, level);
  }
  return { samples, levels };
}

/** Prepares evidence for the detectors; the order and repetition of sessions and events make no difference. */
export function measureEvidence(evidence: Evidence, profile: Profile = shooter): Measured {
  const sessions = distinct(
    evidence.sessions,
    (s) => s.sessionId,
    (s) => s.recordedAtMs,
  );
  const active = withoutCopies(sessions.filter(isActive));
  const columns = columnsOf(active);
  const row = slabOf(2 * profile.metrics.length + statisticsRows, active.length);
  const scalars = new Map<string, ScalarValue>();
  const measured: Measured = {
    metrics: profile.metrics,
    asOfMs: evidence.asOfMs,
    serverTrusted: evidence.serverTrusted,
    reporterCredibility: Math.min(1, Math.max(0, evidence.reporterCredibility)),
    sessions,
    active,
    columns,
    events: distinct(
      evidence.events,
      (e) => e.id,
      (e) => e.detectedAtMs,
    ),
    fades: fadesOf(active, evidence.asOfMs, row()),
    row,
    ...levelsOf(profile.metrics, columns, row),
    scalars,
  };
  for (const scalar of scalarsOf(profile.metrics)) {
    const value = scalar.measure(measured);
    if (value !== null) scalars.set(scalar.id, value);
  }
  return measured;
}
