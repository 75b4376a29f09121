/** Ending decisions, as statements for the batch of what ends them. */
import { expectChanges, type Statement } from "../../db/client.ts";
import { type Ending, endDecisions, expungeEnded, rebuildEnforcements } from "../../db/decision-writes.ts";
import { type DecisionRow, selectOfCase } from "../../db/decisions.ts";
import type { DecisionEnd } from "../../decisions/decision.ts";
import type { ActionContext } from "../context.ts";
import { emitWrites } from "../webhooks/emit.ts";
import { endedEvents } from "./announce.ts";

/** Ends decisions that were read as not over, and tells of it; a batch that finds one over by then is void. */
export function endingWrites(
  { db, nowMs }: Pick<ActionContext, "db" | "nowMs">,
  open: readonly DecisionRow[],
  ending: Ending,
): Statement[] {
  if (open.length === 0) return [];
  const ids = open.map(({ id }) => id);
  return [
    ...endDecisions(db, ids, ending, nowMs),
    db.all(expectChanges(ids.length)),
    ...rebuildEnforcements(db, open),
    ...emitWrites(db, nowMs, endedEvents(open, ending.kind)),
  ];
}

/** Ends decisions, whether they are over or not: what is over can only be expunged. */
export function endWhatever(
  ctx: Pick<ActionContext, "db" | "nowMs">,
  rows: readonly DecisionRow[],
  ending: Ending,
): Statement[] {
  const open = rows.filter(({ ended_at }) => ended_at === null);
  const over = rows.filter(({ end_kind }) => end_kind !== null && end_kind !== "expunged");
  return [
    ...endingWrites(ctx, open, ending),
    ...(ending.kind === "expunged" ? expungingWrites(ctx, over, ending) : []),
  ];
}

/** Makes decisions that were read as over as if they had never been; void where one was expunged meanwhile. */
function expungingWrites({ db }: Pick<ActionContext, "db">, over: readonly DecisionRow[], by: Ending) {
  if (over.length === 0) return [];
  const ids = over.map(({ id }) => id);
  return [expungeEnded(db, ids, by), db.all(expectChanges(ids.length))];
}

/** Ends whatever decisions of a case are not over yet; expunged are those too that are. */
export async function endDecisionsOfCase(
  ctx: ActionContext,
  caseId: number,
  how: Exclude<DecisionEnd, "expired">,
  reason: string,
): Promise<Statement[]> {
  const made = await selectOfCase(ctx.db, caseId);
  ctx.onDecided?.();
  return endWhatever(ctx, made, { kind: how, reason, by: ctx.origin.principal, atMs: ctx.nowMs });
}
