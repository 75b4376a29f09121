/** What D1 read and wrote today (UTC), and about what that costs: today's counters less those of when the day began. Pure. */
import { dayOf } from "../../db/days.ts";
import { type Counts, keyOf } from "../../metrics/tally.ts";

/** Who caused it, as the counters tell them apart. */
export const causes = ["requests", "jobs", "metrics"] as const;
export type Cause = (typeof causes)[number];

/** Cloudflare's list prices of D1 beyond what a plan includes, in US dollars a million rows (November 2026). */
export const listPrices = { read: 0.001, written: 1 } as const;

export interface Cost {
  readonly cause: Cause;
  readonly read: number;
  readonly written: number;
}

export interface DayCost {
  /** `counting`: there is no mark of when the day began, so it is everything that was ever counted. */
  readonly since: "day" | "counting";
  readonly byCause: readonly Cost[];
  readonly read: number;
  readonly written: number;
  /** By {@link listPrices}. */
  readonly dollars: number;
}

/** A JSON object of counters, and when it was stored. */
export interface StoredCounters {
  readonly at: number;
  readonly value: string;
}

const startOf = (counts: StoredCounters, mark: StoredCounters | undefined, today: number): Counts => {
  // Nothing was counted today.
  if (dayOf(counts.at) < today) return JSON.parse(counts.value) as Counts;
  return mark !== undefined && dayOf(mark.at) === today ? (JSON.parse(mark.value) as Counts) : {};
};

/** Null where nothing was ever counted. `mark`: the counters as they were when the last day with any began. */
export function costOfDay(
  counts: StoredCounters | undefined,
  mark: StoredCounters | undefined,
  nowMs: number,
): DayCost | null {
  if (counts === undefined) return null;
  const today = dayOf(nowMs);
  const now = JSON.parse(counts.value) as Counts;
  const start = startOf(counts, mark, today);
  const moved = (id: "d1RowsRead" | "d1RowsWritten", cause: Cause) =>
    Math.max(0, (now[keyOf(id, [cause])] ?? 0) - (start[keyOf(id, [cause])] ?? 0));
  const byCause = causes.map((cause) => ({
    cause,
    read: moved("d1RowsRead", cause),
    written: moved("d1RowsWritten", cause),
  }));
  const sum = (of: "read" | "written") => byCause.reduce((total, cost) => total + cost[of], 0);
  const [read, written] = [sum("read"), sum("written")];
  const isMarked = dayOf(counts.at) < today || (mark !== undefined && dayOf(mark.at) === today);
  return {
    since: isMarked ? "day" : "counting",
    byCause,
    read,
    written,
    dollars: (read * listPrices.read + written * listPrices.written) / 1e6,
  };
}
