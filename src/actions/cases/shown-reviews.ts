/** What somebody may see of the work of others on a case: who may still review it sees no verdict, and no hint of one. */
import type { CommentRow } from "../../db/case-notes.ts";
import type { CaseRow } from "../../db/cases.ts";
import type { Db } from "../../db/client.ts";
import { type ReviewRow, selectReviews } from "../../db/verdicts.ts";
import { isBlind } from "../../decisions/reviews.ts";
import { isoOf } from "../answers.ts";

/** Who asks: as the audit trail names it. */
export interface Viewer {
  readonly principal: string;
}

/** A review as it is told. */
export interface ShownReview {
  readonly reviewer: string;
  readonly round: number;
  readonly review: string;
  readonly verdict: string;
  readonly reason: string;
  readonly reviewed_at: string;
}

const shown = ({ reviewer, round, review, verdict, reason, reviewed_at }: ReviewRow): ShownReview => ({
  ...{ reviewer, round, review, verdict, reason },
  reviewed_at: isoOf(reviewed_at),
});

/**
 * The reviews of a case that the viewer may see: all of them once it is decided, until then at most their own. So it
 * is for everybody, reviewer or not: what one may read, another hears of.
 */
export function reviewsVisible(
  row: Pick<CaseRow, "state">,
  { principal }: Viewer,
  reviews: readonly ReviewRow[],
): ShownReview[] {
  const seen = isBlind(row) ? reviews.filter(({ reviewer }) => reviewer === principal) : reviews;
  return seen.map(shown);
}

/** Of comments on a case those that the viewer may see, as {@link commentsShown} says it. */
export function commentsVisible(
  row: Pick<CaseRow, "state">,
  { principal }: Viewer,
  comments: readonly CommentRow[],
  reviews: readonly Pick<ReviewRow, "reviewer">[],
): readonly CommentRow[] {
  if (!isBlind(row)) return comments;
  const reviewers = new Set(reviews.map(({ reviewer }) => reviewer));
  return comments.filter(({ author }) => author === principal || !reviewers.has(author));
}

/**
 * The comments of a page that the viewer may see: while a case waits for a verdict, none that others who have reviewed
 * it wrote, before their review or after.
 */
export async function commentsShown(
  db: Db,
  row: Pick<CaseRow, "id" | "state">,
  viewer: Viewer,
  comments: readonly CommentRow[],
): Promise<readonly CommentRow[]> {
  if (!isBlind(row) || comments.length === 0) return comments;
  return commentsVisible(row, viewer, comments, await selectReviews(db, row.id));
}
