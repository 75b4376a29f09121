/** Refresh tokens: stored as hashes, spent once. */
import { sql } from "drizzle-orm";
import type { Db, Statement } from "./client.ts";

export interface StoredRefreshToken {
  readonly subject: string;
  readonly credential: string;
}

/** A token that is neither spent nor past its time. */
export async function findRefreshToken(
  db: Db,
  tokenHash: string,
  nowMs: number,
): Promise<StoredRefreshToken | null> {
  const [row] = await db.all<StoredRefreshToken>(sql`SELECT subject, credential FROM refresh_tokens
    WHERE token_hash = ${tokenHash} AND spent_at IS NULL AND expires_at > ${nowMs}`);
  return row ?? null;
}

/** Spends a token; changes one row, or none if somebody else was first. */
export function spendRefreshToken(db: Db, tokenHash: string, nowMs: number): Statement {
  return db.run(
    sql`UPDATE refresh_tokens SET spent_at = ${nowMs} WHERE token_hash = ${tokenHash} AND spent_at IS NULL`,
  );
}

export function insertRefreshToken(
  db: Db,
  token: StoredRefreshToken & {
    readonly tokenHash: string;
    readonly issuedAt: number;
    readonly expiresAt: number;
  },
): Statement {
  return db.run(sql`INSERT INTO refresh_tokens (token_hash, subject, credential, issued_at, expires_at)
    VALUES (${token.tokenHash}, ${token.subject}, ${token.credential}, ${token.issuedAt}, ${token.expiresAt})`);
}
