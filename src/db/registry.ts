/**
 * Every table of the service, once: what backup, retention, export and erasure are driven by. A table that the
 * migrations make and this list lacks fails a test.
 */

/**
 * What ends a table's rows: `service` nothing; `player` the player's erasure; `sessions` and `events` the retention of
 * sessions; `cases` that of decided cases; `audit` the retention of the trail; `expiry` their own time; `versions` their successors' age.
 */
export type Kept = "service" | "player" | "sessions" | "events" | "cases" | "audit" | "expiry" | "versions";

/** How the rows about a player are found. */
export interface PersonColumn {
  /** Holds the player's id; after `prefix`, where it has one. */
  readonly column: string;
  readonly prefix?: string;
  /** The column holds a value of this table's key, or of its column `on`; there the player is found in turn. */
  readonly through?: string;
  /** Where both tables have a game, it is the same one. */
  readonly on?: string;
}

export interface RegisteredTable {
  readonly name: string;
  /** The primary key in its order. */
  readonly key: readonly string[];
  readonly kept: Kept;
  /** Null where no row is about one player. */
  readonly person: PersonColumn | null;
  /** Columns that name or describe a person: what erasing has to empty where a row stays. */
  readonly personal: readonly string[];
  /**
   * How erasing a player leaves the rows that {@link person} finds, where it does not delete them in the batch that
   * hides the player: `slices` deletes them after that, `emptied` takes what is personal out of them, `rebuilt` makes
   * them anew from what is left, `kept` keeps them, because they hold nothing personal then.
   */
  readonly erase?: "slices" | "emptied" | "rebuilt" | "kept";
  /** The migrations put a row into it; a restored one takes its place. */
  readonly seeded?: true;
}

const ofPlayer: PersonColumn = { column: "player_id" };
const ofCase: PersonColumn = { column: "case_id", through: "cases" };
const ofDecision: PersonColumn = { column: "decision_id", through: "decisions" };

/** A table of no person: counts, settings, bookkeeping. */
const impersonal = (name: string, key: readonly string[], kept: Kept): RegisteredTable => ({
  name,
  key,
  kept,
  person: null,
  personal: [],
});

