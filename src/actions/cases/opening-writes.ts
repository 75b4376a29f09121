/** What the opening of cases writes, whoever opens them: cases, evidence, counters, and the news of it. */
import { sql } from "drizzle-orm";
import { insertCases, type NewCase, newestCaseId } from "../../db/cases.ts";
import type { Db, Statement } from "../../db/client.ts";
import type { StoredScore } from "../../db/standings.ts";
import { isoOf, pointsOf } from "../answers.ts";
import { countOpened } from "../quality/count-quality.ts";
import { type DomainEvent, emitWrites } from "../webhooks/emit.ts";

/** A case that is about to be opened. */
export interface Opening {
  readonly opened: NewCase;
  readonly player: { readonly ref: string | null; readonly username: string };
  readonly score: StoredScore;
}

/** What the trail says of an opening. It seals the hash too: whoever changes the evidence cannot change both. */
export const openingEntry = ({ playerId, mode, risk, origin, evidenceHash }: NewCase) =>
  ({
    action: "case.open",
    target: sql`'case:' || ${newestCaseId(playerId, mode)}`,
    details: { player_id: playerId, mode, risk: pointsOf(risk), origin, evidence_hash: evidenceHash },
  }) as const;

/** Only D1 knows the id, within the batch. */
function newsOf({ opened, player, score }: Opening): DomainEvent {
  const { playerId, game, mode, origin, risk, openedAtMs } = opened;
  const facts = {
    case_id: 0,
    player_id: playerId,
    player: player.ref,
    game,
    mode,
    origin,
    risk_score: pointsOf(risk),
    band: score.band,
    confidence: score.confidence,
    opened_at: isoOf(openedAtMs),
  };
  const data = sql`json_set(${JSON.stringify(facts)}, '$.case_id', ${newestCaseId(playerId, mode)})`;
  return { type: "case.opened", game, data };
}

/** The statements that open cases. The batch fails where a player has a pending case in the mode by now. */
export function openingWrites(db: Db, openings: readonly Opening[], nowMs: number): Statement[] {
  if (openings.length === 0) return [];
  const counted = openings.map(({ opened, score }) => ({
    game: opened.game,
    mode: opened.mode,
    openedAtMs: opened.openedAtMs,
    score,
  }));
  return [
    ...insertCases(
      db,
      openings.map(({ opened }) => opened),
    ),
    ...countOpened(db, counted),
    ...emitWrites(db, nowMs, openings.map(newsOf)),
  ];
}
