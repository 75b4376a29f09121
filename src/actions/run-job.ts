/** The jobs in slices: each run does a bounded part of the work, and any run can be the last before a crash. */
import type { Trail } from "../audit/trail.ts";
import { batch, type Db } from "../db/client.ts";
import { countDueDecisions } from "../db/decision-writes.ts";
import { countDueDeliveries } from "../db/deliveries.ts";
import { countDueErasures } from "../db/erasures.ts";
import { countDue, longestWaiting } from "../db/evidence.ts";
import { countExpired, deleteExpired } from "../db/housekeeping.ts";
import { countOldEvents, deleteOldEvents } from "../db/outbox.ts";
import { countDueWalks } from "../db/retention-walks.ts";
import { countBaselineWork } from "../db/scopes.ts";
import type { Job } from "../env.ts";
import { notSealed } from "../http/problem.ts";
import type { Tally } from "../metrics/tally.ts";
import { oldestMsOf, type Retention } from "../telemetry/retention.ts";
import { auditWrites, type Recorder } from "./audit.ts";
import { emitDue } from "./decisions/emit-due.ts";
import { eraseSlice } from "./erase-slice.ts";
import { countIdle, flushStreams } from "./flush-streams.ts";
import { type Pruned, pruneSlice } from "./prune-slice.ts";
import { refreshBaselines } from "./refresh-baselines.ts";
import { scoreStandings } from "./score-players.ts";
import type { Courier } from "./webhooks/courier.ts";
import { drainWebhooks } from "./webhooks/drain.ts";

export interface JobRun {
  /** Adapters' streams closed; players scored; scopes whose version changed; for housekeeping rows and entries deleted; audit entries sealed; decisions that began or expired; deliveries that ended; slices of erasures; rows past their retention. */
  readonly processed: number;
  /** Work that is due now. */
  readonly remaining: number;
  readonly took_ms: number;
}

/** What jobs work on. */
export interface JobStores {
  readonly db: Db;
  /** Null where no sealer is bound: then nothing is sealed, and no entry is ever deleted. */
  readonly trail: Trail | null;
  /** How long rows are kept; null where that is misconfigured: then no job deletes or takes any. */
  readonly retention: Retention | null;
  /** Where it is counted what retention deletes. */
  readonly tally: Tally;
  /** What webhooks are delivered with. */
  readonly courier: Courier;
}

interface Steps {
  /** Does one slice. @param isOver asked after each D1 call that ends a unit of work: in production the clock moves only there */
  run(stores: JobStores, nowMs: number, isOver: () => boolean): Promise<number>;
  countWork(stores: JobStores, nowMs: number): Promise<number>;
}

/** Standings a statement and standings a slice: D1 values stay under 1 MB, and a slice writes 20 rows beside its standings. */
const standingsPerBatch = 64;
const standingsPerSlice = 5 * standingsPerBatch;
const deletesPerSlice = 1_000;
/** Each is a few queries and a batch of its own. */
const streamsPerSlice = 20;
/** Ten blocks, twenty queries. */
const sealsPerSlice = 2_000;

const rescore: Steps = {
  async run({ db }, nowMs, isOver) {
    let processed = 0;
    while (processed < standingsPerSlice && !isOver()) {
      const scored = await scoreStandings(db, longestWaiting(standingsPerBatch, nowMs), nowMs);
      processed += scored ?? 0;
      if (scored === null || scored < standingsPerBatch) break;
    }
    return processed;
  },
  countWork: ({ db }, nowMs) => countDue(db, nowMs),
};

const baselines: Steps = {
  run: ({ db }, nowMs) => refreshBaselines(db, nowMs),
  countWork: ({ db }) => countBaselineWork(db),
};

/** The work of those jobs that a typing error in a variable must not reach. */
function keptBy({ retention }: JobStores): Retention {
  if (retention === null) throw new Error("The retention is misconfigured.");
  return retention;
}

const dayMs = 86_400_000;
/** Audit entries and counted refusals are kept since then. */
const auditSinceMs = (stores: JobStores, nowMs: number): number => nowMs - keptBy(stores).auditDays * dayMs;

const housekeeping: Steps = {
  async run(stores, nowMs) {
    const { db, trail } = stores;
    const keptSinceMs = auditSinceMs(stores, nowMs);
    const deleted = await deleteExpired(db, { nowMs, keptSinceMs }, deletesPerSlice);
    const old = await deleteOldEvents(db, nowMs, deletesPerSlice);
    return deleted + old + ((await trail?.prune(keptSinceMs, nowMs)) ?? 0);
  },
  async countWork(stores, nowMs) {
    const { db, trail } = stores;
    const keptSinceMs = auditSinceMs(stores, nowMs);
    const expired = await countExpired(db, { nowMs, keptSinceMs });
    const old = await countOldEvents(db, nowMs, deletesPerSlice);
    return expired + old + ((await trail?.countPrunable(keptSinceMs)) ?? 0);
  },
};

