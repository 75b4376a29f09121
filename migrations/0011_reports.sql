-- Reports of players by players, and how often their reporters were right. Times are milliseconds since the epoch, UTC.

-- One row a report, beside its event of the same id (source `report`), which holds the notes too.
CREATE TABLE reports (
  player_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  -- The player's game: reporters are rated by game.
  game TEXT NOT NULL,
  reason TEXT NOT NULL,
  severity TEXT NOT NULL,
  -- As the game calls them; null where the sender did not say. Personal data.
  reporter TEXT,
  -- The session of the player that was seen, as named.
  session_id TEXT,
  -- 1: the player had such a session by then. Many arrive later, so that it is looked for again where this is 0.
  attested INTEGER NOT NULL DEFAULT 0,
  -- The reporter's party or lobby, opaque: what one party says is one thing said.
  party TEXT,
  reported_at INTEGER NOT NULL,
  -- The credibility that the reporter had when they reported, 0..1; 0 while they were muted.
  weight REAL NOT NULL,
  -- 1: a verdict had confirmed a report of theirs by then.
  proven INTEGER NOT NULL DEFAULT 0,
  resolved_at INTEGER,
  outcome TEXT CHECK (outcome IN ('confirmed', 'cleared', 'inconclusive')),
  -- The case whose verdict resolved it.
  case_id INTEGER,
  PRIMARY KEY (player_id, id)
) STRICT, WITHOUT ROWID;
-- Reports that are evidence: of reporters who were listened to, and not dismissed. The sweep reads nothing else. Proven
-- reporters stand apart in both indexes, so that no flood of newcomers pushes them out of sight.
CREATE INDEX reports_evidence ON reports (player_id, proven, reported_at, id, reason, severity, session_id, reporter,
  party, weight, attested) WHERE weight > 0 AND outcome IS NOT 'cleared';
CREATE INDEX reports_open ON reports (player_id, proven, reported_at) WHERE resolved_at IS NULL;
CREATE INDEX reports_case ON reports (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE reporters (
  game TEXT NOT NULL,
  reporter TEXT NOT NULL,
  reports INTEGER NOT NULL DEFAULT 0,
  -- Verdicts that confirmed what they reported, and verdicts that cleared it; one each a case.
  confirmed INTEGER NOT NULL DEFAULT 0,
  dismissed INTEGER NOT NULL DEFAULT 0,
  muted_until INTEGER,
  mute_reason TEXT,
  PRIMARY KEY (game, reporter)
) STRICT, WITHOUT ROWID;

-- How many cases reports opened on the latest such day (since the epoch): a breaker, one row a game.
CREATE TABLE report_cases (
  game TEXT PRIMARY KEY,
  day INTEGER NOT NULL,
  opened INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Reports from before: open, and of the neutral weight that they had. Nobody's credibility was known.
INSERT INTO reports (player_id, id, game, reason, severity, reporter, reported_at, weight)
  SELECT e.player_id, e.id, p.game, e.event_type, e.severity, e.reporter, e.detected_at, 0.5 FROM events e
  JOIN players p ON p.id = e.player_id WHERE e.source = 'report';
INSERT INTO reporters (game, reporter, reports)
  SELECT game, reporter, count(*) FROM reports WHERE reporter IS NOT NULL GROUP BY game, reporter;
