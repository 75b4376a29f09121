-- What adapters keep between the requests of a sender. Times are integer milliseconds since the Unix epoch, UTC.

-- One row a stream (a server's log, a match): what was read of it so far. `revision` is the optimistic lock: two requests
-- of one stream at once never both move it.
CREATE TABLE adapter_streams (
  key_id INTEGER NOT NULL,
  adapter TEXT NOT NULL,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  -- The key's games when the stream was last moved, as JSON; null: all. What a flush writes stays within them.
  games TEXT,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (key_id, adapter, stream)
) STRICT, WITHOUT ROWID;
CREATE INDEX adapter_streams_idle ON adapter_streams (adapter, updated_at);

-- Shapes of lines that were not understood, counted: names, quoted text, numbers and addresses are blanked before.
CREATE TABLE adapter_unparsed (
  key_id INTEGER NOT NULL,
  adapter TEXT NOT NULL,
  pattern TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (key_id, adapter, pattern)
) STRICT, WITHOUT ROWID;
