-- What is kept of days when their rows are gone. `day` is the number of days since the Unix epoch, UTC.

-- Sessions and events by the day that they were played. Counted in the batch that stores them.
CREATE TABLE activity_days (
  day INTEGER NOT NULL,
  game TEXT NOT NULL,
  -- The empty text for events: they have no mode.
  mode TEXT NOT NULL,
  sessions INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, game, mode)
) STRICT, WITHOUT ROWID;

-- What detectors said of the players of a scope, by the day of the score.
CREATE TABLE detector_days (
  game TEXT NOT NULL,
  mode TEXT NOT NULL,
  day INTEGER NOT NULL,
  detector TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- Standings scored that the detector could judge.
  judged INTEGER NOT NULL DEFAULT 0,
  -- Of these, how many it found suspect.
  flagged INTEGER NOT NULL DEFAULT 0,
  -- Of these, how many it had not found suspect at the score before.
  newly_flagged INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (game, mode, day, detector, version)
) STRICT, WITHOUT ROWID;
