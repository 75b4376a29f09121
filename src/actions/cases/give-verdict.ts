/** A verdict: the case is decided with everything that follows, or waits for somebody else's, blind to this one. */
import { sha256Hex } from "../../auth/digest.ts";
import { isGuardViolation, type Statement } from "../../db/client.ts";
import {
  type CaseForVerdict,
  type CaseMove,
  insertReview,
  loadVerdictBasis,
  moveCase,
  type ReviewRow,
} from "../../db/verdicts.ts";
import { defaultSecondReviewShare, drawnOf, type Outcome, outcomeOf } from "../../decisions/reviews.ts";
import type { Verdict } from "../../decisions/verdict.ts";
import { badRequest, notFound } from "../../http/problem.ts";
import { isoOf } from "../answers.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { type AskedDecision, planAsked, planAskedBefore } from "./asked-decision.ts";
import { consequencesOf } from "./verdict-consequences.ts";
import { requireMayReview } from "./verdict-rules.ts";

export interface GivenVerdict {
  readonly verdict: Verdict;
  readonly reason: string;
  /** What is to be done if the case ends confirmed; null: nothing is asked for. */
  readonly decision: AskedDecision | null;
}

/**
 * Decides by chance whether a second review follows. The request's id is made here and told with the answer, so
 * nobody knows the draw before; it stands in the audit trail, so anybody who reads that can repeat it.
 */
async function drawFor(ctx: ActionContext, caseId: number): Promise<number> {
  return drawnOf(await sha256Hex(`case:${caseId} request:${ctx.origin.requestId ?? ctx.newId()}`));
}

/** An appeal upholds a decision or overturns it: it never makes another. @throws Problem 400 */
function requireNoDecision(review: string, asked: AskedDecision | null): void {
  if (review !== "appeal" || asked === null) return;
  const detail = "An appeal upholds the decision or overturns it, and makes no other.";
  throw badRequest([{ pointer: "/decision", code: "unsupported_combination", detail }]);
}

function moveOf(review: CaseMove["review"], { verdict, next }: Outcome, nowMs: number): CaseMove {
  if (next !== null) return { state: "open", review: next, verdict: null, decidedAtMs: null };
  return { state: "decided", review, verdict, decidedAtMs: nowMs };
}

function reviewOf(ctx: ActionContext, { round, review }: CaseForVerdict, given: GivenVerdict): ReviewRow {
  const { verdict, reason, decision } = given;
  const said = { reviewer: ctx.origin.principal, round, review, verdict, reason, reviewed_at: ctx.nowMs };
  return { ...said, decision: decision === null ? null : JSON.stringify(decision) };
}

/**
 * The statements that make what was asked for, if the case is confirmed now. What the caller asks for is tried in any
 * case: a policy that the game does not have is theirs to correct.
 */
async function madeOf(
  ctx: ActionContext,
  found: CaseForVerdict,
  asked: AskedDecision | null,
  reviews: readonly ReviewRow[],
  { verdict }: Outcome,
): Promise<readonly Statement[]> {
  const planned = asked === null ? null : await planAsked(ctx, found, asked);
  if (verdict !== "confirmed") return [];
  return planned ?? planAskedBefore(ctx, found, reviews);
}

async function attempt(ctx: ActionContext, caseId: number, given: GivenVerdict) {
  const { db, nowMs, origin } = ctx;
  const basis = await loadVerdictBasis(db, caseId, nowMs);
  if (basis === null) throw notFound("The case");
  requireMayReview(basis, origin.principal, nowMs);
  const { found } = basis;
  const { round, review } = found;
  requireNoDecision(review, given.decision);
  const own = reviewOf(ctx, found, given);
  const reviews = [...basis.reviews.filter((earlier) => earlier.round === round), own];
  const share = basis.secondReviewShare ?? defaultSecondReviewShare;
  const outcome = outcomeOf(reviews, share, await drawFor(ctx, caseId));
  const made = await madeOf(ctx, found, given.decision, reviews, outcome);
  const follows = outcome.verdict === null ? [] : await consequencesOf(ctx, basis, reviews, outcome.verdict);
  const move = moveOf(review, outcome, nowMs);
  const moved = moveCase(db, basis, origin.principal, move, nowMs);
  const { state, verdict, decidedAtMs } = move;
  const decided_at = decidedAtMs === null ? null : isoOf(decidedAtMs);
  const said = { state, review: move.review, round, verdict, decided_at, decision_made: made.length > 0 };
  const body = { case_id: caseId, ...said };
  const writes = [...moved, insertReview(db, caseId, own), ...follows, ...made];
  // Until the case is decided the trail says that somebody reviewed it, and not what they said.
  const details = { review, round, state, verdict };
  await commit(
    ctx,
    writes,
    { status: 200, body },
    { action: "case.verdict", target: `case:${caseId}`, details },
  );
  return body;
}

/** @throws Problem 404, 409 for a case that is decided or not the caller's to review, 400 for a decision that cannot be */
export const giveVerdict = (ctx: ActionContext, caseId: number, given: GivenVerdict) =>
  retryOnRace(() => attempt(ctx, caseId, given), isGuardViolation);
