/**
 * What the overview counts: bounded looks at cases, decisions, bands and days. Cron looks at much every five minutes and
 * keeps the result in one row; a page looks at little, and takes that row where there is more.
 */
import { type SQL, sql } from "drizzle-orm";
import type { DecisionType } from "../decisions/decision.ts";
import { type Band, bandFloors } from "../detection/risk.ts";
import { isLeased, type ListedState } from "./case-lists.ts";
import { type Db, eachOf, type Statement } from "./client.ts";

/** A case that waits, as it is counted. */
export interface WaitingCase {
  readonly id: number;
  readonly game: string;
  /** As people see it: a claim whose lease has run out is open again. */
  readonly state: ListedState;
  readonly review: "first" | "second" | "tiebreak" | "appeal";
  readonly opened_at: number;
}

const seenState = (nowMs: number): SQL =>
  sql`iif(c.state = 'claimed' AND NOT (${isLeased(nowMs)}), 'open', c.state)`;

/** Cases that wait, of one game or of all, in no order; two rows read each. */
export function selectWaiting(db: Db, game: string | undefined, limit: number, nowMs: number) {
  const index = sql.raw(game === undefined ? "cases_queue" : "cases_game_queue");
  const inGame = game === undefined ? sql`` : sql` AND c.game = ${game}`;
  return db.all<WaitingCase>(sql`SELECT c.id, c.game, ${seenState(nowMs)} AS state, c.review, c.opened_at
    FROM cases c INDEXED BY ${index} WHERE c.state <> 'decided'${inGame} LIMIT ${limit}`);
}

/** A decision, as it is counted. */
export interface MadeDecision {
  /** Where it holds; `*`: everywhere. */
  readonly game: string;
  readonly type: DecisionType;
  readonly origin: "person" | "automatic";
  readonly made_at: number;
}

const madeOf = sql.raw("d.game, d.type, d.origin, d.made_at");

/** The newest decisions that hold in one game, or in any; a row read each, two in one game. */
export function selectNewestDecisions(db: Db, game: string | undefined, limit: number) {
  if (game === undefined) {
    return db.all<MadeDecision>(sql`SELECT ${madeOf} FROM decisions d ORDER BY d.id DESC LIMIT ${limit}`);
  }
  const range = (isOpen: 0 | 1) => sql`SELECT id FROM decisions INDEXED BY decisions_listed
    WHERE game = ${game} AND (ended_at IS NULL) = ${isOpen}`;
  return db.all<MadeDecision>(sql`SELECT ${madeOf}
    FROM (${range(1)} UNION ALL ${range(0)} ORDER BY id DESC LIMIT ${limit}) k
    CROSS JOIN decisions d ON d.id = k.id ORDER BY d.id DESC`);
}

/** All decisions since a time, newest first, up to a limit: steps from one id to the one before, two rows read each. */
export function selectDecisionsSince(db: Db, sinceMs: number, limit: number) {
  const before = (of: SQL) => sql`(SELECT max(id) FROM decisions ${of})`;
  return db.all<MadeDecision>(sql`WITH RECURSIVE walk (id) AS (
      SELECT ${before(sql``)} UNION ALL
      SELECT ${before(sql`WHERE id < walk.id`)} FROM walk
      WHERE walk.id IS NOT NULL AND (SELECT made_at FROM decisions WHERE id = walk.id) >= ${sinceMs}
      LIMIT ${limit})
    SELECT ${madeOf} FROM walk CROSS JOIN decisions d ON d.id = walk.id WHERE d.made_at >= ${sinceMs}`);
}

/** Players of a game in a band, by their top standing. */
export interface BandCount {
  readonly game: string;
  readonly band: Exclude<Band, "low">;
  readonly n: number;
}

