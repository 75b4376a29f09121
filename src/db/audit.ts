/** The audit trail: entries are appended in the batch of what they tell of; refusals are counted. */
import { type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "./client.ts";

export interface NewAuditEntry {
  readonly atMs: number;
  readonly action: string;
  readonly actor: string;
  /** What was acted on, such as `player:17`; SQL where only the batch knows. */
  readonly target: string | SQL | null;
  readonly requestId: string | null;
  /** SHA-256 of the payload: what is sealed, so that the payload can be erased. */
  readonly payloadDigest: string;
  /** JSON, personal: the address, and what changed. */
  readonly payload: string;
}

/** Writes 6 rows: the entry, its four indexes, and what SQLite counts ids by; 5 without a target. */
export function insertAuditEntry(db: Db, entry: NewAuditEntry): Statement {
  return db.run(sql`INSERT INTO audit_entries (at, action, actor, target, request_id, payload_digest, payload)
    VALUES (${entry.atMs}, ${entry.action}, ${entry.actor}, ${entry.target}, ${entry.requestId},
      ${entry.payloadDigest}, ${entry.payload})`);
}

/**
 * Erases what is personal in the entries of a target, such as `player:17`. The digests stay, so the chain still
 * verifies.
 */
export function eraseAuditPayloads(db: Db, target: string): Statement {
  return db.run(
    sql`UPDATE audit_entries SET payload = NULL WHERE target = ${target} AND payload IS NOT NULL`,
  );
}

/** Different principals and addresses that a minute keeps apart by kind; whoever comes later counts as `others`. */
const maxApart = 200;
const minuteMs = 60_000;

export interface Denial {
  readonly kind: string;
  /** A principal, or the address of somebody unknown. */
  readonly who: string;
  readonly nowMs: number;
}

/** Counts a refusal. */
export function countDenial(db: Db, { kind, who, nowMs }: Denial): Statement {
  const minute = Math.floor(nowMs / minuteMs);
  return db.run(sql`INSERT INTO audit_denials (minute, kind, who, count, last_at)
    SELECT ${minute}, ${kind}, iif((SELECT count(*) FROM audit_denials WHERE minute = ${minute} AND kind = ${kind})
        < ${maxApart} OR EXISTS (SELECT 1 FROM audit_denials WHERE minute = ${minute} AND kind = ${kind}
        AND who = ${who}), ${who}, 'others'), 1, ${nowMs} WHERE true
    ON CONFLICT (minute, kind, who) DO UPDATE SET count = count + 1, last_at = excluded.last_at`);
}
