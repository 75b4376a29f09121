/** Appeals, and what is read of the decisions that they are about. */
import { type SQL, sql } from "drizzle-orm";
import type { DecisionEnd, DecisionType } from "../decisions/decision.ts";
import type { CaseState } from "./cases.ts";
import { batch, type Db, expectChanges, type Statement } from "./client.ts";

export const appealStates = ["pending", "decided"] as const;
export type AppealState = (typeof appealStates)[number];
export const appealOutcomes = ["upheld", "overturned"] as const;
export type AppealOutcome = (typeof appealOutcomes)[number];

export interface AppealRow {
  readonly id: number;
  readonly decision_id: number;
  readonly case_id: number;
  readonly player_id: number;
  readonly game: string;
  readonly state: AppealState;
  readonly statement: string;
  readonly filed_at: number;
  readonly filed_by: string;
  readonly outcome: AppealOutcome | null;
  readonly decided_at: number | null;
}

const columns = sql.raw(
  "id, decision_id, case_id, player_id, game, state, statement, filed_at, filed_by, outcome, decided_at",
);

export async function findAppeal(db: Db, id: number): Promise<AppealRow | null> {
  const [row] = await db.all<AppealRow>(sql`SELECT ${columns} FROM appeals WHERE id = ${id}`);
  return row ?? null;
}

/** The appeal of a decision: one at most, ever. */
export const selectAppealOf = (db: Db, decisionId: number) =>
  db.all<AppealRow>(sql`SELECT ${columns} FROM appeals WHERE decision_id = ${decisionId}`);

export interface AppealFilter {
  readonly state: AppealState;
  /** Undefined: of all games. */
  readonly game: string | undefined;
}

/** Newest first. */
export function selectAppeals(db: Db, { state, game }: AppealFilter, limit: number, before: number | null) {
  const ofGame = game === undefined ? sql`` : sql`game = ${game} AND `;
  const page = before === null ? sql`` : sql` AND id < ${before}`;
  return db.all<AppealRow>(sql`SELECT ${columns} FROM appeals WHERE ${ofGame}state = ${state}${page}
    ORDER BY id DESC LIMIT ${limit}`);
}

/** A decision as far as an appeal or an explanation goes into it. */
export interface AppealedDecision {
  readonly id: number;
  readonly player_id: number;
  /** The player's own game, and where the decision holds: `*` is everywhere. */
  readonly home: string;
  readonly game: string;
  readonly type: DecisionType;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly case_id: number | null;
  readonly origin: "person" | "automatic";
  readonly ended_at: number | null;
  readonly end_kind: DecisionEnd | null;
}

const decisionColumns = sql.raw(
  "id, player_id, home, game, type, starts_at, expires_at, case_id, origin, ended_at, end_kind",
);

export interface AppealBasis {
  readonly decision: AppealedDecision;
  readonly appeal: AppealRow | null;
  /** The decision's case; null: it has none. */
  readonly ofCase: { readonly id: number; readonly state: CaseState; readonly revision: number } | null;
  /** The riskiest mode of the player; null: it has none yet. */
  readonly mode: string | null;
}

/** All that an appeal of a decision is judged by, in one round trip; null for a decision that does not exist. */
export async function loadAppealBasis(db: Db, decisionId: number): Promise<AppealBasis | null> {
  const decision = sql`(SELECT * FROM decisions WHERE id = ${decisionId})`;
  const [[found], [appeal], [ofCase], [standing]] = await batch(db, [
    db.all<AppealedDecision>(sql`SELECT ${decisionColumns} FROM decisions WHERE id = ${decisionId}`),
    db.all<AppealRow>(sql`SELECT ${columns} FROM appeals WHERE decision_id = ${decisionId}`),
    db.all<NonNullable<AppealBasis["ofCase"]>>(sql`SELECT c.id, c.state, c.revision FROM ${decision} d
      JOIN cases c ON c.id = d.case_id`),
    db.all<{ mode: string }>(sql`SELECT s.mode FROM ${decision} d
      JOIN standings s ON s.player_id = d.player_id AND s.top = 1`),
  ]);
  if (!found) return null;
  return { decision: found, appeal: appeal ?? null, ofCase: ofCase ?? null, mode: standing?.mode ?? null };
}

export interface NewAppeal {
  readonly decision: AppealedDecision;
  /** The case's id, or SQL that finds it in the batch. */
  readonly caseId: number | SQL;
  readonly statement: string;
  readonly filedAtMs: number;
  readonly filedBy: string;
}

export const insertAppeal = (
  db: Db,
  { decision, caseId, statement, filedAtMs, filedBy }: NewAppeal,
): Statement =>
  db.run(sql`INSERT INTO appeals (decision_id, case_id, player_id, game, state, statement, filed_at, filed_by)
    VALUES (${decision.id}, ${caseId}, ${decision.player_id}, ${decision.home}, 'pending', ${statement}, ${filedAtMs},
      ${filedBy})`);

/** Within the batch of {@link insertAppeal} and after it. */
export const appealOf = (decisionId: number, column: "id" | "case_id"): SQL =>
  sql`(SELECT ${sql.raw(column)} FROM appeals WHERE decision_id = ${decisionId})`;

/** A decision without a case gets the one that its appeal opened. */
export const linkDecision = (db: Db, decisionId: number, caseId: SQL): Statement[] => [
  db.run(sql`UPDATE decisions SET case_id = ${caseId} WHERE id = ${decisionId} AND case_id IS NULL`),
  db.all(expectChanges(1)),
];

/**
 * Brings a case before a new reviewer. One that is decided is appealed, in a round of its own; one that still awaits its
 * verdict stays as it is: that verdict is the answer. Whoever reviews it at this moment has to read again.
 */
export const appealCase = (db: Db, { id, revision }: NonNullable<AppealBasis["ofCase"]>): Statement[] => [
  db.run(sql`UPDATE cases SET revision = revision + 1, round = round + (state = 'decided'),
      review = iif(state = 'decided', 'appeal', review), state = iif(state = 'decided', 'appealed', state)
    WHERE id = ${id} AND revision = ${revision}`),
  db.all(expectChanges(1)),
];

/** Decides the pending appeals of a case: exactly those that the verdict was judged by. */
export const decideAppeals = (
  db: Db,
  ids: readonly number[],
  outcome: AppealOutcome,
  nowMs: number,
): Statement[] =>
  ids.length === 0
    ? []
    : [
        db.run(sql`UPDATE appeals SET state = 'decided', outcome = ${outcome}, decided_at = ${nowMs}
          WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND state = 'pending'`),
        db.all(expectChanges(ids.length)),
      ];
