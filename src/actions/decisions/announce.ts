/** What receivers outside hear of decisions, in the batch of the change. */
import { sql } from "drizzle-orm";
import type { Db, Statement } from "../../db/client.ts";
import { type NewDecision, newestDecision, openBody } from "../../db/decision-writes.ts";
import type { DecisionRow } from "../../db/decisions.ts";
import type { DecisionEnd } from "../../decisions/decision.ts";
import { refOf } from "../../decisions/subject.ts";
import { isoOf } from "../answers.ts";
import { type DomainEvent, emitWrites } from "../webhooks/emit.ts";

/** A decision that the batch has just made; nothing of one that starts later, which the job tells. */
export function announceStart(db: Db, { startsAtMs, madeAtMs, home }: NewDecision): Statement[] {
  if (startsAtMs > madeAtMs) return [];
  const data = sql`(SELECT json_set(${openBody}, '$.case_id', d.case_id, '$.origin', d.origin)
    FROM decisions d WHERE d.id = ${newestDecision})`;
  return emitWrites(db, madeAtMs, [{ type: "decision.started", game: home, data }]);
}

const dataOf = (row: DecisionRow, endKind: DecisionEnd | null) => ({
  id: row.id,
  player_id: row.player_id,
  home: row.home,
  ref: refOf(row.subject),
  game: row.game,
  type: row.type,
  policy: row.policy,
  starts_at: isoOf(row.starts_at),
  expires_at: row.expires_at === null ? null : isoOf(row.expires_at),
  end_kind: endKind,
  case_id: row.case_id,
  origin: row.origin,
});

export const startedEvent = (row: DecisionRow): DomainEvent => ({
  type: "decision.started",
  game: row.home,
  data: dataOf(row, null),
});

/** Nothing of a decision that nobody was told of. */
export const endedEvents = (rows: readonly DecisionRow[], kind: DecisionEnd): DomainEvent[] =>
  rows
    .filter(({ emitted }) => emitted === "added")
    .map((row) => ({ type: "decision.ended", game: row.home, data: dataOf(row, kind) }));
