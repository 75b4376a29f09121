/** The decision that reviewers ask for with a verdict: kept until the case is decided, then made if it is confirmed. */
import type { Statement } from "../../db/client.ts";
import type { CaseForVerdict, ReviewRow } from "../../db/verdicts.ts";
import type { DecisionType } from "../../decisions/decision.ts";
import { badRequest, Problem } from "../../http/problem.ts";
import type { ActionContext } from "../context.ts";
import { planDecision } from "../decisions/plan-decision.ts";

/** As it is asked for: a policy of the game, or a type with its length. Times in ms. */
export interface AskedDecision {
  readonly policy: string | null;
  readonly type: DecisionType | null;
  /** In the case's game, or in all. */
  readonly scope: "game" | "all";
  readonly startsAtMs: number | null;
  readonly delayWindowMs: number | null;
  readonly expiresAtMs: number | null;
  /** In place of `expiresAtMs`: so long from its start. */
  readonly lengthMs: number | null;
}

/** The reason names the case and nobody's words: decisions are read where a review may still have to be blind. */
const plan = (ctx: ActionContext, found: CaseForVerdict, { scope, ...asked }: AskedDecision) =>
  planDecision(ctx, {
    ...asked,
    playerId: found.player_id,
    game: scope === "all" ? "*" : found.game,
    caseId: found.id,
    reason: `Case ${found.id} was confirmed.`,
  });

/**
 * What the caller asks for now. Faults point into the member `decision` of the verdict's body.
 * @throws Problem 400 for what the game does not know, 409, as `planDecision` does
 */
export async function planAsked(ctx: ActionContext, found: CaseForVerdict, asked: AskedDecision) {
  try {
    return await plan(ctx, found, asked);
  } catch (error) {
    if (!(error instanceof Problem) || error.faults.length === 0) throw error;
    throw badRequest(error.faults.map((fault) => ({ ...fault, pointer: `/decision${fault.pointer}` })));
  }
}

/** The latest that was asked for by anybody who confirmed; null: nobody asked. */
function askedBefore(reviews: readonly ReviewRow[]): AskedDecision | null {
  const asking = reviews.findLast(({ verdict, decision }) => verdict === "confirmed" && decision !== null);
  return asking?.decision == null ? null : (JSON.parse(asking.decision) as AskedDecision);
}

/**
 * What an earlier reviewer asked for, made now. What cannot be made any more, because a policy is gone or its end has
 * passed, is left out: whoever decides now did not ask for it, and must not learn of it either.
 */
export async function planAskedBefore(
  ctx: ActionContext,
  found: CaseForVerdict,
  reviews: readonly ReviewRow[],
): Promise<readonly Statement[]> {
  const asked = askedBefore(reviews);
  if (asked === null) return [];
  try {
    return await plan(ctx, found, asked);
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}
