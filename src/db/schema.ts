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
  recentEvent: text("recent_event"),
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
    excluded: integer("excluded").notNull().default(0),
    counted: text("counted"),
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
    ratesDue: integer("rates_due").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.game, table.mode] })],
);

export const gameVersions = sqliteTable(
  "game_versions",
  {
    game: text("game").notNull(),
    version: integer("version").notNull(),
    profile: text("profile").notNull(),
    declaredAt: integer("declared_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.game, table.version] })],
);

export const baselineVersions = sqliteTable(
  "baseline_versions",
  {
    game: text("game").notNull(),
    mode: text("mode").notNull(),
    version: integer("version").notNull(),
    baseline: text("baseline").notNull(),
    madeAt: integer("made_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.game, table.mode, table.version] })],
);

export const histogramDeltas = sqliteTable("histogram_deltas", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  deltas: text("deltas").notNull(),
});

export const users = sqliteTable("users", {
  username: text("username").primaryKey(),
  passwordHash: text("password_hash").notNull(),
  role: text("role").notNull(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  passwordChangedAt: integer("password_changed_at").notNull(),
  lastSignInAt: integer("last_sign_in_at"),
  disabledAt: integer("disabled_at"),
});

export const authSessions = sqliteTable("auth_sessions", {
  id: text("id").primaryKey(),
  subject: text("subject").notNull(),
  role: text("role").notNull(),
  credential: text("credential").notNull(),
  createdAt: integer("created_at").notNull(),
  lastUsedAt: integer("last_used_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  address: text("address"),
  userAgent: text("user_agent"),
  endedAt: integer("ended_at"),
  endReason: text("end_reason"),
});

export const refreshTokens = sqliteTable("refresh_tokens", {
  tokenHash: text("token_hash").primaryKey(),
  sessionId: text("session_id").notNull(),
  issuedAt: integer("issued_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  spentAt: integer("spent_at"),
});

export const apiKeys = sqliteTable("api_keys", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  keyHash: text("key_hash").notNull(),
  hint: text("hint").notNull(),
  name: text("name").notNull(),
  scopes: text("scopes").notNull(),
  games: text("games"),
  adapter: text("adapter"),
  limits: text("limits"),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  expiresAt: integer("expires_at"),
  lastUsedAt: integer("last_used_at"),
  revokedAt: integer("revoked_at"),
  replaces: integer("replaces"),
});

export const auditEntries = sqliteTable("audit_entries", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  action: text("action").notNull(),
  actor: text("actor").notNull(),
  target: text("target"),
  requestId: text("request_id"),
  payloadDigest: text("payload_digest").notNull(),
  payload: text("payload"),
});

export const auditSeals = sqliteTable("audit_seals", {
  lastId: integer("last_id").primaryKey(),
  firstId: integer("first_id").notNull(),
  lastAt: integer("last_at").notNull(),
  digests: text("digests").notNull(),
  previousMac: text("previous_mac").notNull(),
  mac: text("mac").notNull(),
});

export const auditCheckpoints = sqliteTable("audit_checkpoints", {
  lastId: integer("last_id").primaryKey(),
  entries: integer("entries").notNull(),
  sealMac: text("seal_mac").notNull(),
  madeAt: integer("made_at").notNull(),
  mac: text("mac").notNull(),
});

export const auditDenials = sqliteTable(
  "audit_denials",
  {
    minute: integer("minute").notNull(),
    kind: text("kind").notNull(),
    who: text("who").notNull(),
    count: integer("count").notNull(),
    lastAt: integer("last_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.minute, table.kind, table.who] })],
);

export const adapterStreams = sqliteTable(
  "adapter_streams",
  {
    keyId: integer("key_id").notNull(),
    adapter: text("adapter").notNull(),
    stream: text("stream").notNull(),
    revision: integer("revision").notNull(),
    state: text("state").notNull(),
    games: text("games"),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.adapter, table.stream] })],
);

export const adapterUnparsed = sqliteTable(
  "adapter_unparsed",
  {
    keyId: integer("key_id").notNull(),
    adapter: text("adapter").notNull(),
    pattern: text("pattern").notNull(),
    count: integer("count").notNull(),
    firstAt: integer("first_at").notNull(),
    lastAt: integer("last_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.adapter, table.pattern] })],
);

export const idempotencyKeys = sqliteTable("idempotency_keys", {
  keyHash: text("key_hash").primaryKey(),
  bodyHash: text("body_hash").notNull(),
  claimedAt: integer("claimed_at").notNull(),
  claim: text("claim").notNull(),
  status: integer("status"),
  body: text("body"),
  expiresAt: integer("expires_at").notNull(),
});

export const cases = sqliteTable("cases", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  playerId: integer("player_id").notNull(),
  game: text("game").notNull(),
  mode: text("mode").notNull(),
  state: text("state").notNull(),
  origin: text("origin").notNull(),
  review: text("review").notNull(),
  round: integer("round").notNull().default(1),
  openedAt: integer("opened_at").notNull(),
  openedBy: text("opened_by").notNull(),
  risk: integer("risk").notNull(),
  confidence: text("confidence").notNull(),
  baselineVersion: integer("baseline_version").notNull(),
  evidenceHash: text("evidence_hash").notNull(),
  priority: real("priority").notNull(),
  assignee: text("assignee"),
  holder: text("holder"),
  leaseUntil: integer("lease_until"),
  verdict: text("verdict"),
  decidedAt: integer("decided_at"),
  tags: text("tags").notNull().default("[]"),
  revision: integer("revision").notNull().default(0),
});

export const caseEvidence = sqliteTable("case_evidence", {
  caseId: integer("case_id").primaryKey(),
  content: text("content").notNull(),
  judged: text("judged").notNull(),
});

export const caseComments = sqliteTable(
  "case_comments",
  {
    caseId: integer("case_id").notNull(),
    at: integer("at").notNull(),
    id: text("id").notNull(),
    author: text("author").notNull(),
    text: text("text").notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseId, table.at, table.id] })],
);

export const caseLinks = sqliteTable(
  "case_links",
  {
    caseId: integer("case_id").notNull(),
    playerId: integer("player_id").notNull(),
    note: text("note"),
    linkedAt: integer("linked_at").notNull(),
    linkedBy: text("linked_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseId, table.playerId] })],
);

export const reviews = sqliteTable(
  "reviews",
  {
    caseId: integer("case_id").notNull(),
    reviewer: text("reviewer").notNull(),
    round: integer("round").notNull(),
    review: text("review").notNull(),
    verdict: text("verdict").notNull(),
    reason: text("reason").notNull(),
    reviewedAt: integer("reviewed_at").notNull(),
    decision: text("decision"),
  },
  (table) => [primaryKey({ columns: [table.caseId, table.reviewer] })],
);

export const agreements = sqliteTable(
  "agreements",
  {
    reviewer: text("reviewer").notNull(),
    own: text("own").notNull(),
    other: text("other").notNull(),
    pairs: integer("pairs").notNull(),
  },
  (table) => [primaryKey({ columns: [table.reviewer, table.own, table.other] })],
);

export const decisions = sqliteTable("decisions", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  playerId: integer("player_id").notNull(),
  place: integer("place").notNull(),
  subject: text("subject").notNull(),
  home: text("home").notNull(),
  game: text("game").notNull(),
  type: text("type").notNull(),
  startsAt: integer("starts_at").notNull(),
  expiresAt: integer("expires_at"),
  policy: text("policy"),
  reason: text("reason").notNull(),
  caseId: integer("case_id"),
  origin: text("origin").notNull(),
  causes: text("causes").notNull().default("[]"),
  madeBy: text("made_by").notNull(),
  madeAt: integer("made_at").notNull(),
  endedAt: integer("ended_at"),
  endKind: text("end_kind"),
  endReason: text("end_reason"),
  endedBy: text("ended_by"),
  emitted: text("emitted").notNull(),
  addedSeq: integer("added_seq"),
  dueAt: integer("due_at"),
});

export const decisionCauses = sqliteTable(
  "decision_causes",
  {
    detector: text("detector").notNull(),
    version: integer("version").notNull(),
    decisionId: integer("decision_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.detector, table.version, table.decisionId] })],
);

export const enforcements = sqliteTable(
  "enforcements",
  {
    subject: text("subject").notNull(),
    game: text("game").notNull(),
    decisions: text("decisions").notNull(),
  },
  (table) => [primaryKey({ columns: [table.subject, table.game] })],
);

export const decisionChanges = sqliteTable("decision_changes", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  game: text("game").notNull(),
  subject: text("subject").notNull(),
  decisionId: integer("decision_id").notNull(),
  kind: text("kind").notNull(),
  at: integer("at").notNull(),
  body: text("body").notNull(),
});

export const enforcementSettings = sqliteTable(
  "enforcement_settings",
  {
    game: text("game").notNull(),
    version: integer("version").notNull(),
    settings: text("settings").notNull(),
    declaredAt: integer("declared_at").notNull(),
    declaredBy: text("declared_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.game, table.version] })],
);

export const automationDays = sqliteTable(
  "automation_days",
  {
    game: text("game").notNull(),
    type: text("type").notNull(),
    day: integer("day").notNull(),
    count: integer("count").notNull(),
    trippedAt: integer("tripped_at"),
  },
  (table) => [primaryKey({ columns: [table.game, table.type, table.day] })],
);

export const reports = sqliteTable(
  "reports",
  {
    playerId: integer("player_id").notNull(),
    id: text("id").notNull(),
    game: text("game").notNull(),
    reason: text("reason").notNull(),
    severity: text("severity").notNull(),
    reporter: text("reporter"),
    sessionId: text("session_id"),
    attested: integer("attested").notNull().default(0),
    party: text("party"),
    reportedAt: integer("reported_at").notNull(),
    weight: real("weight").notNull(),
    proven: integer("proven").notNull().default(0),
    resolvedAt: integer("resolved_at"),
    outcome: text("outcome"),
    caseId: integer("case_id"),
  },
  (table) => [primaryKey({ columns: [table.playerId, table.id] })],
);

export const reporters = sqliteTable(
  "reporters",
  {
    game: text("game").notNull(),
    reporter: text("reporter").notNull(),
    reports: integer("reports").notNull().default(0),
    confirmed: integer("confirmed").notNull().default(0),
    dismissed: integer("dismissed").notNull().default(0),
    mutedUntil: integer("muted_until"),
    muteReason: text("mute_reason"),
  },
  (table) => [primaryKey({ columns: [table.game, table.reporter] })],
);

export const reportCases = sqliteTable("report_cases", {
  game: text("game").primaryKey(),
  day: integer("day").notNull(),
  opened: integer("opened").notNull(),
});
export const qualityFlags = sqliteTable(
  "quality_flags",
  {
    game: text("game").notNull(),
    month: text("month").notNull(),
    detector: text("detector").notNull(),
    version: integer("version").notNull(),
    flags: integer("flags").notNull().default(0),
    confirmed: integer("confirmed").notNull().default(0),
    cleared: integer("cleared").notNull().default(0),
    inconclusive: integer("inconclusive").notNull().default(0),
    overturned: integer("overturned").notNull().default(0),
    onsetToFlagMs: integer("onset_to_flag_ms").notNull().default(0),
    onsetToFlagN: integer("onset_to_flag_n").notNull().default(0),
    flagToDecisionMs: integer("flag_to_decision_ms").notNull().default(0),
    flagToDecisionN: integer("flag_to_decision_n").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.game, table.month, table.detector, table.version] })],
);

export const qualityCases = sqliteTable(
  "quality_cases",
  {
    game: text("game").notNull(),
    month: text("month").notNull(),
    opened: integer("opened").notNull().default(0),
    confirmed: integer("confirmed").notNull().default(0),
    cleared: integer("cleared").notNull().default(0),
    inconclusive: integer("inconclusive").notNull().default(0),
    overturned: integer("overturned").notNull().default(0),
    bothered: integer("bothered").notNull().default(0),
    onsetToFlagMs: integer("onset_to_flag_ms").notNull().default(0),
    onsetToFlagN: integer("onset_to_flag_n").notNull().default(0),
    flagToDecisionMs: integer("flag_to_decision_ms").notNull().default(0),
    flagToDecisionN: integer("flag_to_decision_n").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.game, table.month] })],
);