/** @throws Problem 503 without a sealer: that nothing is sealed must not look like success */
function sealing({ trail }: JobStores): Trail {
  if (trail === null) throw notSealed();
  return trail;
}

const audit: Steps = {
  run: (stores) => sealing(stores).seal(sealsPerSlice),
  countWork: (stores) => sealing(stores).countUnsealed(),
};

const streams: Steps = {
  run(stores, nowMs, isOver) {
    const oldestMs = oldestMsOf(nowMs, keptBy(stores));
    return flushStreams(stores.db, { nowMs, oldestMs }, streamsPerSlice, isOver);
  },
  countWork: ({ db }, nowMs) => countIdle(db, nowMs),
};

/** Ten batches of a hundred. */
const decisionSlices = 10;

const decisions: Steps = {
  async run({ db }, nowMs, isOver) {
    let processed = 0;
    for (let slices = 0; slices < decisionSlices && !isOver(); slices++) {
      const said = await emitDue(db, nowMs);
      if (said === 0) break;
      processed += said;
    }
    return processed;
  },
  countWork: ({ db }, nowMs) => countDueDecisions(db, nowMs),
};

/** More are not counted. */
const maxDeliveriesCounted = 1_000;

const webhooks: Steps = {
  run: ({ db, courier }, nowMs, isOver) => drainWebhooks(db, courier, nowMs, isOver),
  // A run that has sent all that it may is done: the next one goes on.
  countWork: async ({ db, courier }, nowMs) =>
    courier.left > 0 ? countDueDeliveries(db, nowMs, maxDeliveriesCounted) : 0,
};

/** Each is a read and a batch. */
const erasureSlices = 20;

const erasures: Steps = {
  async run({ db }, nowMs, isOver) {
    let slices = 0;
    while (slices < erasureSlices && !isOver() && (await eraseSlice(db, nowMs))) slices += 1;
    return slices;
  },
  countWork: ({ db }, nowMs) => countDueErasures(db, nowMs),
};

/** Each is two reads and a batch: a run of cron, of fifty slices, stays within the queries of an invocation. */
const prunedSlices = 2;

const retention: Steps = {
  async run(stores, nowMs, isOver) {
    const { db, tally } = stores;
    const kept = keptBy(stores);
    let processed = 0;
    const failed: Pruned[] = [];
    for (let slices = 0; slices < prunedSlices && !isOver(); slices++) {
      // A kind that fails does not hold up the others.
      const except = failed.map(({ kind }) => kind);
      const pruned = await pruneSlice(db, nowMs, kept, except);
      if (pruned === null) break;
      if (pruned.error !== undefined) failed.push(pruned);
      tally.add("prunedRows", [pruned.kind], pruned.rows);
      processed += pruned.rows;
    }
    if (failed[0] !== undefined) throw failed[0].error;
    return processed;
  },
  countWork: ({ db }, nowMs) => countDueWalks(db, nowMs),
};

const steps: Readonly<Record<Job, Steps>> = {
  streams,
  rescore,
  baselines,
  housekeeping,
  audit,
  decisions,
  webhooks,
  erasures,
  retention,
};

export interface JobClock {
  /** The time that work is judged at. */
  readonly nowMs: number;
  /** The running clock. */
  now(): number;
  readonly budgetMs: number;
}

/** How much of a job is due. */
export const countWork = async (stores: JobStores, job: Job, nowMs: number): Promise<number> =>
  steps[job].countWork(stores, nowMs);

/** Appends the entry of a run: before the run writes anything, so that nothing of it is there without. */
export async function recordJobRun(stores: JobStores, by: Omit<Recorder, "db">, job: Job): Promise<void> {
  if (job === "audit") sealing(stores);
  const { db } = stores;
  await batch(db, await auditWrites({ ...by, db }, { action: "job.run", target: `job:${job}`, details: {} }));
}

/** Runs one slice of a job. */
export async function runJob(stores: JobStores, job: Job, clock: JobClock): Promise<JobRun> {
  const startedMs = clock.now();
  const isOver = () => clock.now() - startedMs >= clock.budgetMs;
  const processed = await steps[job].run(stores, clock.nowMs, isOver);
  const remaining = await countWork(stores, job, clock.nowMs);
  return { processed, remaining, took_ms: clock.now() - startedMs };
}
