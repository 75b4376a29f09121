/** Who may give a verdict on a case, and when. */
import type { VerdictBasis } from "../../db/verdicts.ts";
import { conflict } from "../../http/problem.ts";

/** Why a case is not in the hands of a reviewer; null: it is. */
function notHeld({ found }: VerdictBasis, reviewer: string, nowMs: number): string | null {
  if (found.state === "open" || found.holder === null) return "Claim the case first.";
  if (found.holder !== reviewer) return "Somebody else holds the case.";
  if ((found.lease_until ?? 0) <= nowMs) return "Your lease ended. Claim the case again.";
  return null;
}

/**
 * One verdict a person and case, by whoever holds it; an appeal is never judged by who made the decision.
 * @throws Problem 409
 */
export function requireMayReview(basis: VerdictBasis, reviewer: string, nowMs: number): void {
  if (basis.found.state === "decided") {
    throw conflict("case_decided", "The case is decided. Only an appeal opens it again.");
  }
  if (basis.reviews.some((review) => review.reviewer === reviewer)) {
    throw conflict("already_reviewed", "You have reviewed this case. Somebody else must do it now.");
  }
  const held = notHeld(basis, reviewer, nowMs);
  if (held !== null) throw conflict("case_not_held", held);
  if (basis.appeals.some((appeal) => appeal.made_by === reviewer)) {
    throw conflict("own_decision", "You made the decision that is appealed. Somebody else must judge it.");
  }
}
