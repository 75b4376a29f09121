/** What an action gets from a request. */
import type { Context } from "hono";
import type { ActionContext, AppEnv } from "../env.ts";

export function actionContext(c: Context<AppEnv>): ActionContext {
  return {
    db: c.var.db,
    nowMs: c.var.nowMs,
    completion: c.var.completion,
    newId: () => crypto.randomUUID(),
  };
}
