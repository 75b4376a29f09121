/**
 * What ends by itself: expired tokens and sign-ins, old idempotency keys, baselines that no score rests on any more,
 * refusals past their retention, changes of decisions that no mirror can ask for any more.
 */
import { type SQL, sql } from "drizzle-orm";
import { batch, type Db } from "./client.ts";
import { countOutdated, pruneChanges } from "./decision-stream.ts";

const expired = (table: SQL, key: SQL, nowMs: number, limit: number): SQL =>
  sql`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE expires_at <= ${nowMs}
    ORDER BY expires_at LIMIT ${limit})`;

/** How long a baseline is kept after the next one was made: the sweep has long rescored its players by then. */
const keptMs = 90 * 86_400_000;

/** Baselines that were replaced so long ago, and that no case rests on: a case can be computed again for ever. */
const replaced = (nowMs: number): SQL => sql`SELECT v.game, v.mode, v.version FROM baseline_versions v
  CROSS JOIN baseline_versions n ON n.game = v.game AND n.mode = v.mode AND n.version = v.version + 1
  WHERE v.made_at <= ${nowMs - keptMs} AND n.made_at <= ${nowMs - keptMs}
    AND NOT EXISTS (SELECT 1 FROM cases c INDEXED BY cases_baseline
      WHERE c.game = v.game AND c.mode = v.mode AND c.baseline_version = v.version)`;

/** A day more than a mirror may stay away, whatever the clocks of isolates say: see `read-stream.ts`. */
const changesKeptMs = 31 * 86_400_000;
/** Changes are looked at from the oldest on, so that none younger is read for each that goes. */
const changesCounted = 1_000;

/** What is over: at `nowMs` by its own expiry, before `keptSinceMs` by the retention. */
export interface Expiry {
  readonly nowMs: number;
  readonly keptSinceMs: number;
}

const minuteMs = 60_000;
const oldDenials = (keptSinceMs: number): SQL =>
  sql`audit_denials WHERE minute < ${Math.floor(keptSinceMs / minuteMs)}`;

/** Deletes at most `limit` rows of each kind. */
export async function deleteExpired(db: Db, { nowMs, keptSinceMs }: Expiry, limit: number): Promise<number> {
  const results = await batch(db, [
    db.run(expired(sql`refresh_tokens`, sql`token_hash`, nowMs, limit)),
    db.run(expired(sql`auth_sessions`, sql`id`, nowMs, limit)),
    db.run(expired(sql`idempotency_keys`, sql`key_hash`, nowMs, limit)),
    db.run(
      sql`DELETE FROM baseline_versions WHERE (game, mode, version) IN (${replaced(nowMs)} LIMIT ${limit})`,
    ),
    db.run(sql`DELETE FROM audit_denials WHERE (minute, kind, who) IN
      (SELECT minute, kind, who FROM ${oldDenials(keptSinceMs)} ORDER BY minute LIMIT ${limit})`),
    pruneChanges(db, nowMs - changesKeptMs, limit),
  ]);
  return results.reduce((sum, { meta }) => sum + meta.changes, 0);
}

/** How many rows have expired. */
export async function countExpired(db: Db, { nowMs, keptSinceMs }: Expiry): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT
    (SELECT count(*) FROM refresh_tokens WHERE expires_at <= ${nowMs})
    + (SELECT count(*) FROM auth_sessions WHERE expires_at <= ${nowMs})
    + (SELECT count(*) FROM idempotency_keys WHERE expires_at <= ${nowMs})
    + (SELECT count(*) FROM (${replaced(nowMs)}))
    + (SELECT count(*) FROM ${oldDenials(keptSinceMs)})
    + ${countOutdated(nowMs - changesKeptMs, changesCounted)} AS n`);
  return row?.n ?? 0;
}
