/** What operators start by hand: the slices that cron runs. */
import { Hono } from "hono";
import { runJob } from "../actions/run-job.ts";
import type { AppEnv } from "../env.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { param } from "../http/validate.ts";

/** A caller waits for a slice, so it is short; what remains is said in the answer. */
const budgetMs = 10_000;

export const ops = new Hono<AppEnv>().post(
  operations.runJob.path,
  param(operations.runJob),
  once(),
  async (c) => {
    const clock = { nowMs: c.var.nowMs, now: c.var.now, budgetMs };
    return c.json(await runJob(c.var.db, c.req.valid("param").job, clock));
  },
);
