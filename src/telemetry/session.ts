/** One session as its sender reports it: the schema of a bulk row, and the row as it is stored. */
import { z } from "zod";
import {
  earliestMs,
  futureToleranceMs,
  gameName,
  identifier,
  instant,
  measures,
  metrics,
  modeName,
  optional,
  playerId,
  playerRef,
} from "./fields.ts";
import { isPlainRow } from "./plain-row.ts";

/** A row of `POST /api/telemetry/sessions`. It names its player by `player_id` (ours) or `player` (the game's). */
export const SessionRow = z
  .object({
    player_id: optional(playerId),
    player: optional(playerRef),
    session_id: identifier(128).meta({
      description: "The sender's id of the session, unique per player.",
      example: "m-1:p-7",
    }),
    recorded_at: instant,
    game: optional(gameName),
    mode: optional(modeName),
    build: optional(identifier(64)),
    server: optional(identifier(128)),
    duration_minutes: optional(measures.duration_minutes),
    actions_per_minute: optional(measures.actions_per_minute),
    headshot_rate: optional(measures.headshot_rate),
    reaction_time_ms: optional(measures.reaction_time_ms),
    kills: optional(measures.kills),
    deaths: optional(measures.deaths),
    headshots: optional(measures.headshots),
    shots_fired: optional(measures.shots_fired),
    shots_hit: optional(measures.shots_hit),
    movement_speed: optional(measures.movement_speed),
    metrics: optional(metrics),
  })
  .meta({ id: "SessionRow" });
export type SessionRow = z.infer<typeof SessionRow>;
export const sessionFields: ReadonlySet<string> = new Set(Object.keys(SessionRow.shape));

/** Why one row was refused; `pointer` leads to the field. */
export interface RowFault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** A valid row, resolved to plain columns. Missing values are null; times are milliseconds since the epoch. */
export interface Session {
  readonly playerId: number | null;
  readonly ref: string | null;
  /** As sent; a row that names `player_id` may leave it out. */
  readonly game: string | null;
  readonly mode: string;
  readonly sessionId: string;
  readonly recordedAtMs: number;
  readonly build: string | null;
  readonly server: string | null;
  readonly durationMinutes: number | null;
  readonly actionsPerMinute: number | null;
  readonly headshotRate: number | null;
  readonly reactionTimeMs: number | null;
  readonly kills: number | null;
  readonly deaths: number | null;
  readonly headshots: number | null;
  readonly shotsFired: number | null;
  readonly shotsHit: number | null;
  readonly movementSpeed: number | null;
  readonly metrics: Readonly<Record<string, number>> | null;
}

export const defaultGame = "default";
export const defaultMode = "default";

const fault = (pointer: string, code: string, detail: string): RowFault => ({ pointer, code, detail });

/** JSON pointer of a path (RFC 6901). */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Why a zod issue happened, in one of our stable codes. */
export function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return issue.message.endsWith("undefined") ? "missing" : "invalid_type";
  if (issue.code === "too_big" || issue.code === "too_small") return "out_of_range";
  if (issue.code === "unrecognized_keys") return "unknown_field";
  return "invalid_value";
}

/** Times that a row may have, as the clock stands. */
export interface TimeLimits {
  readonly nowMs: number;
  /** Older rows would be removed as soon as they are stored; {@link earliestMs} where nothing is. */
  readonly oldestMs?: number;
}

/** Why a row of this time is refused; `field` is what names the time. */
export function timeFault(field: string, atMs: number, { nowMs, oldestMs }: TimeLimits): RowFault | null {
  const floorMs = Math.max(earliestMs, oldestMs ?? earliestMs);
  if (!(atMs >= floorMs)) {
    const what = floorMs > earliestMs ? "further back than rows are kept" : "before the year 2000";
    return fault(`/${field}`, "too_old", `${field} lies ${what}.`);
  }
  if (atMs <= nowMs + futureToleranceMs) return null;
  return fault(`/${field}`, "in_future", `${field} lies more than ten minutes ahead of the service's clock.`);
}

/** What the fields say together: who the player is, that parts are not more than their whole, and the time. */
function crossFault(row: SessionRow, recordedAtMs: number, limits: TimeLimits): RowFault | null {
  if ((row.player_id == null) === (row.player == null)) {
    return fault(
      "/player",
      "player_ambiguous",
      "A row names its player by exactly one of player_id and player.",
    );
  }
  if (row.headshots != null && row.kills != null && row.headshots > row.kills) {
    return fault("/headshots", "inconsistent", "headshots must not exceed kills.");
  }
  if (row.shots_hit != null && row.shots_fired != null && row.shots_hit > row.shots_fired) {
    return fault("/shots_hit", "inconsistent", "shots_hit must not exceed shots_fired.");
  }
  return timeFault("recorded_at", recordedAtMs, limits);
}

const orNull = <T>(value: T | null | undefined): T | null => value ?? null;

function toSession(row: SessionRow, recordedAtMs: number, otherwise: string): Session {
  return {
    playerId: orNull(row.player_id),
    ref: orNull(row.player),
    game: row.game ?? (row.player == null ? null : otherwise),
    mode: row.mode ?? defaultMode,
    sessionId: row.session_id,
    recordedAtMs,
    build: orNull(row.build),
    server: orNull(row.server),
    durationMinutes: orNull(row.duration_minutes),
    actionsPerMinute: orNull(row.actions_per_minute),
    headshotRate: orNull(row.headshot_rate),
    reactionTimeMs: orNull(row.reaction_time_ms),
    kills: orNull(row.kills),
    deaths: orNull(row.deaths),
    headshots: orNull(row.headshots),
    shotsFired: orNull(row.shots_fired),
    shotsHit: orNull(row.shots_hit),
    movementSpeed: orNull(row.movement_speed),
    metrics: orNull(row.metrics),
  };
}

export type ParsedRow = { readonly session: Session } | { readonly fault: RowFault };

/** The first fault that a schema finds. */
export function faultOf(issues: readonly z.core.$ZodIssue[]): RowFault {
  const [issue] = issues;
  if (!issue) return fault("", "invalid_value", "The row is malformed.");
  return fault(pointerOf(issue.path), codeOf(issue), issue.message);
}

/**
 * Checks one row by itself. `parseTime` turns ISO 8601 into milliseconds (pure folders have no Date); `gameOtherwise` is
 * the game of a row that names its player by the game's own id and no game.
 */
export function parseSessionRow(
  input: unknown,
  limits: TimeLimits,
  parseTime: (iso: string) => number,
  gameOtherwise = defaultGame,
): ParsedRow {
  let row: SessionRow;
  if (isPlainRow(input)) row = input;
  else {
    const parsed = SessionRow.safeParse(input);
    if (!parsed.success) return { fault: faultOf(parsed.error.issues) };
    row = parsed.data;
  }
  const recordedAtMs = parseTime(row.recorded_at);
  const crossed = crossFault(row, recordedAtMs, limits);
  return crossed ? { fault: crossed } : { session: toSession(row, recordedAtMs, gameOtherwise) };
}
