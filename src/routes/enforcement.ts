/** What a game declares of its cases and decisions. */
import { Hono } from "hono";
import { declareEnforcement, describeEnforcement } from "../actions/decisions/declare-enforcement.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { requireGame } from "../http/reach.ts";
import { body, json, param } from "../http/validate.ts";

export const enforcement = new Hono<AppEnv>()
  .get(operations.getEnforcement.path, param(operations.getEnforcement), async (c) => {
    const game = requireGame(c, c.req.valid("param").game);
    return c.json(await describeEnforcement(c.var.db, game, c.var.nowMs));
  })
  .put(
    operations.putEnforcement.path,
    param(operations.putEnforcement),
    body(operations.putEnforcement),
    json(operations.putEnforcement),
    once(),
    async (c) => {
      const game = requireGame(c, c.req.valid("param").game);
      return c.json(await declareEnforcement(actionContext(c), game, c.req.valid("json")));
    },
  );
