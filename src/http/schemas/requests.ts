/** What the API accepts. Commands refuse fields that they do not know; a malformed request never half-works. */
import { z } from "zod";
import { jobs } from "../../job-names.ts";
import { EventRow } from "../../telemetry/event.ts";
import {
  earliestMs,
  gameName,
  identifier,
  instant,
  measures,
  metrics,
  modeName,
  optional,
  playerId,
  playerRef,
  prose,
  username,
} from "../../telemetry/fields.ts";
import { SessionRow } from "../../telemetry/session.ts";
import { bands, confidences, severity } from "./answers.ts";

/** A number in a query, in plain decimal notation; the document shows it as the number that it is. */
const decimal = (type: "number" | "integer", minimum: number, maximum: number, otherwise?: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}(\.[0-9]{1,9})?$/, { error: "must be a decimal number" })
    .meta({
      override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type, minimum, maximum });
        if (otherwise !== undefined) jsonSchema.default = otherwise;
      },
    })
    .transform(Number);
/** Risk in points; `otherwise` is the documented default. */
const pointsQuery = (otherwise?: number) =>
  decimal("number", 0, 100, otherwise).pipe(z.number().min(0).max(100));
export const limitQuery = (max: number, otherwise: number) =>
  decimal("integer", 1, max, otherwise).pipe(z.int().min(1).max(max)).default(otherwise);
/** The longest holds the end of a name of 128 characters, of which NFKC can make 2,304. */
export const cursor = z.string().min(1).max(8_000).optional();
const game = gameName.optional();

/** `17` (our id) or `@76561198000000000` (the game's own id, with `?game=`). */
export const PlayerParam = z.object({
  player: z
    .string()
    .max(400)
    .refine((text) => (text.startsWith("@") ? playerRef.safeParse(text.slice(1)).success : isId(text)), {
      error: "must be a player id, or @ and the game's own player id",
    })
    .meta({ description: "Our id, or `@` and the game's own player id.", example: "17" }),
});

function isId(text: string): boolean {
  return /^[1-9][0-9]{0,15}$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER;
}

export const GameQuery = z.strictObject({ game });

/** In a body, a number is our id; text is the game's own id, with or without the `@` of paths. */
export const namedPlayer = z
  .union([playerId, playerRef], { error: "must be a player id, or the game's own player id as text" })
  .meta({ description: "Our id, or the game's own id as text." });

export const Credentials = z
  .strictObject({ username: z.string().min(1).max(128), password: z.string().min(1).max(1_024) })
  .meta({ example: { username: "security_console", password: "letmein123" } });
export const RefreshRequest = z.strictObject({ refresh_token: z.string().min(1).max(512) });

/** Later than now counts as now: a log's clock may run ahead. */
const sinceEarliest = instant.refine((time) => Date.parse(time) >= earliestMs, {
  error: "must not lie before the year 2000",
});

export const ScanRequest = z
  .strictObject({
    entries: z
      .array(
        z.looseObject({
          player_id: namedPlayer,
          action: optional(identifier(128)),
          headshot_rate: optional(measures.headshot_rate),
          reaction_time_ms: optional(measures.reaction_time_ms),
          movement_speed: optional(measures.movement_speed),
          manual_flag: optional(z.boolean()),
          recorded_at: optional(sinceEarliest),
          session_id: optional(identifier(128)),
        }),
      )
      .max(1_000),
  })
  .meta({
    example: {
      entries: [{ player_id: 17, action: "aimbot_lock", headshot_rate: 0.95, reaction_time_ms: 80 }],
    },
  });

export type ScanRequest = z.infer<typeof ScanRequest>;

export const ReportRequest = z
  .strictObject({
    player_id: namedPlayer,
    reason: identifier(64).nullish(),
    severity: severity.nullish(),
    notes: optional(prose(2_000)),
    reporter: optional(identifier(128)).meta({ description: "Who reports, as the game names them." }),
    session_id: optional(identifier(128)).meta({
      description: "The player's session that was seen; without one a report weighs half.",
    }),
    party: optional(identifier(128)).meta({
      description: "The reporter's party or lobby, opaque: what one party says counts as one report.",
    }),
  })
  .meta({
    example: { player_id: 17, reason: "manual_report", severity: "high", notes: "Tracks through smoke." },
  });

