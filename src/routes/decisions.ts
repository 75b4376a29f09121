/** Decisions: made, read, ended and undone. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { decisionAnswer } from "../actions/decisions/answers.ts";
import { endDecision } from "../actions/decisions/end-decision.ts";
import { makeDecisionOf } from "../actions/decisions/make-decision.ts";
import type { DecisionOrder } from "../actions/decisions/plan-decision.ts";
import { resumeAutomation, resumeScopeAutomation } from "../actions/decisions/resume-automation.ts";
import { undoDecisions } from "../actions/decisions/undo-decisions.ts";
import { type DecisionFilter, type DecisionRow, findDecision, listDecisions } from "../db/decisions.ts";
import type { PlayerRow } from "../db/players.ts";
import type { DecisionType } from "../decisions/decision.ts";
import { daysToMs } from "../decisions/lifecycle.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { getPlayer, pathKey, playerKey } from "../http/player.ts";
import { badRequest, notFound, Problem } from "../http/problem.ts";
import { covers, listedGame, reachOf } from "../http/reach.ts";
import type { DecisionRequest } from "../http/schemas/decisions.ts";
import { body, json, param, query } from "../http/validate.ts";

const hourMs = 3_600_000;
const decisionCursors = cursorsOf("decision-list", z.int());

/** What holds in a key's games is the key's, and what holds everywhere of its players. */
function isCovered(c: Context<AppEnv>): (row: DecisionRow) => boolean {
  const reach = reachOf(c);
  return ({ home }) => covers(reach, home);
}

/** @throws Problem 403 for a key that is bound to games: what holds in all of them is not its to say */
function requireAll(c: Context<AppEnv>, asks: boolean): void {
  if (!asks || reachOf(c).games === null) return;
  throw new Problem(403, "game_out_of_reach", "This holds in all games, and the key is bound to some.");
}

const timeOf = (text: string | null | undefined) => (text == null ? null : Date.parse(text));

const orderOf = (asked: DecisionRequest, player: PlayerRow): DecisionOrder => ({
  playerId: player.id,
  game: asked.scope === "all" ? "*" : player.game,
  caseId: asked.case_id ?? null,
  reason: asked.reason,
  policy: asked.policy ?? null,
  type: asked.type ?? null,
  startsAtMs: timeOf(asked.starts_at),
  delayWindowMs: asked.delay_window_hours == null ? null : Math.round(asked.delay_window_hours * hourMs),
  expiresAtMs: timeOf(asked.expires_at),
  lengthMs: asked.days == null ? null : daysToMs(asked.days),
});

interface Listed {
  readonly player?: string | undefined;
  readonly game?: string | undefined;
  readonly state?: "live" | "ended" | undefined;
}

/** @throws Problem 400 for a combination that no index serves */
async function filterOf(c: Context<AppEnv>, { player, game, state }: Listed): Promise<DecisionFilter> {
  const refuse = (pointer: string, detail: string) => badRequest([{ pointer, code: "not_indexed", detail }]);
  if (player !== undefined) {
    if (state !== undefined) throw refuse("/state", "A player's decisions are not narrowed by state.");
    const { id } = await getPlayer(c, pathKey(c, player, game === "*" ? undefined : game));
    return { playerId: id };
  }
  requireAll(c, game === "*");
  const listed = game === "*" ? game : listedGame(c, game);
  if (listed === undefined && state !== undefined)
    throw refuse("/state", "Only one game's are narrowed by state.");
  return { game: listed, ended: state === undefined ? undefined : state === "ended" };
}

export const decisions = new Hono<AppEnv>()
  .get(operations.listDecisions.path, query(operations.listDecisions), async (c) => {
    const { limit, cursor, ...listed } = c.req.valid("query");
    const filter = await filterOf(c, listed);
    const rows = await listDecisions(c.var.db, filter, limit, decisionCursors.read(cursor));
    const placeOf = (row: DecisionRow) => (filter.playerId === undefined ? row.id : row.place);
    return c.json({
      decisions: rows.map((row) => decisionAnswer(row, c.var.nowMs)),
      next_cursor: nextCursor(rows, limit, (row) => decisionCursors.write(placeOf(row))),
    });
  })
  .post(
    operations.makeDecision.path,
    body(operations.makeDecision),
    json(operations.makeDecision),
    once(),
    async (c) => {
      const asked = c.req.valid("json");
      const player = await getPlayer(c, playerKey(c, asked.player_id, asked.game));
      requireAll(c, asked.scope === "all");
      return c.json(await makeDecisionOf(actionContext(c), orderOf(asked, player)), 201);
    },
  )
  .post(
    operations.undoDecisions.path,
    body(operations.undoDecisions),
    json(operations.undoDecisions),
    once(),
    async (c) => c.json(await undoDecisions(actionContext(c), c.req.valid("json"))),
  )
  .post(
    operations.resumeAutomation.path,
    body(operations.resumeAutomation),
    json(operations.resumeAutomation),
    once(),
    async (c) => {
      const { game, type, mode } = c.req.valid("json");
      const ctx = actionContext(c);
      if (mode !== undefined) return c.json(await resumeScopeAutomation(ctx, { game, mode }));
      return c.json(await resumeAutomation(ctx, game, type as DecisionType));
    },
  )
  .get(operations.getDecision.path, param(operations.getDecision), async (c) => {
    const row = await findDecision(c.var.db, c.req.valid("param").decision);
    if (row === null || !isCovered(c)(row)) throw notFound("The decision");
    return c.json(decisionAnswer(row, c.var.nowMs));
  })
  .post(
    operations.endDecision.path,
    param(operations.endDecision),
    body(operations.endDecision),
    json(operations.endDecision),
    once(),
    async (c) => {
      const reach = reachOf(c);
      // What holds in all games is not ended by who may speak for some of them.
      const mayEnd = ({ game }: DecisionRow) => reach.games === null || covers(reach, game);
      const { decision } = c.req.valid("param");
      return c.json(await endDecision(actionContext(c), decision, c.req.valid("json"), mayEnd));
    },
  );
