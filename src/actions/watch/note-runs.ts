/** What cron leaves behind of its runs, and the state that it counts every five minutes: two or three rows a run. */
import { batch, type Db } from "../../db/client.ts";
import { addCounts, countState, type JobEnd, putBlock } from "../../db/metrics.ts";
import type { Job } from "../../env.ts";
import type { Tally } from "../../metrics/tally.ts";

export interface CronNote {
  readonly ends: Readonly<Partial<Record<Job, JobEnd>>>;
  /** Whether cases and deliveries are counted, too. */
  readonly countsState: boolean;
}

/** Stores it with whatever this isolate has counted. */
export async function noteRuns(db: Db, tally: Tally, note: CronNote, nowMs: number): Promise<void> {
  const state = note.countsState ? await countState(db, nowMs) : null;
  const counts = tally.take(nowMs);
  try {
    await batch(db, [
      putBlock(db, nowMs, "jobs", note.ends),
      ...(state === null ? [] : [putBlock(db, nowMs, "state", state)]),
    ]);
    await addCounts(db, nowMs, counts);
  } catch (error) {
    tally.giveBack(counts);
    throw error;
  }
}
