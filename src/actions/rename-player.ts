/** A player gets a display name. The one that it has already changes nothing. */
import type { PlayerRow } from "../db/players.ts";
import { renamePlayer as rename } from "../db/writes.ts";
import { namedPlayerAnswer } from "./answers.ts";
import { type ActionContext, commit } from "./context.ts";

/** `reason` is kept in the audit trail, where whoever renames gives one. */
export async function renamePlayer(
  ctx: ActionContext,
  player: PlayerRow,
  username: string,
  reason: string | null = null,
) {
  const body = namedPlayerAnswer("Player renamed", { ...player, username });
  await commit(
    ctx,
    username === player.username ? [] : [rename(ctx.db, player.id, username)],
    { status: 200, body },
    {
      action: "player.rename",
      target: `player:${player.id}`,
      details: { from: player.username, to: username, ...(reason === null ? {} : { reason }) },
    },
  );
  return body;
}