export const verdictSamples = sqliteTable(
  "verdict_samples",
  {
    game: text("game").notNull(),
    caseId: integer("case_id").notNull(),
    confirmed: integer("confirmed").notNull(),
    score: text("score").notNull(),
  },
  (table) => [primaryKey({ columns: [table.game, table.caseId] })],
);

export const webhooks = sqliteTable("webhooks", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  host: text("host").notNull(),
  sealed: text("sealed").notNull(),
  previousUntil: integer("previous_until"),
  types: text("types"),
  games: text("games"),
  format: text("format").notNull(),
  minIntervalMs: integer("min_interval_ms").notNull().default(0),
  digest: integer("digest").notNull().default(0),
  status: text("status").notNull().default("active"),
  pauseReason: text("pause_reason"),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  failures: integer("failures").notNull().default(0),
  failingSince: integer("failing_since"),
  deaths: integer("deaths").notNull().default(0),
  deliveredAt: integer("delivered_at"),
  nextAt: integer("next_at").notNull().default(0),
  lease: text("lease"),
  leaseUntil: integer("lease_until").notNull().default(0),
  revision: integer("revision").notNull().default(0),
});

export const outbox = sqliteTable("outbox", {
  id: integer("id").primaryKey(),
  type: text("type").notNull(),
  game: text("game"),
  at: integer("at").notNull(),
  data: text("data").notNull(),
});

