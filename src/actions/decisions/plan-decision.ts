/** Making a decision, as statements for the batch of what it follows from. */
import type { Statement } from "../../db/client.ts";
import type { DecisionType } from "../../decisions/decision.ts";
import type { ActionContext } from "../context.ts";

/** What is asked for: a policy of the game, or a type by itself. Times in ms. */
export interface DecisionOrder {
  readonly playerId: number;
  /** `*`: in every game. */
  readonly game: string;
  readonly caseId: number | null;
  readonly reason: string;
  /** Name of a policy of the game, whose ladder says type and length; null where `type` says it. */
  readonly policy: string | null;
  readonly type: DecisionType | null;
  readonly startsAtMs: number | null;
  /** Start at a random time of so much after `startsAtMs`, so that a wave tells nobody what gave them away. */
  readonly delayWindowMs: number | null;
  readonly expiresAtMs: number | null;
}

/** @throws Problem 400 for a policy that the game does not have */
export async function planDecision(
  _ctx: ActionContext,
  _order: DecisionOrder,
): Promise<readonly Statement[]> {
  return [];
}
