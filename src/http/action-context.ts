/** What an action gets from a request. */
import type { Context } from "hono";
import { type ActionContext, type AppEnv, principalOf } from "../env.ts";
import { addressOf } from "./permits.ts";
import { reachOf } from "./reach.ts";

export function actionContext(c: Context<AppEnv>): ActionContext {
  const { actor, requestId } = c.var;
  return {
    db: c.var.db,
    nowMs: c.var.nowMs,
    completion: c.var.completion,
    origin: {
      principal: actor === null ? "unknown" : principalOf(actor),
      address: addressOf(c),
      requestId,
    },
    reach: reachOf(c),
    newId: () => crypto.randomUUID(),
    onDecided: () => c.var.decisionMemory.forgetChecks(),
  };
}
