/** Cases as the API tells them. */
import type { CommentRow, LinkRow } from "../../db/case-notes.ts";
import type { CaseRow } from "../../db/cases.ts";
import { isBlind } from "../../decisions/reviews.ts";
import { bandOf } from "../../detection/bands.ts";
import { isoOf, pointsOf } from "../answers.ts";

const maybeIso = (ms: number | null) => (ms === null ? null : isoOf(ms));

/** Whether somebody holds the case: a lease ends by time alone. */
export const isHeld = (row: Pick<CaseRow, "lease_until">, nowMs: number): boolean =>
  row.lease_until !== null && row.lease_until > nowMs;

/** A claim whose lease has run out is told as what it is: open, and nobody's. */
export function caseAnswer(row: CaseRow, nowMs: number) {
  const held = isHeld(row, nowMs);
  return {
    id: row.id,
    player: { id: row.player_id, ref: row.ref, username: row.username },
    game: row.game,
    mode: row.mode,
    state: row.state === "claimed" && !held ? ("open" as const) : row.state,
    origin: row.origin,
    review: row.review,
    round: row.round,
    opened_at: isoOf(row.opened_at),
    opened_by: row.opened_by,
    risk_score: pointsOf(row.risk),
    band: bandOf(row.risk),
    confidence: row.confidence,
    baseline_version: row.baseline_version,
    evidence_hash: row.evidence_hash,
    priority: row.priority,
    assignee: row.assignee,
    holder: held ? row.holder : null,
    lease_until: held ? maybeIso(row.lease_until) : null,
    // Of an appealed case, what it came to before is hidden until it is decided anew.
    verdict: isBlind(row) ? null : row.verdict,
    decided_at: isBlind(row) ? null : maybeIso(row.decided_at),
    tags: JSON.parse(row.tags) as string[],
  };
}
export type CaseAnswer = ReturnType<typeof caseAnswer>;

export const commentAnswer = ({ id, at, author, text }: CommentRow) => ({
  id,
  commented_at: isoOf(at),
  author,
  text,
});

export const linkAnswer = (link: LinkRow) => ({
  player: { id: link.player_id, ref: link.ref, username: link.username },
  game: link.game,
  note: link.note,
  linked_at: isoOf(link.linked_at),
  linked_by: link.linked_by,
});
