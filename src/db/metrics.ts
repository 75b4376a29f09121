/** What the service says of itself: a few rows that are added to in blocks, and bounded looks at the others. */
import { sql } from "drizzle-orm";
import type { PauseCause } from "../decisions/automation.ts";
import type { Counts } from "../metrics/tally.ts";
import { batch, type Db, type Statement } from "./client.ts";

/** How a job ended last. */
export interface JobEnd {
  readonly at: number;
  readonly ms: number;
  readonly ok: boolean;
  readonly remaining: number;
}

/** What is counted every five minutes. */
export interface State {
  readonly cases: readonly { readonly state: string; readonly n: number; readonly opened_at: number }[];
  readonly pending: number;
  readonly dead: number;
  readonly webhooks_paused: number;
  /** By today's quota. */
  readonly automation_paused: number;
  /** Scopes with automatic decisions stopped by a build, and by a flag rate. */
  readonly paused_by_build: number;
  readonly paused_by_flag_rate: number;
}

interface StoredCounts {
  readonly at: number;
  readonly revision: number;
  readonly value: string;
}

const sumOf = (stored: Counts, more: Counts): Counts => {
  const sum: Record<string, number> = { ...stored };
  for (const [key, by] of Object.entries(more)) sum[key] = (sum[key] ?? 0) + by;
  return sum;
};

const dayMs = 86_400_000;
/** Lost races in a row after which what was counted waits for the next block. */
const maxAttempts = 8;

/** What D1 bills, as it was counted when a day began: one row a day, and only of the counts that are still stored. */
const markDay = (db: Db, nowMs: number, { revision, value }: StoredCounts): Statement =>
  db.run(sql`INSERT INTO metric_blocks (name, at, value)
    SELECT 'day', ${nowMs}, (SELECT json_group_object(key, value) FROM json_each(${value})
      WHERE key LIKE '["d1Rows%')
    FROM metric_blocks WHERE name = 'counts' AND revision = ${revision}
    ON CONFLICT (name) DO UPDATE SET at = excluded.at, value = excluded.value`);

/**
 * Adds to what is stored: a row read and a row written, whatever was counted, and none written for nothing. The first
 * block of a UTC day writes a second row: what was counted until then.
 * @returns everything that is stored now
 */
export async function addCounts(db: Db, nowMs: number, more: Counts): Promise<Counts> {
  for (let tries = 1; tries <= maxAttempts; tries++) {
    const [row] = await db.all<StoredCounts>(
      sql`SELECT at, revision, value FROM metric_blocks WHERE name = 'counts'`,
    );
    const stored: Counts = JSON.parse(row?.value ?? "{}");
    if (Object.keys(more).length === 0) return stored;
    const sum = sumOf(stored, more);
    const store = db.all(sql`INSERT INTO metric_blocks (name, at, revision, value)
      VALUES ('counts', ${nowMs}, 1, ${JSON.stringify(sum)})
      ON CONFLICT (name) DO UPDATE SET at = max(at, excluded.at), revision = revision + 1, value = excluded.value
        WHERE revision = ${row?.revision ?? 0} RETURNING 1`);
    const isNewDay = row !== undefined && Math.floor(row.at / dayMs) < Math.floor(nowMs / dayMs);
    const results = await batch(db, [...(isNewDay ? [markDay(db, nowMs, row)] : []), store]);
    if ((results.at(-1) as unknown[]).length > 0) return sum;
  }
  throw new Error("Others kept adding to the counts.");
}

/** Puts members into the JSON object of a row; the others stay. */
export const putBlock = (db: Db, nowMs: number, name: "jobs" | "state", value: object): Statement =>
  db.run(sql`INSERT INTO metric_blocks (name, at, value) VALUES (${name}, ${nowMs}, ${JSON.stringify(value)})
    ON CONFLICT (name) DO UPDATE SET at = max(at, excluded.at), value = json_patch(value, excluded.value)`);

export interface Backlog {
  readonly pending: number;
  /** Since when the longest-waiting changed standing has waited; null: none waits. */
  readonly changed_at: number | null;
  readonly players: number;
  readonly sessions: number;
  readonly events: number;
}

export const selectBacklog = (db: Db): Statement<Backlog[]> =>
  db.all(sql`SELECT pending, players, sessions, events, (SELECT changed_at FROM standings INDEXED BY standings_due
      WHERE (changed_at IS NULL) = 0 AND due_at IS NOT NULL ORDER BY due_at LIMIT 1) AS changed_at
    FROM totals WHERE id = 1`) as Statement<Backlog[]>;

export interface Block {
  readonly name: string;
  readonly at: number;
  readonly value: string;
}

export const selectBlocks = (db: Db): Statement<Block[]> =>
  db.all(sql`SELECT name, at, value FROM metric_blocks WHERE name IN ('jobs', 'state')`) as Statement<
    Block[]
  >;

export const selectBlock = (db: Db, name: "jobs"): Statement<Block[]> =>
  db.all(sql`SELECT name, at, value FROM metric_blocks WHERE name = ${name}`) as Statement<Block[]>;

export interface FlagRow {
  readonly detector: string;
  readonly version: number;
  readonly flags: number;
}

/** More than there are detectors with their versions of one month. */
const maxFlags = 40;

/** Of built-in detectors, of all games together. @param month `YYYY-MM` */
export const selectFlags = (db: Db, month: string): Statement<FlagRow[]> =>
  db.all(sql`SELECT detector, version, flags FROM quality_flags WHERE game = '*' AND month = ${month}
    ORDER BY detector, version LIMIT ${maxFlags}`) as Statement<FlagRow[]>;

/** More are not counted. */
const counted = 5_000;

const selectCases = (db: Db) =>
  db.all(sql`SELECT state, n, (SELECT opened_at FROM cases WHERE id = oldest) AS opened_at FROM (
    SELECT state, count(*) AS n, min(id) AS oldest FROM (
      SELECT state, id FROM cases INDEXED BY cases_queue WHERE state <> 'decided' LIMIT ${counted})
    GROUP BY state)`) as Statement<State["cases"]>;

const pausedBy = (cause: PauseCause) => sql`(SELECT count(DISTINCT json_array(game, mode)) FROM (
      SELECT game, mode FROM scope_warnings INDEXED BY scope_warnings_pausing
      WHERE pauses = 1 AND kind = ${cause} LIMIT ${counted}))`;

const selectOthers = (db: Db, day: number) =>
  db.all(sql`SELECT
    (SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_due
      WHERE state = 'pending' LIMIT ${counted})) AS pending,
    (SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_dead
      WHERE state = 'dead' LIMIT ${counted})) AS dead,
    (SELECT count(*) FROM webhooks WHERE status = 'paused') AS webhooks_paused,
    (SELECT count(*) FROM automation_days INDEXED BY automation_days_tripped
      WHERE day = ${day} AND tripped_at IS NOT NULL) AS automation_paused,
    ${pausedBy("build")} AS paused_by_build, ${pausedBy("flag_rate")} AS paused_by_flag_rate`) as Statement<
    Omit<State, "cases">[]
  >;

/** Reads a row of an index for each case and delivery that it counts. */
export async function countState(db: Db, nowMs: number): Promise<State | null> {
  const [cases, [others]] = await batch(db, [selectCases(db), selectOthers(db, Math.floor(nowMs / dayMs))]);
  return others === undefined ? null : { cases, ...others };
}
