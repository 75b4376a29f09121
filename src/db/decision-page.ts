/** Decisions with the names of their players, as pages list them. */
import { sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { type DecisionFilter, type DecisionRow, listDecisions, selectDecisions } from "./decisions.ts";

export interface NamedDecision extends DecisionRow {
  readonly username: string | null;
}

const named = (db: Db, rows: ReturnType<typeof listDecisions>) =>
  db.all<NamedDecision>(sql`SELECT q.*, (SELECT username FROM players WHERE id = q.player_id) AS username
    FROM (${rows.getSQL()}) q ORDER BY q.id DESC`);

/** A page of decisions, newest first; up to four rows read each. */
export const selectNamedDecisions = (db: Db, filter: DecisionFilter, limit: number, before: number | null) =>
  named(db, listDecisions(db, filter, limit, before));

export const selectNamedDecision = (db: Db, id: number) => named(db, selectDecisions(db, [id]));
