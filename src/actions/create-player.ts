/** A player is created by hand, before any telemetry names it. */
import { sql } from "drizzle-orm";
import { isUniqueViolation } from "../db/client.ts";
import type { PlayerRow } from "../db/players.ts";
import { addTotals } from "../db/totals.ts";
import { insertEmptyStanding, insertPlayer, type NewPlayer } from "../db/writes.ts";
import { conflict } from "../http/problem.ts";
import { defaultMode } from "../telemetry/session.ts";
import { namedPlayerAnswer } from "./answers.ts";
import type { AuditEntry } from "./audit.ts";
import { type ActionContext, commit } from "./context.ts";

const answerOf = (player: NewPlayer, id: number, nowMs: number) => {
  const row: PlayerRow = {
    ...player,
    id,
    created_at: nowMs,
    last_seen_at: 0,
    event_count: 0,
    mode: null,
    risk: 0,
    confidence: "insufficient",
    calibrated: 0,
    as_of: null,
  };
  return namedPlayerAnswer("Player created", row);
};

/** @throws Problem 409 where the game's own id is taken */
export async function createPlayer(ctx: ActionContext, player: NewPlayer) {
  const { db, nowMs } = ctx;
  // D1 gives the id within the batch, so the answer that is stored there gets it from D1 too.
  const stored = sql`json_set(${JSON.stringify(answerOf(player, 0, nowMs))},
    '$.id', last_insert_rowid(), '$.player.id', last_insert_rowid())`;
  const writes = [
    insertPlayer(db, player, nowMs),
    insertEmptyStanding(db, player, defaultMode),
    addTotals(db, { players: 1 }),
  ] as const;
  try {
    const entry: AuditEntry = {
      action: "player.create",
      target: sql`'player:' || last_insert_rowid()`,
      details: { ...player },
    };
    const [inserted] = await commit(ctx, writes, { status: 201, body: stored }, entry);
    return answerOf(player, (inserted as D1Result).meta.last_row_id, nowMs);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw conflict("player_exists", "A player with this game and ref exists already.");
  }
}
