/** Making a decision, as statements for the batch of what it follows from. */
import type { Statement } from "../../db/client.ts";
import { makeDecision, type NewDecision } from "../../db/decision-writes.ts";
import { type Circumstances, loadCircumstances, type PriorRow, type SubjectRow } from "../../db/decisions.ts";
import type { DecisionType } from "../../decisions/decision.ts";
import { countPriors, type Prior, stepAfter } from "../../decisions/ladder.ts";
import { daysToMs, needsEnd, startOf } from "../../decisions/lifecycle.ts";
import { policyOf } from "../../decisions/settings.ts";
import { subjectOf } from "../../decisions/subject.ts";
import { badRequest, conflict, notFound } from "../../http/problem.ts";
import type { ActionContext } from "../context.ts";
import { announceStart } from "./announce.ts";
import { settingsOf } from "./settings.ts";

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
  /** In place of `expiresAtMs`: so long from its start. */
  readonly lengthMs?: number | null;
}

/** Decisions that may hold or wait for one subject in one game. */
export const maxLive = 20;

export const toPrior = ({ policy, made_at, end_kind }: PriorRow): Prior => ({
  policy,
  madeAtMs: made_at,
  endKind: end_kind,
});

/** 0 <= chance < 1, which nobody can foresee. */
export function drawChance(): number {
  const [bits = 0] = crypto.getRandomValues(new Uint32Array(1));
  return bits / 2 ** 32;
}

type Kind = Pick<NewDecision, "type" | "policy" | "startsAtMs" | "expiresAtMs">;

/** Type and term by the policy's ladder. */
function byPolicy(
  name: string,
  { priors, settings }: Circumstances,
  startsAtMs: number,
  nowMs: number,
): Kind {
  const policy = policyOf(settingsOf(settings).settings, name);
  if (policy === undefined) {
    const detail = "The player's game has no policy of this name.";
    throw badRequest([{ pointer: "/policy", code: "unknown_policy", detail }]);
  }
  const { type, days } = stepAfter(policy, countPriors(priors.map(toPrior), name, policy, nowMs));
  return { type, policy: name, startsAtMs, expiresAtMs: days === null ? null : startsAtMs + daysToMs(days) };
}

/** Type and term as they are asked for. */
function byType(order: DecisionOrder, startsAtMs: number): Kind {
  const { type, expiresAtMs, lengthMs } = order;
  if (type === null)
    throw badRequest([{ pointer: "/type", code: "missing", detail: "A type or a policy is needed." }]);
  const endsAtMs = lengthMs == null ? expiresAtMs : startsAtMs + lengthMs;
  if (endsAtMs === null && needsEnd(type)) {
    const detail = "A kick or a suspension must have an end: without one it is a ban.";
    throw badRequest([{ pointer: "/expires_at", code: "missing", detail }]);
  }
  if (endsAtMs !== null && endsAtMs <= startsAtMs) {
    const detail = "The end must lie after the start.";
    throw badRequest([{ pointer: "/expires_at", code: "out_of_range", detail }]);
  }
  return { type, policy: null, startsAtMs, expiresAtMs: endsAtMs };
}

/** @throws Problem 404 for a player that is not there, 409 where too many decisions hold already */
function subjectIn({ player }: Circumstances, { playerId, caseId }: DecisionOrder): SubjectRow {
  if (player === null) throw notFound("The player");
  if (caseId !== null && player.case_player !== playerId) {
    const detail = "No case of this player has this id.";
    throw badRequest([{ pointer: "/case_id", code: "unknown_case", detail }]);
  }
  if (player.live >= maxLive) {
    throw conflict(
      "too_many_decisions",
      `At most ${maxLive} decisions hold for a player in a game: end some.`,
    );
  }
  return player;
}

/**
 * The decision that an order comes to, with the player's next place, which the unique index gives to one alone.
 * @throws Problem 400, 404 or 409
 */
export async function resolveOrder(ctx: ActionContext, order: DecisionOrder): Promise<NewDecision> {
  const found = await loadCircumstances(ctx.db, order);
  const player = subjectIn(found, order);
  const startsAtMs = startOf(order, ctx.nowMs, drawChance());
  const kind =
    order.policy === null ? byType(order, startsAtMs) : byPolicy(order.policy, found, startsAtMs, ctx.nowMs);
  return {
    ...kind,
    playerId: player.id,
    place: (found.priors[0]?.place ?? 0) + 1,
    subject: subjectOf(player),
    home: player.game,
    game: order.game,
    reason: order.reason,
    caseId: order.caseId,
    origin: "person",
    causes: JSON.parse(player.causes ?? "[]") as [string, number][],
    madeBy: ctx.origin.principal,
    madeAtMs: ctx.nowMs,
  };
}

/**
 * The statements that make a decision, for a batch with what it follows from. In that batch its id is
 * `(SELECT max(id) FROM decisions)`.
 * @throws Problem 400 for a policy that the player's game does not have, 409 where too many decisions hold already
 */
export async function planDecision(ctx: ActionContext, order: DecisionOrder): Promise<readonly Statement[]> {
  const decision = await resolveOrder(ctx, order);
  ctx.onDecided?.();
  return [...makeDecision(ctx.db, { ...decision, place: null }), ...announceStart(ctx.db, decision)];
}
