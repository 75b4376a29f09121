/** What a caller may touch: a key that is bound to games sees nothing of any other, not even that it exists. */
import type { Context } from "hono";
import type { AppEnv, Reach } from "../env.ts";
import { defaultGame } from "../telemetry/session.ts";
import { badRequest, Problem } from "./problem.ts";

const everything: Reach = { games: null, defaultGame };

export function reachOf(c: Context<AppEnv>): Reach {
  const actor = c.get("actor");
  if (actor?.kind !== "key" || actor.games === null) return everything;
  const [only] = actor.games;
  return { games: actor.games, defaultGame: actor.games.length === 1 && only ? only : defaultGame };
}

/** Whether a reach covers a game. */
export const covers = ({ games }: Reach, game: string): boolean => games === null || games.includes(game);

/**
 * Whether a reach covers a decision: of a game where it holds, or of every game if its player is of such a game.
 * `home` is the player's own game.
 */
export const coversDecision = (reach: Reach, { game, home }: { game: string; home: string }): boolean =>
  covers(reach, game === "*" ? home : game);

/** Said whether the game exists or not. */
const outOfReach = (game: string) =>
  new Problem(403, "game_out_of_reach", `This key is not bound to the game ${game}.`);

/** @throws Problem 403 for a game that the caller's key is not bound to */
export function requireGame(c: Context<AppEnv>, game: string): string {
  if (!covers(reachOf(c), game)) throw outOfReach(game);
  return game;
}

/**
 * The game that a list is narrowed to; undefined: all games, for callers that may see all.
 * @throws Problem 403 as {@link requireGame}, 400 for a key of several games that names none
 */
export function listedGame(c: Context<AppEnv>, asked: string | undefined): string | undefined {
  const { games } = reachOf(c);
  if (asked !== undefined) return requireGame(c, asked);
  if (games === null) return undefined;
  const [only] = games;
  if (games.length === 1 && only) return only;
  const detail = `This key is bound to several games: name one of ${games.join(", ")}.`;
  throw badRequest([{ pointer: "/game", code: "missing", detail }]);
}
