/** `job.failed`, at most once an hour and job: a job that fails every minute is told of once. */
import { sql } from "drizzle-orm";
import { batch, type Db } from "../../db/client.ts";
import type { Job } from "../../env.ts";
import { emitWrites } from "./emit.ts";

const quietMs = 3_600_000;
/** How far back it looks: more events than that in an hour, and it is told again. */
const lookedAt = 500;

async function wasTold(db: Db, nowMs: number, job: Job): Promise<boolean> {
  const rows =
    await db.all(sql`SELECT 1 FROM (SELECT type, at, data FROM outbox ORDER BY id DESC LIMIT ${lookedAt})
    WHERE type = 'job.failed' AND at > ${nowMs - quietMs} AND data ->> 'job' = ${job} LIMIT 1`);
  return rows.length > 0;
}

/** Never throws: the store may be what failed, and the log has its line already. */
export async function noteJobFailure(db: Db, nowMs: number, job: Job): Promise<void> {
  try {
    if (await wasTold(db, nowMs, job)) return;
    await batch(db, emitWrites(db, nowMs, [{ type: "job.failed", game: null, data: { job } }]));
  } catch {
    // Nobody hears of it but the log.
  }
}
