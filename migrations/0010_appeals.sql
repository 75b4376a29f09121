-- Appeals: one per decision, ever. Times are integer milliseconds since the Unix epoch, UTC.

CREATE TABLE appeals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  decision_id INTEGER NOT NULL UNIQUE,
  -- Whose review decides it.
  case_id INTEGER NOT NULL,
  player_id INTEGER NOT NULL,
  -- The player's own game.
  game TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'decided')),
  -- What the player says, as it was sent.
  statement TEXT NOT NULL,
  filed_at INTEGER NOT NULL,
  -- A principal, or `link:` and the decision's id: whoever held the signed link.
  filed_by TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('upheld', 'overturned')),
  decided_at INTEGER,
  CHECK ((state = 'decided') = (outcome IS NOT NULL AND decided_at IS NOT NULL))
) STRICT;
CREATE INDEX appeals_state ON appeals (state, id);
CREATE INDEX appeals_game ON appeals (game, state, id);
CREATE INDEX appeals_pending ON appeals (case_id) WHERE state = 'pending';

-- The decision that a reviewer asked for, as JSON, until the case is decided; null: none.
ALTER TABLE reviews ADD COLUMN decision TEXT;