/** The classic session, and whatever else a bulk row may carry; the player is in the path. */
export const SessionRequest = z
  .strictObject({
    duration_minutes: measures.duration_minutes,
    actions_per_minute: measures.actions_per_minute,
    headshot_rate: measures.headshot_rate,
    reaction_time_ms: optional(measures.reaction_time_ms),
    session_id: optional(identifier(128)),
    recorded_at: optional(instant),
    mode: optional(modeName),
    build: optional(identifier(64)),
    server: optional(identifier(128)),
    kills: optional(measures.kills),
    deaths: optional(measures.deaths),
    headshots: optional(measures.headshots),
    shots_fired: optional(measures.shots_fired),
    shots_hit: optional(measures.shots_hit),
    movement_speed: optional(measures.movement_speed),
    metrics: optional(metrics),
  })
  .meta({
    example: { duration_minutes: 22.6, actions_per_minute: 118, headshot_rate: 0.31, reaction_time_ms: 214 },
  });

export const DetectRequest = z.strictObject({ player_id: namedPlayer }).meta({ example: { player_id: 17 } });

export const BulkQuery = z.strictObject({
  dry_run: z
    .enum(["true", "false"])
    .optional()
    .meta({ description: "`true`: say what would become of each row, and store nothing." }),
});
/** What a well-formed bulk request looks like, for the documentation: its rows are checked one by one. */
export const BulkRequest = z.strictObject({ sessions: z.array(SessionRow).min(1).max(10_000) }).meta({
  example: {
    sessions: [
      {
        player: "76561198000000000",
        session_id: "m-1:p-7",
        recorded_at: "2026-10-29T00:16:56.000Z",
        game: "cs2",
        mode: "premier",
        kills: 16,
        headshots: 9,
        shots_fired: 90,
        shots_hit: 54,
      },
    ],
  },
});

/** As {@link BulkRequest}, of events. */
export const BulkEvents = z.strictObject({ events: z.array(EventRow).min(1).max(10_000) }).meta({
  example: {
    events: [
      {
        player: "76561198000000000",
        event_id: "m-1:e-9",
        type: "speed_hack",
        occurred_at: "2026-10-29T00:16:56.000Z",
        severity: "high",
        game: "cs2",
        session_id: "m-1:p-7",
        attributes: { speed_mps: 31.5 },
      },
    ],
  },
});

export const CreatePlayerRequest = z
  .strictObject({ username: optional(username), game: optional(gameName), ref: optional(playerRef) })
  .refine((body) => body.username != null || body.ref != null, {
    error: "a player needs a username or the game's own id (ref)",
    path: ["username"],
  })
  .meta({ example: { username: "Nightjar", game: "cs2", ref: "76561198000000000" } });
export const RenameRequest = z.strictObject({ username }).meta({ example: { username: "Nightjar" } });

export const SuspiciousQuery = z.strictObject({
  risk_threshold: pointsQuery(70).default(70),
  game,
  limit: limitQuery(100, 50),
  cursor,
});
export const PlayersQuery = z.strictObject({
  min_risk: pointsQuery().optional(),
  max_risk: pointsQuery().optional(),
  game,
  band: z.enum(bands).optional(),
  confidence: z.enum(confidences).optional(),
  mode: modeName.optional().meta({
    description:
      "The mode that the risk comes from. A page looks through 200 players and may hold fewer than `limit`, or none: the list ends where `next_cursor` is null.",
  }),
  name: identifier(64).optional(),
  sort: z.enum(["risk", "last_seen"]).optional(),
  limit: limitQuery(200, 50),
  cursor,
});
export type PlayersQuery = z.infer<typeof PlayersQuery>;
export const HistoryQuery = z.strictObject({ game, limit: limitQuery(200, 50), cursor });
export const GameParam = z.object({ game: gameName });
export const JobParam = z.object({ job: z.enum(jobs) });
