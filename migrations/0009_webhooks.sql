-- Webhooks: who is told of what happens, what there is to tell, and how far each telling has come.
-- Times are integer milliseconds since the Unix epoch, UTC.

CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  -- The receiver's host, for lists and logs.
  host TEXT NOT NULL,
  -- The URL and the signing secrets, encrypted: the URLs of chats are credentials too.
  sealed TEXT NOT NULL,
  -- When the secret before the last rotation stops signing.
  previous_until INTEGER,
  -- What it hears of, as JSON lists; null: all.
  types TEXT,
  games TEXT,
  format TEXT NOT NULL CHECK (format IN ('json', 'discord', 'slack')),
  min_interval_ms INTEGER NOT NULL DEFAULT 0,
  digest INTEGER NOT NULL DEFAULT 0,
  -- A deleted one stays until housekeeping has deleted its deliveries.
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'deleted')),
  pause_reason TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  -- How it does: failures since the last success, when the first of them was, and deliveries that died since then.
  failures INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  deaths INTEGER NOT NULL DEFAULT 0,
  delivered_at INTEGER,
  -- It is sent nothing before this: its interval, its own wish, or a break after failures.
  next_at INTEGER NOT NULL DEFAULT 0,
  -- Who sends to it at present, and until when nobody else does.
  lease TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  -- Moves with what admins change.
  revision INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Events, written in the batch of the change that they tell of, by ids without gaps. Without a rowid, so that writing
-- one leaves last_insert_rowid() to the change. The newest row is never deleted: no id comes twice.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  game TEXT,
  at INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The event up to which deliveries were made. One row.
CREATE TABLE outbox_position (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  event_id INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_position (id, event_id) VALUES (1, 0);

CREATE TABLE deliveries (
  webhook_id INTEGER NOT NULL,
  event_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  -- The first event of the digest that carries it; null: it goes alone, or was not sent yet.
  digest_of INTEGER,
  last_status INTEGER,
  -- A word of ours, never what the receiver answered.
  last_error TEXT,
  delivered_at INTEGER,
  PRIMARY KEY (webhook_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at, event_id) WHERE state = 'pending';
CREATE INDEX deliveries_dead ON deliveries (webhook_id, event_id) WHERE state = 'dead';
