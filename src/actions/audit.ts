/** What the audit trail says of a write. */
import type { SQL } from "drizzle-orm";
import { randomToken, sha256Hex } from "../auth/digest.ts";
import { insertAuditEntry } from "../db/audit.ts";
import type { Statement } from "../db/client.ts";
import type { ActionContext } from "../env.ts";

/** `domain.verb` of everything that leaves an entry. */
export type AuditAction =
  | "auth.sign_in"
  | "auth.refresh"
  | "auth.refresh_reused"
  | "auth.session_end"
  | "auth.password_change"
  | "user.create"
  | "user.change"
  | "key.create"
  | "key.change"
  | "key.rotate"
  | "key.revoke"
  | "telemetry.ingest"
  | "telemetry.events"
  | "telemetry.session"
  | "telemetry.scan_log"
  | "telemetry.adapter"
  | "player.create"
  | "player.rename"
  | "player.report"
  | "player.export"
  | "player.erase"
  | "game.declare"
  | "case.open"
  | "case.claim"
  | "case.release"
  | "case.assign"
  | "case.tag"
  | "case.comment"
  | "case.link"
  | "case.unlink"
  | "case.verdict"
  | "decision.make"
  | "decision.end"
  | "decision.undo"
  | "enforcement.declare"
  | "appeal.file"
  | "appeal.link"
  | "reporter.mute"
  | "webhook.create"
  | "webhook.change"
  | "webhook.delete"
  | "webhook.test"
  | "webhook.replay"
  | "combination.accept"
  | "job.run"
  | "audit.export";

export interface AuditEntry {
  readonly action: AuditAction;
  /** `player:17`, `user:ann`, `game:cs2`; SQL where only the batch knows. */
  readonly target: string | SQL | null;
  /** What changed. Never a secret, never more than a person needs to understand it. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Who writes an entry, when, and where to. */
export type Recorder = Pick<ActionContext, "db" | "nowMs" | "origin">;

/**
 * The statement that appends the entry, in a list: a bare one is a thenable, and awaiting it would run it. What is
 * personal goes into a payload with a salt, so that its digest tells nothing.
 */
export async function auditWrites(ctx: Recorder, entry: AuditEntry): Promise<readonly [Statement]> {
  const { principal, address, requestId } = ctx.origin;
  const payload = JSON.stringify({ salt: randomToken(), address, ...entry.details });
  const statement = insertAuditEntry(ctx.db, {
    atMs: ctx.nowMs,
    action: entry.action,
    actor: principal,
    target: entry.target,
    requestId,
    payloadDigest: await sha256Hex(payload),
    payload,
  });
  return [statement];
}
