-- A player's top is found without reading its other modes. Neither column is set by a new score: no write is added to it.
CREATE INDEX standings_player_top ON standings (player_id) WHERE top = 1;