/** Players at 40 and above by game and band; a row of an index read each, `limit` at most. */
export function selectBandCounts(db: Db, games: readonly string[], limit: number) {
  const { elevated, suspicious, critical } = bandFloors;
  return db.all<BandCount>(sql`SELECT game, CASE WHEN risk >= ${critical} THEN 'critical'
      WHEN risk >= ${suspicious} THEN 'suspicious' ELSE 'elevated' END AS band, count(*) AS n
    FROM (SELECT s.game, s.risk FROM ${eachOf(games)} k
      CROSS JOIN (SELECT 'sufficient' AS confidence UNION ALL SELECT 'insufficient') c
      CROSS JOIN standings s INDEXED BY standings_game_top ON s.top = 1 AND s.game = k.value
        AND s.confidence = c.confidence AND s.risk >= ${elevated} LIMIT ${limit})
    GROUP BY 1, 2`);
}

export interface ActiveGame {
  readonly day: number;
  readonly game: string;
  readonly sessions: number;
}

/** Sessions of some days by game. */
export const selectSessionsOf = (db: Db, days: readonly number[]) =>
  db.all<ActiveGame>(sql`SELECT a.day, a.game, sum(a.sessions) AS sessions FROM ${eachOf(days)} k
    CROSS JOIN activity_days a ON a.day = k.value GROUP BY a.day, a.game`);

export interface FlaggedGame {
  readonly day: number;
  readonly game: string;
  readonly flags: number;
}

/** Scopes that are looked through for their flags. */
const scopesSeen = 500;

/** What detectors newly found on some days, by game: jumps from game to game and from mode to mode, a row read each. */
export function selectFlagsOf(db: Db, days: readonly number[]) {
  return db.all<FlaggedGame>(sql`WITH RECURSIVE games (game) AS (
      SELECT min(game) FROM detector_days
      UNION ALL SELECT (SELECT min(n.game) FROM detector_days n WHERE n.game > games.game) FROM games
        WHERE games.game IS NOT NULL LIMIT ${scopesSeen}),
    scope (game, mode) AS (
      SELECT game, (SELECT min(n.mode) FROM detector_days n WHERE n.game = games.game) FROM games
        WHERE games.game IS NOT NULL
      UNION ALL SELECT game, (SELECT min(n.mode) FROM detector_days n
        WHERE n.game = scope.game AND n.mode > scope.mode) FROM scope WHERE scope.mode IS NOT NULL
        LIMIT ${2 * scopesSeen})
    SELECT d.day, d.game, sum(d.newly_flagged) AS flags FROM scope CROSS JOIN ${eachOf(days)} k
    CROSS JOIN detector_days d ON d.game = scope.game AND d.mode = scope.mode AND d.day = k.value
    WHERE scope.mode IS NOT NULL GROUP BY d.day, d.game`);
}

/** What cron keeps for the overview, and when it was counted. */
export interface StoredOverview {
  readonly at: number;
  readonly value: string;
}

export const selectOverviewBlock = (db: Db): Statement<StoredOverview[]> =>
  db.all(sql`SELECT at, value FROM metric_blocks WHERE name = 'overview'`) as Statement<StoredOverview[]>;

/** One row written. */
export const storeOverviewBlock = (db: Db, nowMs: number, value: object): Statement =>
  db.run(sql`INSERT INTO metric_blocks (name, at, value) VALUES ('overview', ${nowMs}, ${JSON.stringify(value)})
    ON CONFLICT (name) DO UPDATE SET at = excluded.at, value = excluded.value`);

/** A row of what is counted: its name, when it was stored, and a JSON object. */
export interface WatchedBlock {
  readonly name: "counts" | "day" | "jobs" | "overview";
  readonly at: number;
  readonly value: string;
}

/** The rows that the page shows; of the counts only what D1 bills. Four rows read. */
export const selectWatchedBlocks = (db: Db) =>
  db.all<WatchedBlock>(sql`SELECT b.name, b.at, iif(b.name = 'counts',
      (SELECT json_group_object(c.key, c.value) FROM json_each(b.value) c WHERE c.key LIKE '["d1Rows%'), b.value) AS value
    FROM metric_blocks b WHERE b.name IN ('counts', 'day', 'jobs', 'overview')`);