/** A line a table; whoever adds a table adds its line. */
export const registry: readonly RegisteredTable[] = [
  // Players, and what is known of them.
  {
    name: "players",
    key: ["id"],
    kept: "player",
    person: { column: "id" },
    personal: ["ref", "username", "name_key", "recent_event"],
  },
  {
    name: "standings",
    key: ["player_id", "mode"],
    kept: "player",
    person: ofPlayer,
    personal: ["result", "history", "counted"],
  },
  {
    name: "sessions",
    key: ["player_id", "mode", "recorded_at", "session_id"],
    kept: "sessions",
    person: ofPlayer,
    personal: ["session_id", "metrics"],
    erase: "slices",
  },
  {
    name: "events",
    key: ["player_id", "detected_at", "id"],
    kept: "events",
    person: ofPlayer,
    personal: ["session_id", "notes", "reporter", "attributes"],
    erase: "slices",
  },
  // Aggregates, and what scores are judged by.
  {
    name: "totals",
    key: ["id"],
    kept: "service",
    person: null,
    personal: ["latest_sessions", "latest_escalations"],
    seeded: true,
  },
  impersonal("patterns", ["pattern"], "service"),
  impersonal("games", ["game"], "service"),
  impersonal("game_versions", ["game", "version"], "service"),
  impersonal("scopes", ["game", "mode"], "service"),
  impersonal("baseline_versions", ["game", "mode", "version"], "versions"),
  impersonal("histogram_deltas", ["id"], "expiry"),
  // People who work here, and machines.
  { name: "users", key: ["username"], kept: "service", person: null, personal: ["username", "created_by"] },
  {
    name: "auth_sessions",
    key: ["id"],
    kept: "expiry",
    person: null,
    personal: ["subject", "address", "user_agent"],
  },
  impersonal("refresh_tokens", ["token_hash"], "expiry"),
  { name: "api_keys", key: ["id"], kept: "service", person: null, personal: ["created_by"] },
  { name: "idempotency_keys", key: ["key_hash"], kept: "expiry", person: null, personal: ["body"] },
  // The audit trail.
  {
    name: "audit_entries",
    key: ["id"],
    kept: "audit",
    person: { column: "target", prefix: "player:" },
    personal: ["payload"],
    erase: "emptied",
  },
  impersonal("audit_seals", ["last_id"], "audit"),
  impersonal("audit_checkpoints", ["last_id"], "audit"),
  { name: "audit_denials", key: ["minute", "kind", "who"], kept: "audit", person: null, personal: ["who"] },
  // Adapters.
  {
    name: "adapter_streams",
    key: ["key_id", "adapter", "stream"],
    kept: "expiry",
    person: null,
    personal: ["stream", "state"],
  },
  impersonal("adapter_unparsed", ["key_id", "adapter", "pattern"], "service"),
  // Cases.
  { name: "cases", key: ["id"], kept: "cases", person: ofPlayer, personal: ["tags"] },
  {
    name: "case_evidence",
    key: ["case_id"],
    kept: "cases",
    person: ofCase,
    personal: ["content", "judged"],
  },
  {
    name: "case_comments",
    key: ["case_id", "at", "id"],
    kept: "cases",
    person: ofCase,
    personal: ["author", "text"],
  },
  {
    name: "case_links",
    key: ["case_id", "player_id"],
    kept: "cases",
    person: ofPlayer,
    personal: ["note", "linked_by"],
  },
  {
    name: "reviews",
    key: ["case_id", "reviewer"],
    kept: "cases",
    person: ofCase,
    personal: ["reviewer", "reason", "decision"],
  },
  {
    name: "agreements",
    key: ["reviewer", "own", "other"],
    kept: "service",
    person: null,
    personal: ["reviewer"],
  },
  { name: "appeals", key: ["id"], kept: "cases", person: ofPlayer, personal: ["statement", "filed_by"] },
  // Decisions.
  {
    name: "decisions",
    key: ["id"],
    kept: "cases",
    person: ofPlayer,
    personal: ["subject", "reason", "made_by", "end_reason", "ended_by"],
  },
  {
    name: "decision_causes",
    key: ["detector", "version", "decision_id"],
    kept: "cases",
    person: ofDecision,
    personal: [],
  },
  {
    name: "enforcements",
    key: ["subject", "game"],
    kept: "player",
    person: { column: "subject", through: "decisions", on: "subject" },
    personal: ["subject", "decisions"],
    erase: "rebuilt",
  },
  // What mirrors have yet to read, for a month: copies of decisions and of their ends, found by no index.
  { name: "decision_changes", key: ["seq"], kept: "expiry", person: null, personal: ["subject", "body"] },
  {
    name: "enforcement_settings",
    key: ["game", "version"],
    kept: "service",
    person: null,
    personal: ["declared_by"],
  },
  impersonal("automation_days", ["game", "type", "day"], "service"),
  // Reports by players: the reporter is one too, by the name that the game has for them.
  {
    name: "reports",
    key: ["player_id", "id"],
    kept: "events",
    person: ofPlayer,
    personal: ["reporter", "session_id", "party"],
    erase: "slices",
  },
  {
    name: "reporters",
    key: ["game", "reporter"],
    kept: "player",
    person: { column: "reporter", through: "players", on: "ref" },
    personal: ["reporter", "mute_reason"],
  },
  impersonal("report_cases", ["game"], "service"),
  // How good detection turned out to be.
  impersonal("quality_flags", ["game", "month", "detector", "version"], "service"),
  impersonal("quality_cases", ["game", "month"], "service"),
  {
    name: "verdict_samples",
    key: ["game", "case_id"],
    kept: "cases",
    person: { ...ofCase, on: "id" },
    personal: [],
  },
  // Webhooks.
  { name: "webhooks", key: ["id"], kept: "service", person: null, personal: ["created_by"] },
  { name: "outbox", key: ["id"], kept: "expiry", person: null, personal: ["data"] },
  { ...impersonal("outbox_position", ["id"], "service"), seeded: true },
  impersonal("deliveries", ["webhook_id", "event_id"], "expiry"),
  // What the service says of itself.
  impersonal("metric_blocks", ["name"], "service"),
  // What stays of days when their rows are pruned.
  impersonal("activity_days", ["day", "game", "mode"], "service"),
  impersonal("detector_days", ["game", "mode", "day", "detector", "version"], "service"),
  { ...impersonal("retention_walks", ["kind"], "service"), seeded: true },
  // What the watch over scopes remembers.
  impersonal("build_counts", ["game", "mode", "build"], "service"),
  impersonal("scope_warnings", ["game", "mode", "kind", "subject"], "service"),
  // Last, because it refuses rows of the erased: a restored trail stands before it does.
  {
    name: "erasures",
    key: ["player_id"],
    kept: "service",
    person: ofPlayer,
    personal: ["ref", "username", "targets"],
    erase: "kept",
  },
];
