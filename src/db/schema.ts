/**
 * The tables, as Drizzle sees them. `migrations/` is the authority (WITHOUT ROWID, STRICT and partial indexes are
 * not Drizzle's to say); a test compares the columns. Times are milliseconds since the epoch, risk is hundredths.
 */
import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const players = sqliteTable("players", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  game: text("game").notNull(),
  ref: text("ref"),
  username: text("username").notNull(),
  nameKey: text("name_key").notNull(),
  createdAt: integer("created_at").notNull(),
  lastSeenAt: integer("last_seen_at").notNull().default(0),
  eventCount: integer("event_count").notNull().default(0),
});

export const standings = sqliteTable(
  "standings",
  {
    playerId: integer("player_id").notNull(),
    mode: text("mode").notNull(),
    game: text("game").notNull(),
    revision: integer("revision").notNull().default(0),
    changedAt: integer("changed_at"),
    dueAt: integer("due_at"),
    top: integer("top").notNull().default(0),
    risk: integer("risk").notNull().default(0),
    confidence: text("confidence", { enum: ["insufficient", "sufficient"] })
      .notNull()
      .default("insufficient"),
    calibrated: integer("calibrated").notNull().default(0),
    asOf: integer("as_of"),
    result: text("result"),
    history: text("history"),
  },
  (table) => [primaryKey({ columns: [table.playerId, table.mode] })],
);

export const sessions = sqliteTable(
  "sessions",
  {
    playerId: integer("player_id").notNull(),
    mode: text("mode").notNull(),
    recordedAt: integer("recorded_at").notNull(),
    sessionId: text("session_id").notNull(),
    build: text("build"),
    server: text("server"),
    durationMinutes: real("duration_minutes"),
    actionsPerMinute: real("actions_per_minute"),
    headshotRate: real("headshot_rate"),
    reactionTimeMs: real("reaction_time_ms"),
    kills: integer("kills"),
    deaths: integer("deaths"),
    headshots: integer("headshots"),
    shotsFired: integer("shots_fired"),
    shotsHit: integer("shots_hit"),
    movementSpeed: real("movement_speed"),
    metrics: text("metrics"),
  },
  (table) => [primaryKey({ columns: [table.playerId, table.mode, table.recordedAt, table.sessionId] })],
);

export const events = sqliteTable(
  "events",
  {
    playerId: integer("player_id").notNull(),
    detectedAt: integer("detected_at").notNull(),
    id: text("id").notNull(),
    eventType: text("event_type").notNull(),
    severity: text("severity", { enum: ["low", "medium", "high", "critical"] }).notNull(),
    source: text("source", { enum: ["log", "report", "detector"] }).notNull(),
    sessionId: text("session_id"),
    notes: text("notes"),
    reporter: text("reporter"),
    attributes: text("attributes"),
  },
  (table) => [primaryKey({ columns: [table.playerId, table.detectedAt, table.id] })],
);

export const totals = sqliteTable("totals", {
  id: integer("id").primaryKey(),
  players: integer("players").notNull(),
  sessions: integer("sessions").notNull(),
  events: integer("events").notNull(),
  pending: integer("pending").notNull(),
  highRisk: integer("high_risk").notNull(),
  riskSum: integer("risk_sum").notNull(),
  actionsPerMinuteSum: real("actions_per_minute_sum").notNull(),
  actionsPerMinuteN: integer("actions_per_minute_n").notNull(),
  headshotRateSum: real("headshot_rate_sum").notNull(),
  headshotRateN: integer("headshot_rate_n").notNull(),
  latestSessions: text("latest_sessions").notNull(),
  latestEscalations: text("latest_escalations").notNull(),
});

export const patterns = sqliteTable("patterns", {
  pattern: text("pattern").primaryKey(),
  occurrences: integer("occurrences").notNull(),
});

export const games = sqliteTable("games", {
  game: text("game").primaryKey(),
  version: integer("version").notNull(),
  profile: text("profile").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export const scopes = sqliteTable(
  "scopes",
  {
    game: text("game").notNull(),
    mode: text("mode").notNull(),
    version: integer("version").notNull().default(0),
    players: integer("players").notNull().default(0),
    histogram: text("histogram").notNull(),
    baseline: text("baseline"),
    undeclared: text("undeclared").notNull(),
    folds: integer("folds").notNull(),
    stale: integer("stale").notNull(),
    refreshedAt: integer("refreshed_at"),
    markedVersion: integer("marked_version").notNull().default(0),
    markAfter: integer("mark_after").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.game, table.mode] })],
);

export const histogramDeltas = sqliteTable("histogram_deltas", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  deltas: text("deltas").notNull(),
});

export const refreshTokens = sqliteTable("refresh_tokens", {
  tokenHash: text("token_hash").primaryKey(),
  subject: text("subject").notNull(),
  credential: text("credential").notNull(),
  issuedAt: integer("issued_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  spentAt: integer("spent_at"),
});

export const idempotencyKeys = sqliteTable("idempotency_keys", {
  keyHash: text("key_hash").primaryKey(),
  bodyHash: text("body_hash").notNull(),
  claimedAt: integer("claimed_at").notNull(),
  claim: text("claim").notNull(),
  status: integer("status"),
  body: text("body"),
  expiresAt: integer("expires_at").notNull(),
});
