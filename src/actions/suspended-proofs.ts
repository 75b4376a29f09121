/** `detector.proof_suspended`: told in the batch that stores the baseline which suspends a proof. */
import { sql } from "drizzle-orm";
import type { Db, Statement } from "../db/client.ts";
import { ifStillThere, type RenewedScope } from "../db/scopes.ts";
import { emitWrites } from "./webhooks/emit.ts";

export interface NewlySuspended {
  readonly scope: RenewedScope;
  readonly detector: string;
  /** Days since the epoch. */
  readonly days: readonly number[];
}

const dayMs = 86_400_000;
const dateOf = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);

/**
 * To be placed ahead of the statement that stores the baselines: of scopes that moved on, which that one passes over,
 * nothing is told. So two runs over the same scope tell of it once.
 */
export function suspensionWrites(db: Db, nowMs: number, suspended: readonly NewlySuspended[]): Statement[] {
  const events = suspended.map(({ scope, detector, days }) => {
    const { game, mode } = scope;
    const data = JSON.stringify({ game, mode, detector, days: days.map(dateOf) });
    return {
      type: "detector.proof_suspended",
      game,
      data: sql`SELECT ${data} WHERE ${ifStillThere(scope)}`,
    } as const;
  });
  return emitWrites(db, nowMs, events);
}
