/** What ends by itself: expired tokens and sign-ins, old idempotency keys. */
import { type SQL, sql } from "drizzle-orm";
import { batch, type Db } from "./client.ts";

const expired = (table: SQL, key: SQL, nowMs: number, limit: number): SQL =>
  sql`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE expires_at <= ${nowMs}
    ORDER BY expires_at LIMIT ${limit})`;

/** Deletes at most `limit` rows of each kind. */
export async function deleteExpired(db: Db, nowMs: number, limit: number): Promise<number> {
  const [tokens, signIns, keys] = await batch(db, [
    db.run(expired(sql`refresh_tokens`, sql`token_hash`, nowMs, limit)),
    db.run(expired(sql`auth_sessions`, sql`id`, nowMs, limit)),
    db.run(expired(sql`idempotency_keys`, sql`key_hash`, nowMs, limit)),
  ]);
  return tokens.meta.changes + signIns.meta.changes + keys.meta.changes;
}

/** How many rows have expired. */
export async function countExpired(db: Db, nowMs: number): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT
    (SELECT count(*) FROM refresh_tokens WHERE expires_at <= ${nowMs})
    + (SELECT count(*) FROM auth_sessions WHERE expires_at <= ${nowMs})
    + (SELECT count(*) FROM idempotency_keys WHERE expires_at <= ${nowMs}) AS n`);
  return row?.n ?? 0;
}
