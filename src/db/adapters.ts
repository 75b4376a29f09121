/** What adapters keep: the state of each stream, and the shapes of what they did not understand. */
import { sql } from "drizzle-orm";
import { type Db, eachOf, expectChanges, type Statement } from "./client.ts";

/** Whose stream it is. `keyId` 0: people, who may send for a try. */
export interface StreamKey {
  readonly keyId: number;
  readonly adapter: string;
  readonly stream: string;
}

export interface StreamRow {
  readonly key_id: number;
  readonly adapter: string;
  readonly stream: string;
  readonly revision: number;
  /** JSON, the adapter's own. */
  readonly state: string;
  readonly games: string | null;
}

const columns = sql.raw("key_id, adapter, stream, revision, state, games");

export async function findStream(db: Db, { keyId, adapter, stream }: StreamKey): Promise<StreamRow | null> {
  const [row] = await db.all<StreamRow>(sql`SELECT ${columns} FROM adapter_streams
    WHERE key_id = ${keyId} AND adapter = ${adapter} AND stream = ${stream}`);
  return row ?? null;
}

/** How many streams a key has open, counted to `atMost`. */
export async function countStreams(
  db: Db,
  { keyId, adapter }: Pick<StreamKey, "keyId" | "adapter">,
  atMost: number,
): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT count(*) AS n FROM (SELECT 1 FROM adapter_streams
    WHERE key_id = ${keyId} AND adapter = ${adapter} LIMIT ${atMost})`);
  return row?.n ?? 0;
}

/** Streams that have been silent since `beforeMs`, the longest silent first. */
export function selectIdleStreams(db: Db, adapter: string, beforeMs: number, limit: number) {
  return db.all<StreamRow>(sql`SELECT ${columns} FROM adapter_streams INDEXED BY adapter_streams_idle
    WHERE adapter = ${adapter} AND updated_at <= ${beforeMs} ORDER BY updated_at LIMIT ${limit}`);
}

/** How many streams are idle, counted to `atMost`. */
export async function countIdleStreams(
  db: Db,
  silences: readonly { readonly adapter: string; readonly beforeMs: number }[],
  atMost: number,
): Promise<number> {
  const rows = silences.map(({ adapter, beforeMs }) => [adapter, beforeMs]);
  const [row] = await db.all<{ n: number }>(sql`SELECT count(*) AS n FROM (SELECT 1 FROM ${eachOf(rows)} k
    CROSS JOIN adapter_streams s INDEXED BY adapter_streams_idle
      ON s.adapter = k.value->>0 AND s.updated_at <= k.value->>1 LIMIT ${atMost})`);
  return row?.n ?? 0;
}

export interface StreamMove {
  readonly key: StreamKey;
  /** As it was read; null: there was none. */
  readonly was: StreamRow | null;
  /** JSON; null: there is nothing to remember any more. */
  readonly state: string | null;
  readonly games: readonly string[] | null;
  readonly nowMs: number;
}

/**
 * Moves a stream on, unless another request was first: then the batch fails, by the primary key of a new stream or by
 * the guard on the revision of a known one.
 */
export function moveStream(db: Db, { key, was, state, games, nowMs }: StreamMove): Statement[] {
  const { keyId, adapter, stream } = key;
  const gamesJson = games === null ? null : JSON.stringify(games);
  if (was === null) {
    if (state === null) return [];
    return [
      db.run(sql`INSERT INTO adapter_streams (key_id, adapter, stream, revision, state, games, updated_at)
        VALUES (${keyId}, ${adapter}, ${stream}, 1, ${state}, ${gamesJson}, ${nowMs})`),
    ];
  }
  const same = sql`key_id = ${keyId} AND adapter = ${adapter} AND stream = ${stream} AND revision = ${was.revision}`;
  const move =
    state === null
      ? db.run(sql`DELETE FROM adapter_streams WHERE ${same}`)
      : db.run(sql`UPDATE adapter_streams SET revision = revision + 1, state = ${state}, games = ${gamesJson},
          updated_at = ${nowMs} WHERE ${same}`);
  return [move, db.all(expectChanges(1))];
}

/** Shapes that a key keeps apart by adapter; later ones count as `(others)`. */
const maxPatterns = 100;

export function countUnparsed(
  db: Db,
  { keyId, adapter }: Pick<StreamKey, "keyId" | "adapter">,
  patterns: readonly { readonly pattern: string; readonly count: number }[],
  nowMs: number,
): Statement {
  const mine = sql`key_id = ${keyId} AND adapter = ${adapter}`;
  return db.run(sql`INSERT INTO adapter_unparsed (key_id, adapter, pattern, count, first_at, last_at)
    SELECT ${keyId}, ${adapter}, iif((SELECT count(*) FROM adapter_unparsed WHERE ${mine}) < ${maxPatterns}
        OR EXISTS (SELECT 1 FROM adapter_unparsed WHERE ${mine} AND pattern = k.value->>0), k.value->>0, '(others)') AS p,
      sum(k.value->>1), ${nowMs}, ${nowMs}
    FROM ${eachOf(patterns.map(({ pattern, count }) => [pattern, count]))} k WHERE true GROUP BY p
    ON CONFLICT (key_id, adapter, pattern) DO UPDATE SET count = count + excluded.count, last_at = excluded.last_at`);
}

export interface UnparsedRow {
  readonly key_id: number;
  readonly pattern: string;
  readonly count: number;
  readonly first_at: number;
  readonly last_at: number;
}

/** At most {@link maxPatterns} and one. */
export function selectUnparsed(db: Db, { keyId, adapter }: Pick<StreamKey, "keyId" | "adapter">) {
  return db.all<UnparsedRow>(sql`SELECT key_id, pattern, count, first_at, last_at FROM adapter_unparsed
    WHERE key_id = ${keyId} AND adapter = ${adapter} ORDER BY count DESC, pattern`);
}
