-- What stored scores were judged by, so that each can be replayed: the profiles that a game declared, and the
-- baselines of a scope. A version never changes once it is there.
CREATE TABLE game_versions (
  game TEXT NOT NULL,
  version INTEGER NOT NULL,
  profile TEXT NOT NULL,
  declared_at INTEGER NOT NULL,
  PRIMARY KEY (game, version)
) STRICT, WITHOUT ROWID;
INSERT INTO game_versions SELECT game, version, profile, updated_at FROM games;

CREATE TABLE baseline_versions (
  game TEXT NOT NULL,
  mode TEXT NOT NULL,
  version INTEGER NOT NULL,
  baseline TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (game, mode, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX baseline_versions_made ON baseline_versions (made_at);
INSERT INTO baseline_versions SELECT game, mode, version, baseline, coalesce(refreshed_at, 0) FROM scopes
  WHERE baseline IS NOT NULL;
