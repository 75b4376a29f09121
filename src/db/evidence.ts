/** Loading what a score is made of: a bounded number of rows a standing, many standings a statement. */
import { type SQL, sql } from "drizzle-orm";
import type { CountedReport } from "../decisions/credibility.ts";
import type { Baseline } from "../detection/baseline.ts";
import {
  type EventEvidence,
  type EventSource,
  evidenceLimits,
  type Severity,
} from "../detection/evidence.ts";
import type { Counted } from "../detection/flag-count.ts";
import type { Db } from "./client.ts";
import { newestEventsJson } from "./events.ts";
import { newestReportsJson } from "./reports.ts";
import { newestSessionsJson, sessionOf } from "./sessions.ts";
import type { StoredScore } from "./standings.ts";

/** A report among the events of a standing, with what its weight follows from. */
export type LoadedReport = CountedReport & { readonly severity: Severity };

/** A standing with everything needed to score it anew. */
export interface LoadedStanding {
  readonly playerId: number;
  readonly mode: string;
  readonly game: string;
  readonly revision: number;
  readonly risk: number;
  readonly wasPending: boolean;
  /** Confirmed by a person: the player is in none of the scope's histograms. */
  readonly excluded: boolean;
  readonly previous: StoredScore | null;
  /** The points of the score's history, as stored. */
  readonly history: string | null;
  /** How far it is counted in the days of its scope's detectors. */
  readonly counted: Counted | null;
  readonly sessions: ReturnType<typeof sessionOf>[];
  readonly events: readonly EventEvidence[];
  /** Those of the events that people reported; who did is no evidence, and what it weighs goes in as one number. */
  readonly reports: readonly LoadedReport[];
}

export interface LoadedScope {
  readonly game: string;
  readonly mode: string;
  readonly baseline: Baseline | null;
  /** Metrics that its sessions are known to carry undeclared. */
  readonly undeclared: readonly string[];
}

interface StandingRow {
  player_id: number;
  mode: string;
  game: string;
  revision: number;
  changed_at: number | null;
  excluded: number;
  risk: number;
  result: string | null;
  history: string | null;
  counted: string | null;
  sessions: string;
  logs: string;
  reports: string;
  detectors: string;
}

type EventArray = readonly [string, string, Severity, EventSource, string | null, number];

function eventOf([id, type, severity, source, sessionId, detectedAtMs]: EventArray): EventEvidence {
  return { id, type, severity, source, sessionId, detectedAtMs };
}

type ReportArray = readonly [
  ...event: EventArray,
  reporter: string | null,
  party: string | null,
  weight: number,
  attested: number,
  proven: number,
];

/** A session that came after the report is known by being among those that the standing is judged on. */
function reportOf(row: ReportArray, sessionIds: ReadonlySet<string>): LoadedReport {
  const [id, , severity, , sessionId, reportedAtMs, reporter, party, weight, attested, proven] = row;
  return {
    id,
    severity,
    reportedAtMs,
    reporter,
    party,
    weight,
    attested: attested === 1 || (sessionId !== null && sessionIds.has(sessionId)),
    proven: proven === 1,
  };
}

function countedOf(text: string | null): Counted | null {
  if (text === null) return null;
  const [day, toMs, flags] = JSON.parse(text) as [number, number, string[] | null];
  return { day, toMs, flags };
}

function standingOf(row: StandingRow): LoadedStanding {
  const reports = JSON.parse(row.reports) as ReportArray[];
  const eventsIn = (json: string) => (JSON.parse(json) as EventArray[]).map(eventOf);
  const sessions = (JSON.parse(row.sessions) as unknown[][]).map((session) =>
    sessionOf(row.player_id, row.mode, session),
  );
  const sessionIds = new Set(reports.length > 0 ? sessions.map(({ sessionId }) => sessionId) : []);
  return {
    playerId: row.player_id,
    mode: row.mode,
    game: row.game,
    revision: row.revision,
    risk: row.risk,
    wasPending: row.changed_at !== null,
    excluded: row.excluded === 1,
    previous: row.result === null ? null : (JSON.parse(row.result) as StoredScore),
    history: row.history,
    counted: countedOf(row.counted),
    sessions,
    events: [...eventsIn(row.logs), ...eventsIn(row.reports), ...eventsIn(row.detectors)],
    reports: reports.map((report) => reportOf(report, sessionIds)),
  };
}

/**
 * Standings that are due: changed ones first, the longest waiting before the others; then those that faded. Each kind is
 * cut to `limit` by itself: a sort over both would read everything that is due for each slice of it.
 */
export const longestWaiting = (limit: number, nowMs: number): SQL => sql`(
    SELECT * FROM (SELECT player_id, mode, 0 AS faded, due_at FROM standings INDEXED BY standings_due
      WHERE (changed_at IS NULL) = 0 AND due_at IS NOT NULL ORDER BY due_at LIMIT ${limit})
    UNION ALL
    SELECT * FROM (SELECT player_id, mode, 1 AS faded, due_at FROM standings INDEXED BY standings_due
      WHERE (changed_at IS NULL) = 1 AND due_at <= ${nowMs} ORDER BY due_at LIMIT ${limit})
    ORDER BY faded, due_at LIMIT ${limit}) d
  CROSS JOIN standings s ON s.player_id = d.player_id AND s.mode = d.mode`;

/** Standings due by fading are counted up to this. */
const fadedCounted = 1_000;

/** How many standings are due now: the maintained count of changed ones, and those that faded. */
export async function countDue(db: Db, nowMs: number): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT
    (SELECT pending FROM totals WHERE id = 1) + (SELECT count(*) FROM (
      SELECT 1 FROM standings INDEXED BY standings_due
      WHERE (changed_at IS NULL) = 1 AND due_at <= ${nowMs} LIMIT ${fadedCounted})) AS n`);
  return row?.n ?? 0;
}

/** The changed standings of one player. */
export const changedOf = (playerId: number): SQL =>
  sql`standings s WHERE s.player_id = ${playerId} AND s.changed_at IS NOT NULL`;

/**
 * Loads the standings that `from` names, each with at most its last 100 sessions and 35 events.
 * @param from what follows FROM; the table is named `s`
 */
export async function loadStandings(db: Db, from: SQL): Promise<LoadedStanding[]> {
  const rows = await db.all<StandingRow>(sql`
    SELECT s.player_id, s.mode, s.game, s.revision, s.changed_at, s.excluded, s.risk, s.result, s.history, s.counted,
      ${newestSessionsJson(evidenceLimits.sessions)} AS sessions,
      ${newestEventsJson("log", evidenceLimits.logEvents)} AS logs,
      ${newestReportsJson(evidenceLimits.reportEvents)} AS reports,
      ${newestEventsJson("detector", evidenceLimits.detectorEvents)} AS detectors
    FROM ${from}`);
  return rows.map(standingOf);
}

/** The baselines of the scopes named, one row each; scopes without one are missing from the answer. */
export async function loadBaselines(
  db: Db,
  scopes: readonly { game: string; mode: string }[],
): Promise<LoadedScope[]> {
  const rows = await db.all<{ game: string; mode: string; baseline: string | null; undeclared: string }>(sql`
    SELECT c.game, c.mode, c.baseline, c.undeclared FROM json_each(${JSON.stringify(scopes)}) k
    CROSS JOIN scopes c ON c.game = k.value->>'game' AND c.mode = k.value->>'mode'`);
  return rows.map((row) => ({
    game: row.game,
    mode: row.mode,
    baseline: row.baseline === null ? null : (JSON.parse(row.baseline) as Baseline),
    undeclared: JSON.parse(row.undeclared) as string[],
  }));
}
