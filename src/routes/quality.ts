/** How good detection turned out to be, and what its verdicts teach. */
import { Hono } from "hono";
import { acceptCombination, describeCombination } from "../actions/quality/combination.ts";
import { readDetectorQuality, readQuality } from "../actions/quality/read-quality.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import * as operations from "../http/operations.ts";
import { listedGame, requireGame } from "../http/reach.ts";
import { body, json, param, query } from "../http/validate.ts";

export const quality = new Hono<AppEnv>()
  .get(
    operations.getDetectorQuality.path,
    param(operations.getDetectorQuality),
    query(operations.getDetectorQuality),
    async (c) => {
      const { months, game } = c.req.valid("query");
      const asked = { months, game: listedGame(c, game) };
      const { detector } = c.req.valid("param");
      return c.json(await readDetectorQuality(c.var.db, detector, asked, c.var.nowMs));
    },
  )
  .get(operations.getQuality.path, query(operations.getQuality), async (c) => {
    const { months, game } = c.req.valid("query");
    return c.json(await readQuality(c.var.db, { months, game: listedGame(c, game) }, c.var.nowMs));
  })
  .get(operations.getCombination.path, param(operations.getCombination), async (c) =>
    c.json(await describeCombination(c.var.db, requireGame(c, c.req.valid("param").game))),
  )
  .post(
    operations.acceptCombination.path,
    param(operations.acceptCombination),
    body(operations.acceptCombination),
    json(operations.acceptCombination),
    async (c) => {
      const game = requireGame(c, c.req.valid("param").game);
      return c.json(await acceptCombination(actionContext(c), game, c.req.valid("json").proposal_hash));
    },
  );
