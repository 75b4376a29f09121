/** Decisions as the API shows them. */
import type { DecisionRow } from "../../db/decisions.ts";
import { stateAt } from "../../decisions/lifecycle.ts";
import { refOf } from "../../decisions/subject.ts";
import { isoOf } from "../answers.ts";

const maybeIso = (ms: number | null) => (ms === null ? null : isoOf(ms));

/** What of a row is shown; its id may be known only in the batch that makes it. */
export type ShownDecision = Omit<DecisionRow, "place" | "emitted">;

export function decisionAnswer(row: ShownDecision, nowMs: number) {
  const term = { startsAtMs: row.starts_at, expiresAtMs: row.expires_at };
  return {
    id: row.id,
    player: { id: row.player_id, game: row.home, ref: refOf(row.subject) },
    game: row.game,
    type: row.type,
    state: stateAt(term, row.end_kind, nowMs),
    starts_at: isoOf(row.starts_at),
    expires_at: maybeIso(row.expires_at),
    policy: row.policy,
    reason: row.reason,
    case_id: row.case_id,
    origin: row.origin,
    causes: (JSON.parse(row.causes) as [string, number][]).map(([detector, version]) => ({
      detector,
      version,
    })),
    made_by: row.made_by,
    made_at: isoOf(row.made_at),
    ended_at: maybeIso(row.ended_at),
    end_kind: row.end_kind,
    end_reason: row.end_reason,
    ended_by: row.ended_by,
  };
}
