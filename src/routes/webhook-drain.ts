/** Delivers what a request emitted, once its answer is on its way. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { courierOf } from "../actions/webhooks/courier.ts";
import { drainWebhooks } from "../actions/webhooks/drain.ts";
import { hasEmitted } from "../actions/webhooks/emit.ts";
import { createDb } from "../db/client.ts";
import { createMeter, meterD1 } from "../db/meter.ts";
import type { AppEnv } from "../env.ts";
import type { Deps } from "../http/begin.ts";
import { describeError } from "../http/error-log.ts";
import { executionContextOf } from "../http/execution-context.ts";

/** After its answer a request is given 30 s; a message can take ten more than this. */
const budgetMs = 15_000;
/** The job of every minute takes what is left. */
const messagesPerRequest = 40;

/** One line of log, if there was anything to do or it failed. Never throws. */
async function drainLogged(c: Context<AppEnv>, deps: Deps): Promise<void> {
  const meter = createMeter();
  const startedMs = deps.now();
  const cost = () => ({
    id: c.get("requestId"),
    ms: deps.now() - startedMs,
    d1_queries: meter.d1Queries,
    rows_read: meter.rowsRead,
    rows_written: meter.rowsWritten,
  });
  try {
    const courier = courierOf(c.env, c.get("world"), messagesPerRequest, c.get("tally"));
    const isOver = () => deps.now() - startedMs >= budgetMs;
    const db = createDb(meterD1(c.env.DB, meter));
    const ended = await drainWebhooks(db, courier, startedMs, isOver);
    const sent = messagesPerRequest - courier.left;
    if (sent > 0) deps.log({ drain: "webhooks", sent, ended, ...cost() });
  } catch (error) {
    deps.log({ drain: "webhooks", level: "error", ...describeError(error), ...cost() });
  }
}

export const drainAfterAnswer = (deps: Deps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await next();
    if (hasEmitted(c.get("db"))) executionContextOf(c)?.waitUntil(drainLogged(c, deps));
  });