export const outboxPosition = sqliteTable("outbox_position", {
  id: integer("id").primaryKey(),
  eventId: integer("event_id").notNull(),
});

export const deliveries = sqliteTable(
  "deliveries",
  {
    webhookId: integer("webhook_id").notNull(),
    eventId: integer("event_id").notNull(),
    state: text("state").notNull(),
    attempts: integer("attempts").notNull().default(0),
    dueAt: integer("due_at").notNull(),
    digestOf: integer("digest_of"),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    deliveredAt: integer("delivered_at"),
  },
  (table) => [primaryKey({ columns: [table.webhookId, table.eventId] })],
);
export const metricBlocks = sqliteTable("metric_blocks", {
  name: text("name").primaryKey(),
  at: integer("at").notNull(),
  revision: integer("revision").notNull().default(0),
  value: text("value").notNull(),
});

export const activityDays = sqliteTable(
  "activity_days",
  {
    day: integer("day").notNull(),
    game: text("game").notNull(),
    mode: text("mode").notNull(),
    sessions: integer("sessions").notNull().default(0),
    events: integer("events").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.day, table.game, table.mode] })],
);

export const detectorDays = sqliteTable(
  "detector_days",
  {
    game: text("game").notNull(),
    mode: text("mode").notNull(),
    day: integer("day").notNull(),
    detector: text("detector").notNull(),
    version: integer("version").notNull(),
    judged: integer("judged").notNull().default(0),
    flagged: integer("flagged").notNull().default(0),
    newlyFlagged: integer("newly_flagged").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.game, table.mode, table.day, table.detector, table.version] })],
);

