-- How good detection turned out to be, counted in the batch of the cases and verdicts that are counted.
-- Times are integer milliseconds since the Unix epoch, UTC; a month is the one in which the case was opened, as
-- 'YYYY-MM', so that everything that is counted of a case stands in one place and can be taken back.

-- By detector. A flag is a line of the detector in the frozen ledger of a case. Game '*' is all games together, and only
-- of the built-in detectors: a metric that a game declares is that game's own, whatever its name.
CREATE TABLE quality_flags (
  game TEXT NOT NULL,
  month TEXT NOT NULL,
  detector TEXT NOT NULL,
  version INTEGER NOT NULL,
  flags INTEGER NOT NULL DEFAULT 0,
  -- Of the flags, by the verdict that stands.
  confirmed INTEGER NOT NULL DEFAULT 0,
  cleared INTEGER NOT NULL DEFAULT 0,
  inconclusive INTEGER NOT NULL DEFAULT 0,
  -- Confirmed once, and no longer.
  overturned INTEGER NOT NULL DEFAULT 0,
  -- Of the flags that say since when.
  onset_to_flag_ms INTEGER NOT NULL DEFAULT 0,
  onset_to_flag_n INTEGER NOT NULL DEFAULT 0,
  -- To the first verdict.
  flag_to_decision_ms INTEGER NOT NULL DEFAULT 0,
  flag_to_decision_n INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (game, month, detector, version)
) STRICT, WITHOUT ROWID;

-- By case, whatever flagged it.
CREATE TABLE quality_cases (
  game TEXT NOT NULL,
  month TEXT NOT NULL,
  opened INTEGER NOT NULL DEFAULT 0,
  confirmed INTEGER NOT NULL DEFAULT 0,
  cleared INTEGER NOT NULL DEFAULT 0,
  inconclusive INTEGER NOT NULL DEFAULT 0,
  overturned INTEGER NOT NULL DEFAULT 0,
  -- Cleared while a decision that restrains the player was in force, or after an appeal against one.
  bothered INTEGER NOT NULL DEFAULT 0,
  onset_to_flag_ms INTEGER NOT NULL DEFAULT 0,
  onset_to_flag_n INTEGER NOT NULL DEFAULT 0,
  flag_to_decision_ms INTEGER NOT NULL DEFAULT 0,
  flag_to_decision_n INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (game, month)
) STRICT, WITHOUT ROWID;

-- What a verdict teaches about the combination: the nats by group of the frozen score, and whether it was confirmed.
-- Only verdicts that say one or the other, and the newest of each case.
CREATE TABLE verdict_samples (
  game TEXT NOT NULL,
  case_id INTEGER NOT NULL,
  confirmed INTEGER NOT NULL,
  -- JSON [active sessions, nats, weights, lines as [kind, group, points]] of the score.
  score TEXT NOT NULL,
  PRIMARY KEY (game, case_id)
) STRICT, WITHOUT ROWID;
