/** The maintained counters: one row, one read; every write moves them in its own batch. */
import { sql } from "drizzle-orm";
import type { Db, Statement } from "./client.ts";

export interface Totals {
  readonly players: number;
  readonly sessions: number;
  readonly events: number;
  readonly pending: number;
  readonly high_risk: number;
  /** Hundredths of a point over all players. */
  readonly risk_sum: number;
  readonly actions_per_minute_sum: number;
  readonly actions_per_minute_n: number;
  readonly headshot_rate_sum: number;
  readonly headshot_rate_n: number;
}

export function selectTotals(db: Db) {
  return db.all<Totals>(sql`SELECT * FROM totals WHERE id = 1`);
}

export async function readTotals(db: Db): Promise<Totals> {
  const [row] = await selectTotals(db);
  if (!row) throw new Error("totals row is missing");
  return row;
}

export type TotalsDelta = Partial<{ readonly [K in keyof Totals]: number }>;

/** Adds a delta; `pendingOf` counts standings that this batch is about to mark, before it marks them. */
export function addTotals(db: Db, delta: TotalsDelta, pendingOf = sql`0`): Statement {
  const d = (key: keyof Totals) => delta[key] ?? 0;
  return db.run(sql`UPDATE totals SET
    players = players + ${d("players")},
    sessions = sessions + ${d("sessions")},
    events = events + ${d("events")},
    pending = pending + ${d("pending")} + (${pendingOf}),
    actions_per_minute_sum = actions_per_minute_sum + ${d("actions_per_minute_sum")},
    actions_per_minute_n = actions_per_minute_n + ${d("actions_per_minute_n")},
    headshot_rate_sum = headshot_rate_sum + ${d("headshot_rate_sum")},
    headshot_rate_n = headshot_rate_n + ${d("headshot_rate_n")}
    WHERE id = 1`);
}
