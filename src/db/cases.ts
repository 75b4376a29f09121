/** Cases: opening them, reading one, and moving it on. */
import { type SQL, sql } from "drizzle-orm";
import type { Verdict } from "../decisions/verdict.ts";
import type { Confidence } from "../detection/risk.ts";
import { type Db, eachOf, expectChanges, type Statement, valuesOf } from "./client.ts";

export const caseStates = ["open", "claimed", "decided", "appealed"] as const;
export type CaseState = (typeof caseStates)[number];
export const caseOrigins = ["detection", "manual", "report", "appeal"] as const;
export type CaseOrigin = (typeof caseOrigins)[number];
export const caseReviews = ["first", "second", "tiebreak", "appeal"] as const;
export type CaseReview = (typeof caseReviews)[number];

/** A case as stored, with the names of its player. */
export interface CaseRow {
  readonly id: number;
  readonly player_id: number;
  readonly game: string;
  readonly mode: string;
  /** `claimed` stays after the lease has run out: then it is as good as open. */
  readonly state: CaseState;
  readonly origin: CaseOrigin;
  readonly review: CaseReview;
  readonly round: number;
  readonly opened_at: number;
  readonly opened_by: string;
  /** Hundredths of a point. */
  readonly risk: number;
  readonly confidence: Confidence;
  readonly baseline_version: number;
  readonly evidence_hash: string;
  readonly priority: number;
  readonly assignee: string | null;
  readonly holder: string | null;
  readonly lease_until: number | null;
  readonly verdict: Verdict | null;
  readonly decided_at: number | null;
  /** A JSON list, as stored. */
  readonly tags: string;
  readonly revision: number;
  readonly ref: string | null;
  readonly username: string;
}

/** The columns of `cases c` with `players p`. */
export const caseColumns =
  sql.raw(`c.id, c.player_id, c.game, c.mode, c.state, c.origin, c.review, c.round, c.opened_at,
  c.opened_by, c.risk, c.confidence, c.baseline_version, c.evidence_hash, c.priority, c.assignee, c.holder,
  c.lease_until, c.verdict, c.decided_at, c.tags, c.revision, p.ref, p.username`);

export function selectCase(db: Db, id: number) {
  return db.all<CaseRow>(sql`SELECT ${caseColumns} FROM cases c CROSS JOIN players p ON p.id = c.player_id
    WHERE c.id = ${id}`);
}

export interface EvidenceRow {
  /** Canonical JSON, as it was hashed. */
  readonly content: string;
}

export function selectEvidence(db: Db, id: number) {
  return db.all<EvidenceRow>(sql`SELECT content FROM case_evidence WHERE case_id = ${id}`);
}

/** A case to open; its evidence is frozen already. */
export interface NewCase {
  readonly playerId: number;
  readonly game: string;
  readonly mode: string;
  readonly state: "open" | "appealed";
  readonly origin: CaseOrigin;
  readonly openedAtMs: number;
  readonly openedBy: string;
  readonly risk: number;
  readonly confidence: Confidence;
  readonly baselineVersion: number;
  readonly evidenceHash: string;
  readonly priority: number;
  readonly content: string;
  /** JSON of the keys that it judges. */
  readonly judged: string;
}

/** Within the batch that opens it: the id of the newest case of a player in a mode. */
export const newestCaseId = (playerId: SQL | number, mode: SQL | string): SQL =>
  sql`(SELECT max(id) FROM cases WHERE player_id = ${playerId} AND mode = ${mode})`;

const newestOf = newestCaseId(sql.raw("k.value->>0"), sql.raw("k.value->>1"));

/** Opens cases with their evidence; the batch fails where a player has a pending one in the mode. */
export function insertCases(db: Db, cases: readonly NewCase[]): Statement[] {
  if (cases.length === 0) return [];
  const rows = cases.map((c) => [
    c.playerId,
    c.game,
    c.mode,
    c.state,
    c.origin,
    c.state === "appealed" ? "appeal" : "first",
    c.openedAtMs,
    c.openedBy,
    c.risk,
    c.confidence,
    c.baselineVersion,
    c.evidenceHash,
    c.priority,
  ]);
  const evidence = cases.map(({ playerId, mode, content, judged }) => [playerId, mode, content, judged]);
  return [
    db.run(sql`INSERT INTO cases (player_id, game, mode, state, origin, review, opened_at, opened_by, risk, confidence,
        baseline_version, evidence_hash, priority)
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8,
        value->>9, value->>10, value->>11, value->>12 FROM ${eachOf(rows)}`),
    ...valuesOf(evidence).map((part) =>
      db.run(sql`INSERT INTO case_evidence (case_id, content, judged)
        SELECT ${newestOf}, k.value->>2, k.value->>3 FROM ${eachOf(part)} k`),
    ),
  ];
}

/** What can be changed of a case while people work on it; undefined stays. */
export interface CaseChange {
  readonly state?: CaseState;
  readonly holder?: string | null;
  readonly lease_until?: number | null;
  readonly assignee?: string | null;
  readonly tags?: string;
}

/** Changes a case that is still as it was read, or ends the batch. */
export function changeCase(db: Db, was: CaseRow, change: CaseChange): [Statement, Statement] {
  const to = { ...was, ...change };
  return [
    db.run(sql`UPDATE cases SET state = ${to.state}, holder = ${to.holder}, lease_until = ${to.lease_until},
        assignee = ${to.assignee}, tags = ${to.tags}, revision = revision + 1
      WHERE id = ${was.id} AND revision = ${was.revision}`),
    db.all(expectChanges(1)),
  ];
}
