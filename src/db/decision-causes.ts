/** What a detector's version caused: read and taken off slice by slice while it is undone. */
import { sql } from "drizzle-orm";
import { batch, type Db, eachOf, type Statement } from "./client.ts";

/** A version of a detector. */
export interface Cause {
  readonly detector: string;
  readonly version: number;
}

/** Causes that are counted. */
const counted = 10_000;

/** The next decisions of a cause, oldest first, and how many there are up to {@link counted}. */
export async function findCaused(db: Db, { detector, version }: Cause, limit: number) {
  const mine = sql`decision_causes WHERE detector = ${detector} AND version = ${version}`;
  const [ids, [total]] = await batch(db, [
    db.all<{ id: number }>(sql`SELECT decision_id AS id FROM ${mine} ORDER BY decision_id LIMIT ${limit}`),
    db.all<{ n: number }>(sql`SELECT count(*) AS n FROM (SELECT 1 FROM ${mine} LIMIT ${counted})`),
  ]);
  return { ids: ids.map(({ id }) => id), total: total?.n ?? 0 };
}

/** Takes decisions off a cause: they are undone for it. */
export const dropCaused = (db: Db, { detector, version }: Cause, ids: readonly number[]): Statement =>
  db.run(sql`DELETE FROM decision_causes WHERE detector = ${detector} AND version = ${version}
    AND decision_id IN (SELECT value FROM ${eachOf(ids)})`);
