-- Activity of before: counted once from what is stored, by the day, game and mode of each row.

INSERT INTO activity_days (day, game, mode, sessions)
  SELECT x.recorded_at / 86400000, p.game, x.mode, count(*)
  FROM sessions x CROSS JOIN players p ON p.id = x.player_id GROUP BY 1, 2, 3
  ON CONFLICT (day, game, mode) DO UPDATE SET sessions = excluded.sessions;

INSERT INTO activity_days (day, game, mode, events)
  SELECT e.detected_at / 86400000, p.game, '', count(*)
  FROM events e CROSS JOIN players p ON p.id = e.player_id GROUP BY 1, 2
  ON CONFLICT (day, game, mode) DO UPDATE SET events = excluded.events;
