/** Reading events: a player's history by time, and the latest of all players. */
import { type SQL, sql } from "drizzle-orm";
import type { EventSource, Severity } from "../detection/evidence.ts";
import type { Db } from "./client.ts";

export interface StoredEvent {
  readonly player_id: number;
  readonly detected_at: number;
  readonly id: string;
  readonly event_type: string;
  readonly severity: Severity;
  readonly source: EventSource;
  readonly session_id: string | null;
  readonly notes: string | null;
  readonly reporter: string | null;
}

const columns = sql.raw(
  "player_id, detected_at, id, event_type, severity, source, session_id, notes, reporter",
);

export interface EventCursor {
  readonly detectedAtMs: number;
  readonly id: string;
}

/** A player's events, newest first; reads `limit` rows. `player`: an id, or what selects it. */
export function selectEvents(db: Db, player: SQL | number, limit: number, before: EventCursor | null = null) {
  const from = before ? sql` AND (detected_at, id) < (${before.detectedAtMs}, ${before.id})` : sql``;
  return db.all<StoredEvent>(sql`SELECT ${columns} FROM events WHERE player_id = ${player}${from}
    ORDER BY detected_at DESC, id DESC LIMIT ${limit}`);
}

/** The latest events of all players. */
export function selectRecentEvents(db: Db, limit: number) {
  return db.all<StoredEvent>(
    sql`SELECT ${columns} FROM events ORDER BY detected_at DESC, id DESC LIMIT ${limit}`,
  );
}

/** A correlated subquery: the newest events of one source for `standings s` as JSON, from a covering index. */
export function newestEventsJson(source: EventSource, limit: number): SQL {
  return sql`(SELECT json_group_array(json_array(id, event_type, severity, source, session_id, detected_at)) FROM (
    SELECT id, event_type, severity, source, session_id, detected_at FROM events INDEXED BY events_evidence
    WHERE player_id = s.player_id AND source = ${source} ORDER BY detected_at DESC, id DESC LIMIT ${limit}))`;
}

/** How often each event type was seen, most frequent first. */
export function selectPatterns(db: Db, limit: number) {
  return db.all<{ pattern: string; occurrences: number }>(
    sql`SELECT pattern, occurrences FROM patterns ORDER BY occurrences DESC, pattern DESC LIMIT ${limit}`,
  );
}

/** The latest rises into a higher band, newest first. */
export function selectEscalations(db: Db, limit: number, game?: string) {
  const inGame = game === undefined ? sql`` : sql` AND p.game = ${game}`;
  return db.all<{
    player_id: number;
    username: string;
    mode: string;
    from_band: string;
    to_band: string;
    risk: number;
    escalated_at: number;
  }>(sql`SELECT p.id AS player_id, p.username, e.value->>1 AS mode, e.value->>2 AS from_band, e.value->>3 AS to_band,
      e.value->>4 AS risk, e.value->>5 AS escalated_at
    FROM totals t, json_each(t.latest_escalations) e CROSS JOIN players p ON p.id = e.value->>0
    WHERE t.id = 1${inGame} ORDER BY e.key LIMIT ${limit}`);
}
