/** The job `decisions`: says what has begun and what has expired, in bounded slices. */
import { sql } from "drizzle-orm";
import { batch, type Db, eachOf, expectChanges, isGuardViolation, type Statement } from "../../db/client.ts";
import { startDecisions } from "../../db/decision-writes.ts";
import { type DecisionRow, selectDue } from "../../db/decisions.ts";
import { emitWrites } from "../webhooks/emit.ts";
import { startedEvent } from "./announce.ts";
import { endingWrites } from "./end-decisions.ts";

/** Decisions a batch. */
const perSlice = 100;

function startingWrites(db: Db, rows: readonly DecisionRow[], nowMs: number): Statement[] {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const among = sql`d.id IN (SELECT value FROM ${eachOf(ids)})`;
  return [
    ...startDecisions(db, among, ids.length, nowMs),
    db.all(expectChanges(ids.length)),
    ...emitWrites(db, nowMs, rows.map(startedEvent)),
  ];
}

const expiry = { kind: "expired", reason: null, by: "system:cron", atMs: null } as const;

/**
 * One slice. What somebody else said or ended meanwhile voids it, so that nothing is ever said twice. A decision whose
 * whole time has passed begins in one slice and expires in the next.
 * @returns how many decisions something was said of
 */
export async function emitDue(db: Db, nowMs: number): Promise<number> {
  const due = await selectDue(db, nowMs, perSlice);
  if (due.length === 0) return 0;
  const starting = due.filter(({ emitted }) => emitted === "waiting");
  const expiring = due.filter(({ emitted }) => emitted === "added");
  try {
    await batch(db, [
      ...startingWrites(db, starting, nowMs),
      ...endingWrites({ db, nowMs }, expiring, expiry),
    ]);
    return due.length;
  } catch (error) {
    if (!isGuardViolation(error)) throw error;
    return 0;
  }
}
