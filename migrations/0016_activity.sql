-- Activity of before: counted once from what is stored, by the day, game and mode of each row.

INSERT INTO activity_days (day, game, mode, sessions)
  SELECT x.recorded_at / 86400000, p.game, x.mode, count(*)
  FROM sessions x CROSS JOIN players p ON p.id = x.player_id GROUP BY 1, 2, 3
  ON CONFLICT (day, game, mode) DO UPDATE SET sessions = excluded.sessions;

INSERT INTO activity_days (day, game, mode, events)
  SELECT e.detected_at / 86400000, p.game, '', count(*)
  FROM events e CROSS JOIN players p ON p.id = e.player_id GROUP BY 1, 2
  ON CONFLICT (day, game, mode) DO UPDATE SET events = excluded.events;

-- How far retention has come: a row a kind of rows, which is walked slice by slice, a round a day or a week.
CREATE TABLE retention_walks (
  kind TEXT PRIMARY KEY,
  -- Where the next slice goes on: a JSON list of a key; null: at the beginning.
  position TEXT,
  -- When the next slice may be done, in ms.
  due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO retention_walks (kind, position, due_at) VALUES
  ('sessions', NULL, 0), ('events', NULL, 0), ('cases', NULL, 0), ('decisions', NULL, 0), ('history', NULL, 0);
