/** The player that a path or a body names. */
import type { Context } from "hono";
import { findPlayer, type PlayerKey, type PlayerRow } from "../db/players.ts";
import type { AppEnv } from "../env.ts";
import { defaultGame } from "../telemetry/session.ts";
import { notFound } from "./problem.ts";

/** A number is our id; text is the game's own id, with or without the `@` of paths. */
export function playerKey(named: number | string, game: string | undefined): PlayerKey {
  if (typeof named === "number") return { id: named };
  return { game: game ?? defaultGame, ref: named.startsWith("@") ? named.slice(1) : named };
}

/** The key of a checked path parameter: `17`, or `@` and the game's own id. */
export function pathKey(text: string, game: string | undefined): PlayerKey {
  return text.startsWith("@") ? playerKey(text, game) : { id: Number(text) };
}

/** @throws Problem 404 */
export async function getPlayer(c: Context<AppEnv>, key: PlayerKey): Promise<PlayerRow> {
  const player = await findPlayer(c.var.db, key);
  if (!player) throw notFound("The player");
  return player;
}
