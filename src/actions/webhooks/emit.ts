/** Events for the outside, written in the batch of the change that they tell of. */
import { is, SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "../../db/client.ts";
import { insertEvents } from "../../db/outbox.ts";
import type { DomainEventType } from "../../decisions/event-types.ts";

export { type DomainEventType, domainEventTypes } from "../../decisions/event-types.ts";

export interface DomainEvent {
  readonly type: DomainEventType;
  /** The game that it is about, `*` for all of them; null: none, so that only receivers of all games hear of it. */
  readonly game: string | null;
  /** What is told, or SQL that makes its JSON text within the batch. Ids and facts, never a secret. */
  readonly data: Readonly<Record<string, unknown>> | SQL;
}

/** Databases, one a request, that events were written through. */
const emitters = new WeakSet<Db>();

/** Whether statements of {@link emitWrites} were made for this database: there may be something to deliver. */
export const hasEmitted = (db: Db): boolean => emitters.has(db);

function insertOf(db: Db, nowMs: number, events: readonly DomainEvent[]): Statement {
  const known = events.map(
    ({ type, game, data }) => [type, game, is(data, SQL) ? null : JSON.stringify(data)] as const,
  );
  const made = events.flatMap(({ data }, place) =>
    is(data, SQL) ? [sql`WHEN ${sql.raw(String(place))} THEN (${data})`] : [],
  );
  return insertEvents(db, nowMs, known, made);
}

/** D1 binds no more values to a statement. */
const maxValues = 100;

/** Halves what binds too much: only events whose data is SQL bind values of their own. */
function insertsOf(db: Db, nowMs: number, events: readonly DomainEvent[]): Statement[] {
  const insert = insertOf(db, nowMs, events);
  if (events.length === 1 || insert.getQuery().params.length <= maxValues) return [insert];
  const half = Math.ceil(events.length / 2);
  return [...insertsOf(db, nowMs, events.slice(0, half)), ...insertsOf(db, nowMs, events.slice(half))];
}

/**
 * The statement that puts events into the outbox, in order; more than one only where SQL of theirs binds more than 100
 * values. It inserts nothing while there is no webhook, and no event whose SQL gives NULL. It reads
 * `last_insert_rowid()` as the batch left it, and leaves it so. None for no events.
 */
export function emitWrites(db: Db, nowMs: number, events: readonly DomainEvent[]): Statement[] {
  if (events.length === 0) return [];
  emitters.add(db);
  return insertsOf(db, nowMs, events);
}
