/** The outbox: events as they were told, and the deliveries that are made of them. */
import { type SQL, sql } from "drizzle-orm";
import { batch, type Db, eachOf, type Statement } from "./client.ts";

/** Whether anybody listens. */
const isHeard = sql`EXISTS (SELECT 1 FROM webhooks WHERE status <> 'deleted')`;

/**
 * Appends events `[type, game, data]`, unless nobody listens.
 * @param made `WHEN place THEN (SQL)` of those whose data only the batch knows
 */
export function insertEvents(
  db: Db,
  atMs: number,
  events: readonly (readonly [string, string | null, string | null])[],
  made: readonly SQL[],
): Statement {
  const told = sql`e.value ->> 2`;
  const data = made.length === 0 ? told : sql`CASE e.key ${sql.join([...made], sql` `)} ELSE ${told} END`;
  return db.run(sql`INSERT INTO outbox (id, type, game, at, data)
    SELECT (SELECT coalesce(max(id), 0) FROM outbox) + row_number() OVER (ORDER BY place), type, game, ${atMs}, data
    FROM (SELECT e.key AS place, e.value ->> 0 AS type, e.value ->> 1 AS game, ${data} AS data
      FROM ${eachOf(events)} e WHERE ${isHeard}) WHERE data IS NOT NULL`);
}

/** Events that one statement makes deliveries of. */
const eventsAtOnce = 200;

const position = sql`(SELECT event_id FROM outbox_position WHERE id = 1)`;
const reached = sql`(SELECT max(id) FROM (SELECT id FROM outbox WHERE id > ${position} ORDER BY id LIMIT ${sql.raw(String(eventsAtOnce))}))`;
const listed = (list: SQL, value: SQL) =>
  sql`(${list} IS NULL OR EXISTS (SELECT 1 FROM json_each(${list}) WHERE value = ${value}))`;

/**
 * Makes the deliveries of the next events and moves the position past them, in one batch. A receiver hears of what came
 * after it; a paused one too, so that it misses nothing. What is about all games (`*`) concerns the receivers of each.
 */
export const fanOut = (db: Db): readonly [Statement, Statement] => [
  db.run(sql`INSERT INTO deliveries (webhook_id, event_id, state, due_at)
    SELECT w.id, o.id, 'pending', o.at FROM outbox o CROSS JOIN webhooks w
    WHERE o.id > ${position} AND o.id <= ${reached} AND w.status <> 'deleted' AND w.created_at <= o.at
      AND ${listed(sql`w.types`, sql`o.type`)} AND (o.game = '*' OR ${listed(sql`w.games`, sql`o.game`)})
    ON CONFLICT DO NOTHING`),
  db.run(sql`UPDATE outbox_position SET event_id = ${reached} WHERE id = 1 AND ${reached} IS NOT NULL`),
];

/** How long events and their deliveries are kept, whatever became of them. */
export const keptMs = 30 * 86_400_000;

/** The oldest events, as far as they are past their time. The newest stays: ids go on from it. */
const old = (nowMs: number, limit: number): SQL => sql`SELECT id FROM
    (SELECT id, at FROM outbox ORDER BY id LIMIT ${limit})
  WHERE at <= ${nowMs - keptMs} AND id <= ${position} AND id < (SELECT max(id) FROM outbox)`;

const deleted = sql`(SELECT id FROM webhooks WHERE status = 'deleted')`;

/** Deletes at most `limit` old events with their deliveries, and as many deliveries of deleted webhooks. */
export async function deleteOldEvents(db: Db, nowMs: number, limit: number): Promise<number> {
  const [, events, orphans] = await batch(db, [
    db.run(sql`DELETE FROM deliveries WHERE (webhook_id, event_id) IN
      (SELECT w.id, o.id FROM (${old(nowMs, limit)}) o CROSS JOIN webhooks w)`),
    db.run(sql`DELETE FROM outbox WHERE id IN (${old(nowMs, limit)})`),
    db.run(sql`DELETE FROM deliveries WHERE (webhook_id, event_id) IN
      (SELECT webhook_id, event_id FROM deliveries WHERE webhook_id IN ${deleted} LIMIT ${limit})`),
    db.run(sql`DELETE FROM webhooks WHERE status = 'deleted'
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook_id = webhooks.id)`),
  ]);
  return events.meta.changes + orphans.meta.changes;
}

/** How many of these there are, counted up to `limit` of each kind. */
export async function countOldEvents(db: Db, nowMs: number, limit: number): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT (SELECT count(*) FROM (${old(nowMs, limit)}))
    + (SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE webhook_id IN ${deleted} LIMIT ${limit})) AS n`);
  return row?.n ?? 0;
}

/** How far back it looks: where there were more events than that since, nothing was told. */
const lookedAt = 500;

/** Whether an event that meets the condition was written since. */
export async function wasTold(db: Db, sinceMs: number, condition: SQL): Promise<boolean> {
  const rows =
    await db.all(sql`SELECT 1 FROM (SELECT type, at, data FROM outbox ORDER BY id DESC LIMIT ${lookedAt})
    WHERE at > ${sinceMs} AND ${condition} LIMIT 1`);
  return rows.length > 0;
}
