/** Appeals of decisions, by a game's backend or an analyst on the player's behalf. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { isoOf } from "../actions/answers.ts";
import { appealAnswer, fileAppeal, type InReach } from "../actions/appeals/file-appeal.ts";
import { linkAppeal } from "../actions/appeals/link-appeal.ts";
import { appealLinkSeconds } from "../auth/appeal-links.ts";
import { findAppeal, selectAppeals } from "../db/appeals.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { getConfiguration } from "../http/gate.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { notFound } from "../http/problem.ts";
import { covers, coversDecision, listedGame, reachOf } from "../http/reach.ts";
import { body, json, param, query } from "../http/validate.ts";

const appealCursors = cursorsOf("appeals", z.int());

const inReachOf =
  (c: Context<AppEnv>): InReach =>
  ({ decision }) =>
    coversDecision(reachOf(c), decision);

export const appeals = new Hono<AppEnv>()
  .post(
    operations.fileAppeal.path,
    param(operations.fileAppeal),
    body(operations.fileAppeal),
    json(operations.fileAppeal),
    once(),
    async (c) => {
      const { decision } = c.req.valid("param");
      const { statement } = c.req.valid("json");
      return c.json(await fileAppeal(actionContext(c), decision, statement, inReachOf(c)), 201);
    },
  )
  .post(operations.linkAppeal.path, param(operations.linkAppeal), async (c) => {
    const { jwtSecret } = getConfiguration(c.env);
    const { decision } = c.req.valid("param");
    const token = await linkAppeal(actionContext(c), decision, jwtSecret, inReachOf(c));
    const endsMs = Math.floor(c.var.nowMs / 1_000) * 1_000 + appealLinkSeconds * 1_000;
    return c.json({ url: `${new URL(c.req.url).origin}/appeals/${token}`, expires_at: isoOf(endsMs) }, 201);
  })
  .get(operations.listAppeals.path, query(operations.listAppeals), async (c) => {
    const { state, game, limit, cursor } = c.req.valid("query");
    const filter = { state, game: listedGame(c, game) };
    const rows = await selectAppeals(c.var.db, filter, limit, appealCursors.read(cursor));
    return c.json({
      appeals: rows.map(appealAnswer),
      next_cursor: nextCursor(rows, limit, (row) => appealCursors.write(row.id)),
    });
  })
  .get(operations.getAppeal.path, param(operations.getAppeal), async (c) => {
    const appeal = await findAppeal(c.var.db, c.req.valid("param").appeal);
    if (appeal === null || !covers(reachOf(c), appeal.game)) throw notFound("The appeal");
    return c.json(appealAnswer(appeal));
  });
