/** What operators start by hand: the slices that cron runs. */
import { Hono } from "hono";
import { recordJobRun, runJob } from "../actions/run-job.ts";
import { courierOf } from "../actions/webhooks/courier.ts";
import { openTrail } from "../audit/trail.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { param } from "../http/validate.ts";
import { fitRetention } from "../telemetry/retention.ts";

/** A caller waits for a slice, so it is short; what remains is said in the answer. */
const budgetMs = 10_000;
/** Messages to webhooks: more than receivers take in that time, less than the platform lets a request make. */
const messagesPerSlice = 500;

export const ops = new Hono<AppEnv>().post(
  operations.runJob.path,
  param(operations.runJob),
  once(),
  async (c) => {
    const { job } = c.req.valid("param");
    const trail = openTrail(c.env, c.var.meter);
    const courier = courierOf(c.env, c.var.world, messagesPerSlice, c.var.tally);
    const retention = fitRetention(c.env);
    const stores = { db: c.var.db, trail, retention, courier, tally: c.var.tally };
    await recordJobRun(stores, actionContext(c), job);
    return c.json(await runJob(stores, job, { nowMs: c.var.nowMs, now: c.var.now, budgetMs }));
  },
);
