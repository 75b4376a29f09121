-- The service end to end: players, their sessions and events, their standings, and what keeps the service itself.
-- Times are integer milliseconds since the Unix epoch, UTC. Risk is integer hundredths of a point.

CREATE TABLE players (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  game TEXT NOT NULL,
  ref TEXT,
  username TEXT NOT NULL,
  name_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL DEFAULT 0,
  event_count INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX players_identity ON players (game, ref) WHERE ref IS NOT NULL;
CREATE INDEX players_last_seen ON players (last_seen_at, id);
CREATE INDEX players_game_last_seen ON players (game, last_seen_at, id);
CREATE INDEX players_name ON players (name_key, id);
CREATE INDEX players_game_name ON players (game, name_key, id);

-- What we think of a player in one mode. `revision` moves with every change of evidence or score, so that a
-- score computed from older evidence is never stored over newer evidence. Exactly one row a player has top = 1.
CREATE TABLE standings (
  player_id INTEGER NOT NULL,
  mode TEXT NOT NULL,
  game TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0,
  -- When evidence changed since the last score; null: the score is current.
  changed_at INTEGER,
  -- When the standing is to be scored again: at once when it changed, later when fading alone will move the score.
  due_at INTEGER,
  top INTEGER NOT NULL DEFAULT 0,
  risk INTEGER NOT NULL DEFAULT 0,
  confidence TEXT NOT NULL DEFAULT 'insufficient',
  calibrated INTEGER NOT NULL DEFAULT 0,
  as_of INTEGER,
  result TEXT,
  -- The last points of the score's history, oldest first: in the row, because a row of its own would be billed.
  history TEXT,
  PRIMARY KEY (player_id, mode)
) STRICT, WITHOUT ROWID;
CREATE INDEX standings_due ON standings ((changed_at IS NULL), due_at) WHERE due_at IS NOT NULL;
CREATE INDEX standings_top ON standings (confidence, risk, player_id, calibrated, as_of) WHERE top = 1;
CREATE INDEX standings_game_top ON standings (game, confidence, risk, player_id, calibrated, as_of) WHERE top = 1;
CREATE INDEX standings_scope ON standings (game, mode, player_id);

CREATE TABLE sessions (
  player_id INTEGER NOT NULL,
  mode TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  build TEXT,
  server TEXT,
  duration_minutes REAL,
  actions_per_minute REAL,
  headshot_rate REAL,
  reaction_time_ms REAL,
  kills INTEGER,
  deaths INTEGER,
  headshots INTEGER,
  shots_fired INTEGER,
  shots_hit INTEGER,
  movement_speed REAL,
  metrics TEXT,
  PRIMARY KEY (player_id, mode, recorded_at, session_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_identity ON sessions (player_id, session_id);

CREATE TABLE events (
  player_id INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  severity TEXT NOT NULL,
  source TEXT NOT NULL,
  session_id TEXT,
  notes TEXT,
  reporter TEXT,
  attributes TEXT,
  PRIMARY KEY (player_id, detected_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_identity ON events (player_id, id);
CREATE INDEX events_recent ON events (detected_at, id);
-- Evidence is read per source, so that a flood of reports cannot push a log's findings out of sight.
CREATE INDEX events_evidence ON events (player_id, source, detected_at, id, event_type, severity, session_id);

-- Maintained in the batch of each write; dashboards read one row.
CREATE TABLE totals (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  players INTEGER NOT NULL DEFAULT 0,
  sessions INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0,
  high_risk INTEGER NOT NULL DEFAULT 0,
  risk_sum INTEGER NOT NULL DEFAULT 0,
  actions_per_minute_sum REAL NOT NULL DEFAULT 0,
  actions_per_minute_n INTEGER NOT NULL DEFAULT 0,
  headshot_rate_sum REAL NOT NULL DEFAULT 0,
  headshot_rate_n INTEGER NOT NULL DEFAULT 0,
  -- Keys of the five latest sessions, [[player_id, mode, recorded_at, session_id], ...]: no index over all sessions.
  latest_sessions TEXT NOT NULL DEFAULT '[]',
  -- The latest rises into a higher band, newest first, [[player_id, mode, from, to, risk, at], ...].
  latest_escalations TEXT NOT NULL DEFAULT '[]'
) STRICT;
INSERT INTO totals (id) VALUES (1);

CREATE TABLE patterns (
  pattern TEXT PRIMARY KEY,
  occurrences INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX patterns_frequent ON patterns (occurrences, pattern);

-- Metric profiles that games declare; a game that is not here is judged by the built-in one.
CREATE TABLE games (
  game TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  profile TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a scope: its histograms (folded from the deltas), and the baseline made from them.
CREATE TABLE scopes (
  game TEXT NOT NULL,
  mode TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
  players INTEGER NOT NULL DEFAULT 0,
  histogram TEXT NOT NULL DEFAULT '{}',
  baseline TEXT,
  -- Metrics that sessions carry and no profile declares: a JSON list of names.
  undeclared TEXT NOT NULL DEFAULT '[]',
  folds INTEGER NOT NULL DEFAULT 0,
  -- 1 while the histogram holds more than the baseline was made from.
  stale INTEGER NOT NULL DEFAULT 0,
  refreshed_at INTEGER,
  marked_version INTEGER NOT NULL DEFAULT 0,
  mark_after INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (game, mode)
) STRICT, WITHOUT ROWID;
CREATE INDEX scopes_stale ON scopes (stale) WHERE stale = 1;
CREATE INDEX scopes_unmarked ON scopes (game, mode) WHERE marked_version < version;

-- What one batch of scores changed in the histograms of its scopes, [{game, mode, delta, undeclared}, ...]: appended in
-- the batch itself, one row whatever the number of scopes, and folded by the baseline job. Ids are never used again:
-- the fold deletes the rows it read by their ids.
CREATE TABLE histogram_deltas (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  deltas TEXT NOT NULL
) STRICT;

CREATE TABLE refresh_tokens (
  token_hash TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  credential TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

CREATE TABLE idempotency_keys (
  key_hash TEXT PRIMARY KEY,
  body_hash TEXT NOT NULL,
  claimed_at INTEGER NOT NULL,
  claim TEXT NOT NULL,
  status INTEGER,
  body TEXT,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
