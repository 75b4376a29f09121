/** Reports by players: filed beside their events, read where they are weighed, resolved by verdicts. */
import { type SQL, sql } from "drizzle-orm";
import { type CountedReport, combinedCredibility } from "../decisions/credibility.ts";
import type { Verdict } from "../decisions/verdict.ts";
import type { Severity } from "../detection/evidence.ts";
import { type Db, eachOf, type Statement } from "./client.ts";

export interface NewReport {
  readonly playerId: number;
  /** Of its event. */
  readonly id: string;
  readonly game: string;
  readonly reason: string;
  readonly severity: Severity;
  readonly reporter: string | null;
  readonly sessionId: string | null;
  /** The player has such a session by now. */
  readonly attested: boolean;
  readonly party: string | null;
  readonly reportedAtMs: number;
  /** The reporter's credibility; 0 while muted. */
  readonly weight: number;
  readonly proven: boolean;
}

export function insertReport(db: Db, r: NewReport): Statement {
  return db.run(sql`INSERT INTO reports (player_id, id, game, reason, severity, reporter, session_id, attested, party,
      reported_at, weight, proven)
    VALUES (${r.playerId}, ${r.id}, ${r.game}, ${r.reason}, ${r.severity}, ${r.reporter}, ${r.sessionId},
      ${r.attested ? 1 : 0}, ${r.party}, ${r.reportedAtMs}, ${r.weight}, ${r.proven ? 1 : 0})`);
}

/**
 * A correlated subquery: the reports of `standings s` that are evidence, those of proven reporters before all others and
 * then the newest, each as its event and then what its weight follows from; from a covering index, so that reports cost
 * no more than other events.
 */
export function newestReportsJson(limit: number): SQL {
  return sql`(SELECT json_group_array(json_array(id, reason, severity, 'report', session_id, reported_at, reporter, party,
      weight, attested, proven)) FROM (
    SELECT * FROM reports INDEXED BY reports_evidence
    WHERE player_id = s.player_id AND weight > 0 AND outcome IS NOT 'cleared'
    ORDER BY proven DESC, reported_at DESC, id DESC LIMIT ${limit}))`;
}

/** Whether the player has the session that a report names: then, or since. */
const attested = (report: string) =>
  sql.raw(`(${report}.attested = 1 OR EXISTS (SELECT 1 FROM sessions x INDEXED BY sessions_identity
    WHERE x.player_id = ${report}.player_id AND x.session_id = ${report}.session_id))`);

type OpenArray = readonly [
  id: string,
  reporter: string | null,
  party: string | null,
  reportedAtMs: number,
  weight: number,
  attested: number,
  proven: number,
];

/** Unresolved reports of players, ordered as evidence is, at most `limit` of each, as JSON; three rows read a report. */
export function selectOpenReports(db: Db, playerIds: readonly number[], limit: number) {
  return db.all<{ player_id: number; reports: string }>(sql`SELECT k.value AS player_id,
      (SELECT json_group_array(json_array(o.id, o.reporter, o.party, o.reported_at, o.weight, ${attested("o")}, o.proven))
        FROM (SELECT * FROM reports INDEXED BY reports_open WHERE player_id = k.value AND resolved_at IS NULL
          ORDER BY proven DESC, reported_at DESC, id DESC LIMIT ${limit}) o) AS reports
    FROM ${eachOf(playerIds)} k`);
}

/** What {@link selectOpenReports} found of a player. */
export function openReportsOf(json: string): CountedReport[] {
  return (JSON.parse(json) as OpenArray[]).map(
    ([id, reporter, party, reportedAtMs, weight, seen, proven]) => ({
      id,
      reporter,
      party,
      reportedAtMs,
      weight,
      attested: seen === 1,
      proven: proven === 1,
    }),
  );
}

/** How many of a player's unresolved reports its place in a queue follows from. */
const queuedReports = 12;

/**
 * How credible the unresolved reports of up to 64 players are, 0.5 (nobody reported, or nobody to believe) to 1; one
 * query, at most 37 rows read a player.
 */
