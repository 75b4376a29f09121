/** Answers of the API, as WIRE clients read them. They document; what is sent is made in `actions/answers.ts`. */
import { z } from "zod";
import { GameProfile } from "../../detection/game-profile.ts";

export const isoTime = z.string().meta({ format: "date-time", example: "2026-10-29T00:16:56.000Z" });
const points = z
  .number()
  .min(0)
  .max(100)
  .meta({ description: "Risk in points with two decimals.", example: 83.25 });
const maybeNumber = z.number().nullable();
export const maybeText = z.string().nullable();
export const severity = z.enum(["low", "medium", "high", "critical"]);
export const bands = ["low", "elevated", "suspicious", "critical"] as const;
export const confidences = ["insufficient", "sufficient"] as const;

export const Player = z
  .object({
    id: z.int(),
    username: z.string(),
    risk_score: points,
    created_at: isoTime,
    game: z.string(),
    ref: maybeText.meta({ description: "The game's own id of the player." }),
    mode: maybeText.meta({ description: "The mode that the score comes from: the riskiest one." }),
    band: z.enum(bands),
    confidence: z.enum(confidences),
    calibrated: z.boolean().meta({ description: "Whether the false-positive promise holds for the score." }),
    as_of: isoTime.nullable().meta({ description: "When the score was computed; null before the first." }),
    last_seen_at: isoTime.nullable(),
  })
  .meta({ id: "Player" });

export const Session = z
  .object({
    id: z.string().meta({ description: "The sender's session id." }),
    player_id: z.int(),
    mode: z.string(),
    duration_minutes: maybeNumber,
    actions_per_minute: maybeNumber,
    headshot_rate: maybeNumber,
    reaction_time_ms: maybeNumber,
    recorded_at: isoTime,
    kills: maybeNumber,
    deaths: maybeNumber,
    headshots: maybeNumber,
    shots_fired: maybeNumber,
    shots_hit: maybeNumber,
    movement_speed: maybeNumber,
    metrics: z.record(z.string(), z.number()),
    build: maybeText,
    server: maybeText,
  })
  .meta({ id: "Session" });

export const Event = z
  .object({
    id: z.string(),
    player_id: z.int(),
    event_type: z.string(),
    severity,
    detected_at: isoTime,
    notes: maybeText,
    source: z.enum(["log", "report", "detector"]),
    session_id: maybeText,
    reporter: maybeText,
  })
  .meta({ id: "Event" });

export const Anomaly = z
  .object({ category: z.string(), severity, detail: z.string(), session_id: maybeText })
  .meta({ id: "Anomaly" });

export const LedgerLine = z
  .object({
    kind: z.enum(["term", "proof", "cap", "abstention"]),
    id: z.string().meta({ description: "The detector or the rule that the line comes from." }),
    group: maybeText,
    points: z.number().meta({ description: "The lines of a ledger sum to risk_score exactly." }),
    sentence: z.string(),
    observed: maybeNumber,
    unit: maybeText,
    median: maybeNumber,
    per_100k: maybeNumber.meta({ description: "How many honest players in 100,000 go as far." }),
    exposure: maybeNumber,
    since: isoTime.nullable(),
    session_ids: z.array(z.string()),
  })
  .meta({ id: "LedgerLine" });

export const PlayerRisk = z
  .object({
    player: Player,
    risk_score: points,
    anomalies: z.array(Anomaly),
    event_count: z.int(),
    ledger: z.array(LedgerLine),
    band: z.enum(bands),
    confidence: z.enum(confidences),
    calibrated: z.boolean(),
    as_of: isoTime.nullable(),
    next_band: z
      .object({ band: z.enum(bands), points: z.number(), sentence: z.string() })
      .nullable()
      .meta({ description: "What would bring the player under the next lower band." }),
    versions: z
      .object({
        core: z.int(),
        profile: z.int().meta({ description: "Of the game's declaration; 0 is the built-in profile." }),
        baseline: z.int(),
        detectors: z.record(z.string(), z.int()),
      })
      .nullable(),
    modes: z.array(z.object({ mode: z.string(), risk_score: points, as_of: isoTime.nullable() })),
  })
  .meta({ id: "PlayerRisk" });

