/** A player is created by hand, before any telemetry names it. */
import { sql } from "drizzle-orm";
import { findPlayer, type PlayerRow } from "../db/players.ts";
import { addTotals } from "../db/totals.ts";
import { insertEmptyStanding, insertPlayer, type NewPlayer } from "../db/writes.ts";
import { conflict } from "../http/problem.ts";
import { defaultMode } from "../telemetry/session.ts";
import { namedPlayerAnswer } from "./answers.ts";
import { type ActionContext, commit, retryOnRace } from "./context.ts";

/** The next free id, so that the answer is known before the write that it is stored with. */
async function nextPlayerId({ db }: ActionContext): Promise<number> {
  const [row] = await db.all<{ next: number }>(sql`SELECT max(
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'players'), 0),
    coalesce((SELECT max(id) FROM players), 0)) + 1 AS next`);
  return row?.next ?? 1;
}

/** @throws Problem 409 where the game's own id is taken */
export function createPlayer(ctx: ActionContext, player: NewPlayer) {
  return retryOnRace(async (tries) => {
    const { db, nowMs } = ctx;
    if (player.ref !== null && (await findPlayer(db, { game: player.game, ref: player.ref }))) {
      throw conflict("player_exists", "A player with this game and ref exists already.");
    }
    // Who lost the race for an id takes one further on, so that many at once do not meet again and again.
    const id = (await nextPlayerId(ctx)) + Math.floor(Math.random() * 4 ** (tries - 1));
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
    const body = namedPlayerAnswer("Player created", row);
    await commit(
      ctx,
      [
        insertPlayer(db, id, player, nowMs),
        insertEmptyStanding(db, id, player, defaultMode),
        addTotals(db, { players: 1 }),
      ],
      { status: 201, body },
    );
    return body;
  });
}
