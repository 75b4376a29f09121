/** How far retention has come, by kind of rows: `retention_walks`. */
import { type SQL, sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";

export const walkKinds = ["sessions", "events", "cases", "decisions", "history"] as const;
export type WalkKind = (typeof walkKinds)[number];

export interface Walk {
  readonly kind: WalkKind;
  /** A JSON list of a key; null: at the beginning. */
  readonly position: string | null;
  readonly due_at: number;
}

/** The kind that waits longest, but for some; a round that was begun is ended before another. */
export async function nextWalk(
  db: Db,
  nowMs: number,
  except: readonly WalkKind[] = [],
): Promise<Walk | null> {
  const [row] =
    await db.all<Walk>(sql`SELECT kind, position, due_at FROM retention_walks WHERE due_at <= ${nowMs}
      AND kind NOT IN (SELECT value FROM ${eachOf(except)})
    ORDER BY position IS NULL, due_at, kind LIMIT 1`);
  return row ?? null;
}

/** Kinds that have something to do: a round is due, or goes on. */
export async function countDueWalks(db: Db, nowMs: number): Promise<number> {
  const [row] = await db.all<{ n: number }>(
    sql`SELECT count(*) AS n FROM retention_walks WHERE due_at <= ${nowMs}`,
  );
  return row?.n ?? 0;
}

/** Where a walk goes on, and from when: SQL, as what the slice deleted is known only within its batch. */
export interface WalkMove {
  readonly position: SQL;
  readonly dueAtMs: SQL;
}

/** Moves a walk that stands as it was read: of two runs at once one moves it. */
export const moveWalk = (db: Db, { kind, position, due_at }: Walk, to: WalkMove): Statement =>
  db.run(sql`UPDATE retention_walks SET position = ${to.position}, due_at = ${to.dueAtMs}
    WHERE kind = ${kind} AND position IS ${position} AND due_at = ${due_at}`);
