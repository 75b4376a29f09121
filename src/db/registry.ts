/**
 * Every table of the service, once: what backup, retention, export and erasure are driven by. A table that the
 * migrations make and this list lacks fails a test.
 */

/**
 * What ends a table's rows: `service` nothing; `player` the player's erasure; `sessions` and `events` the retention of
 * sessions; `audit` the retention of the trail; `expiry` their own time; `versions` their successors' age.
 */
export type Kept = "service" | "player" | "sessions" | "events" | "audit" | "expiry" | "versions";

/** How the rows about a player are found. */
export interface PersonColumn {
  /** Holds the player's id; after `prefix`, where it has one. */
  readonly column: string;
  readonly prefix?: string;
  /** The column holds a key of this table, in which the player is found in turn. */
  readonly through?: string;
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
  /** The migrations put a row into it; a restored one takes its place. */
  readonly seeded?: true;
}

const ofPlayer: PersonColumn = { column: "player_id" };
const ofCase: PersonColumn = { column: "case_id", through: "cases" };

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
    personal: ["result", "history"],
  },
  {
    name: "sessions",
    key: ["player_id", "mode", "recorded_at", "session_id"],
    kept: "sessions",
    person: ofPlayer,
    personal: ["session_id", "metrics"],
  },
  {
    name: "events",
    key: ["player_id", "detected_at", "id"],
    kept: "events",
    person: ofPlayer,
    personal: ["session_id", "notes", "reporter", "attributes"],
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
  { name: "patterns", key: ["pattern"], kept: "service", person: null, personal: [] },
  { name: "games", key: ["game"], kept: "service", person: null, personal: [] },
  { name: "game_versions", key: ["game", "version"], kept: "service", person: null, personal: [] },
  { name: "scopes", key: ["game", "mode"], kept: "service", person: null, personal: [] },
  {
    name: "baseline_versions",
    key: ["game", "mode", "version"],
    kept: "versions",
    person: null,
    personal: [],
  },
  { name: "histogram_deltas", key: ["id"], kept: "expiry", person: null, personal: [] },
  // People who work here, and machines.
  { name: "users", key: ["username"], kept: "service", person: null, personal: ["username", "created_by"] },
  {
    name: "auth_sessions",
    key: ["id"],
    kept: "expiry",
    person: null,
    personal: ["subject", "address", "user_agent"],
  },
  { name: "refresh_tokens", key: ["token_hash"], kept: "expiry", person: null, personal: [] },
  { name: "api_keys", key: ["id"], kept: "service", person: null, personal: ["created_by"] },
  { name: "idempotency_keys", key: ["key_hash"], kept: "expiry", person: null, personal: ["body"] },
  // The audit trail.
  {
    name: "audit_entries",
    key: ["id"],
    kept: "audit",
    person: { column: "target", prefix: "player:" },
    personal: ["payload"],
  },
  { name: "audit_seals", key: ["last_id"], kept: "audit", person: null, personal: [] },
  { name: "audit_checkpoints", key: ["last_id"], kept: "audit", person: null, personal: [] },
  { name: "audit_denials", key: ["minute", "kind", "who"], kept: "audit", person: null, personal: ["who"] },
  // Adapters.
  {
    name: "adapter_streams",
    key: ["key_id", "adapter", "stream"],
    kept: "expiry",
    person: null,
    personal: ["stream", "state"],
  },
  {
    name: "adapter_unparsed",
    key: ["key_id", "adapter", "pattern"],
    kept: "service",
    person: null,
    personal: [],
  },
  // Cases.
  { name: "cases", key: ["id"], kept: "player", person: ofPlayer, personal: ["tags"] },
  {
    name: "case_evidence",
    key: ["case_id"],
    kept: "player",
    person: ofCase,
    personal: ["content", "judged"],
  },
  {
    name: "case_comments",
    key: ["case_id", "at", "id"],
    kept: "player",
    person: ofCase,
    personal: ["author", "text"],
  },
  {
    name: "case_links",
    key: ["case_id", "player_id"],
    kept: "player",
    person: ofPlayer,
    personal: ["note", "linked_by"],
  },
  {
    name: "reviews",
    key: ["case_id", "reviewer"],
    kept: "player",
    person: ofCase,
    personal: ["reviewer", "reason"],
  },
  {
    name: "agreements",
    key: ["reviewer", "own", "other"],
    kept: "service",
    person: null,
    personal: ["reviewer"],
  },
];
