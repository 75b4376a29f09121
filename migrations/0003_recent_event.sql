-- A player's latest event as JSON, in the row that counts its events: a list that shows it reads no row more.
ALTER TABLE players ADD COLUMN recent_event TEXT;
UPDATE players SET recent_event = (
  SELECT json_object('player_id', e.player_id, 'detected_at', e.detected_at, 'id', e.id, 'event_type', e.event_type,
    'severity', e.severity, 'source', e.source, 'session_id', e.session_id, 'notes', e.notes, 'reporter', e.reporter)
  FROM events e WHERE e.player_id = players.id ORDER BY e.detected_at DESC, e.id DESC LIMIT 1)
WHERE event_count > 0;
