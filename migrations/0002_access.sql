-- Who may come in, and what they did: people, their sign-ins, API keys, and the audit trail.
-- Times are integer milliseconds since the Unix epoch, UTC.

-- `username` is as people type it after NFKC and case folding. Accounts of the service's secrets are not here.
CREATE TABLE users (
  username TEXT PRIMARY KEY,
  -- PHC string of scrypt with its parameters.
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  password_changed_at INTEGER NOT NULL,
  last_sign_in_at INTEGER,
  disabled_at INTEGER
) STRICT, WITHOUT ROWID;

-- One row a sign-in. A refresh token belongs to one, and one that is used twice ends it.
CREATE TABLE auth_sessions (
  id TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  role TEXT NOT NULL,
  -- Fingerprint of a configured account's credentials; empty for a user of the table above.
  credential TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  address TEXT,
  user_agent TEXT,
  ended_at INTEGER,
  end_reason TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_sessions_subject ON auth_sessions (subject, created_at, id);
CREATE INDEX auth_sessions_expiry ON auth_sessions (expires_at);

-- Tokens from before there were sign-ins belong to none: their holders sign in again.
DROP TABLE refresh_tokens;
CREATE TABLE refresh_tokens (
  token_hash TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

-- Keys of machines. Ids are never used again, so that an audit entry never means another key.
CREATE TABLE api_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- SHA-256: a key has 256 random bits, so there is nothing to guess.
  key_hash TEXT NOT NULL,
  -- How the key begins: enough to recognise it, not enough to use it.
  hint TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  -- JSON list of the games that the key is bound to; null: all.
  games TEXT,
  -- The one adapter that an ingest key is good for; null for a key of scopes.
  adapter TEXT,
  -- JSON {class: {requests, period_seconds}} in place of the service's limits; null: the service's.
  limits TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER,
  -- The key that this one was rotated from.
  replaces INTEGER
) STRICT;
CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);

-- One row a write, a sign-in, an export or a run of a job, in the same batch as the write. Ids have no gaps: a batch
-- that is rolled back gives its id back, so a missing id is a removed entry. `payload` holds what is personal, with a
-- random salt, and can be erased; the digest of it stays and is what is sealed.
CREATE TABLE audit_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  target TEXT,
  request_id TEXT,
  payload_digest TEXT NOT NULL,
  payload TEXT
) STRICT;
CREATE INDEX audit_at ON audit_entries (at);
CREATE INDEX audit_actor ON audit_entries (actor, at);
CREATE INDEX audit_target ON audit_entries (target, at) WHERE target IS NOT NULL;
CREATE INDEX audit_action ON audit_entries (action, at);

-- One row a block of sealed entries: the digest of each, and a MAC over them and the MAC of the block before.
CREATE TABLE audit_seals (
  last_id INTEGER PRIMARY KEY,
  first_id INTEGER NOT NULL,
  -- The latest time in the block: what its age is judged by.
  last_at INTEGER NOT NULL,
  -- JSON list of [id, digest]; an id in the range that is not in it was gone before the block was sealed.
  digests TEXT NOT NULL,
  previous_mac TEXT NOT NULL,
  mac TEXT NOT NULL
) STRICT;

-- What pruning leaves, one row: the `entries` up to `last_id` are gone, the chain goes on from `seal_mac`, `mac` signs it.
CREATE TABLE audit_checkpoints (
  last_id INTEGER PRIMARY KEY,
  entries INTEGER NOT NULL,
  seal_mac TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  mac TEXT NOT NULL
) STRICT;

-- Append-only: nothing sealed is rewritten, a payload can only be erased, and entries leave below a checkpoint alone.
-- Whoever can drop a trigger is found out by the seals.
CREATE TRIGGER audit_entries_fixed BEFORE UPDATE OF id, at, action, actor, target, request_id, payload_digest
  ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
CREATE TRIGGER audit_payload_erase_only BEFORE UPDATE OF payload ON audit_entries WHEN NEW.payload IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'audit payloads can only be erased'); END;
CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries
  WHEN NOT EXISTS (SELECT 1 FROM audit_checkpoints WHERE last_id >= OLD.id)
  BEGIN SELECT RAISE(ABORT, 'audit entries leave below a checkpoint alone'); END;
CREATE TRIGGER audit_seals_fixed BEFORE UPDATE ON audit_seals
  BEGIN SELECT RAISE(ABORT, 'audit seals are never rewritten'); END;
CREATE TRIGGER audit_seals_kept BEFORE DELETE ON audit_seals
  WHEN NOT EXISTS (SELECT 1 FROM audit_checkpoints WHERE last_id >= OLD.last_id)
  BEGIN SELECT RAISE(ABORT, 'audit seals leave below a checkpoint alone'); END;

-- Refusals, counted: one row a minute, kind and principal or address, so that nobody can fill the table.
CREATE TABLE audit_denials (
  minute INTEGER NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (minute, kind, who)
) STRICT, WITHOUT ROWID;
