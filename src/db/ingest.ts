/** The statements of bulk ingest: what is known of a chunk, and the rows it adds. */
import { sql } from "drizzle-orm";
import { defaultGame, type Session } from "../telemetry/session.ts";
import { type Db, eachOf, type Statement } from "./client.ts";
import { nameKeyOf } from "./players.ts";
import { playerIdOf } from "./standings.ts";

export interface KnownPlayer {
  readonly id: number;
  readonly game: string;
  readonly ref: string | null;
}

/** Players that the chunk names by (game, ref). */
export function selectByRefs(db: Db, refs: readonly { game: string; ref: string }[]) {
  return db.all<KnownPlayer>(sql`SELECT p.id, p.game, p.ref FROM ${eachOf(refs)} k
    CROSS JOIN players p ON p.game = k.value->>'game' AND p.ref = k.value->>'ref'`);
}

/** Players that the chunk names by our id. */
export function selectByIds(db: Db, ids: readonly number[]) {
  return db.all<KnownPlayer>(
    sql`SELECT p.id, p.game, p.ref FROM ${eachOf(ids)} k CROSS JOIN players p ON p.id = k.value`,
  );
}

/** Metrics as text that is equal for equal metrics, in whatever order they were sent; null for none. */
export function metricsContent(metrics: Readonly<Record<string, number>> | null): string | null {
  if (metrics === null) return null;
  const names = Object.keys(metrics);
  if (names.length === 0) return null;
  return JSON.stringify(names.sort().map((name) => [name, metrics[name]]));
}

/** The row's columns beside its identity; a column of its own each, since numbers in JSON text lose digits. */
const contentColumns =
  "mode, recorded_at, build, server, duration_minutes, actions_per_minute, headshot_rate, reaction_time_ms, kills, deaths, headshots, shots_fired, shots_hit, movement_speed, metrics";

/** What is stored under one of the keys that were asked for: the key's place, and the row's columns. */
export type StoredContentRow = { readonly place: number } & Readonly<Record<string, string | number | null>>;

/** Which rows of the chunk, given as [id, game, ref, session id], are stored already: their places, and their columns. */
export function selectStoredSessions(
  db: Db,
  keys: readonly (readonly [number | null, string | null, string | null, string])[],
) {
  return db.all<StoredContentRow>(sql`SELECT k.key AS place, ${sql.raw(contentColumns)} FROM ${eachOf(keys)} k
    CROSS JOIN sessions x INDEXED BY sessions_identity
      ON x.player_id = ${playerIdOf("k")} AND x.session_id = k.value->>3`);
}

/** As {@link selectStoredSessions}, of events by [id, game, ref, event id]. */
export function selectEventContents(
  db: Db,
  keys: readonly (readonly [number | null, string | null, string | null, string])[],
) {
  return db.all<StoredContentRow>(sql`SELECT k.key AS place, e.detected_at, e.event_type, e.severity, e.source,
      e.session_id, e.notes, e.reporter, e.attributes
    FROM ${eachOf(keys)} k CROSS JOIN events e INDEXED BY events_identity
      ON e.player_id = ${playerIdOf("k")} AND e.id = k.value->>3`);
}

/** New players, named by the game's own id until somebody names them. Fails whole if one of them exists by now. */
export function insertPlayers(
  db: Db,
  rows: readonly { game: string; ref: string; lastSeenMs: number }[],
  nowMs: number,
): Statement {
  const values = rows.map(({ game, ref, lastSeenMs }) => [game, ref, nameKeyOf(ref), lastSeenMs]);
  return db.run(sql`INSERT INTO players (game, ref, username, name_key, created_at, last_seen_at)
    SELECT value->>0, value->>1, value->>1, value->>2, ${nowMs}, value->>3 FROM ${eachOf(values)}`);
}

/** A row as stored, with its player's id, or null for a player that this batch creates. */
export interface NewSession {
  readonly playerId: number | null;
  readonly session: Session;
}

const sessionRow = ({ playerId, session: s }: NewSession) => [
  playerId,
  s.game ?? defaultGame,
  s.ref,
  s.mode,
  s.recordedAtMs,
  s.sessionId,
  s.build,
  s.server,
  s.durationMinutes,
  s.actionsPerMinute,
  s.headshotRate,
  s.reactionTimeMs,
  s.kills,
  s.deaths,
  s.headshots,
  s.shotsFired,
  s.shotsHit,
  s.movementSpeed,
  s.metrics,
];

/** Adds sessions. Fails whole if one of them is stored by now: the caller reads again. */
export function insertSessions(db: Db, rows: readonly NewSession[]): Statement {
  return db.run(sql`INSERT INTO sessions (player_id, mode, recorded_at, session_id, build, server, duration_minutes,
      actions_per_minute, headshot_rate, reaction_time_ms, kills, deaths, headshots, shots_fired, shots_hit,
      movement_speed, metrics)
    SELECT ${playerIdOf("k")}, k.value->>3, k.value->>4, k.value->>5, k.value->>6, k.value->>7, k.value->>8,
      k.value->>9, k.value->>10, k.value->>11, k.value->>12, k.value->>13, k.value->>14, k.value->>15, k.value->>16,
      k.value->>17, k.value->>18
    FROM ${eachOf(rows.map(sessionRow))} k`);
}

/** Moves known players' last sight forward; late rows touch nothing. */
export function moveLastSeen(db: Db, rows: readonly { playerId: number; lastSeenMs: number }[]): Statement {
  return db.run(sql`UPDATE players SET last_seen_at = k.value->>1
    FROM ${eachOf(rows.map((row) => [row.playerId, row.lastSeenMs]))} k
    WHERE players.id = k.value->>0 AND players.last_seen_at < k.value->>1`);
}

/** How many of the latest sessions the totals remember. */
const latestKept = 5;

/** Puts the newest of the new sessions among the keys of the latest five. */
export function rememberLatest(db: Db, rows: readonly NewSession[]): Statement {
  const newest = [...rows]
    .sort((a, b) => b.session.recordedAtMs - a.session.recordedAtMs)
    .slice(0, latestKept)
    .map(({ playerId, session: s }) => [
      playerId,
      s.game ?? defaultGame,
      s.ref,
      s.mode,
      s.recordedAtMs,
      s.sessionId,
    ]);
  return db.run(sql`UPDATE totals SET latest_sessions = (
    SELECT json_group_array(json(key)) FROM (
      SELECT key, at FROM (
        SELECT t.value AS key, t.value->>2 AS at FROM json_each(totals.latest_sessions) t
        UNION ALL
        SELECT json_array(${playerIdOf("k")}, k.value->>3, k.value->>4, k.value->>5), k.value->>4
          FROM ${eachOf(newest)} k)
      ORDER BY at DESC LIMIT ${latestKept}))
    WHERE id = 1`);
}
