/** Deliveries: claimed a receiver at a time, sent, and recorded. */
import { sql } from "drizzle-orm";
import { batch, type Db, eachOf, type Statement } from "./client.ts";
import { fanOut } from "./outbox.ts";
import { type WebhookRow, webhookColumns } from "./webhooks.ts";

/** A delivery that is due, with its event. */
export interface DueRow {
  readonly event_id: number;
  readonly attempts: number;
  readonly digest_of: number | null;
  readonly type: string;
  readonly at: number;
  /** JSON. */
  readonly data: string;
}

const pageSize = 20;
/** Of a receiver with digests: so many events become one message. */
export const digestSize = 100;
/** Failures in a row from which a receiver is asked with one delivery before it gets more. */
export const breakerFailures = 3;

export interface Claim {
  readonly webhook: WebhookRow;
  readonly due: readonly DueRow[];
}

/** Receivers that may be sent to now and have something due. */
const isReady = (
  nowMs: number,
) => sql`w.status = 'active' AND w.next_at <= ${nowMs} AND w.lease_until <= ${nowMs}
  AND EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.due_at <= ${nowMs})`;

/**
 * Takes the receiver that has waited longest, for `leaseMs`: until then nobody else sends to it. Makes the deliveries of
 * new events on the way. Null where nobody is to be sent anything. One round trip.
 */
export async function claimReceiver(
  db: Db,
  nowMs: number,
  lease: { readonly token: string; readonly leaseMs: number },
): Promise<Claim | null> {
  const own = sql`(SELECT id FROM webhooks WHERE lease = ${lease.token})`;
  const [, , claimed, due] = await batch(db, [
    ...fanOut(db),
    db.all<WebhookRow>(sql`UPDATE webhooks SET lease = ${lease.token}, lease_until = ${nowMs + lease.leaseMs}
      WHERE id = (SELECT w.id FROM webhooks w WHERE ${isReady(nowMs)} ORDER BY w.next_at, w.id LIMIT 1)
      RETURNING ${webhookColumns}`),
    db.all<DueRow>(sql`SELECT d.event_id, d.attempts, d.digest_of, o.type, o.at, o.data
      FROM (SELECT event_id, attempts, digest_of, due_at FROM deliveries
        WHERE webhook_id = ${own} AND state = 'pending' AND due_at <= ${nowMs}
        ORDER BY due_at, coalesce(digest_of, event_id), event_id
        LIMIT coalesce((SELECT iif(digest = 1, ${digestSize}, iif(failures >= ${breakerFailures}, 1, ${pageSize}))
          FROM webhooks WHERE lease = ${lease.token}), 0)) d
      JOIN outbox o ON o.id = d.event_id ORDER BY d.due_at, coalesce(d.digest_of, d.event_id), d.event_id`),
  ]);
  const [webhook] = claimed;
  return webhook === undefined ? null : { webhook, due };
}

/** Binds events to the digest that carries them, so that a retry carries the same ones. They are due as one. */
export function markDigest(db: Db, nowMs: number, webhookId: number, eventIds: readonly number[]): Statement {
  return db.run(sql`UPDATE deliveries SET digest_of = ${Math.min(...eventIds)}, due_at = ${nowMs}
    WHERE webhook_id = ${webhookId} AND event_id IN (SELECT value FROM ${eachOf(eventIds)}) AND state = 'pending'`);
}

/** Frees what waits from its digest: for a receiver that is to have none any more. */
export function unmarkDigests(db: Db, webhookId: number): Statement {
  return db.run(sql`UPDATE deliveries SET digest_of = NULL
    WHERE webhook_id = ${webhookId} AND state = 'pending' AND digest_of IS NOT NULL`);
}

/** What became of a delivery: `[event id, state, attempts, due at, status, error]`. */
export type Outcome = readonly [
  eventId: number,
  state: "pending" | "delivered" | "dead",
  attempts: number,
  dueAtMs: number,
  status: number | null,
  error: string | null,
];

/** How a receiver does after a page. */
export interface Condition {
  readonly failures: number;
  readonly failingSinceMs: number | null;
  readonly deaths: number;
  readonly nextAtMs: number;
  /** Why it is sent nothing more until a person says so; null: go on. */
  readonly pause: string | null;
  readonly hasDelivered: boolean;
}

export interface Resealed {
  readonly was: string;
  readonly now: string;
}

/**
 * Records a page, whoever holds the receiver by now: what was sent was sent. The receiver's own row is changed and
 * given back only by whoever holds it.
 */
export function recordPage(
  db: Db,
  nowMs: number,
  { id, token }: { readonly id: number; readonly token: string },
  outcomes: readonly Outcome[],
  condition: Condition,
  resealed: Resealed | null,
): readonly Statement[] {
  const { failures, failingSinceMs, deaths, nextAtMs, pause, hasDelivered } = condition;
  const told = JSON.stringify(
    Object.fromEntries(outcomes.map(([eventId, ...rest]) => [`e${eventId}`, rest])),
  );
  const part = (place: number) => sql.raw(`told.of ->> ('$.e' || event_id || '[${place}]')`);
  // By the keys and then by name: a join with the list would read all of the receiver's deliveries.
  const record = sql`UPDATE deliveries SET state = ${part(0)}, attempts = ${part(1)}, due_at = ${part(2)},
      last_status = ${part(3)}, last_error = ${part(4)}, delivered_at = iif(${part(0)} = 'delivered', ${nowMs}, NULL)
    FROM (SELECT ${told} AS of) told
    WHERE webhook_id = ${id} AND event_id IN (SELECT value FROM ${eachOf(outcomes.map(([eventId]) => eventId))})
      AND state = 'pending'`;
  return [
    ...(outcomes.length > 0 ? [db.run(record)] : []),
    db.run(sql`UPDATE webhooks SET lease = NULL, lease_until = 0, next_at = ${nextAtMs}, failures = ${failures},
        failing_since = ${failingSinceMs}, deaths = ${deaths},
        delivered_at = ${hasDelivered ? sql`${nowMs}` : sql`delivered_at`},
        sealed = ${resealed === null ? sql`sealed` : sql`iif(sealed = ${resealed.was}, ${resealed.now}, sealed)`},
        pause_reason = ${pause === null ? sql`pause_reason` : sql`iif(status = 'active', ${pause}, pause_reason)`},
        status = ${pause === null ? sql`status` : sql`iif(status = 'active', 'paused', status)`}
      WHERE id = ${id} AND lease = ${token}`),
  ];
}

/** What is due and may be sent, and events that nobody looked at yet, counted up to `limit` of each. */
export async function countDueDeliveries(db: Db, nowMs: number, limit: number): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT
    (SELECT count(*) FROM (SELECT 1 FROM webhooks w CROSS JOIN deliveries d ON d.webhook_id = w.id
      WHERE d.state = 'pending' AND d.due_at <= ${nowMs} AND w.status = 'active' AND w.next_at <= ${nowMs}
        AND w.lease_until <= ${nowMs} LIMIT ${limit}))
    + (SELECT count(*) FROM (SELECT 1 FROM outbox
      WHERE id > (SELECT event_id FROM outbox_position WHERE id = 1) LIMIT ${limit})) AS n`);
  return row?.n ?? 0;
}
