/** What is explained: a case's frozen score, and a decision. */
import { type SQL, sql } from "drizzle-orm";
import type { DecisionType } from "../decisions/decision.ts";
import { batch, type Db, type Statement } from "./client.ts";

export interface CaseToExplain {
  readonly id: number;
  readonly player_id: number;
  readonly game: string;
  readonly mode: string;
  readonly origin: string;
  readonly opened_at: number;
  /** The frozen score, as JSON. */
  readonly score: string;
}

export interface DecisionToExplain {
  readonly id: number;
  readonly type: DecisionType;
  readonly origin: "person" | "automatic";
  /** The player's own game, and where the decision holds. */
  readonly home: string;
  readonly game: string;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly policy: string | null;
  readonly appealed: 0 | 1;
}

const selectCase = (db: Db, id: SQL): Statement<CaseToExplain[]> =>
  db.all<CaseToExplain>(sql`SELECT c.id, c.player_id, c.game, c.mode, c.origin, c.opened_at, e.content->'$.score' AS score
    FROM cases c JOIN case_evidence e ON e.case_id = c.id WHERE c.id = ${id}`);

export async function findCaseToExplain(db: Db, id: number): Promise<CaseToExplain | null> {
  const [row] = await selectCase(db, sql`${id}`);
  return row ?? null;
}

/** A decision and its case if it has one: what {@link findDecisionToExplain} reads, for a batch. */
export const selectDecisionToExplain = (
  db: Db,
  id: number,
): [Statement<DecisionToExplain[]>, Statement<CaseToExplain[]>] => [
  db.all<DecisionToExplain>(sql`SELECT id, type, origin, home, game, starts_at, expires_at, policy,
    EXISTS (SELECT 1 FROM appeals WHERE decision_id = decisions.id) AS appealed FROM decisions WHERE id = ${id}`),
  selectCase(db, sql`(SELECT case_id FROM decisions WHERE id = ${id})`),
];

/** A decision and its case if it has one, in one round trip; null for a decision that does not exist. */
export async function findDecisionToExplain(db: Db, id: number) {
  const [[decision], [ofCase]] = await batch(db, selectDecisionToExplain(db, id));
  return decision === undefined ? null : { decision, ofCase: ofCase ?? null };
}
