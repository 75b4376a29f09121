/**
 * Sessions past their retention. No index leads to them, because every session would pay for it: standings are walked
 * in the order of their key, and of each it is asked whether its oldest session is too old, which is one row.
 */
import { type SQL, sql } from "drizzle-orm";
import { evidenceLimits } from "../detection/evidence.ts";
import { type Db, eachOf, type Statement } from "./client.ts";

/** A standing, and whether it has sessions that are to go. */
export interface WalkedStanding {
  readonly player_id: number;
  readonly mode: string;
  readonly old: 0 | 1;
}

/** The standings after a place, in the order of their key; two rows read each. */
export const selectWalked = (
  db: Db,
  [playerId, mode]: readonly [number, string],
  beforeMs: number,
  limit: number,
) =>
  db.all<WalkedStanding>(sql`SELECT s.player_id, s.mode, EXISTS (SELECT 1 FROM sessions x
      WHERE x.player_id = s.player_id AND x.mode = s.mode AND x.recorded_at < ${beforeMs}) AS old
    FROM standings s WHERE (s.player_id, s.mode) > (${playerId}, ${mode}) ORDER BY s.player_id, s.mode LIMIT ${limit}`);

const standingRows = (standings: readonly WalkedStanding[]): SQL =>
  eachOf(standings.map(({ player_id, mode }) => [player_id, mode]));

/** The oldest sessions of the standings. Within a batch it is the same rows until they are deleted. */
const oldOf = (standings: readonly WalkedStanding[], beforeMs: number, columns: string, limit: number): SQL =>
  sql`SELECT ${sql.raw(columns)} FROM ${standingRows(standings)} k CROSS JOIN sessions x
    ON x.player_id = k.value->>0 AND x.mode = k.value->>1 AND x.recorded_at < ${beforeMs}
    ORDER BY k.key, x.recorded_at, x.session_id LIMIT ${limit}`;

/** Deletes at most `limit` old sessions of the standings; the last of the statements says by its changes how many. */
export function deleteOldSessions(
  db: Db,
  standings: readonly WalkedStanding[],
  beforeMs: number,
  limit: number,
): Statement[] {
  const old = (columns: string) => oldOf(standings, beforeMs, columns, limit);
  return [
    db.run(sql`UPDATE totals SET sessions = sessions - x.n,
        actions_per_minute_sum = actions_per_minute_sum - x.actions,
        actions_per_minute_n = actions_per_minute_n - x.actions_n,
        headshot_rate_sum = headshot_rate_sum - x.heads, headshot_rate_n = headshot_rate_n - x.heads_n,
        latest_sessions = (SELECT json_group_array(json(value)) FROM json_each(totals.latest_sessions)
          WHERE value->>2 >= ${beforeMs})
      FROM (SELECT count(*) AS n, total(actions_per_minute) AS actions, count(actions_per_minute) AS actions_n,
          total(headshot_rate) AS heads, count(headshot_rate) AS heads_n
        FROM (${old("x.actions_per_minute, x.headshot_rate")})) x WHERE totals.id = 1`),
    db.run(sql`DELETE FROM sessions WHERE (player_id, mode, recorded_at, session_id) IN
      (${old("x.player_id, x.mode, x.recorded_at, x.session_id")})`),
  ];
}

/** Those of the standings whose score rests on fewer sessions than it may: what they lost was among its evidence. */
const losing = (standings: readonly WalkedStanding[]): SQL => sql`(SELECT k.value->>0, k.value->>1
  FROM ${standingRows(standings)} k WHERE NOT EXISTS (SELECT 1 FROM sessions x
    WHERE x.player_id = k.value->>0 AND x.mode = k.value->>1
    ORDER BY x.recorded_at DESC LIMIT 1 OFFSET ${evidenceLimits.sessions - 1}))`;

/** Marks the standings that lost evidence, so that they are scored by what is left. After the sessions are deleted. */
export function markLosing(db: Db, standings: readonly WalkedStanding[], nowMs: number): Statement[] {
  return [
    db.run(sql`UPDATE totals SET pending = pending + (SELECT count(*) FROM standings
      WHERE (player_id, mode) IN ${losing(standings)} AND changed_at IS NULL) WHERE id = 1`),
    db.run(sql`UPDATE standings SET revision = revision + 1,
        due_at = iif(changed_at IS NULL, ${nowMs}, due_at), changed_at = coalesce(changed_at, ${nowMs})
      WHERE (player_id, mode) IN ${losing(standings)}`),
  ];
}
