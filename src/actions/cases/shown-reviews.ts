/** What somebody may see of the work of others on a case: who may still review it sees no verdict, and no hint of one. */
import type { CommentRow } from "../../db/case-notes.ts";
import type { CaseRow } from "../../db/cases.ts";
import type { Db } from "../../db/client.ts";

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

/** The reviews of a case that the viewer may see. Until verdicts are given there are none. */
export async function reviewsShown(_db: Db, _row: CaseRow, _viewer: Viewer): Promise<ShownReview[]> {
  return [];
}

/** The comments of a page that the viewer may see. */
export async function commentsShown(
  _db: Db,
  _row: CaseRow,
  _viewer: Viewer,
  comments: readonly CommentRow[],
): Promise<readonly CommentRow[]> {
  return comments;
}
