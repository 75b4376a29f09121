/** API keys: stored as hashes. */
import { sql } from "drizzle-orm";
import type { KeyLimit, Scope } from "../env.ts";
import type { Db, Statement } from "./client.ts";

export interface ApiKeyRow {
  readonly id: number;
  readonly hint: string;
  readonly name: string;
  /** JSON lists and objects, as stored. */
  readonly scopes: string;
  readonly games: string | null;
  readonly adapter: string | null;
  readonly limits: string | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
  readonly replaces: number | null;
}

const columns = sql.raw(
  "id, hint, name, scopes, games, adapter, limits, created_at, created_by, expires_at, last_used_at, revoked_at, replaces",
);

export async function findApiKeyByHash(db: Db, keyHash: string): Promise<ApiKeyRow | null> {
  const [row] = await db.all<ApiKeyRow>(sql`SELECT ${columns} FROM api_keys WHERE key_hash = ${keyHash}`);
  return row ?? null;
}

export async function findApiKey(db: Db, id: number): Promise<ApiKeyRow | null> {
  const [row] = await db.all<ApiKeyRow>(sql`SELECT ${columns} FROM api_keys WHERE id = ${id}`);
  return row ?? null;
}

/** Newest first. */
export function selectApiKeys(db: Db, limit: number, before: number | null) {
  const page = before === null ? sql`` : sql` WHERE id < ${before}`;
  return db.all<ApiKeyRow>(sql`SELECT ${columns} FROM api_keys${page} ORDER BY id DESC LIMIT ${limit}`);
}

/** What a key may do, and until when. */
export interface Grant {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly games: readonly string[] | null;
  readonly adapter: string | null;
  readonly limits: Readonly<Record<string, KeyLimit>> | null;
  readonly expiresAtMs: number | null;
}

export interface NewApiKey extends Grant {
  readonly keyHash: string;
  readonly hint: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly replaces: number | null;
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** Its id is `last_insert_rowid()` for the rest of the batch. */
export function insertApiKey(db: Db, key: NewApiKey): Statement {
  return db.run(sql`INSERT INTO api_keys (key_hash, hint, name, scopes, games, adapter, limits, created_at, created_by,
      expires_at, replaces)
    VALUES (${key.keyHash}, ${key.hint}, ${key.name}, ${JSON.stringify(key.scopes)}, ${json(key.games)}, ${key.adapter},
      ${json(key.limits)}, ${key.createdAtMs}, ${key.createdBy}, ${key.expiresAtMs}, ${key.replaces})`);
}

/** What can be changed of a key; undefined stays. A key's scopes and games never grow: another key is made for that. */
export interface KeyChange {
  readonly name?: string | undefined;
  readonly expiresAtMs?: number | null | undefined;
  readonly limits?: Readonly<Record<string, KeyLimit>> | null | undefined;
}

/** Changes a key that still is as it was read; one row, or none. */
export function updateApiKey(db: Db, was: ApiKeyRow, change: KeyChange): Statement {
  const expiresAt = change.expiresAtMs === undefined ? was.expires_at : change.expiresAtMs;
  const limits = change.limits === undefined ? was.limits : json(change.limits);
  return db.run(sql`UPDATE api_keys SET name = ${change.name ?? was.name}, expires_at = ${expiresAt}, limits = ${limits}
    WHERE id = ${was.id} AND revoked_at IS NULL AND name = ${was.name} AND expires_at IS ${was.expires_at}
      AND limits IS ${was.limits}`);
}

/** Changes one row, or none if it was revoked before. */
export function revokeApiKey(db: Db, id: number, nowMs: number): Statement {
  return db.run(sql`UPDATE api_keys SET revoked_at = ${nowMs} WHERE id = ${id} AND revoked_at IS NULL`);
}

/** Notes that a key was used, if the last note is older than `everyMs`: one write a key and interval. */
export function noteApiKeyUse(db: Db, id: number, nowMs: number, everyMs: number): Statement {
  return db.run(sql`UPDATE api_keys SET last_used_at = ${nowMs}
    WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at <= ${nowMs - everyMs})`);
}
