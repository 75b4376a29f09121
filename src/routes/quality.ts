/** How good detection turned out to be. */
import { Hono } from "hono";
import { readDetectorQuality, readQuality } from "../actions/quality/read-quality.ts";
import type { AppEnv } from "../env.ts";
import * as operations from "../http/operations.ts";
import { listedGame } from "../http/reach.ts";
import { param, query } from "../http/validate.ts";

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
  });
