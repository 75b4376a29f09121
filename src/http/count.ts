/** Counting requests, and storing what was counted now and then: no request waits for it or pays a write for it. */
import type { Context } from "hono";
import { createDb } from "../db/client.ts";
import { createMeter, type Meter, meterD1 } from "../db/meter.ts";
import { addCounts } from "../db/metrics.ts";
import type { AppEnv, Env } from "../env.ts";
import type { Pace, Tally } from "../metrics/tally.ts";
import { describeError } from "./error-log.ts";
import { executionContextOf } from "./execution-context.ts";

/** Where Analytics Engine has every request, many isolates run, and D1 is to hear from each of them more seldom. */
const paceOf = (env: Env): Pace =>
  env.ANALYTICS ? { everyMs: 60_000, requests: 5_000 } : { everyMs: 10_000, requests: 500 };

/** Adds a cost to the counters of D1 and of the limiter. */
export function countCost(tally: Tally, by: "requests" | "jobs" | "metrics", meter: Meter): void {
  tally.add("d1Queries", [by], meter.d1Queries);
  tally.add("d1RowsRead", [by], meter.rowsRead);
  tally.add("d1RowsWritten", [by], meter.rowsWritten);
  tally.add("limiterCalls", [], meter.limiterCalls);
  if (!meter.isLimiterReached) tally.add("limiterFailures", []);
}

/** One data point a request, if Analytics Engine is bound: written behind the answer, and its faults are nobody's. */
function writePoint(c: Context<AppEnv>, route: string, tookMs: number): void {
  const { meter, actor } = c.var;
  try {
    c.env.ANALYTICS?.writeDataPoint({
      indexes: [route.slice(0, 96)],
      blobs: [route, String(c.res.status), actor?.kind ?? "none"],
      doubles: [1, tookMs, meter.d1Queries, meter.rowsRead, meter.rowsWritten, meter.limiterCalls],
    });
  } catch {
    // A request must not fail for being counted.
  }
}

/** Stores what was counted; what could not be stored is counted with the next block. */
export async function flushTally(env: Env, tally: Tally, nowMs: number): Promise<void> {
  const counts = tally.take(nowMs);
  const meter = createMeter();
  try {
    const db = createDb(meterD1(env.DB, meter));
    await addCounts(db, nowMs, counts);
    countCost(tally, "metrics", meter);
  } catch (error) {
    tally.giveBack(counts);
    throw error;
  }
}

type Log = (line: Readonly<Record<string, unknown>>) => void;

/** Counts a request that was answered, and stores a block when one is due. */
export function countRequest(c: Context<AppEnv>, tookMs: number, log: Log): void {
  const { tally, meter } = c.var;
  const route = c.get("routeKey") ?? "unmatched";
  tally.request(route, c.res.status, tookMs);
  countCost(tally, "requests", meter);
  writePoint(c, route, tookMs);
  const after = executionContextOf(c);
  const endMs = c.get("nowMs") + tookMs;
  if (after === null || !tally.isDue(endMs, paceOf(c.env))) return;
  const flushed = flushTally(c.env, tally, endMs).catch((error: unknown) =>
    log({ flush: "metrics", level: "error", ...describeError(error) }),
  );
  after.waitUntil(flushed);
}
