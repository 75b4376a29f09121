/** Verdicts on cases, agreement between reviewers, and explanations. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { reviewerAgreement } from "../actions/agreement.ts";
import type { AskedDecision } from "../actions/cases/asked-decision.ts";
import { giveVerdict } from "../actions/cases/give-verdict.ts";
import { explanationAnswer } from "../actions/explain.ts";
import { findCaseToExplain, findDecisionToExplain } from "../db/explanations.ts";
import type { Audience } from "../decisions/explanation.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { notFound, Problem } from "../http/problem.ts";
import { covers, coversDecision, reachOf } from "../http/reach.ts";
import type { VerdictRequest } from "../http/schemas/verdicts.ts";
import { body, json, param, query } from "../http/validate.ts";

const reviewerCursors = cursorsOf("agreement", z.string().max(400));

const hourMs = 3_600_000;
const maybeMs = (time: string | null | undefined) => (time == null ? null : Date.parse(time));

const inMs = (count: number | null | undefined, unitMs: number) => (count == null ? null : count * unitMs);

function askedDecision({ decision }: z.output<typeof VerdictRequest>): AskedDecision | null {
  if (decision == null) return null;
  const { policy = null, type = null, scope, days, delay_window_hours: windowHours } = decision;
  return {
    ...{ policy, type, scope },
    startsAtMs: maybeMs(decision.starts_at),
    expiresAtMs: maybeMs(decision.expires_at),
    delayWindowMs: inMs(windowHours, hourMs),
    lengthMs: inMs(days, 24 * hourMs),
  };
}

/** What the analyst reads tells of a case. @throws Problem 403 for a key that may not read cases */
function requireAudience(c: Context<AppEnv>, audience: Audience): void {
  const { actor } = c.var;
  if (audience === "player" || actor?.kind !== "key" || actor.scopes.includes("cases:read")) return;
  throw new Problem(403, "forbidden", "The key lacks the scope cases:read, which the analyst's text needs.");
}

export const verdicts = new Hono<AppEnv>()
  .post(
    operations.giveVerdict.path,
    param(operations.giveVerdict),
    body(operations.giveVerdict),
    json(operations.giveVerdict),
    once(),
    async (c) => {
      const given = c.req.valid("json");
      const { verdict, reason } = given;
      const order = { verdict, reason, decision: askedDecision(given) };
      return c.json(await giveVerdict(actionContext(c), c.req.valid("param").case, order));
    },
  )
  .get(
    operations.explainCase.path,
    param(operations.explainCase),
    query(operations.explainCase),
    async (c) => {
      const found = await findCaseToExplain(c.var.db, c.req.valid("param").case);
      if (found === null || !covers(reachOf(c), found.game)) throw notFound("The case");
      return c.json(explanationAnswer({ ofCase: found, decision: null }, c.req.valid("query").audience));
    },
  )
  .get(
    operations.explainDecision.path,
    param(operations.explainDecision),
    query(operations.explainDecision),
    async (c) => {
      const { audience } = c.req.valid("query");
      requireAudience(c, audience);
      const found = await findDecisionToExplain(c.var.db, c.req.valid("param").decision);
      if (found === null || !coversDecision(reachOf(c), found.decision)) throw notFound("The decision");
      return c.json(explanationAnswer(found, audience));
    },
  )
  .get(operations.getAgreement.path, query(operations.getAgreement), async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const page = await reviewerAgreement(c.var.db, limit, reviewerCursors.read(cursor));
    const next = nextCursor(page.reviewers, limit, (last) => reviewerCursors.write(last.reviewer));
    return c.json({ ...page, next_cursor: next });
  });
