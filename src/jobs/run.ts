/** The cron jobs: slices until nothing is due or the time is up. Any slice can be the last; the next run goes on. */
import { runJob } from "../actions/run-job.ts";
import { createDb, type Db } from "../db/client.ts";
import { createMeter, meterD1 } from "../db/meter.ts";
import type { Env, Job } from "../env.ts";
import type { Deps } from "../http/begin.ts";
import { describeError } from "../http/error-log.ts";

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

interface Progress {
  slices: number;
  processed: number;
  remaining: number;
}

async function runSlices(db: Db, job: Job, deps: Deps, progress: Progress): Promise<void> {
  const startedMs = deps.now();
  while (progress.slices < maxSlices && deps.now() - startedMs < budgetMs) {
    const run = await runJob(db, job, { nowMs: deps.now(), now: deps.now, budgetMs: sliceMs });
    progress.slices += 1;
    progress.processed += run.processed;
    progress.remaining = run.remaining;
    if (run.remaining === 0) return;
  }
}

/**
 * Runs the job of a cron expression and logs what it did and cost, in one line, whether it ends well or not. What it
 * throws says nothing of its cause: the platform logs it, and a cause can hold bound values.
 */
export async function runCron(env: Env, cron: string, deps: Deps): Promise<void> {
  const job = jobOfCron[cron];
  if (!job) throw new Error(`No job runs at ${cron}.`);
  const meter = createMeter();
  const startedMs = deps.now();
  const progress = { slices: 0, processed: 0, remaining: 0 };
  let failure: Readonly<Record<string, unknown>> | null = null;
  try {
    await runSlices(createDb(meterD1(env.DB, meter)), job, deps, progress);
  } catch (error) {
    failure = { level: "error", ...describeError(error) };
  }
  deps.log({
    job,
    ...progress,
    ms: deps.now() - startedMs,
    d1_queries: meter.d1Queries,
    rows_read: meter.rowsRead,
    rows_written: meter.rowsWritten,
    ...failure,
  });
  if (failure) throw new Error(`The job ${job} failed; its log line says where.`);
}