export async function loadReportCredibility(
  db: Db,
  playerIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await selectOpenReports(db, playerIds, queuedReports);
  return new Map(rows.map((row) => [row.player_id, combinedCredibility(openReportsOf(row.reports))]));
}

/** A report as a verdict finds it. */
export interface ResolvableReport {
  readonly id: string;
  readonly reporter: string | null;
  /** 0: its reporter was muted, and is neither credited nor debited. */
  readonly heard: number;
  readonly outcome: Verdict | null;
}

const resolvable = sql.raw("id, reporter, weight > 0 AS heard, outcome");

/** The newest unresolved reports of a player. */
export function selectUnresolved(db: Db, playerId: number, limit: number) {
  const range = (
    proven: 0 | 1,
  ) => sql`SELECT * FROM (SELECT ${resolvable}, reported_at FROM reports INDEXED BY reports_open
    WHERE player_id = ${playerId} AND resolved_at IS NULL AND proven = ${proven}
    ORDER BY reported_at DESC, id DESC LIMIT ${limit})`;
  return db.all<ResolvableReport>(sql`SELECT id, reporter, heard, outcome FROM (${range(1)} UNION ALL ${range(0)})
    ORDER BY reported_at DESC, id DESC LIMIT ${limit}`);
}

/** What a case resolved when it was decided before. */
export function selectResolvedBy(db: Db, caseId: number, limit: number) {
  return db.all<ResolvableReport>(
    sql`SELECT ${resolvable} FROM reports INDEXED BY reports_case WHERE case_id = ${caseId} LIMIT ${limit}`,
  );
}

/** Resolves reports that still stand as they were read; to be followed by a guard of their number. */
export function markResolved(
  db: Db,
  by: {
    readonly playerId: number;
    readonly caseId: number;
    readonly outcome: Verdict;
    readonly atMs: number;
  },
  reports: readonly ResolvableReport[],
): Statement {
  const rows = reports.map(({ id, outcome }) => [id, outcome]);
  return db.run(sql`UPDATE reports SET resolved_at = ${by.atMs}, outcome = ${by.outcome}, case_id = ${by.caseId}
    FROM ${eachOf(rows)} k WHERE reports.player_id = ${by.playerId} AND reports.id = k.value->>0
      AND reports.outcome IS k.value->>1`);
}

/** A report with what was said. */
export interface ListedReport {
  readonly id: string;
  readonly reported_at: number;
  readonly reason: string;
  readonly severity: Severity;
  readonly notes: string | null;
  readonly reporter: string | null;
  readonly session_id: string | null;
  readonly session_known: number;
  readonly party: string | null;
  readonly weight: number;
  readonly resolved_at: number | null;
  readonly outcome: Verdict | null;
  readonly case_id: number | null;
}

export interface ReportCursor {
  readonly reportedAtMs: number;
  readonly id: string;
}

/**
 * Reports on a player, newest first, by the index of its events; five rows read a report. While an appeal asks about
 * their case, what it came to is nobody's to see.
 */
export function selectReports(db: Db, playerId: number, limit: number, before: ReportCursor | null) {
  const from = before ? sql` AND (detected_at, id) < (${before.reportedAtMs}, ${before.id})` : sql``;
  return db.all<ListedReport>(sql`SELECT r.id, r.reported_at, r.reason, r.severity, e.notes, r.reporter,
      r.session_id, ${attested("r")} AS session_known, r.party, r.weight, r.resolved_at, r.case_id,
      iif((SELECT c.state FROM cases c WHERE c.id = r.case_id) = 'appealed', NULL, r.outcome) AS outcome
    FROM (SELECT player_id, detected_at, id FROM events INDEXED BY events_evidence
      WHERE player_id = ${playerId} AND source = 'report'${from} ORDER BY detected_at DESC, id DESC LIMIT ${limit}) k
    CROSS JOIN events e ON e.player_id = k.player_id AND e.detected_at = k.detected_at AND e.id = k.id
    CROSS JOIN reports r ON r.player_id = k.player_id AND r.id = k.id
    ORDER BY r.reported_at DESC, r.id DESC`);
}
