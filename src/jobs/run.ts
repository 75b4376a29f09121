/** The cron jobs: slices until nothing is due or the time is up. Any slice can be the last; the next run goes on. */
import { countWork, type JobStores, recordJobRun, runJob } from "../actions/run-job.ts";
import { noteAgingBacklog } from "../actions/watch/backlog-aging.ts";
import { countOverview } from "../actions/watch/count-overview.ts";
import { type CronNote, noteRuns } from "../actions/watch/note-runs.ts";
import { courierOf } from "../actions/webhooks/courier.ts";
import { noteJobFailure } from "../actions/webhooks/job-failure.ts";
import { openTrail } from "../audit/trail.ts";
import { createDb } from "../db/client.ts";
import { createMeter, meterD1 } from "../db/meter.ts";
import type { JobEnd } from "../db/metrics.ts";
import type { Env, Job, Origin } from "../env.ts";
import { type Deps, worldOf } from "../http/begin.ts";
import { countCost } from "../http/count.ts";
import { describeError } from "../http/error-log.ts";
import { createTally, type Tally } from "../metrics/tally.ts";
import { fitRetention } from "../telemetry/retention.ts";

/** A cron that runs more often than hourly gets 30 s of CPU; wall time is mostly waiting for D1. */
const budgetMs = 20_000;
const sliceMs = 10_000;
/** Ends a run whose work never ends, such as rows that others keep changing. */
const maxSlices = 50;

/**
 * As in `wrangler.toml`; a test compares them. Sealing comes last, so that what the run itself left in the trail is
 * sealed by it.
 */
export const jobsOfCron: Readonly<Record<string, readonly Job[]>> = {
  "* * * * *": ["decisions", "webhooks"],
  "*/5 * * * *": ["streams", "rescore", "erasures", "retention", "audit"],
  "17 * * * *": ["baselines"],
  "43 3 * * *": ["housekeeping"],
};

/** With the calls of the store that go with them, fewer than the thousand that the platform lets an invocation make. */
const messagesPerRun = 800;

const cronOrigin: Origin = { principal: "system:cron", address: null, requestId: null };

interface Progress {
  slices: number;
  processed: number;
  remaining: number;
}

/** A run that finds nothing due leaves no entry: it writes nothing, and there are hundreds of them a day. */
async function runSlices(stores: JobStores, job: Job, deps: Deps, progress: Progress): Promise<void> {
  const startedMs = deps.now();
  if ((await countWork(stores, job, startedMs)) === 0) return;
  await recordJobRun(stores, { nowMs: startedMs, origin: cronOrigin }, job);
  while (progress.slices < maxSlices && deps.now() - startedMs < budgetMs) {
    const run = await runJob(stores, job, { nowMs: deps.now(), now: deps.now, budgetMs: sliceMs });
    progress.slices += 1;
    progress.processed += run.processed;
    progress.remaining = run.remaining;
    if (run.remaining === 0) return;
  }
}

/** Runs a job and logs what it did and cost, in one line, whether it ends well or not. @returns how it ended */
async function runLogged(env: Env, job: Job, deps: Deps, tally: Tally): Promise<JobEnd> {
  const meter = createMeter();
  const startedMs = deps.now();
  const progress = { slices: 0, processed: 0, remaining: 0 };
  let failure: Readonly<Record<string, unknown>> | null = null;
  try {
    const db = createDb(meterD1(env.DB, meter));
    const courier = courierOf(env, worldOf(deps), messagesPerRun, tally);
    const retention = fitRetention(env);
    const stores = { db, trail: openTrail(env, meter), retention, courier, tally };
    await runSlices(stores, job, deps, progress);
  } catch (error) {
    failure = { level: "error", ...describeError(error) };
  }
  const at = deps.now();
  const ms = at - startedMs;
  deps.log({
    job,
    ...progress,
    ms,
    d1_queries: meter.d1Queries,
    rows_read: meter.rowsRead,
    rows_written: meter.rowsWritten,
    ...failure,
  });
  const ok = failure === null;
  countCost(tally, "jobs", meter);
  tally.add("jobRuns", [job, ok ? "ended" : "failed"]);
  return { at, ms, ok, remaining: progress.remaining };
}

/** What the runs leave behind, and the warning of every minute. A fault of theirs is logged, and fails no job. */
async function watchRuns(env: Env, deps: Deps, tally: Tally, note: CronNote): Promise<void> {
  const meter = createMeter();
  try {
    const db = createDb(meterD1(env.DB, meter));
    if (note.ends.decisions) await noteAgingBacklog(db, deps.now());
    await noteRuns(db, tally, note, deps.now());
    if (note.countsState) await countOverview(db, deps.now());
  } catch (error) {
    deps.log({ watch: "cron", level: "error", ...describeError(error) });
  }
  countCost(tally, "metrics", meter);
}

/**
 * Runs the jobs of a cron expression, each of them also after another has failed. What it throws says nothing of the
 * cause: the platform logs it, and a cause can hold bound values.
 */
export async function runCron(env: Env, cron: string, deps: Deps): Promise<void> {
  const jobs = jobsOfCron[cron];
  if (!jobs) throw new Error(`No job runs at ${cron}.`);
  const tally = deps.tally ?? createTally();
  const ends: Partial<Record<Job, JobEnd>> = {};
  for (const job of jobs) ends[job] = await runLogged(env, job, deps, tally);
  const failed = jobs.filter((job) => ends[job]?.ok === false);
  for (const job of failed) await noteJobFailure(createDb(env.DB), deps.now(), job);
  await watchRuns(env, deps, tally, { ends, countsState: ends.rescore !== undefined });
  if (failed.length > 0) throw new Error(`The job ${failed.join(", ")} failed; its log line says where.`);
}
