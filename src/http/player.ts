/** The player that a path or a body names. */
import type { Context } from "hono";
import { findPlayer, type PlayerKey, type PlayerRow } from "../db/players.ts";
import type { AppEnv } from "../env.ts";
import { notFound } from "./problem.ts";
import { covers, reachOf } from "./reach.ts";

/** A number is our id; text is the game's own id, with or without the `@` of paths. */
export function playerKey(c: Context<AppEnv>, named: number | string, game: string | undefined): PlayerKey {
  if (typeof named === "number") return { id: named };
  const ref = named.startsWith("@") ? named.slice(1) : named;
  return { game: game ?? reachOf(c).defaultGame, ref };
}

/** The key of a checked path parameter: `17`, or `@` and the game's own id. */
export function pathKey(c: Context<AppEnv>, text: string, game: string | undefined): PlayerKey {
  return text.startsWith("@") ? playerKey(c, text, game) : { id: Number(text) };
}

/**
 * What was found of a player, unless it is nothing or beyond the caller's reach: neither tells which.
 * @throws Problem 404
 */
export function withinReach<T>(c: Context<AppEnv>, found: T | null, gameOf: (found: T) => string): T {
  if (found === null || !covers(reachOf(c), gameOf(found))) throw notFound("The player");
  return found;
}

/** @throws Problem 404 */
export async function getPlayer(c: Context<AppEnv>, key: PlayerKey): Promise<PlayerRow> {
  return withinReach(c, await findPlayer(c.get("db"), key), ({ game }) => game);
}
