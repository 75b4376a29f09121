-- Decisions: what a game does about a player, why, from when to when, and how it ended.
-- Times are integer milliseconds since the Unix epoch, UTC.

CREATE TABLE decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  player_id INTEGER NOT NULL,
  -- 1 for the player's first decision, and so on: of two made at once the index refuses one.
  place INTEGER NOT NULL,
  -- The game's own id of the player (`#` before it once more where it begins with one), or `#` and our id.
  subject TEXT NOT NULL,
  -- The player's own game.
  home TEXT NOT NULL,
  -- Where it holds: a game, or `*` for all: then for the same subject in each.
  game TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('watch', 'trust_pool', 'restrict', 'kick', 'suspend', 'ban')),
  starts_at INTEGER NOT NULL,
  -- Null: never.
  expires_at INTEGER,
  policy TEXT,
  reason TEXT NOT NULL,
  case_id INTEGER,
  origin TEXT NOT NULL CHECK (origin IN ('person', 'automatic')),
  -- JSON list of [detector, version]: what the score that it rests on was made of.
  causes TEXT NOT NULL DEFAULT '[]',
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  end_kind TEXT CHECK (end_kind IN ('expired', 'revoked', 'expunged')),
  end_reason TEXT,
  ended_by TEXT,
  -- What the stream has said of it: nothing yet; its addition; its removal too; or nothing, as it never began.
  emitted TEXT NOT NULL CHECK (emitted IN ('waiting', 'added', 'removed', 'never')),
  -- Where the stream added it.
  added_seq INTEGER,
  -- When something must be said next; null: nothing more.
  due_at INTEGER,
  CHECK ((ended_at IS NULL) = (end_kind IS NULL))
) STRICT;
CREATE UNIQUE INDEX decisions_player ON decisions (player_id, place);
CREATE INDEX decisions_listed ON decisions (game, (ended_at IS NULL), id);
CREATE INDEX decisions_live ON decisions (subject, game) WHERE ended_at IS NULL;
CREATE INDEX decisions_case ON decisions (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX decisions_due ON decisions (due_at) WHERE due_at IS NOT NULL;
-- What a mirror that starts anew must hold, in the order in which the stream added it.
CREATE INDEX decisions_added ON decisions (added_seq) WHERE emitted = 'added';
CREATE INDEX decisions_game_added ON decisions (game, added_seq) WHERE emitted = 'added';

-- By detector and version: what can still be undone for it.
CREATE TABLE decision_causes (
  detector TEXT NOT NULL,
  version INTEGER NOT NULL,
  decision_id INTEGER NOT NULL,
  PRIMARY KEY (detector, version, decision_id)
) STRICT, WITHOUT ROWID;

-- The decisions of a subject in a game that are not over, as JSON: what one check reads. None: no row.
CREATE TABLE enforcements (
  subject TEXT NOT NULL,
  game TEXT NOT NULL,
  decisions TEXT NOT NULL,
  PRIMARY KEY (subject, game)
) STRICT, WITHOUT ROWID;

-- The stream: each addition and removal in order. Old ones are deleted; what still holds stands in `decisions`.
CREATE TABLE decision_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  game TEXT NOT NULL,
  subject TEXT NOT NULL,
  decision_id INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('add', 'remove')),
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX decision_changes_game ON decision_changes (game, seq);

-- What a game declared of cases and decisions, each version.
CREATE TABLE enforcement_settings (
  game TEXT NOT NULL,
  version INTEGER NOT NULL,
  settings TEXT NOT NULL,
  declared_at INTEGER NOT NULL,
  declared_by TEXT NOT NULL,
  PRIMARY KEY (game, version)
) STRICT, WITHOUT ROWID;

-- Automatic decisions a UTC day (since the epoch), and when their quota stopped them; null: it has not.
CREATE TABLE automation_days (
  game TEXT NOT NULL,
  type TEXT NOT NULL,
  day INTEGER NOT NULL,
  count INTEGER NOT NULL,
  tripped_at INTEGER,
  PRIMARY KEY (game, type, day)
) STRICT, WITHOUT ROWID;
