/** A person's data: exported, erased. */
import { Hono } from "hono";
import { erasePlayer, erasureOf } from "../actions/erase-player.ts";
import { exportPlayer } from "../actions/export-player.ts";
import { findPlayer } from "../db/players.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import * as operations from "../http/operations.ts";
import { getPlayer, pathKey } from "../http/player.ts";
import { notFound } from "../http/problem.ts";
import { param, query } from "../http/validate.ts";

export const privacy = new Hono<AppEnv>()
  .get(
    operations.exportPlayer.path,
    param(operations.exportPlayer),
    query(operations.exportPlayer),
    async (c) => {
      const player = await getPlayer(c, pathKey(c, c.req.valid("param").player, c.req.valid("query").game));
      c.header("content-type", "application/x-ndjson; charset=utf-8");
      c.header("cache-control", "no-store");
      c.header("content-disposition", `attachment; filename="player-${player.id}.ndjson"`);
      return c.body(await exportPlayer(actionContext(c), player));
    },
  )
  .delete(
    operations.erasePlayer.path,
    param(operations.erasePlayer),
    query(operations.erasePlayer),
    async (c) => {
      const { game, reason } = c.req.valid("query");
      const key = pathKey(c, c.req.valid("param").player, game);
      const ctx = actionContext(c);
      const player = await findPlayer(c.var.db, key);
      if (player !== null) return c.json(await erasePlayer(ctx, player, reason));
      const erasure = "id" in key ? await erasureOf(ctx, key.id) : null;
      if (erasure === null) throw notFound("The player");
      return c.json(erasure);
    },
  );
