/** The cron jobs: slices until nothing is due or the time is up. Any slice can be the last; the next run goes on. */
import { runJob } from "../actions/run-job.ts";
import { createDb } from "../db/client.ts";
import { createMeter, meterD1 } from "../db/meter.ts";
import type { Env, Job } from "../env.ts";
import type { Deps } from "../http/begin.ts";

/** A cron that runs more often than hourly gets 30 s of CPU; wall time is mostly waiting for D1. */
const budgetMs = 20_000;
const sliceMs = 10_000;
/** Ends a run whose work never ends, such as rows that others keep changing. */
const maxSlices = 50;

/** As in `wrangler.toml`; a test compares them. */
export const jobOfCron: Readonly<Record<string, Job>> = {
  "*/5 * * * *": "rescore",
  "17 * * * *": "baselines",
  "43 3 * * *": "housekeeping",
};

/** Runs the job of a cron expression and logs what it did and cost, in one line. */
export async function runCron(env: Env, cron: string, deps: Deps): Promise<void> {
  const job = jobOfCron[cron];
  if (!job) throw new Error(`No job runs at ${cron}.`);
  const meter = createMeter();
  const db = createDb(meterD1(env.DB, meter));
  const startedMs = deps.now();
  let processed = 0;
  let remaining = 0;
  let slices = 0;
  while (slices < maxSlices && deps.now() - startedMs < budgetMs) {
    const run = await runJob(db, job, { nowMs: deps.now(), now: deps.now, budgetMs: sliceMs });
    slices += 1;
    processed += run.processed;
    remaining = run.remaining;
    if (remaining === 0) break;
  }
  deps.log({
    job,
    slices,
    processed,
    remaining,
    ms: deps.now() - startedMs,
    d1_queries: meter.d1Queries,
    rows_read: meter.rowsRead,
    rows_written: meter.rowsWritten,
  });
}
