-- What the watch over scopes remembers. Times are milliseconds since the Unix epoch, UTC.

-- How far a standing is counted in `detector_days`: JSON [day counted last, time of its newest session then, [detectors
-- that found it suspect]]; null: never counted.
ALTER TABLE standings ADD COLUMN counted TEXT;

-- 1 while counts of days came in that nobody has compared with the days before.
ALTER TABLE scopes ADD COLUMN rates_due INTEGER NOT NULL DEFAULT 0;
CREATE INDEX scopes_rates ON scopes (game, mode) WHERE rates_due = 1;

-- How the metrics of players changed when they came to a build of the game: a few builds a scope, the latest counted.
CREATE TABLE build_counts (
  game TEXT NOT NULL,
  mode TEXT NOT NULL,
  build TEXT NOT NULL,
  -- The first session that counted, and when players were counted last.
  first_at INTEGER NOT NULL,
  counted_at INTEGER NOT NULL,
  -- JSON: by metric, players by how far they moved.
  moves TEXT NOT NULL,
  -- When the outside was told that it changes the distribution; null: it was not.
  told_at INTEGER,
  PRIMARY KEY (game, mode, build)
) STRICT, WITHOUT ROWID;

-- What is out of the ordinary in a scope now. One that pauses stops the scope's automatic decisions.
CREATE TABLE scope_warnings (
  game TEXT NOT NULL,
  mode TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('build', 'flag_rate')),
  -- The build, or the detector.
  subject TEXT NOT NULL,
  since INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  pauses INTEGER NOT NULL CHECK (pauses IN (0, 1)),
  -- JSON: what was told last.
  details TEXT NOT NULL,
  PRIMARY KEY (game, mode, kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX scope_warnings_pausing ON scope_warnings (kind) WHERE pauses = 1;
