/** API keys: made, changed, rotated and revoked by admins. The key itself is shown once and never stored. */
import { sql } from "drizzle-orm";
import { createKey } from "../auth/api-keys.ts";
import {
  type ApiKeyRow,
  findApiKey,
  type Grant,
  insertApiKey,
  type KeyChange,
  revokeApiKey,
  updateApiKey,
} from "../db/api-keys.ts";
import { batch, expectChanges, isGuardViolation, type Statement } from "../db/client.ts";
import type { KeyLimit, Scope } from "../env.ts";
import { conflict, notFound } from "../http/problem.ts";
import { isoOf } from "./answers.ts";
import { type AuditEntry, auditWrites } from "./audit.ts";
import type { ActionContext } from "./context.ts";

const maybeIso = (ms: number | null) => (ms === null ? null : isoOf(ms));

export const keyAnswer = (key: ApiKeyRow) => ({
  id: key.id,
  hint: key.hint,
  name: key.name,
  scopes: JSON.parse(key.scopes) as Scope[],
  games: key.games === null ? null : (JSON.parse(key.games) as string[]),
  adapter: key.adapter,
  limits: key.limits === null ? null : (JSON.parse(key.limits) as Record<string, KeyLimit>),
  created_at: isoOf(key.created_at),
  created_by: key.created_by,
  expires_at: maybeIso(key.expires_at),
  last_used_at: maybeIso(key.last_used_at),
  revoked_at: maybeIso(key.revoked_at),
  replaces: key.replaces,
});

/** @throws Problem 404 */
export async function getKey({ db }: Pick<ActionContext, "db">, id: number): Promise<ApiKeyRow> {
  const key = await findApiKey(db, id);
  if (!key) throw notFound("The key");
  return key;
}

/** @throws Problem 404, or 409 for a key that is revoked */
async function getLiveKey(ctx: ActionContext, id: number): Promise<ApiKeyRow> {
  const key = await getKey(ctx, id);
  if (key.revoked_at !== null) throw conflict("key_revoked", "The key is revoked.");
  return key;
}

const changedMeanwhile = () => conflict("key_changed", "The key was changed or revoked meanwhile.");
const newKeyTarget = sql`'key:' || last_insert_rowid()`;

/** Writes, unless somebody changed the key meanwhile. */
async function write(ctx: ActionContext, statements: readonly Statement[], entry: AuditEntry) {
  try {
    return await batch(ctx.db, [...statements, ...(await auditWrites(ctx, entry))]);
  } catch (error) {
    throw isGuardViolation(error) ? changedMeanwhile() : error;
  }
}

async function store(
  ctx: ActionContext,
  grant: Grant,
  replaces: number | null,
  before: readonly Statement[],
  entry: AuditEntry,
) {
  const { key, keyHash, hint } = await createKey(grant.adapter === null ? "gsk" : "gsi");
  const row = { ...grant, keyHash, hint, createdAtMs: ctx.nowMs, createdBy: ctx.origin.principal, replaces };
  const results = await write(ctx, [...before, insertApiKey(ctx.db, row)], entry);
  const id = (results[before.length] as D1Result).meta.last_row_id;
  return { ...keyAnswer(await getKey(ctx, id)), key };
}

const grantDetails = ({ name, scopes, games, adapter, expiresAtMs }: Grant) => ({
  name,
  scopes,
  games,
  adapter,
  expires_at: maybeIso(expiresAtMs),
});

/** Makes a key; the answer is the only place where it stands in full. */
export const createApiKey = (ctx: ActionContext, grant: Grant) =>
  store(ctx, grant, null, [], { action: "key.create", target: newKeyTarget, details: grantDetails(grant) });

/** As long a life as the old key was given, from now. */
const renewedExpiry = (old: ApiKeyRow, nowMs: number): number | null =>
  old.expires_at === null ? null : nowMs + (old.expires_at - old.created_at);

/** A new key with the same grant; the old one works on for `overlapMs`, then ends. */
export async function rotateApiKey(ctx: ActionContext, id: number, overlapMs: number) {
  const old = await getLiveKey(ctx, id);
  const { name, scopes, games, adapter, limits } = keyAnswer(old);
  const endsAtMs = Math.min(ctx.nowMs + overlapMs, old.expires_at ?? Number.MAX_SAFE_INTEGER);
  const grant: Grant = { name, scopes, games, adapter, limits, expiresAtMs: renewedExpiry(old, ctx.nowMs) };
  const end = [updateApiKey(ctx.db, old, { expiresAtMs: endsAtMs }), ctx.db.all(expectChanges(1))] as const;
  return store(ctx, grant, id, end, {
    action: "key.rotate",
    target: newKeyTarget,
    details: { replaces: id, old_ends_at: isoOf(endsAtMs) },
  });
}

/** Whether a change would change nothing. */
const isSame = (was: ApiKeyRow, { name, expiresAtMs, limits }: KeyChange): boolean =>
  (name === undefined || name === was.name) &&
  (expiresAtMs === undefined || expiresAtMs === was.expires_at) &&
  (limits === undefined || (limits === null ? null : JSON.stringify(limits)) === was.limits);

/** What can change of a key, as one text: whoever sends it back says what they have seen. */
export const keyState = ({ name, expires_at, limits }: ApiKeyRow): string =>
  JSON.stringify([name, expires_at, limits]);

/**
 * What is asked for and there already changes nothing. `seen` is the {@link keyState} that it is to have still.
 * @throws Problem 404, or 409 for a key that is revoked or was changed
 */
export async function changeApiKey(ctx: ActionContext, id: number, change: KeyChange, seen?: string) {
  const was = await getLiveKey(ctx, id);
  if (seen !== undefined && seen !== keyState(was)) throw changedMeanwhile();
  if (isSame(was, change)) return keyAnswer(was);
  const statements = [updateApiKey(ctx.db, was, change), ctx.db.all(expectChanges(1))] as const;
  await write(ctx, statements, { action: "key.change", target: `key:${id}`, details: { ...change } });
  return keyAnswer(await getKey(ctx, id));
}

async function revoke(ctx: ActionContext, { id, name }: ApiKeyRow): Promise<void> {
  const entry: AuditEntry = { action: "key.revoke", target: `key:${id}`, details: { name } };
  const ends = [revokeApiKey(ctx.db, id, ctx.nowMs), ctx.db.all(expectChanges(1))] as const;
  try {
    await batch(ctx.db, [...ends, ...(await auditWrites(ctx, entry))]);
  } catch (error) {
    // Somebody else revoked it at the same moment, and theirs is the entry.
    if (!isGuardViolation(error)) throw error;
  }
}

/** Ends a key for good; everywhere within seconds. Again it changes nothing. */
export async function revokeKey(ctx: ActionContext, id: number) {
  const key = await getKey(ctx, id);
  if (key.revoked_at === null) await revoke(ctx, key);
  return keyAnswer(await getKey(ctx, id));
}
