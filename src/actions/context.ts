/** What an action is given, and how it commits. */
import { batch, expectKey, isLostKey, isOfErased, isUniqueViolation, type Statement } from "../db/client.ts";
import type { ActionContext } from "../env.ts";
import { busy, conflict } from "../http/problem.ts";
import { type AuditEntry, auditWrites } from "./audit.ts";

export type { ActionContext } from "../env.ts";

/** An answer and its status, as it is stored under an Idempotency-Key. */
export interface Answer {
  readonly status: 200 | 201;
  /** JSON, or SQL that makes the JSON text within the batch. */
  readonly body: unknown;
}

/**
 * Writes statements as one transaction, with their audit entry and with the answer stored under the caller's key:
 * either all are there or none is. Without statements nothing was done, and the trail says nothing. A claim that
 * another request has taken over ends the batch. The entry comes last: before it `last_insert_rowid()` is the write's.
 */
export async function commit(
  ctx: ActionContext,
  statements: readonly Statement[],
  answer: Answer,
  entry: AuditEntry,
): Promise<readonly unknown[]> {
  const { completion } = ctx;
  const audit = statements.length > 0 ? await auditWrites(ctx, entry) : [];
  if (completion === null) return batch(ctx.db, [...statements, ...audit]);
  const save = [completion.save(answer.status, answer.body), ctx.db.all(expectKey())];
  try {
    const results = await batch(ctx.db, [...statements, ...save, ...audit]);
    completion.saved = true;
    return results;
  } catch (error) {
    if (isLostKey(error)) throw conflict("idempotency_key_lost", "Another request took this key over.");
    throw error;
  }
}

/** Lost races in a row after which a caller is asked to come back. One writer wins each: it bounds who may race. */
const maxAttempts = 32;

/** Tries for an attempt that looks for its player itself; another one has nobody to write of. */
const maxErased = 4;

/**
 * Optimistic writing: `attempt` reads, decides and commits with plain INSERTs; where somebody else was first,
 * a unique index refuses the batch as a whole and the attempt starts over from what is stored now. `isOtherRace` names
 * what else tells that somebody was first, such as a guard.
 */
export async function retryOnRace<T>(
  attempt: () => Promise<T>,
  isOtherRace: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (isOfErased(error) && tries < maxErased) continue;
      if (!isUniqueViolation(error) && !isOtherRace(error)) throw error;
      if (tries >= maxAttempts) throw busy();
    }
  }
}
