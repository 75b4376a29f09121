/** One event as its sender reports it: the schema of a bulk row, and the row as it is stored. */
import { z } from "zod";
import type { Severity } from "../detection/evidence.ts";
import { gameName, identifier, instant, optional, playerId, playerRef } from "./fields.ts";
import { defaultGame, faultOf, type RowFault, type TimeLimits, timeFault } from "./session.ts";

const maxAttributes = 32;
/** Characters of the attributes as JSON. */
const maxAttributeText = 2_048;

export const attributes = z
  .record(identifier(64), z.union([identifier(512), z.literal(""), z.number(), z.boolean(), z.null()]))
  .refine((values) => Object.keys(values).length <= maxAttributes, {
    error: `must hold at most ${maxAttributes} attributes`,
  })
  .refine((values) => JSON.stringify(values).length <= maxAttributeText, {
    error: `must not be longer than ${maxAttributeText} characters of JSON`,
  });

/** A row of `POST /api/telemetry/events`. It names its player by `player_id` (ours) or `player` (the game's). */
export const EventRow = z
  .object({
    player_id: optional(playerId),
    player: optional(playerRef),
    event_id: identifier(128).meta({
      description: "The sender's id of the event, unique per player.",
      example: "m-1:e-9",
    }),
    type: identifier(64).meta({ description: "What was seen.", example: "aimbot_suspected" }),
    occurred_at: instant,
    severity: optional(z.enum(["low", "medium", "high", "critical"])).meta({
      description: "`medium` unless said.",
    }),
    game: optional(gameName),
    session_id: optional(identifier(128)),
    server: optional(identifier(128)),
    attributes: optional(attributes),
  })
  .meta({ id: "EventRow" });
export type EventRow = z.infer<typeof EventRow>;
export const eventFields: ReadonlySet<string> = new Set(Object.keys(EventRow.shape));

export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** A valid event, resolved to plain columns. */
export interface TelemetryEvent {
  readonly playerId: number | null;
  readonly ref: string | null;
  readonly game: string | null;
  readonly eventId: string;
  readonly type: string;
  readonly occurredAtMs: number;
  readonly severity: Severity;
  readonly sessionId: string | null;
  /** The server is one of them. */
  readonly attributes: Attributes | null;
}

/** What the fields say together. */
function crossFault(row: EventRow, occurredAtMs: number, limits: TimeLimits): RowFault | null {
  if ((row.player_id == null) === (row.player == null)) {
    const detail = "A row names its player by exactly one of player_id and player.";
    return { pointer: "/player", code: "player_ambiguous", detail };
  }
  const said = row.attributes?.server;
  if (row.server != null && said !== undefined && said !== row.server) {
    const detail = "attributes.server must not say otherwise than server.";
    return { pointer: "/attributes/server", code: "inconsistent", detail };
  }
  return timeFault("occurred_at", occurredAtMs, limits);
}

function attributesOf({ attributes: given, server }: EventRow): Attributes | null {
  const all = { ...given, ...(server == null ? {} : { server }) };
  return Object.keys(all).length > 0 ? all : null;
}

/** Checks one row by itself; as {@link parseSessionRow} does. */
export function parseEventRow(
  input: unknown,
  limits: TimeLimits,
  parseTime: (iso: string) => number,
  gameOtherwise = defaultGame,
): { readonly value: TelemetryEvent } | { readonly fault: RowFault } {
  const parsed = EventRow.safeParse(input);
  if (!parsed.success) return { fault: faultOf(parsed.error.issues) };
  const row = parsed.data;
  const occurredAtMs = parseTime(row.occurred_at);
  const fault = crossFault(row, occurredAtMs, limits);
  if (fault) return { fault };
  const value = {
    playerId: row.player_id ?? null,
    ref: row.player ?? null,
    game: row.game ?? (row.player == null ? null : gameOtherwise),
    eventId: row.event_id,
    type: row.type,
    occurredAtMs,
    severity: row.severity ?? "medium",
    sessionId: row.session_id ?? null,
    attributes: attributesOf(row),
  };
  return { value };
}
