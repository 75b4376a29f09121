/** Deliveries as people look at them, and what they send again. */
import { type SQL, sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";

export type DeliveryState = "pending" | "delivered" | "dead";

export interface DeliveryRow {
  readonly event_id: number;
  readonly type: string;
  readonly game: string | null;
  readonly at: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly due_at: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly delivered_at: number | null;
}

/** Where a page ends: what is pending stands in the order of its time, all else newest first. */
export type DeliveryPosition = readonly [eventId: number, dueAtMs: number];

function filterOf(state: DeliveryState | null, after: DeliveryPosition | null): SQL {
  const [eventId, dueAtMs] = after ?? [null, null];
  if (state === "pending") {
    const page = after === null ? sql`` : sql`AND (due_at, event_id) > (${dueAtMs}, ${eventId})`;
    return sql`AND state = 'pending' ${page} ORDER BY due_at, event_id`;
  }
  const only = state === null ? sql`` : sql`AND state = ${state === "dead" ? sql`'dead'` : sql`'delivered'`}`;
  const page = after === null ? sql`` : sql`AND event_id < ${eventId}`;
  return sql`${only} ${page} ORDER BY event_id DESC`;
}

export function selectDeliveries(
  db: Db,
  webhookId: number,
  { state, limit, after }: { state: DeliveryState | null; limit: number; after: DeliveryPosition | null },
) {
  const order = state === "pending" ? sql`d.due_at, d.event_id` : sql`d.event_id DESC`;
  return db.all<DeliveryRow>(sql`SELECT d.event_id, o.type, o.game, o.at, d.state, d.attempts, d.due_at, d.last_status,
      d.last_error, d.delivered_at
    FROM (SELECT * FROM deliveries WHERE webhook_id = ${webhookId} ${filterOf(state, after)} LIMIT ${limit}) d
    JOIN outbox o ON o.id = d.event_id ORDER BY ${order}`);
}

/** A clock that lags puts an event behind others that are later: nobody's lags by more. */
const skewMs = 120_000;

/** The first event that may lie at or after a time, by halving: ids have no gaps, and times go up with them. */
const firstSince = (sinceMs: number): SQL => sql`(WITH RECURSIVE search(low, high) AS (
    SELECT (SELECT min(id) FROM outbox), (SELECT max(id) FROM outbox) + 1
    UNION ALL
    SELECT iif((SELECT at FROM outbox WHERE id = (low + high) / 2) < ${sinceMs - skewMs}, (low + high) / 2 + 1, low),
      iif((SELECT at FROM outbox WHERE id = (low + high) / 2) < ${sinceMs - skewMs}, high, (low + high) / 2)
    FROM search WHERE low < high)
  SELECT low FROM search WHERE low >= high)`;

export interface ReplayOrder {
  readonly sinceMs: number | null;
  readonly eventIds: readonly number[] | null;
  readonly deadOnly: boolean;
  /** Events after this one. */
  readonly after: number;
  readonly limit: number;
}

/** Deliveries that ended and are to be made again, oldest first. */
export async function selectReplayable(db: Db, webhookId: number, order: ReplayOrder): Promise<number[]> {
  const { sinceMs, eventIds, deadOnly, after, limit } = order;
  const since =
    sinceMs === null ? sql`` : sql`AND d.event_id >= ${firstSince(sinceMs)} AND o.at >= ${sinceMs}`;
  const named = eventIds === null ? sql`` : sql`AND d.event_id IN (SELECT value FROM ${eachOf(eventIds)})`;
  const ended = deadOnly ? sql`d.state = 'dead'` : sql`d.state <> 'pending'`;
  const rows = await db.all<{ id: number }>(sql`SELECT d.event_id AS id FROM deliveries d
    JOIN outbox o ON o.id = d.event_id
    WHERE d.webhook_id = ${webhookId} AND d.event_id > ${after} AND ${ended} ${since} ${named}
    ORDER BY d.event_id LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/** Makes them due again, with all their attempts before them. */
export function replayDeliveries(
  db: Db,
  nowMs: number,
  webhookId: number,
  eventIds: readonly number[],
): Statement {
  return db.run(sql`UPDATE deliveries SET state = 'pending', attempts = 0, due_at = ${nowMs}, digest_of = NULL,
      last_status = NULL, last_error = NULL, delivered_at = NULL
    WHERE webhook_id = ${webhookId} AND event_id IN (SELECT value FROM ${eachOf(eventIds)}) AND state <> 'pending'`);
}
