-- What the service says of itself. A few rows, whatever happens: `counts` (what isolates counted, added up in blocks),
-- `jobs` (the last run of each), `state` (what is counted every five minutes). Times are milliseconds since the epoch.

CREATE TABLE metric_blocks (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  -- Moves with each block that is added: of two at once one is refused, and adds itself to what is there then.
  revision INTEGER NOT NULL DEFAULT 0,
  -- A JSON object.
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Automatic decisions that a quota stopped: a row is in it only on the day that it happens.
CREATE INDEX automation_days_tripped ON automation_days (day) WHERE tripped_at IS NOT NULL;
