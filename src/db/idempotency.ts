/** Idempotency keys: claimed before a write, completed in the write's own batch. */
import { is, SQL, sql } from "drizzle-orm";
import { batch, type Db, type Statement } from "./client.ts";

export interface StoredKey {
  readonly body_hash: string;
  readonly claim: string;
  readonly status: number | null;
  readonly body: string | null;
}

export interface Claim {
  readonly keyHash: string;
  readonly bodyHash: string;
  /** Random: whoever holds it may write under the key. */
  readonly claim: string;
  readonly nowMs: number;
  /** A claim older than this was left behind by a crash. */
  readonly leaseMs: number;
  readonly keepMs: number;
}

async function takeKey(db: Db, claim: Claim): Promise<StoredKey | null> {
  const { keyHash, bodyHash, nowMs } = claim;
  const [, rows] = await batch(db, [
    db.run(sql`INSERT INTO idempotency_keys (key_hash, body_hash, claimed_at, claim, expires_at)
      VALUES (${keyHash}, ${bodyHash}, ${nowMs}, ${claim.claim}, ${nowMs + claim.keepMs})
      ON CONFLICT (key_hash) DO UPDATE SET body_hash = excluded.body_hash, claimed_at = excluded.claimed_at,
        claim = excluded.claim, status = NULL, body = NULL, expires_at = excluded.expires_at
      WHERE expires_at <= ${nowMs}
        OR (status IS NULL AND claimed_at <= ${nowMs - claim.leaseMs} AND body_hash = excluded.body_hash)`),
    db.all<StoredKey>(
      sql`SELECT body_hash, claim, status, body FROM idempotency_keys WHERE key_hash = ${keyHash}`,
    ),
  ]);
  return rows[0] ?? null;
}

/**
 * Takes the key if nobody has it, or if its holder crashed or its time is over; answers who holds it now. A claim whose
 * answer got lost may be there: it is given back, so that no repetition has to wait for its lease.
 */
export async function claimKey(db: Db, claim: Claim): Promise<StoredKey | null> {
  try {
    return await takeKey(db, claim);
  } catch (error) {
    await releaseKey(db, claim.keyHash, claim.claim).catch(() => {});
    throw error;
  }
}

/** Stores the answer (JSON, or SQL that makes its text); changes one row if the claim still holds, else none. */
export function completeKey(
  db: Db,
  keyHash: string,
  claim: string,
  status: number,
  body: unknown,
): Statement {
  const text = is(body, SQL) ? body : JSON.stringify(body);
  return db.run(sql`UPDATE idempotency_keys SET status = ${status}, body = ${text}
    WHERE key_hash = ${keyHash} AND claim = ${claim} AND status IS NULL`);
}

/** Gives the key back after a request that wrote nothing. */
export async function releaseKey(db: Db, keyHash: string, claim: string): Promise<void> {
  await db.run(
    sql`DELETE FROM idempotency_keys WHERE key_hash = ${keyHash} AND claim = ${claim} AND status IS NULL`,
  );
}
