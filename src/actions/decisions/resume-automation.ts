/** Automation goes on: of a type that its quota stopped, with the whole quota of a day before it; or of a scope. */
import { batch, expectChanges, isGuardViolation } from "../../db/client.ts";
import { resumeAutomationDay, selectAutomationDays } from "../../db/enforcement.ts";
import { resumeScope, type ScopeName, selectWarnings } from "../../db/scope-warnings.ts";
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

async function attemptScope(ctx: ActionContext, scope: ScopeName) {
  const { game, mode } = scope;
  const [warnings] = await batch(ctx.db, [selectWarnings(ctx.db, [scope])]);
  const pausing = warnings.filter(({ pauses }) => pauses === 1);
  if (pausing.length === 0) {
    throw conflict("automation_not_paused", "Automatic decisions are not paused in this mode of the game.");
  }
  const resumed = pausing.map(({ kind, subject }) => ({ cause: kind, subject }));
  const body = { game, mode, resumed };
  await commit(
    ctx,
    [resumeScope(ctx.db, scope), ctx.db.all(expectChanges(pausing.length))],
    { status: 200, body },
    { action: "enforcement.declare", target: `game:${game}`, details: { resumed_mode: mode, resumed } },
  );
  return body;
}

/** A scope's decisions go on although what stopped them lasts. @throws Problem 409 where nothing stops them */
export const resumeScopeAutomation = (ctx: ActionContext, scope: ScopeName) =>
  retryOnRace(() => attemptScope(ctx, scope), isGuardViolation);

/** @throws Problem 409 where nothing is paused */
export const resumeAutomation = (ctx: ActionContext, game: string, type: DecisionType) =>
  retryOnRace(() => attempt(ctx, game, type), isGuardViolation);
