/** The slices of an erasure: each is one batch that leaves every counter right, and done again does no harm. */
import { type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "./client.ts";
import type { Erasure, ErasureStage } from "./erasures.ts";

/** The row as it was read: of two runs at once one moves it. */
const asRead = ({ player_id, stage, position }: Erasure): SQL =>
  sql`player_id = ${player_id} AND stage = ${stage} AND position IS ${position}`;

/** Where an erasure goes on; written in the batch of the slice. */
export function moveErasure(
  db: Db,
  erasure: Erasure,
  to: { readonly stage: ErasureStage; readonly position: string | null; readonly dueAtMs: number },
): Statement {
  return db.run(sql`UPDATE erasures SET stage = ${to.stage}, position = ${to.position}, due_at = ${to.dueAtMs}
    WHERE ${asRead(erasure)}`);
}

/** The end: what the player was found by goes too. */
export const finishErasure = (db: Db, erasure: Erasure, nowMs: number): Statement =>
  db.run(sql`UPDATE erasures SET stage = 'done', position = NULL, due_at = NULL, finished_at = ${nowMs}, ref = NULL,
    username = NULL, targets = '[]' WHERE ${asRead(erasure)}`);

const sessionsOf = (playerId: number, columns: string, limit: number): SQL =>
  sql`SELECT ${sql.raw(columns)} FROM sessions WHERE player_id = ${playerId}
    ORDER BY player_id, mode, recorded_at, session_id LIMIT ${limit}`;

/** Deletes sessions, and takes them out of the totals. The last result's changes say how many. */
export function deleteSessions(db: Db, playerId: number, limit: number): Statement[] {
  return [
    db.run(sql`UPDATE totals SET sessions = sessions - x.n,
        actions_per_minute_sum = actions_per_minute_sum - x.actions,
        actions_per_minute_n = actions_per_minute_n - x.actions_n,
        headshot_rate_sum = headshot_rate_sum - x.heads, headshot_rate_n = headshot_rate_n - x.heads_n
      FROM (SELECT count(*) AS n, total(actions_per_minute) AS actions, count(actions_per_minute) AS actions_n,
          total(headshot_rate) AS heads, count(headshot_rate) AS heads_n
        FROM (${sessionsOf(playerId, "actions_per_minute, headshot_rate", limit)})) x WHERE totals.id = 1`),
    db.run(sql`DELETE FROM sessions WHERE (player_id, mode, recorded_at, session_id) IN
      (${sessionsOf(playerId, "player_id, mode, recorded_at, session_id", limit)})`),
  ];
}

const eventsOf = (playerId: number, columns: string, limit: number): SQL =>
  sql`SELECT ${sql.raw(columns)} FROM events WHERE player_id = ${playerId}
    ORDER BY player_id, detected_at, id LIMIT ${limit}`;

/** Deletes events, and takes them out of the totals and the patterns. */
export function deleteEvents(db: Db, playerId: number, limit: number): Statement[] {
  return [
    db.run(sql`UPDATE totals SET events = events
      - (SELECT count(*) FROM (${eventsOf(playerId, "id", limit)})) WHERE id = 1`),
    db.run(sql`UPDATE patterns SET occurrences = occurrences - x.n
      FROM (SELECT event_type, count(*) AS n FROM (${eventsOf(playerId, "event_type", limit)}) GROUP BY event_type) x
      WHERE patterns.pattern = x.event_type`),
    db.run(sql`DELETE FROM patterns WHERE occurrences = 0`),
    db.run(sql`DELETE FROM events WHERE (player_id, detected_at, id) IN
      (${eventsOf(playerId, "player_id, detected_at, id", limit)})`),
  ];
}

export const deleteReports = (db: Db, playerId: number, limit: number): Statement[] => [
  db.run(sql`DELETE FROM reports WHERE (player_id, id) IN
    (SELECT player_id, id FROM reports WHERE player_id = ${playerId} ORDER BY player_id, id LIMIT ${limit})`),
];
