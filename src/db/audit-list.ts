/** Reading the trail: entries newest first by one of its indexes, and the counted refusals. */
import { type SQL, sql } from "drizzle-orm";
import type { StoredEntry } from "./audit-trail.ts";
import type { Db } from "./client.ts";

/** What an entry is found by: one of these, or nothing. */
export type AuditKey = "actor" | "action" | "target";

export interface AuditFilter {
  readonly by: { readonly key: AuditKey; readonly value: string } | null;
  /** Both ends included. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface AuditCursor {
  readonly at: number;
  readonly id: number;
}

export type ListedEntry = StoredEntry & { readonly sealed: number };

const indexes: Readonly<Record<AuditKey, { readonly index: SQL; readonly column: SQL }>> = {
  actor: { index: sql.raw("audit_actor"), column: sql.raw("actor") },
  action: { index: sql.raw("audit_action"), column: sql.raw("action") },
  target: { index: sql.raw("audit_target"), column: sql.raw("target") },
};

/** Reads the rows that it answers, twice (index and entry), and one more: how far the seals go. */
export function selectAuditEntries(db: Db, filter: AuditFilter, limit: number, before: AuditCursor | null) {
  const { by, sinceMs, untilMs } = filter;
  const { index, column } = by ? indexes[by.key] : { index: sql.raw("audit_at"), column: null };
  const among = by && column ? sql`${column} = ${by.value} AND ` : sql``;
  // One upper bound alone: of two SQLite takes the wider, and reads all pages before this one again.
  const end = before ? sql`(at, id) < (${before.at}, ${before.id})` : sql`at <= ${untilMs}`;
  return db.all<ListedEntry>(sql`SELECT id, at, action, actor, target, request_id, payload_digest, payload,
      id <= (SELECT coalesce(max(last_id), 0) FROM audit_seals) AS sealed
    FROM audit_entries INDEXED BY ${index} WHERE ${among}at >= ${sinceMs} AND ${end}
    ORDER BY at DESC, id DESC LIMIT ${limit}`);
}

export interface DenialRow {
  readonly minute: number;
  readonly kind: string;
  readonly who: string;
  readonly count: number;
  readonly last_at: number;
}

/** Place of a row in its primary key. */
export type DenialCursor = readonly [minute: number, kind: string, who: string];

/** Newest minute first. */
export function selectDenials(db: Db, limit: number, before: DenialCursor | null) {
  const page = before ? sql` WHERE (minute, kind, who) < (${before[0]}, ${before[1]}, ${before[2]})` : sql``;
  return db.all<DenialRow>(sql`SELECT minute, kind, who, count, last_at FROM audit_denials${page}
    ORDER BY minute DESC, kind DESC, who DESC LIMIT ${limit}`);
}

/** How far the seals go; null before the first one. `newest`: the last entry there is, 0 without any. */
export interface SealState {
  readonly newest: number;
  readonly sealed_through: number | null;
  /** When the newest sealed entry was written. */
  readonly sealed_at: number | null;
}

/** Three rows read. */
export function selectSealState(db: Db) {
  return db.all<SealState>(sql`SELECT (SELECT coalesce(max(id), 0) FROM audit_entries) AS newest,
    (SELECT max(last_id) FROM audit_seals) AS sealed_through,
    (SELECT last_at FROM audit_seals ORDER BY last_id DESC LIMIT 1) AS sealed_at`);
}
