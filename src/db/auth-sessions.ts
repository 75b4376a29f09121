/** Sign-ins and their refresh tokens: a token is stored as a hash and spent once; one used twice ends its sign-in. */
import { type SQL, sql } from "drizzle-orm";
import type { Role } from "../env.ts";
import type { Db, Statement } from "./client.ts";

export interface AuthSession {
  readonly id: string;
  readonly subject: string;
  readonly role: Role;
  /** Fingerprint of a configured account's credentials; empty for a stored user. */
  readonly credential: string;
  readonly created_at: number;
  readonly last_used_at: number;
  readonly expires_at: number;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly ended_at: number | null;
  readonly end_reason: string | null;
}

const columns =
  sql.raw(`s.id, s.subject, s.role, s.credential, s.created_at, s.last_used_at, s.expires_at, s.address,
  s.user_agent, s.ended_at, s.end_reason`);

export async function findAuthSession(db: Db, id: string): Promise<AuthSession | null> {
  const [row] = await db.all<AuthSession>(sql`SELECT ${columns} FROM auth_sessions s WHERE s.id = ${id}`);
  return row ?? null;
}

export interface SessionCursor {
  readonly createdAt: number;
  readonly id: string;
}

/** A subject's sign-ins, newest first. */
export function selectAuthSessions(db: Db, subject: string, limit: number, before: SessionCursor | null) {
  const page = before ? sql` AND (s.created_at, s.id) < (${before.createdAt}, ${before.id})` : sql``;
  return db.all<AuthSession>(sql`SELECT ${columns} FROM auth_sessions s INDEXED BY auth_sessions_subject
    WHERE s.subject = ${subject}${page} ORDER BY s.created_at DESC, s.id DESC LIMIT ${limit}`);
}

export type NewAuthSession = Omit<AuthSession, "last_used_at" | "ended_at" | "end_reason">;

export function insertAuthSession(db: Db, s: NewAuthSession): Statement {
  return db.run(sql`INSERT INTO auth_sessions (id, subject, role, credential, created_at, last_used_at, expires_at,
      address, user_agent)
    VALUES (${s.id}, ${s.subject}, ${s.role}, ${s.credential}, ${s.created_at}, ${s.created_at}, ${s.expires_at},
      ${s.address}, ${s.user_agent})`);
}

/** Notes that a sign-in goes on; changes one row, or none if it ended. */
export function touchAuthSession(db: Db, id: string, nowMs: number): Statement {
  return db.run(sql`UPDATE auth_sessions SET last_used_at = ${nowMs} WHERE id = ${id} AND ended_at IS NULL`);
}

const end = (nowMs: number, reason: string): SQL =>
  sql`UPDATE auth_sessions SET ended_at = ${nowMs}, end_reason = ${reason}`;

/** Changes one row, or none if it has ended already. */
export function endAuthSession(db: Db, id: string, nowMs: number, reason: string): Statement {
  return db.run(sql`${end(nowMs, reason)} WHERE id = ${id} AND ended_at IS NULL`);
}

/** Ends all sign-ins of a subject but one (`""`: all). */
export function endAuthSessionsOf(
  db: Db,
  subject: string,
  nowMs: number,
  reason: string,
  except = "",
): Statement {
  return db.run(
    sql`${end(nowMs, reason)} WHERE subject = ${subject} AND ended_at IS NULL AND id <> ${except}`,
  );
}

/** A refresh token with the sign-in that it belongs to. */
export type StoredRefreshToken = AuthSession & {
  readonly spent_at: number | null;
  readonly token_expires_at: number;
};

/** Spent ones too: whoever shows one is a thief, or was stolen from. */
export async function findRefreshToken(db: Db, tokenHash: string): Promise<StoredRefreshToken | null> {
  const [row] = await db.all<StoredRefreshToken>(sql`SELECT ${columns}, t.spent_at,
      t.expires_at AS token_expires_at
    FROM refresh_tokens t CROSS JOIN auth_sessions s ON s.id = t.session_id WHERE t.token_hash = ${tokenHash}`);
  return row ?? null;
}

/** Spends a token; changes one row, or none if somebody else was first. */
export function spendRefreshToken(db: Db, tokenHash: string, nowMs: number): Statement {
  return db.run(
    sql`UPDATE refresh_tokens SET spent_at = ${nowMs} WHERE token_hash = ${tokenHash} AND spent_at IS NULL`,
  );
}

export interface NewRefreshToken {
  readonly tokenHash: string;
  readonly sessionId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export function insertRefreshToken(db: Db, token: NewRefreshToken): Statement {
  return db.run(sql`INSERT INTO refresh_tokens (token_hash, session_id, issued_at, expires_at)
    VALUES (${token.tokenHash}, ${token.sessionId}, ${token.issuedAt}, ${token.expiresAt})`);
}
