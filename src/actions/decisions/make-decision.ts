/** A decision made by a person or by a game's backend. */
import { sql } from "drizzle-orm";
import { isGuardViolation } from "../../db/client.ts";
import { expectRoom, makeDecision, type NewDecision, newestDecision } from "../../db/decision-writes.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { announceStart } from "./announce.ts";
import { decisionAnswer, type ShownDecision } from "./answers.ts";
import { type DecisionOrder, maxLive, resolveOrder } from "./plan-decision.ts";

const rowOf = (made: NewDecision, caseId: number | null): ShownDecision => ({
  id: 0,
  player_id: made.playerId,
  subject: made.subject,
  home: made.home,
  game: made.game,
  type: made.type,
  starts_at: made.startsAtMs,
  expires_at: made.expiresAtMs,
  policy: made.policy,
  reason: made.reason,
  case_id: caseId,
  origin: made.origin,
  causes: JSON.stringify(made.causes),
  made_by: made.madeBy,
  made_at: made.madeAtMs,
  ended_at: null,
  end_kind: null,
  end_reason: null,
  ended_by: null,
});

async function attempt(ctx: ActionContext, order: DecisionOrder) {
  const { db, nowMs } = ctx;
  const decision = await resolveOrder(ctx, order);
  const answer = decisionAnswer(rowOf(decision, order.caseId), nowMs);
  const writes = [
    ...makeDecision(db, decision),
    expectRoom(db, decision, maxLive),
    ...announceStart(db, decision),
  ];
  // D1 gives the id within the batch, so the answer that is stored there gets it from D1 too.
  const body = sql`json_set(${JSON.stringify(answer)}, '$.id', ${newestDecision})`;
  const { player, game, type, policy, starts_at, expires_at, reason, case_id } = answer;
  const results = await commit(
    ctx,
    writes,
    { status: 201, body },
    {
      action: "decision.make",
      target: sql`'decision:' || ${newestDecision}`,
      details: { player: player.id, game, type, policy, starts_at, expires_at, reason, case_id },
    },
  );
  return { ...answer, id: (results[0] as D1Result).meta.last_row_id };
}

/**
 * Makes a decision. Of two at once for a player the second is made on top of the first: its ladder counts that one.
 * @throws Problem 400, 404 or 409 as {@link resolveOrder}
 */
export async function makeDecisionOf(ctx: ActionContext, order: DecisionOrder) {
  const made = await retryOnRace(() => attempt(ctx, order), isGuardViolation);
  ctx.onDecided?.();
  return made;
}