export const RiskHistory = z
  .object({
    player: Player,
    modes: z.array(
      z.object({
        mode: z.string(),
        history: z.array(
          z.object({
            as_of: isoTime,
            risk_score: points,
            band: z.enum(bands),
            confidence: z.enum(confidences),
            versions: z.object({
              core: z.int(),
              profile: z.int(),
              baseline: z.int(),
              detectors: z.record(z.string(), z.int()),
            }),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "RiskHistory" });

export const Behavior = z
  .object({
    player: Player,
    aggregates: z.object({
      sessions: z.int(),
      avg_duration_minutes: maybeNumber,
      avg_actions_per_minute: maybeNumber,
      avg_headshot_rate: maybeNumber,
    }),
    recent_sessions: z.array(Session).max(5),
    recent_events: z.array(Event).max(10),
    anomalies: z.array(Anomaly),
  })
  .meta({ id: "Behavior" });

export const nextCursor = maybeText.meta({
  description: "Send it as `cursor` for the next page; null on the last.",
});
const pending = z.int().meta({ description: "Standings whose evidence changed since their last score." });

export const Dashboard = z.object({
  totals: z.object({ players: z.int(), high_risk_players: z.int(), security_events: z.int() }),
  recent_events: z.array(Event).max(5),
  metrics: z.object({ avg_actions_per_minute: z.number(), avg_headshot_rate: z.number() }),
  pending,
});
export const Stats = z.object({
  totals: z.object({ sessions: z.int(), security_events: z.int(), avg_risk: z.number() }),
  latest_sessions: z.array(Session).max(5),
  pending,
});
export const Suspicious = z.object({
  players: z.array(z.object({ ...Player.shape, recent_event: Event.nullable() })),
  count: z.int(),
  next_cursor: nextCursor,
  pending,
});
export const PlayerList = z.object({ players: z.array(Player), next_cursor: nextCursor, pending });
export const SessionPage = z.object({ sessions: z.array(Session), next_cursor: nextCursor });
export const EventPage = z.object({ events: z.array(Event), next_cursor: nextCursor });
export const Patterns = z.object({
  patterns: z.array(z.object({ pattern: z.string(), occurrences: z.int() })),
});
export const Anomalies = z.object({ anomalies: z.array(Anomaly) });
export const NamedPlayer = z.object({ message: z.string(), ...Player.shape, player: Player });
export const SessionRecorded = z.object({ message: z.string(), session: Session });
export const ReportRecorded = z.object({ message: z.string(), event: Event });
export const Tokens = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int(),
  refresh_token: z.string(),
});
const named = z.array(z.union([z.int(), z.string()]));
export const Scan = z.object({
  suspicious_players: named,
  anomaly_counts: z.record(z.string(), z.int()),
  insights: z.array(z.string()),
  unknown_players: named,
  events_recorded: z.int(),
});
const rejected = z
  .array(z.object({ index: z.int(), pointer: z.string(), code: z.string(), detail: z.string() }))
  .meta({
    description:
      "Rows that were refused, by their place among the rows; pointers are as if they had been sent as JSON. From the 1,001st on `detail` is empty.",
  });
export const Ingest = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  rejected,
  players_created: z.int(),
  unknown_fields: z
    .record(z.string(), z.int())
    .meta({ description: "Fields that were ignored, at most 20 names, and how many rows had them." }),
  dry_run: z
    .literal(true)
    .optional()
    .meta({ description: "There in a dry run, in which nothing was stored." }),
});
export const JobRun = z.object({ processed: z.int(), remaining: z.int(), took_ms: z.number() });
export const Detectors = z.object({
  detectors: z.array(
    z.object({
      id: z.string(),
      version: z.int(),
      group: z.string(),
      category: z.string(),
      summary: z.string(),
      minimum_evidence: z.string(),
      sources: z.array(z.string()),
      known_false_positives: z.array(z.string()),
      parameters: z.array(z.object({ name: z.string(), default: z.unknown(), description: z.string() })),
    }),
  ),
});
export const Game = z
  .object({
    game: z.string(),
    declared: z.boolean().meta({ description: "False: judged by the built-in shooter profile." }),
    version: z.int(),
    updated_at: isoTime.nullable(),
    profile: GameProfile,
    undeclared_metrics: z.array(z.string()).meta({ description: "Sent and stored, but never scored." }),
    scopes: z.array(
      z.object({
        mode: z.string(),
        declared: z.boolean().meta({ description: "Whether the profile names the mode." }),
        players: z.int(),
        baseline_version: z.int(),
        calibrated: z.boolean(),
        suspended_proofs: z.array(z.object({ detector: z.string(), days: z.array(z.iso.date()) })).meta({
          description: "Proofs that too many completed on these days to be more than a fault of measurement.",
        }),
        refreshed_at: isoTime.nullable(),
      }),
    ),
  })
  .meta({ id: "Game" });
export const Health = z.object({ status: z.literal("ok") });

const check = z.enum(["ok", "failing"]);
export const Ready = z.object({
  status: z.enum(["ready", "degraded", "unready"]),
  checks: z.object({
    configuration: check,
    database: check,
    limiter: check,
    sweep: check.meta({ description: "The sweep ended well within the last 15 minutes." }),
    backlog: check.meta({ description: "No changed player has waited for over 30 minutes." }),
  }),
});

export const ProblemDetails = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    error: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
    stored_through: z.int().min(-1).optional().meta({
      description:
        "Of a bulk request that broke off: the index of the last row that was decided, -1 for none. `accepted`, `duplicates` and `rejected` count the rows up to it; later ones are to be sent again.",
    }),
    accepted: z.int().optional(),
    duplicates: z.int().optional(),
    rejected: rejected.optional(),
    players_created: z.int().optional(),
  })
  .meta({ id: "Problem" });
