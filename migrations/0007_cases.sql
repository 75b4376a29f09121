-- Cases: what is suspected of a player in a scope, with the evidence frozen as it was, and what people said of it.
-- Times are integer milliseconds since the Unix epoch, UTC; risk is hundredths of a point.

CREATE TABLE cases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  player_id INTEGER NOT NULL,
  game TEXT NOT NULL,
  mode TEXT NOT NULL,
  -- open -> claimed -> decided -> (appealed -> decided)
  state TEXT NOT NULL CHECK (state IN ('open', 'claimed', 'decided', 'appealed')),
  origin TEXT NOT NULL CHECK (origin IN ('detection', 'manual', 'report', 'appeal')),
  -- The review that is wanted, or that came last.
  review TEXT NOT NULL CHECK (review IN ('first', 'second', 'tiebreak', 'appeal')),
  -- 1, and one more with each appeal.
  round INTEGER NOT NULL DEFAULT 1,
  opened_at INTEGER NOT NULL,
  opened_by TEXT NOT NULL,
  -- Of the frozen score.
  risk INTEGER NOT NULL,
  confidence TEXT NOT NULL,
  baseline_version INTEGER NOT NULL,
  -- SHA-256 of case_evidence.content.
  evidence_hash TEXT NOT NULL,
  -- src/decisions/priority.ts; the greatest first.
  priority REAL NOT NULL,
  -- The person whom it is assigned to; nobody else is given it.
  assignee TEXT,
  -- Who works on it, and until when it is nobody else's.
  holder TEXT,
  lease_until INTEGER,
  verdict TEXT CHECK (verdict IN ('confirmed', 'cleared', 'inconclusive')),
  decided_at INTEGER,
  tags TEXT NOT NULL DEFAULT '[]',
  -- The optimistic lock: of two writers at once one is refused.
  revision INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX cases_pending ON cases (player_id, mode) WHERE state IN ('open', 'claimed');
CREATE INDEX cases_player ON cases (player_id, id);
CREATE INDEX cases_player_mode ON cases (player_id, mode, id);
-- The last case whose evidence is settled, however many inconclusive ones came after it.
CREATE INDEX cases_settled ON cases (player_id, mode, id) WHERE verdict IN ('confirmed', 'cleared');
CREATE INDEX cases_queue ON cases (state, priority, id) WHERE state <> 'decided';
CREATE INDEX cases_game_queue ON cases (game, state, priority, id) WHERE state <> 'decided';
CREATE INDEX cases_assignee ON cases (assignee, priority, id) WHERE assignee IS NOT NULL AND state <> 'decided';
CREATE INDEX cases_decided ON cases (id) WHERE state = 'decided';
CREATE INDEX cases_game_decided ON cases (game, id) WHERE state = 'decided';
CREATE INDEX cases_baseline ON cases (game, mode, baseline_version);

-- What the case was opened on, as canonical JSON that never changes, and the keys of what it judged: the sessions and
-- events that a later case cannot rest on again.
CREATE TABLE case_evidence (
  case_id INTEGER PRIMARY KEY,
  content TEXT NOT NULL,
  judged TEXT NOT NULL
) STRICT;

CREATE TABLE case_comments (
  case_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  id TEXT NOT NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (case_id, at, id)
) STRICT, WITHOUT ROWID;

-- Players who may have to do with it.
CREATE TABLE case_links (
  case_id INTEGER NOT NULL,
  player_id INTEGER NOT NULL,
  note TEXT,
  linked_at INTEGER NOT NULL,
  linked_by TEXT NOT NULL,
  PRIMARY KEY (case_id, player_id)
) STRICT, WITHOUT ROWID;

-- What each reviewer said. Nobody reviews a case twice, whatever its round.
CREATE TABLE reviews (
  case_id INTEGER NOT NULL,
  reviewer TEXT NOT NULL,
  round INTEGER NOT NULL,
  review TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  reviewed_at INTEGER NOT NULL,
  PRIMARY KEY (case_id, reviewer)
) STRICT, WITHOUT ROWID;

-- Pairs of verdicts on the same case, counted: what Cohen's kappa is made of. Each pair counts once for each of the two.
CREATE TABLE agreements (
  reviewer TEXT NOT NULL,
  own TEXT NOT NULL,
  other TEXT NOT NULL,
  pairs INTEGER NOT NULL,
  PRIMARY KEY (reviewer, own, other)
) STRICT, WITHOUT ROWID;

-- 1 once a person has confirmed the suspicion: the player is taken out of the baselines. Only a verdict does that.
ALTER TABLE standings ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0;
