/** Automation that its quota stopped goes on, with the whole quota of a day before it. */
import { expectChanges, isGuardViolation } from "../../db/client.ts";
import { resumeAutomationDay, selectAutomationDays } from "../../db/enforcement.ts";
import type { DecisionType } from "../../decisions/decision.ts";
import { conflict } from "../../http/problem.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { dayOf } from "./quota-book.ts";

async function attempt(ctx: ActionContext, game: string, type: DecisionType) {
  const day = dayOf(ctx.nowMs);
  const was = (await selectAutomationDays(ctx.db, [game], day)).find((one) => one.type === type);
  if (was === undefined || was.tripped_at === null) {
    throw conflict("automation_not_paused", "Automatic decisions of this type are not paused in this game.");
  }
  const body = { game, type, made_today: was.count };
  await commit(
    ctx,
    [resumeAutomationDay(ctx.db, was, day), ctx.db.all(expectChanges(1))],
    { status: 200, body },
    {
      action: "enforcement.declare",
      target: `game:${game}`,
      details: { resumed: type, made_today: was.count },
    },
  );
  return body;
}

/** @throws Problem 409 where nothing is paused */
export const resumeAutomation = (ctx: ActionContext, game: string, type: DecisionType) =>
  retryOnRace(() => attempt(ctx, game, type), isGuardViolation);
