/** A person opens a case, with or without the sweep's suspicion. */
import { sql } from "drizzle-orm";
import { insertComment } from "../../db/case-notes.ts";
import { type CaseRow, newestCaseId } from "../../db/cases.ts";
import { isUniqueViolation } from "../../db/client.ts";
import { type ActionContext, commit } from "../context.ts";
import { caseAnswer } from "./case-answers.ts";
import { alreadyPending, type Prepared, prepareCase } from "./open-case.ts";
import { openingEntry, openingWrites } from "./opening-writes.ts";

export interface HandOrder {
  readonly playerId: number;
  readonly mode: string;
  /** Why: the first comment of the case. */
  readonly note: string | null;
}

/** The row that the batch stores, but for its id. */
function rowOf({ opened, player }: Prepared): CaseRow {
  return {
    id: 0,
    player_id: opened.playerId,
    game: opened.game,
    mode: opened.mode,
    state: opened.state,
    origin: opened.origin,
    review: "first",
    round: 1,
    opened_at: opened.openedAtMs,
    opened_by: opened.openedBy,
    risk: opened.risk,
    confidence: opened.confidence,
    baseline_version: opened.baselineVersion,
    evidence_hash: opened.evidenceHash,
    priority: opened.priority,
    assignee: null,
    holder: null,
    lease_until: null,
    verdict: null,
    decided_at: null,
    tags: "[]",
    revision: 0,
    ref: player.ref,
    username: player.username,
  };
}

/** @throws Problem 404 for a mode that the player has no standing in, 409 where a case of it is pending */
export async function openByHand(ctx: ActionContext, { playerId, mode, note }: HandOrder) {
  const { db, nowMs } = ctx;
  const prepared = await prepareCase(ctx, { playerId, mode, origin: "manual" });
  if (prepared.isPending) throw alreadyPending();
  const answer = caseAnswer(rowOf(prepared), nowMs);
  const id = newestCaseId(playerId, mode);
  const comment = { at: nowMs, id: ctx.newId(), author: ctx.origin.principal, text: note ?? "" };
  const writes = [
    ...openingWrites(db, [prepared], nowMs),
    ...(note === null ? [] : [insertComment(db, id, comment)]),
    db.all<{ id: number }>(sql`SELECT ${id} AS id`),
  ];
  const body = sql`json_set(${JSON.stringify(answer)}, '$.id', ${id})`;
  try {
    const results = await commit(ctx, writes, { status: 201, body }, openingEntry(prepared.opened));
    const [row] = results[writes.length - 1] as [{ id: number }];
    return { ...answer, id: row.id };
  } catch (error) {
    // Somebody else opened one at the same moment: theirs is the case.
    if (isUniqueViolation(error)) throw alreadyPending();
    throw error;
  }
}
