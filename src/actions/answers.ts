/** The shapes of WIRE.md, made from stored rows. Actions store them under idempotency keys; routes send them. */
import type { StoredEvent } from "../db/events.ts";
import type { PlayerRow } from "../db/players.ts";
import type { StoredSession } from "../db/sessions.ts";
import { bandOf } from "../detection/bands.ts";
import type { Anomaly } from "../detection/risk.ts";

/** ISO 8601 in UTC. */
export const isoOf = (ms: number): string => new Date(ms).toISOString();
/** Hundredths of a point as points. */
export const pointsOf = (hundredths: number): number => hundredths / 100;

export function playerAnswer(row: PlayerRow) {
  const risk = row.risk ?? 0;
  return {
    id: row.id,
    username: row.username,
    risk_score: pointsOf(risk),
    created_at: isoOf(row.created_at),
    game: row.game,
    ref: row.ref,
    mode: row.as_of === null ? null : row.mode,
    band: bandOf(risk),
    confidence: row.confidence ?? "insufficient",
    calibrated: row.calibrated === 1,
    as_of: row.as_of === null ? null : isoOf(row.as_of),
    last_seen_at: row.last_seen_at === 0 ? null : isoOf(row.last_seen_at),
  };
}

/** A player that a command made or changed: the player itself, and under its name as the classic answers have it. */
export function namedPlayerAnswer(message: string, row: PlayerRow) {
  const player = playerAnswer(row);
  return { message, ...player, player };
}

export function sessionAnswer(session: StoredSession) {
  return {
    id: session.sessionId,
    player_id: session.playerId,
    mode: session.mode,
    duration_minutes: session.durationMinutes,
    actions_per_minute: session.actionsPerMinute,
    headshot_rate: session.headshotRate,
    reaction_time_ms: session.reactionTimeMs,
    recorded_at: isoOf(session.recordedAtMs),
    kills: session.kills,
    deaths: session.deaths,
    headshots: session.headshots,
    shots_fired: session.shotsFired,
    shots_hit: session.shotsHit,
    movement_speed: session.movementSpeed,
    metrics: session.metrics,
    build: session.build,
    server: session.server,
  };
}

export function eventAnswer(event: StoredEvent) {
  return {
    id: event.id,
    player_id: event.player_id,
    event_type: event.event_type,
    severity: event.severity,
    detected_at: isoOf(event.detected_at),
    notes: event.notes,
    source: event.source,
    session_id: event.session_id,
    reporter: event.reporter,
  };
}

export function anomalyAnswer(anomaly: Anomaly) {
  return {
    category: anomaly.category,
    severity: anomaly.severity,
    detail: anomaly.detail,
    session_id: anomaly.sessionId,
  };
}
