/** Counters of how good detection is: by detector and version, and by case; and the samples that verdicts are. */
import { type SQL, sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";

/** All games together, in the counters. */
export const everyGame = "*";

/** What is counted of a flag as well as of a case. */
export interface Outcomes {
  readonly confirmed: number;
  readonly cleared: number;
  readonly inconclusive: number;
  readonly overturned: number;
  readonly onset_to_flag_ms: number;
  readonly onset_to_flag_n: number;
  readonly flag_to_decision_ms: number;
  readonly flag_to_decision_n: number;
}

export interface FlagCounts extends Outcomes {
  readonly detector: string;
  readonly version: number;
  readonly flags: number;
}

export interface CaseCounts extends Outcomes {
  readonly month: string;
  readonly opened: number;
  readonly bothered: number;
}

interface Place {
  readonly game: string;
  readonly month: string;
}

/** The columns of {@link Outcomes}. */
export const outcomes = [
  "confirmed",
  "cleared",
  "inconclusive",
  "overturned",
  "onset_to_flag_ms",
  "onset_to_flag_n",
  "flag_to_decision_ms",
  "flag_to_decision_n",
] as const;
const flagKeys = ["game", "month", "detector", "version"] as const;
/** The counts of {@link FlagCounts}. */
export const flagColumns = ["flags", ...outcomes] as const;
const caseKeys = ["game", "month"] as const;
const caseColumns = ["opened", "bothered", ...outcomes] as const;

const listOf = (names: readonly string[], of: (name: string) => string): SQL =>
  sql.raw(names.map(of).join(", "));

/** Adds rows of counts to a table, each where its keys stand. */
function add(
  db: Db,
  table: string,
  keys: readonly string[],
  columns: readonly string[],
  rows: readonly object[],
): Statement {
  const names = [...keys, ...columns];
  return db.run(sql`INSERT INTO ${sql.raw(table)} (${listOf(names, (name) => name)})
    SELECT ${listOf(names, (name) => `value->>'${name}'`)} FROM ${eachOf(rows)} WHERE true
    ON CONFLICT (${listOf(keys, (name) => name)}) DO UPDATE SET
      ${listOf(columns, (name) => `${name} = ${table}.${name} + excluded.${name}`)}`);
}

export const addFlagCounts = (db: Db, rows: readonly (FlagCounts & Place)[]): Statement =>
  add(db, "quality_flags", flagKeys, flagColumns, rows);

export const addCaseCounts = (db: Db, rows: readonly (CaseCounts & Place)[]): Statement =>
  add(db, "quality_cases", caseKeys, caseColumns, rows);

const sums = (columns: readonly string[]): SQL => listOf(columns, (name) => `sum(q.${name}) AS ${name}`);

/** Counts by detector and version over some months of one game, or of one detector alone. */
export function selectFlagCounts(db: Db, game: string, months: readonly string[], detector: string | null) {
  const own = detector === null ? sql`` : sql` AND q.detector = ${detector}`;
  return db.all<FlagCounts>(sql`SELECT q.detector, q.version, ${sums(flagColumns)} FROM ${eachOf(months)} k
    CROSS JOIN quality_flags q ON q.game = ${game} AND q.month = k.value${own}
    GROUP BY q.detector, q.version ORDER BY q.detector, q.version`);
}

/** Counts of cases, a row a month that has any. */
export function selectCaseCounts(db: Db, game: string, months: readonly string[]) {
  return db.all<CaseCounts>(sql`SELECT q.month, ${listOf(caseColumns, (name) => `q.${name}`)}
    FROM ${eachOf(months)} k CROSS JOIN quality_cases q ON q.game = ${game} AND q.month = k.value
    ORDER BY q.month`);
}
