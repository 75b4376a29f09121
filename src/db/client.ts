/** Drizzle over D1, and the two facts about D1 that every write needs. */
import { type SQL, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { SQLiteRaw } from "drizzle-orm/sqlite-core/query-builders/raw";

export type Db = DrizzleD1Database & { readonly $client: D1Database };
/** One statement of a batch: what `db.run` or `db.all` give before they are awaited. */
export type Statement<T = unknown> = SQLiteRaw<T>;

/** Without the schema: nobody asks by its relations, and Drizzle would work them out anew for each request. */
export function createDb(d1: D1Database): Db {
  return drizzle(d1);
}

type Results<T extends readonly Statement[]> = { [K in keyof T]: Awaited<T[K]> };

/**
 * Runs statements as one transaction, all or nothing, and answers what each of them would when awaited. Drizzle's
 * own `batch` cannot bind the parameters of raw statements (0.45.4), which ours are.
 */
export async function batch<const T extends readonly Statement[]>(
  db: Db,
  statements: T,
): Promise<Results<T>> {
  if (statements.length === 0) return [] as unknown as Results<T>;
  const queries = statements.map((statement) => statement.getQuery());
  const bound = queries.map(({ sql: text, params }) => db.$client.prepare(text).bind(...params));
  const results = await db.$client.batch(bound);
  return results.map((result, place) =>
    queries[place]?.method === "all" ? result.results : result,
  ) as unknown as Results<T>;
}

/** The whole chain of messages of an error: Drizzle wraps what D1 said. For matching only, never for a log. */
function messagesOf(error: unknown): string {
  const parts: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) parts.push(cause.message);
  return parts.join("\n");
}

/** Somebody else wrote the same row first: read again and retry. */
export function isUniqueViolation(error: unknown): boolean {
  return messagesOf(error).includes("UNIQUE constraint failed");
}

/** Who was read is being erased meanwhile (`0014_erasures.sql`): the batch is void, and reading again finds nobody. */
export function isOfErased(error: unknown): boolean {
  return messagesOf(error).includes("the player was erased");
}

/** Words of D1, of SQLite and of the account's limit for a store that takes nothing more. */
const full = /exceeded maximum (db size|account storage limit)|SQLITE_FULL|database or disk is full/i;

/** The store has no room for what was to be written; it still answers what is read. */
export function isFull(error: unknown): boolean {
  return full.test(messagesOf(error));
}

/** Appears in the error of a failed {@link expectThat}. */
const guardMark = "malformed JSON";

/** What a batch was decided on did not hold any more, so it was rolled back. */
export function isGuardViolation(error: unknown): boolean {
  return messagesOf(error).includes(guardMark);
}

/**
 * Ends a batch unless a condition holds. SQLite has no ASSERT: parsing text that is not JSON is the one error that a
 * plain SELECT can raise, and D1 rolls the whole batch back on it.
 */
export function expectThat(condition: SQL): SQL {
  return sql`SELECT iif(${condition}, 1, json('guard')) AS ok`;
}

/** Ends a batch unless the statement before changed exactly `rows` rows. */
export const expectChanges = (rows: number): SQL => expectThat(sql`changes() = ${rows}`);

/** Appears in the error of a failed {@link expectKey}. */
const lostKeyMark = "bad JSON path: 'key'";

/** The caller's Idempotency-Key went to another request, so the batch was rolled back: no race that reading again mends. */
export function isLostKey(error: unknown): boolean {
  return messagesOf(error).includes(lostKeyMark);
}

/** Ends a batch unless the statement before stored an answer under the caller's Idempotency-Key. */
export const expectKey = (): SQL => sql`SELECT iif(changes() = 1, 1, json_extract('[]', 'key')) AS ok`;

/** `json_each` over one bound JSON array: the way in for lists of any length (D1 binds 100 parameters at most). */
export const eachOf = (rows: readonly unknown[]): SQL => sql`json_each(${JSON.stringify(rows)})`;

/** D1 takes 2 MB as one value: half of that leaves room for every encoding. */
const valueBytes = 1_000_000;

/** Rows in groups that one value each can carry as JSON; a row that is larger than that stands alone. */
export function valuesOf<T>(rows: readonly T[]): T[][] {
  const groups: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const own = JSON.stringify(row).length;
    bytes += own;
    if (bytes > valueBytes) {
      groups.push([]);
      bytes = own;
    }
    groups.at(-1)?.push(row);
  }
  return groups;
}
