/** `job.backlog_aging`: a changed player waits for its score for longer than it should; at most once an hour. */
import { sql } from "drizzle-orm";
import { batch, type Db } from "../../db/client.ts";
import { selectBacklog } from "../../db/metrics.ts";
import { wasTold } from "../../db/outbox.ts";
import { isoOf } from "../answers.ts";
import { emitWrites } from "../webhooks/emit.ts";
import { backlogAgedMs } from "./readiness.ts";

const quietMs = 3_600_000;

/** Two rows read while nothing is late. */
export async function noteAgingBacklog(db: Db, nowMs: number): Promise<void> {
  const [[backlog]] = await batch(db, [selectBacklog(db)]);
  const changedAtMs = backlog?.changed_at ?? null;
  if (!backlog || changedAtMs === null || nowMs - changedAtMs <= backlogAgedMs) return;
  if (await wasTold(db, nowMs - quietMs, sql`type = 'job.backlog_aging'`)) return;
  const data = {
    oldest_changed_at: isoOf(changedAtMs),
    waiting_minutes: Math.floor((nowMs - changedAtMs) / 60_000),
    pending: backlog.pending,
  };
  await batch(db, emitWrites(db, nowMs, [{ type: "job.backlog_aging", game: null, data }]));
}
