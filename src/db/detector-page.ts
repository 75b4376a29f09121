/** What pages on detectors read: their flags by month and by game, their days in a scope, their suspended proofs. */
import { sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";
import type { DetectorDay } from "./days.ts";
import { type FlagCounts, flagColumns } from "./quality.ts";

const columns = sql.raw(flagColumns.map((name) => `q.${name}`).join(", "));

export interface FlagMonth extends FlagCounts {
  /** `2026-11`. */
  readonly month: string;
}

/**
 * Flags of a game's detectors since a month, newest month first; `limit` rows at most, so the last month may be cut.
 * The primary key read backwards: what is beyond the limit is not read.
 */
export const selectFlagMonths = (db: Db, game: string, sinceMonth: string, limit: number) =>
  db.all<FlagMonth>(sql`SELECT q.month, q.detector, q.version, ${columns} FROM quality_flags q
    WHERE q.game = ${game} AND q.month >= ${sinceMonth}
    ORDER BY q.month DESC, q.detector DESC, q.version DESC LIMIT ${limit}`);

/** One detector's flags of a game in each of some months, in the order of these: a row a version. Sorting is paid for as reading. */
export const selectMonthsOfDetector = (db: Db, game: string, months: readonly string[], detector: string) =>
  db.all<FlagMonth>(sql`SELECT q.month, q.detector, q.version, ${columns} FROM ${eachOf(months)} k
    CROSS JOIN quality_flags q ON q.game = ${game} AND q.month = k.value AND q.detector = ${detector}`);

/** What a game has of one detector in a month; nulls: the game has flags, and none of it in that month. */
export type GameFlags = { readonly game: string } & (FlagCounts | Readonly<Record<keyof FlagCounts, null>>);

/**
 * The next games that have flags of any detector, in order, with those of one detector: a row a month and version. The
 * first games come after `*`, all games together: names begin with a letter or a digit.
 */
export const selectGamesOfDetector = (
  db: Db,
  detector: string,
  months: readonly string[],
  after: string,
  limit: number,
) =>
  db.all<GameFlags>(sql`WITH RECURSIVE flagged (game) AS (
      SELECT min(game) FROM quality_flags WHERE game > ${after}
      UNION ALL SELECT (SELECT min(n.game) FROM quality_flags n WHERE n.game > flagged.game) FROM flagged WHERE flagged.game IS NOT NULL LIMIT ${limit})
    SELECT f.game, q.detector, q.version, ${columns} FROM flagged f CROSS JOIN ${eachOf(months)} k
    LEFT JOIN quality_flags q ON q.game = f.game AND q.month = k.value AND q.detector = ${detector}
    WHERE f.game IS NOT NULL`);

/** A scope by its names. */
export interface ScopeName {
  readonly game: string;
  readonly mode: string;
}

/**
 * What detectors said in a scope since a day, newest day first; `limit` rows at most, so the last day may be cut. Unlike
 * `selectDetectorDays` it reads nothing beyond the limit, and detectors come in the opposite order.
 */
export const selectNewestDays = (db: Db, scope: ScopeName, sinceDay: number, limit: number) =>
  db.all(sql`SELECT day, detector, version, judged, flagged, newly_flagged FROM detector_days
    WHERE game = ${scope.game} AND mode = ${scope.mode} AND day >= ${sinceDay}
    ORDER BY day DESC, detector DESC, version DESC LIMIT ${limit}`) as Statement<DetectorDay[]>;

/** What one detector said in a scope on each of some days, in the order of these. */
export const selectDaysOfDetector = (db: Db, scope: ScopeName, days: readonly number[], detector: string) =>
  db.all(sql`SELECT d.day, d.detector, d.version, d.judged, d.flagged, d.newly_flagged FROM ${eachOf(days)} k
    CROSS JOIN detector_days d ON d.game = ${scope.game} AND d.mode = ${scope.mode} AND d.day = k.value
      AND d.detector = ${detector}`) as Statement<DetectorDay[]>;

/** The first scopes there are, in the order of their names, of one game or of all. */
export const selectScopeNames = (db: Db, game: string | undefined, limit: number) =>
  db.all<ScopeName>(sql`SELECT game, mode FROM scopes
    ${game === undefined ? sql`` : sql`WHERE game = ${game}`} ORDER BY game, mode LIMIT ${limit}`);

export interface SuspendedScope extends ScopeName {
  /** JSON list of days since the Unix epoch; null: not suspended. */
  readonly days: string | null;
}

/** Where a proof is suspended, among the first scopes of a game or of all; one row a scope, suspended or not. */
export const selectSuspensions = (db: Db, detector: string, game: string | undefined, limit: number) =>
  db.all<SuspendedScope>(sql`SELECT c.game, c.mode,
      json_extract(c.baseline, ${`$.suspended."${detector}"`}) AS days
    FROM scopes c ${game === undefined ? sql`` : sql`WHERE c.game = ${game}`}
    ORDER BY c.game, c.mode LIMIT ${limit}`);
