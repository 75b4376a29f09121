/** Why: the text about a case or a decision, for whoever asks. */
import type { CaseToExplain, DecisionToExplain } from "../db/explanations.ts";
import {
  type Audience,
  analystText,
  type ExplainedCase,
  type ExplainedDecision,
  playerText,
} from "../decisions/explanation.ts";
import { isoOf } from "./answers.ts";

const explainedCase = (row: CaseToExplain): ExplainedCase => ({
  id: row.id,
  playerId: row.player_id,
  game: row.game,
  mode: row.mode,
  origin: row.origin,
  openedAt: isoOf(row.opened_at),
  score: JSON.parse(row.score) as ExplainedCase["score"],
});

const explainedDecision = (row: DecisionToExplain): ExplainedDecision => ({
  id: row.id,
  type: row.type,
  origin: row.origin,
  game: row.game,
  startsAt: isoOf(row.starts_at),
  expiresAt: row.expires_at === null ? null : isoOf(row.expires_at),
  policy: row.policy,
  appealed: row.appealed === 1,
});

export interface ToExplain {
  readonly ofCase: CaseToExplain | null;
  readonly decision: DecisionToExplain | null;
}

/** What a player may read; also on the page of an appeal. */
export function textForPlayer({ ofCase, decision }: ToExplain): string {
  const ledger = ofCase === null ? null : explainedCase(ofCase).score.ledger;
  return playerText(ledger, decision === null ? null : explainedDecision(decision));
}

export function explanationAnswer({ ofCase, decision }: ToExplain, audience: Audience) {
  const forAnalyst = () =>
    analystText(
      ofCase === null ? null : explainedCase(ofCase),
      decision === null ? null : explainedDecision(decision),
    );
  return {
    case_id: ofCase?.id ?? null,
    decision_id: decision?.id ?? null,
    audience,
    text: audience === "player" ? textForPlayer({ ofCase, decision }) : forAnalyst(),
  };
}
