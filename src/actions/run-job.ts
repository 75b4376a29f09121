/** The jobs in slices: each run does a bounded part of the work, and any run can be the last before a crash. */
import type { Db } from "../db/client.ts";
import { countDue, longestWaiting } from "../db/evidence.ts";
import { countExpired, deleteExpired } from "../db/housekeeping.ts";
import { countBaselineWork } from "../db/scopes.ts";
import type { Job } from "../env.ts";
import { refreshBaselines } from "./refresh-baselines.ts";
import { scoreStandings } from "./score-players.ts";

export interface JobRun {
  /** Players scored; for baselines the scopes whose version changed; for housekeeping the rows deleted. */
  readonly processed: number;
  /** Work that is due now. */
  readonly remaining: number;
  readonly took_ms: number;
}

/** Standings a statement and standings a slice: D1 values stay under 1 MB, and a slice writes 20 rows beside its standings. */
const standingsPerBatch = 64;
const standingsPerSlice = 5 * standingsPerBatch;
const deletesPerSlice = 1_000;

/** @param isOver asked after each D1 call that ends a unit of work: in production the clock moves only there */
async function rescore(db: Db, nowMs: number, isOver: () => boolean): Promise<number> {
  let processed = 0;
  while (processed < standingsPerSlice && !isOver()) {
    const scored = await scoreStandings(db, longestWaiting(standingsPerBatch, nowMs), nowMs);
    processed += scored ?? 0;
    if (scored === null || scored < standingsPerBatch) break;
  }
  return processed;
}

const runs: Record<Job, (db: Db, nowMs: number, isOver: () => boolean) => Promise<number>> = {
  rescore,
  baselines: refreshBaselines,
  housekeeping: (db, nowMs) => deleteExpired(db, nowMs, deletesPerSlice),
};

const remaining: Record<Job, (db: Db, nowMs: number) => Promise<number>> = {
  rescore: countDue,
  baselines: countBaselineWork,
  housekeeping: countExpired,
};

export interface JobClock {
  /** The time that work is judged at. */
  readonly nowMs: number;
  /** The running clock. */
  now(): number;
  readonly budgetMs: number;
}

/** Runs one slice of a job. */
export async function runJob(db: Db, job: Job, clock: JobClock): Promise<JobRun> {
  const startedMs = clock.now();
  const processed = await runs[job](db, clock.nowMs, () => clock.now() - startedMs >= clock.budgetMs);
  const left = await remaining[job](db, clock.nowMs);
  return { processed, remaining: left, took_ms: clock.now() - startedMs };
}
