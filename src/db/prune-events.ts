/** Events past their retention, with the reports beside them: found by the index of their time. */
import { type SQL, sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";
import { addTotals } from "./totals.ts";
import { countUnmarked, markPlayers } from "./writes.ts";

/** The key of an event. */
export interface OldEvent {
  readonly player_id: number;
  readonly detected_at: number;
  readonly id: string;
}

/** The oldest events of all, oldest first; reads those that it answers. */
export const selectOldEvents = (db: Db, beforeMs: number, limit: number) =>
  db.all<OldEvent>(sql`SELECT player_id, detected_at, id FROM events INDEXED BY events_recent
    WHERE detected_at < ${beforeMs} ORDER BY detected_at, id, player_id LIMIT ${limit}`);

/** Those that are there still: another run may have been first. */
const stored = (events: readonly OldEvent[]): SQL =>
  sql`${eachOf(events.map(({ player_id, detected_at, id }) => [player_id, detected_at, id]))} k CROSS JOIN events e
    ON e.player_id = k.value->>0 AND e.detected_at = k.value->>1 AND e.id = k.value->>2`;

/**
 * Deletes events with their reports, takes them out of every count, and marks their players to be scored anew. They are
 * the oldest of each player, so its latest one goes with its last. The last of the statements says how many went.
 */
export function deleteOldEvents(db: Db, events: readonly OldEvent[], nowMs: number): Statement[] {
  const rows = stored(events);
  const playerIds = [...new Set(events.map(({ player_id }) => player_id))];
  return [
    addTotals(db, {}, countUnmarked(playerIds)),
    markPlayers(db, playerIds, nowMs),
    db.run(sql`UPDATE totals SET events = events - (SELECT count(*) FROM ${rows}) WHERE id = 1`),
    db.run(sql`UPDATE patterns SET occurrences = occurrences - x.n
      FROM (SELECT e.event_type, count(*) AS n FROM ${rows} GROUP BY e.event_type) x
      WHERE patterns.pattern = x.event_type`),
    db.run(sql`DELETE FROM patterns WHERE occurrences = 0`),
    db.run(sql`UPDATE players SET event_count = event_count - x.n,
        recent_event = iif(event_count = x.n, NULL, recent_event)
      FROM (SELECT e.player_id, count(*) AS n FROM ${rows} GROUP BY e.player_id) x WHERE players.id = x.player_id`),
    db.run(sql`DELETE FROM reports WHERE (player_id, id) IN (SELECT k.value->>0, k.value->>2
      FROM ${rows} WHERE e.source = 'report')`),
    db.run(sql`DELETE FROM events WHERE (player_id, detected_at, id) IN
      (SELECT k.value->>0, k.value->>1, k.value->>2 FROM ${eachOf(events.map((e) => [e.player_id, e.detected_at, e.id]))} k)`),
  ];
}
