/** A verdict resolves the reports on its player, and tells how credible their reporters are. */
import type { Statement } from "../../db/client.ts";
import type { Verdict } from "../../decisions/verdict.ts";
import type { ActionContext } from "../context.ts";

export interface Resolution {
  readonly playerId: number;
  readonly game: string;
  readonly caseId: number;
  readonly verdict: Verdict;
}

/** The statements for the batch of the verdict. */
export async function resolveReports(_ctx: ActionContext, _resolution: Resolution): Promise<Statement[]> {
  return [];
}
