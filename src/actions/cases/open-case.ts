/** Opening a case: the evidence of a player in a scope, frozen as it is now. */
import type { Statement } from "../../db/client.ts";
import type { ActionContext } from "../context.ts";

export interface CaseOrder {
  readonly playerId: number;
  readonly mode: string;
  readonly origin: "manual" | "report" | "appeal";
}

/**
 * The statements that open a case, for a batch with what it is opened for. In that batch its id is
 * `(SELECT max(id) FROM cases WHERE player_id = PLAYER AND mode = MODE)`. For `appeal` its state is `appealed`.
 */
export async function openCaseWrites(_ctx: ActionContext, _order: CaseOrder): Promise<Statement[]> {
  return [];
}
