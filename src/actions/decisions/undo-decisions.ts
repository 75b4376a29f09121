/** Undoing all that a detector's version caused, in bounded slices: call again until nothing remains. */
import { expectChanges, isGuardViolation } from "../../db/client.ts";
import { type Cause, dropCaused, findCaused } from "../../db/decision-causes.ts";
import { selectDecisions } from "../../db/decisions.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import type { EndOrder } from "./end-decision.ts";
import { endWhatever } from "./end-decisions.ts";

/** A batch of this many writes some 1,500 rows. */
const perSlice = 100;

export interface UndoOrder extends EndOrder, Cause {}

async function attempt(ctx: ActionContext, { as, reason, ...cause }: UndoOrder) {
  const { ids, total } = await findCaused(ctx.db, cause, perSlice);
  const rows = ids.length === 0 ? [] : await selectDecisions(ctx.db, ids);
  const touched = rows.filter(
    ({ end_kind }) => end_kind === null || (as === "expunged" && end_kind !== "expunged"),
  );
  const ending = { kind: as, reason, by: ctx.origin.principal, atMs: ctx.nowMs };
  const writes =
    ids.length === 0
      ? []
      : [
          dropCaused(ctx.db, cause, ids),
          ctx.db.all(expectChanges(ids.length)),
          ...endWhatever(ctx, touched, ending),
        ];
  const body = { undone: touched.length, remaining: total - ids.length };
  await commit(
    ctx,
    writes,
    { status: 200, body },
    {
      action: "decision.undo",
      target: `detector:${cause.detector}`,
      details: { version: cause.version, as, reason, decisions: touched.map(({ id }) => id) },
    },
  );
  return body;
}

/** Ends the next slice of what a detector's version caused; what is over already is only ever expunged. */
export async function undoDecisions(ctx: ActionContext, order: UndoOrder) {
  const done = await retryOnRace(() => attempt(ctx, order), isGuardViolation);
  ctx.onDecided?.();
  return done;
}