export const retentionWalks = sqliteTable("retention_walks", {
  kind: text("kind").primaryKey(),
  position: text("position"),
  dueAt: integer("due_at").notNull(),
});
export const buildCounts = sqliteTable(
  "build_counts",
  {
    game: text("game").notNull(),
    mode: text("mode").notNull(),
    build: text("build").notNull(),
    firstAt: integer("first_at").notNull(),
    countedAt: integer("counted_at").notNull(),
    moves: text("moves").notNull(),
    toldAt: integer("told_at"),
  },
  (table) => [primaryKey({ columns: [table.game, table.mode, table.build] })],
);

export const scopeWarnings = sqliteTable(
  "scope_warnings",
  {
    game: text("game").notNull(),
    mode: text("mode").notNull(),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    since: integer("since").notNull(),
    toldAt: integer("told_at").notNull(),
    pauses: integer("pauses").notNull(),
    details: text("details").notNull(),
  },
  (table) => [primaryKey({ columns: [table.game, table.mode, table.kind, table.subject] })],
);

export const appeals = sqliteTable("appeals", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  decisionId: integer("decision_id").notNull(),
  caseId: integer("case_id").notNull(),
  playerId: integer("player_id").notNull(),
  game: text("game").notNull(),
  state: text("state").notNull(),
  statement: text("statement").notNull(),
  filedAt: integer("filed_at").notNull(),
  filedBy: text("filed_by").notNull(),
  outcome: text("outcome"),
  decidedAt: integer("decided_at"),
});

export const erasures = sqliteTable("erasures", {
  playerId: integer("player_id").primaryKey(),
  game: text("game").notNull(),
  ref: text("ref"),
  username: text("username"),
  targets: text("targets").notNull().default("[]"),
  requestedAt: integer("requested_at").notNull(),
  requestedBy: text("requested_by").notNull(),
  stage: text("stage").notNull(),
  position: text("position"),
  dueAt: integer("due_at"),
  finishedAt: integer("finished_at"),
});
