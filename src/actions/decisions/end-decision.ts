/** A decision that is taken back: from now on, or as if it had never been. */
import { isGuardViolation } from "../../db/client.ts";
import { type DecisionRow, findDecision } from "../../db/decisions.ts";
import type { DecisionEnd } from "../../decisions/decision.ts";
import { stateAt } from "../../decisions/lifecycle.ts";
import { conflict, notFound } from "../../http/problem.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { decisionAnswer } from "./answers.ts";
import { endWhatever } from "./end-decisions.ts";

export interface EndOrder {
  readonly as: Exclude<DecisionEnd, "expired">;
  readonly reason: string;
}

/** @throws Problem 409 where there is nothing to end: a decision that is over can only be expunged, and that once */
function expectEndable(row: DecisionRow, { as }: EndOrder, nowMs: number): void {
  const state = stateAt({ startsAtMs: row.starts_at, expiresAtMs: row.expires_at }, row.end_kind, nowMs);
  if (row.end_kind === "expunged") throw conflict("decision_ended", "The decision is expunged already.");
  if (state === "ended" && as !== "expunged") {
    throw conflict("decision_ended", "The decision is over. It can only be expunged.");
  }
}

/** What is stored once the writes are done. */
const endedRow = (row: DecisionRow, { as, reason }: EndOrder, by: string, nowMs: number): DecisionRow => ({
  ...row,
  ended_at: row.ended_at ?? nowMs,
  end_kind: as,
  end_reason: reason,
  ended_by: by,
});

async function attempt(
  ctx: ActionContext,
  id: number,
  order: EndOrder,
  covers: (row: DecisionRow) => boolean,
) {
  const row = await findDecision(ctx.db, id);
  if (row === null || !covers(row)) throw notFound("The decision");
  expectEndable(row, order, ctx.nowMs);
  const by = ctx.origin.principal;
  const writes = endWhatever(ctx, [row], { kind: order.as, reason: order.reason, by, atMs: ctx.nowMs });
  const body = decisionAnswer(endedRow(row, order, by, ctx.nowMs), ctx.nowMs);
  await commit(
    ctx,
    writes,
    { status: 200, body },
    {
      action: "decision.end",
      target: `decision:${id}`,
      details: { player: row.player_id, as: order.as, reason: order.reason, was: row.end_kind },
    },
  );
  return body;
}

/**
 * Ends a decision that the caller may end; where it ended at the same moment otherwise, looks again.
 * @throws Problem 404, or 409 as {@link expectEndable}
 */
export async function endDecision(
  ctx: ActionContext,
  id: number,
  order: EndOrder,
  covers: (row: DecisionRow) => boolean,
) {
  const ended = await retryOnRace(() => attempt(ctx, id, order, covers), isGuardViolation);
  ctx.onDecided?.();
  return ended;
}
