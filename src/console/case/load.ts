/** What a case shows, in one round trip. */
import { commentsVisible, reviewsVisible, type ShownReview } from "../../actions/cases/shown-reviews.ts";
import { settingsOf } from "../../actions/decisions/settings.ts";
import { profileOfGame } from "../../actions/profiles.ts";
import { sha256Hex } from "../../auth/digest.ts";
import { type CommentRow, type LinkRow, selectComments, selectLinks } from "../../db/case-notes.ts";
import {
  type CaseAppeal,
  selectCaseAppeals,
  selectCaseGame,
  selectCaseSettings,
  selectNeighbours,
} from "../../db/case-page.ts";
import { type CaseRow, selectCase, selectEvidence } from "../../db/cases.ts";
import { batch, type Db } from "../../db/client.ts";
import { type DecisionRow, selectOfCase } from "../../db/decisions.ts";
import { type ReviewRow, selectReviews } from "../../db/verdicts.ts";
import type { FrozenEvidence } from "../../decisions/frozen-evidence.ts";
import { notFound } from "../../http/problem.ts";
import { type Comparison, compare } from "./compare.ts";

/** Comments that come with the page, the newest. */
export const commentsOnPage = 20;

export interface CaseView {
  readonly row: CaseRow;
  readonly evidence: FrozenEvidence | null;
  /** Whether the evidence still has the hash that was noted at the opening. */
  readonly isIntact: boolean;
  readonly comments: readonly CommentRow[];
  readonly links: readonly LinkRow[];
  readonly reviews: readonly ShownReview[];
  readonly appeals: readonly CaseAppeal[];
  readonly decisions: readonly DecisionRow[];
  /** Names of the game's policies. */
  readonly policies: readonly string[];
  readonly comparison: Comparison | null;
  /** Why the viewer may not review it; null: nothing stands in the way. */
  readonly obstacle: string | null;
}

/** The same as the action asks: it is told beforehand, so that nobody writes a verdict in vain. */
function obstacleOf(
  row: CaseRow,
  principal: string,
  reviews: readonly ReviewRow[],
  appeals: readonly CaseAppeal[],
): string | null {
  if (row.state === "decided") return "The case is decided. Only an appeal opens it again.";
  if (reviews.some(({ reviewer }) => reviewer === principal)) {
    return "You have reviewed this case. Somebody else must do it now.";
  }
  if (appeals.some(({ state, made_by }) => state === "pending" && made_by === principal)) {
    return "You made the decision that is appealed. Somebody else must judge it.";
  }
  if (row.assignee !== null && row.assignee !== principal) return "The case is assigned to somebody else.";
  return null;
}

/** @throws Problem 404 */
export async function loadCase(db: Db, id: number, principal: string): Promise<CaseView> {
  const [[row], [stored], comments, links, reviews, appeals, decisions, [declared], [game], neighbours] =
    await batch(db, [
      selectCase(db, id),
      selectEvidence(db, id),
      selectComments(db, id, commentsOnPage, null),
      selectLinks(db, id),
      selectReviews(db, id),
      selectCaseAppeals(db, id),
      selectOfCase(db, id),
      selectCaseSettings(db, id),
      selectCaseGame(db, id),
      selectNeighbours(db, id),
    ]);
  if (row === undefined) throw notFound("The case");
  const evidence = stored === undefined ? null : (JSON.parse(stored.content) as FrozenEvidence);
  const { profile } = profileOfGame(row.game, game);
  const viewer = { principal };
  return {
    row,
    evidence,
    isIntact: stored !== undefined && (await sha256Hex(stored.content)) === row.evidence_hash,
    comments: commentsVisible(row, viewer, comments, reviews),
    links,
    reviews: reviewsVisible(row, viewer, reviews),
    appeals,
    decisions,
    policies: Object.keys(settingsOf(declared).settings.policies),
    comparison: compare(evidence?.score.statistics?.cells ?? {}, neighbours, profile),
    obstacle: obstacleOf(row, principal, reviews, appeals),
  };
}
