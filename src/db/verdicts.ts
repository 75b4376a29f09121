/** Reading a case for a verdict, and writing what a verdict changes. */
import { type SQL, sql } from "drizzle-orm";
import type { GivenVerdict, ReviewKind } from "../decisions/reviews.ts";
import type { Verdict } from "../decisions/verdict.ts";
import type { CaseState } from "./cases.ts";
import { batch, type Db, expectChanges, expectThat, type Statement } from "./client.ts";

export interface CaseForVerdict {
  readonly id: number;
  readonly player_id: number;
  readonly game: string;
  readonly mode: string;
  readonly state: CaseState;
  readonly review: ReviewKind;
  readonly round: number;
  readonly opened_at: number;
  readonly holder: string | null;
  readonly lease_until: number | null;
  readonly verdict: Verdict | null;
  readonly revision: number;
  /** The frozen score, as JSON. */
  readonly score: string;
}

export interface ReviewRow extends GivenVerdict {
  readonly reviewer: string;
  readonly round: number;
  readonly reason: string;
  readonly reviewed_at: number;
  /** The decision that was asked for, as JSON. */
  readonly decision: string | null;
}

/** An appeal that the case's next verdict decides. */
export interface PendingAppeal {
  readonly id: number;
  readonly decision_id: number;
  readonly made_by: string;
}

/** All that a verdict is judged by. */
export interface VerdictBasis {
  readonly found: CaseForVerdict;
  /** Of all rounds, in the order in which they were asked for. */
  readonly reviews: readonly ReviewRow[];
  readonly appeals: readonly PendingAppeal[];
  /** As the game declared it; null: it did not. */
  readonly secondReviewShare: number | null;
  /** Whether a decision in the case's game keeps the player from ordinary play at this moment. */
  readonly restrained: boolean;
  /** Other cases of the player in the mode that stand confirmed. */
  readonly otherConfirmed: number;
}

const caseOf = (id: number): SQL => sql`(SELECT * FROM cases WHERE id = ${id})`;

const otherConfirmedOf = (id: number): SQL => sql`(SELECT count(*) FROM ${caseOf(id)} c
  CROSS JOIN cases o ON o.player_id = c.player_id AND o.id <> c.id AND o.mode = c.mode AND o.verdict = 'confirmed')`;

/** By a decision that holds: it has begun and is not over, by its time either. Being watched hinders nobody. */
const restrainedBy = (id: number, nowMs: number): SQL => sql`EXISTS (SELECT 1 FROM ${caseOf(id)} c
  CROSS JOIN decisions d ON d.player_id = c.player_id WHERE d.game IN (c.game, '*') AND d.type <> 'watch'
    AND d.ended_at IS NULL AND d.starts_at <= ${nowMs} AND (d.expires_at IS NULL OR d.expires_at > ${nowMs}))`;

export const selectReviews = (db: Db, caseId: number): Statement<ReviewRow[]> =>
  db.all<ReviewRow>(sql`SELECT reviewer, round, review, verdict, reason, reviewed_at, decision FROM reviews
    WHERE case_id = ${caseId} ORDER BY round, instr('first second tiebreak', review)`);

/** One round trip; null for a case that does not exist. */
export async function loadVerdictBasis(db: Db, caseId: number, nowMs: number): Promise<VerdictBasis | null> {
  const [[found], reviews, appeals, [context]] = await batch(db, [
    db.all<CaseForVerdict>(sql`SELECT c.id, c.player_id, c.game, c.mode, c.state, c.review, c.round, c.opened_at,
        c.holder, c.lease_until, c.verdict, c.revision, e.content->'$.score' AS score
      FROM cases c JOIN case_evidence e ON e.case_id = c.id WHERE c.id = ${caseId}`),
    selectReviews(db, caseId),
    db.all<PendingAppeal>(sql`SELECT a.id, a.decision_id, d.made_by FROM appeals a
      JOIN decisions d ON d.id = a.decision_id WHERE a.case_id = ${caseId} AND a.state = 'pending' ORDER BY a.id`),
    db.all<{ share: number | null; others: number; restrained: number }>(sql`SELECT
      ${otherConfirmedOf(caseId)} AS others, ${restrainedBy(caseId, nowMs)} AS restrained,
      (SELECT s.settings->>'$.second_review_share' FROM enforcement_settings s
        WHERE s.game = (SELECT game FROM cases WHERE id = ${caseId}) ORDER BY s.version DESC LIMIT 1) AS share`),
  ]);
  if (!found) return null;
  const { share = null, others = 0, restrained = 0 } = context ?? {};
  return {
    ...{ found, reviews, appeals, secondReviewShare: share, otherConfirmed: others },
    restrained: restrained === 1,
  };
}

/** What becomes of a case; `state` is where it goes. */
export interface CaseMove {
  readonly state: "open" | "decided";
  readonly review: ReviewKind;
  readonly verdict: Verdict | null;
  readonly decidedAtMs: number | null;
}

/** Moves a case out of its holder's hands, unless it or what it was judged by changed since it was read. */
export function moveCase(
  db: Db,
  { found, otherConfirmed }: VerdictBasis,
  holder: string,
  move: CaseMove,
  nowMs: number,
): Statement[] {
  return [
    db.run(sql`UPDATE cases SET state = ${move.state}, review = ${move.review},
        verdict = coalesce(${move.verdict}, verdict), decided_at = coalesce(${move.decidedAtMs}, decided_at),
        holder = NULL, lease_until = NULL, revision = revision + 1
      WHERE id = ${found.id} AND revision = ${found.revision} AND holder = ${holder} AND lease_until > ${nowMs}
        AND state IN ('claimed', 'appealed')`),
    db.all(expectChanges(1)),
    db.all(expectThat(sql`${otherConfirmedOf(found.id)} = ${otherConfirmed}`)),
  ];
}

/** Nobody reviews a case twice: the primary key refuses it. */
export const insertReview = (db: Db, caseId: number, review: ReviewRow): Statement =>
  db.run(sql`INSERT INTO reviews (case_id, reviewer, round, review, verdict, reason, reviewed_at, decision)
    VALUES (${caseId}, ${review.reviewer}, ${review.round}, ${review.review}, ${review.verdict}, ${review.reason},
      ${review.reviewed_at}, ${review.decision})`);

/** Counts a pair of verdicts on one case, once for each of the two. */
export function countPair(
  db: Db,
  one: Pick<ReviewRow, "reviewer" | "verdict">,
  other: Pick<ReviewRow, "reviewer" | "verdict">,
): Statement {
  return db.run(sql`INSERT INTO agreements (reviewer, own, other, pairs)
    VALUES (${one.reviewer}, ${one.verdict}, ${other.verdict}, 1), (${other.reviewer}, ${other.verdict}, ${one.verdict}, 1)
    ON CONFLICT (reviewer, own, other) DO UPDATE SET pairs = pairs + 1`);
}
