/** Games, their metric profiles and their scopes. */
import { Hono } from "hono";
import { declareGame, describeGame } from "../actions/declare-game.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import * as operations from "../http/operations.ts";
import { requireGame } from "../http/reach.ts";
import { body, json, param } from "../http/validate.ts";

export const games = new Hono<AppEnv>()
  .get(operations.getGame.path, param(operations.getGame), async (c) =>
    c.json(await describeGame(c.var.db, requireGame(c, c.req.valid("param").game))),
  )
  .put(
    operations.putGame.path,
    param(operations.putGame),
    body(operations.putGame),
    json(operations.putGame),
    async (c) => {
      const game = requireGame(c, c.req.valid("param").game);
      return c.json(await declareGame(actionContext(c), game, c.req.valid("json")));
    },
  );
