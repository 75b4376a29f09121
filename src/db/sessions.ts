/** Reading sessions: always by (player, mode, time), the primary key; never by a scan. */
import { type SQL, sql } from "drizzle-orm";
import type { SessionEvidence } from "../detection/evidence.ts";
import type { Db } from "./client.ts";

/** A stored session with its place. */
export interface StoredSession extends SessionEvidence {
  readonly playerId: number;
  readonly mode: string;
  readonly build: string | null;
  readonly server: string | null;
}

/** The columns of a session as one JSON array, in the order that {@link sessionOf} reads. */
const columns =
  sql.raw(`json_array(session_id, recorded_at, duration_minutes, actions_per_minute, headshot_rate,
  reaction_time_ms, kills, deaths, headshots, shots_fired, shots_hit, movement_speed, json(metrics), build, server)`);

type SessionArray = readonly [string, number, ...(number | null)[]];

const numberAt = (row: readonly unknown[], index: number): number | null => {
  const value = row[index];
  return typeof value === "number" ? value : null;
};
const textAt = (row: readonly unknown[], index: number): string | null => {
  const value = row[index];
  return typeof value === "string" ? value : null;
};
const noMetrics: Readonly<Record<string, number>> = {};

/** Turns one JSON array of {@link columns} back into a session. */
export function sessionOf(playerId: number, mode: string, row: readonly unknown[]): StoredSession {
  return {
    playerId,
    mode,
    sessionId: String(row[0]),
    recordedAtMs: Number(row[1]),
    durationMinutes: numberAt(row, 2),
    actionsPerMinute: numberAt(row, 3),
    headshotRate: numberAt(row, 4),
    reactionTimeMs: numberAt(row, 5),
    kills: numberAt(row, 6),
    deaths: numberAt(row, 7),
    headshots: numberAt(row, 8),
    shotsFired: numberAt(row, 9),
    shotsHit: numberAt(row, 10),
    movementSpeed: numberAt(row, 11),
    metrics: (row[12] as Record<string, number> | null) ?? noMetrics,
    build: textAt(row, 13),
    server: textAt(row, 14),
  };
}

/** Where a page of history goes on: strictly before this session. */
export interface SessionCursor {
  readonly recordedAtMs: number;
  readonly sessionId: string;
}

/**
 * A correlated subquery: the newest sessions of `standings s` as JSON, at most `limit` rows read.
 * `before` continues a page.
 */
export function newestSessionsJson(limit: number, before: SessionCursor | null = null): SQL {
  const from = before
    ? sql` AND (x.recorded_at, x.session_id) < (${before.recordedAtMs}, ${before.sessionId})`
    : sql``;
  return sql`(SELECT json_group_array(${columns}) FROM (
    SELECT * FROM sessions x WHERE x.player_id = s.player_id AND x.mode = s.mode${from}
    ORDER BY x.recorded_at DESC, x.session_id DESC LIMIT ${limit}))`;
}

/** Newest first; ids break ties, so that a page boundary is exact. */
export function byNewest(a: SessionCursor, b: SessionCursor): number {
  return b.recordedAtMs - a.recordedAtMs || (a.sessionId < b.sessionId ? 1 : -1);
}

/** The newest sessions of a player in one mode, as JSON. */
interface SessionsOfMode {
  readonly player_id: number;
  readonly mode: string;
  readonly rows: string;
}

/** For {@link newestOf}: reads `limit` rows a mode at most. `player`: an id, or what selects it. */
export function selectNewestSessions(
  db: Db,
  player: SQL | number,
  limit: number,
  before: SessionCursor | null = null,
) {
  return db.all<SessionsOfMode>(sql`SELECT s.player_id, s.mode, ${newestSessionsJson(limit, before)} AS rows
    FROM standings s WHERE s.player_id = ${player}`);
}

/** The newest sessions over all modes. */
export function newestOf(found: readonly SessionsOfMode[], limit: number): StoredSession[] {
  return found
    .flatMap(({ player_id, mode, rows }) =>
      (JSON.parse(rows) as SessionArray[]).map((row) => sessionOf(player_id, mode, row)),
    )
    .sort(byNewest)
    .slice(0, limit);
}

/** The service's latest sessions: five keys kept in the totals, then five look-ups. */
export async function listLatestSessions(db: Db): Promise<StoredSession[]> {
  const rows = await db.all<{ player_id: number; mode: string; row: string }>(sql`
    SELECT x.player_id, x.mode, ${columns} AS row FROM totals t, json_each(t.latest_sessions) k
    JOIN sessions x ON x.player_id = k.value->>0 AND x.mode = k.value->>1
      AND x.recorded_at = k.value->>2 AND x.session_id = k.value->>3
    WHERE t.id = 1`);
  return rows
    .map(({ player_id, mode, row }) => sessionOf(player_id, mode, JSON.parse(row) as SessionArray))
    .sort(byNewest);
}

/** One session by its sender's id. */
export async function findSession(
  db: Db,
  playerId: number,
  sessionId: string,
): Promise<StoredSession | null> {
  const [row] = await db.all<{ mode: string; row: string }>(sql`SELECT mode, ${columns} AS row
    FROM sessions INDEXED BY sessions_identity WHERE player_id = ${playerId} AND session_id = ${sessionId}`);
  return row ? sessionOf(playerId, row.mode, JSON.parse(row.row) as SessionArray) : null;
}

/** A row where the player has the session; none for null. */
export function hasSession(db: Db, playerId: number, sessionId: string | null) {
  return db.all<{ found: 1 }>(sql`SELECT 1 AS found FROM sessions INDEXED BY sessions_identity
    WHERE player_id = ${playerId} AND session_id = ${sessionId}`);
}
