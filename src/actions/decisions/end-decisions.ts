/** Ending decisions, as statements for the batch of what ends them. */
import type { Statement } from "../../db/client.ts";
import type { DecisionEnd } from "../../decisions/decision.ts";
import type { ActionContext } from "../context.ts";

/** Ends whatever decisions of a case are not over yet. */
export async function endDecisionsOfCase(
  _ctx: ActionContext,
  _caseId: number,
  _how: Exclude<DecisionEnd, "expired">,
  _reason: string,
): Promise<Statement[]> {
  return [];
}
