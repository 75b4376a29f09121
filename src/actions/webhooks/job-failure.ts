/** `job.failed`, at most once an hour and job: a job that fails every minute is told of once. */
import { sql } from "drizzle-orm";
import { batch, type Db } from "../../db/client.ts";
import { wasTold } from "../../db/outbox.ts";
import type { Job } from "../../env.ts";
import { emitWrites } from "./emit.ts";

const quietMs = 3_600_000;
/** Never throws: the store may be what failed, and the log has its line already. */
export async function noteJobFailure(db: Db, nowMs: number, job: Job): Promise<void> {
  try {
    const same = sql`type = 'job.failed' AND data ->> 'job' = ${job}`;
    if (await wasTold(db, nowMs - quietMs, same)) return;
    await batch(db, emitWrites(db, nowMs, [{ type: "job.failed", game: null, data: { job } }]));
  } catch {
    // Nobody hears of it but the log.
  }
}
