/** A case with what people added to it, and whether its evidence is still what was frozen. */
import { sha256Hex } from "../../auth/digest.ts";
import { type CommentCursor, selectComments, selectLinks } from "../../db/case-notes.ts";
import { selectCase, selectEvidence } from "../../db/cases.ts";
import { batch } from "../../db/client.ts";
import { selectReviews } from "../../db/verdicts.ts";
import { notFound } from "../../http/problem.ts";
import type { ActionContext } from "../context.ts";
import { caseAnswer, commentAnswer, linkAnswer } from "./case-answers.ts";
import { caseWithinReach } from "./get-case.ts";
import { commentsShown, commentsVisible, reviewsVisible } from "./shown-reviews.ts";

/** Comments that come with a case; older ones are a page of their own. */
export const commentsShownAtOnce = 50;

type Reader = Pick<ActionContext, "db" | "reach" | "nowMs" | "origin">;

/** @throws Problem 404 */
export async function showCase(ctx: Reader, id: number) {
  const { db, nowMs, origin } = ctx;
  const [[found], [evidence], comments, links, reviews] = await batch(db, [
    selectCase(db, id),
    selectEvidence(db, id),
    selectComments(db, id, commentsShownAtOnce, null),
    selectLinks(db, id),
    selectReviews(db, id),
  ]);
  const row = caseWithinReach(ctx, found);
  const hash = evidence === undefined ? null : await sha256Hex(evidence.content);
  return {
    answer: {
      ...caseAnswer(row, nowMs),
      evidence_intact: hash === row.evidence_hash,
      comments: commentsVisible(row, origin, comments, reviews).map(commentAnswer),
      links: links.map(linkAnswer),
      reviews: reviewsVisible(row, origin, reviews),
    },
    lastComments: comments,
  };
}

/** A page of comments, and the rows that it was read from. @throws Problem 404 */
export async function listComments(ctx: Reader, id: number, limit: number, before: CommentCursor | null) {
  const { db, origin } = ctx;
  const [[found], comments] = await batch(db, [selectCase(db, id), selectComments(db, id, limit, before)]);
  const row = caseWithinReach(ctx, found);
  const shown = await commentsShown(db, row, origin, comments);
  return { comments: shown.map(commentAnswer), read: comments };
}

/** The frozen text, byte for byte what was hashed. @throws Problem 404 */
export async function readEvidence(ctx: Reader, id: number): Promise<string> {
  const [[found], [evidence]] = await batch(ctx.db, [selectCase(ctx.db, id), selectEvidence(ctx.db, id)]);
  caseWithinReach(ctx, found);
  if (evidence === undefined) throw notFound("The evidence");
  return evidence.content;
}
