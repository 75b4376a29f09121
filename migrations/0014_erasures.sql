-- Erasures: players whose personal data is going or gone. Times are integer milliseconds since the Unix epoch, UTC.

CREATE TABLE erasures (
  player_id INTEGER PRIMARY KEY,
  -- What the player is still to be found by in other rows; emptied with the last stage.
  game TEXT NOT NULL,
  ref TEXT,
  username TEXT,
  -- JSON list of the targets that the trail calls the player and what was about them by.
  targets TEXT NOT NULL DEFAULT '[]',
  requested_at INTEGER NOT NULL,
  requested_by TEXT NOT NULL,
  stage TEXT NOT NULL,
  -- Where a stage that walks a table goes on: a JSON list of its key; null: at the beginning.
  position TEXT,
  -- When the next slice may be done; null: no more.
  due_at INTEGER,
  finished_at INTEGER
) STRICT;
CREATE INDEX erasures_due ON erasures (due_at) WHERE due_at IS NOT NULL;

-- How the rows about one player are found without reading those of all.
CREATE INDEX appeals_player ON appeals (player_id);
CREATE INDEX case_links_player ON case_links (player_id);
CREATE INDEX decision_causes_decision ON decision_causes (decision_id);

-- Who read the player before it was erased writes nothing of it any more: its batch is void, and reads again.
CREATE TRIGGER erased_standings BEFORE INSERT ON standings WHEN EXISTS (SELECT 1 FROM erasures WHERE player_id = NEW.player_id)
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
CREATE TRIGGER erased_sessions BEFORE INSERT ON sessions WHEN EXISTS (SELECT 1 FROM erasures WHERE player_id = NEW.player_id)
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
CREATE TRIGGER erased_events BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM erasures WHERE player_id = NEW.player_id)
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
CREATE TRIGGER erased_reports BEFORE INSERT ON reports WHEN EXISTS (SELECT 1 FROM erasures WHERE player_id = NEW.player_id)
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
CREATE TRIGGER erased_cases BEFORE INSERT ON cases WHEN EXISTS (SELECT 1 FROM erasures WHERE player_id = NEW.player_id)
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
CREATE TRIGGER erased_links BEFORE INSERT ON case_links WHEN EXISTS (SELECT 1 FROM erasures WHERE player_id = NEW.player_id)
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
CREATE TRIGGER erased_decisions BEFORE INSERT ON decisions WHEN EXISTS (SELECT 1 FROM erasures WHERE player_id = NEW.player_id)
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
CREATE TRIGGER erased_appeals BEFORE INSERT ON appeals WHEN EXISTS (SELECT 1 FROM erasures WHERE player_id = NEW.player_id)
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
CREATE TRIGGER erased_entries BEFORE INSERT ON audit_entries WHEN NEW.target GLOB 'player:*' AND NEW.action <> 'player.erase'
  AND EXISTS (SELECT 1 FROM erasures WHERE player_id = CAST(substr(NEW.target, 8) AS INTEGER))
  BEGIN SELECT RAISE(ABORT, 'the player was erased'); END;
