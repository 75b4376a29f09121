/** Decided cases past their retention with all that belongs to them, and decisions of no case that are over. */
import { type SQL, sql } from "drizzle-orm";
import { type Db, eachOf, expectThat, type Statement } from "./client.ts";

/** A case or a decision in the order of its id, which is that of its time. */
export interface WalkedRow {
  readonly id: number;
  /** When the case was opened, or the decision made. */
  readonly at: number;
  readonly old: 0 | 1;
}

/** A decision that ended long ago: the stream has said so then. */
const isOver = (beforeMs: number): SQL => sql`(d.ended_at IS NOT NULL AND d.ended_at < ${beforeMs})`;

/** Decided, no part of it younger, and no decision of it in force. An appeal that is pending has brought its case up. */
const isOldCase = (beforeMs: number): SQL => sql`(c.state = 'decided' AND c.decided_at < ${beforeMs}
  AND NOT EXISTS (SELECT 1 FROM decisions d INDEXED BY decisions_case
    WHERE d.case_id = c.id AND NOT ${isOver(beforeMs)}))`;

/** The decided cases after an id; one row read each, and one for each of their decisions. */
export const selectWalkedCases = (db: Db, after: number, beforeMs: number, limit: number) =>
  db.all<WalkedRow>(sql`SELECT c.id, c.opened_at AS at, ${isOldCase(beforeMs)} AS old FROM cases c
    INDEXED BY cases_decided WHERE c.state = 'decided' AND c.id > ${after} ORDER BY c.id LIMIT ${limit}`);

const isOldDecision = (beforeMs: number): SQL => sql`(d.case_id IS NULL AND ${isOver(beforeMs)})`;

/** The decisions after an id; one row read each. One that has a case goes with it. */
export const selectWalkedDecisions = (db: Db, after: number, beforeMs: number, limit: number) =>
  db.all<WalkedRow>(sql`SELECT d.id, d.made_at AS at, ${isOldDecision(beforeMs)} AS old FROM decisions d
    WHERE d.id > ${after} ORDER BY d.id LIMIT ${limit}`);

/** Ends the batch where one of them is gone, or has moved on since it was read: appealed, or decided upon. */
const expectStill = (db: Db, rows: SQL, condition: SQL, ids: readonly number[]): Statement =>
  db.all(
    expectThat(sql`(SELECT count(*) FROM ${eachOf(ids)} k CROSS JOIN ${rows}
    WHERE ${condition}) = ${ids.length}`),
  );

const decisionsWith = (db: Db, decisions: SQL): Statement[] => [
  db.run(sql`DELETE FROM appeals WHERE decision_id IN ${decisions}`),
  db.run(sql`DELETE FROM decision_causes WHERE decision_id IN ${decisions}`),
  db.run(sql`DELETE FROM decisions WHERE id IN ${decisions}`),
];

/** What stands under a case by its id. */
const underCases = ["case_evidence", "case_comments", "case_links", "reviews"] as const;

/** Deletes cases with their evidence, reviews, notes, links, samples, decisions and appeals; all or none. */
export function deleteCases(db: Db, ids: readonly number[], beforeMs: number): Statement[] {
  const listed = sql`(SELECT value FROM ${eachOf(ids)})`;
  return [
    expectStill(db, sql`cases c ON c.id = k.value`, isOldCase(beforeMs), ids),
    ...decisionsWith(
      db,
      sql`(SELECT id FROM decisions INDEXED BY decisions_case WHERE case_id IN ${listed})`,
    ),
    db.run(sql`DELETE FROM verdict_samples WHERE (game, case_id) IN
      (SELECT c.game, c.id FROM ${eachOf(ids)} k CROSS JOIN cases c ON c.id = k.value)`),
    ...underCases.map((table) => db.run(sql`DELETE FROM ${sql.raw(table)} WHERE case_id IN ${listed}`)),
    db.run(sql`DELETE FROM cases WHERE id IN ${listed}`),
  ];
}

/** Deletes decisions of no case; all or none. */
export const deleteDecisions = (db: Db, ids: readonly number[], beforeMs: number): Statement[] => [
  expectStill(db, sql`decisions d ON d.id = k.value`, isOldDecision(beforeMs), ids),
  ...decisionsWith(db, sql`(SELECT value FROM ${eachOf(ids)})`),
];
