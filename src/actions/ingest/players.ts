/** The players that rows name: whether they exist, and whether the caller may write of them. */
import type { KnownPlayer } from "../../db/ingest.ts";
import type { Reach } from "../../env.ts";
import { defaultGame, type RowFault } from "../../telemetry/session.ts";
import type { Named } from "./kind.ts";

export const refKey = (game: string, ref: string) => `${game}\n${ref}`;

export interface Players {
  readonly byId: ReadonlyMap<number, KnownPlayer>;
  readonly byRef: ReadonlyMap<string, KnownPlayer>;
}

/** The names to look up: each (game, ref) and each id once. */
export function namesOf(rows: readonly Named[]) {
  const refs = new Map<string, { game: string; ref: string }>();
  const ids = new Set<number>();
  for (const { playerId, game: named, ref } of rows) {
    if (playerId !== null) ids.add(playerId);
    else if (ref !== null) {
      const game = named ?? defaultGame;
      const key = refKey(game, ref);
      if (!refs.has(key)) refs.set(key, { game, ref });
    }
  }
  return { refs: [...refs.values()], ids: [...ids] };
}

export const playersOf = (byIds: readonly KnownPlayer[], byRefs: readonly KnownPlayer[]): Players => ({
  byId: new Map(byIds.map((player) => [player.id, player])),
  byRef: new Map(byRefs.map((player) => [refKey(player.game, player.ref ?? ""), player])),
});

/** What a key may not touch is told apart from what is not there by nothing. */
export function playerFault(row: Named, { byId }: Players, { games }: Reach): RowFault | null {
  const isCovered = (game: string) => games === null || games.includes(game);
  if (row.game !== null && !isCovered(row.game)) {
    const detail = `This key is not bound to the game ${row.game}.`;
    return { pointer: "/game", code: "game_out_of_reach", detail };
  }
  if (row.playerId === null) return null;
  const player = byId.get(row.playerId);
  if (!player || !isCovered(player.game)) {
    return { pointer: "/player_id", code: "unknown_player", detail: "No player has this player_id." };
  }
  if (row.game === null || row.game === player.game) return null;
  const detail = "The player of this player_id plays another game.";
  return { pointer: "/game", code: "game_mismatch", detail };
}

/** Whose row it is: the player's id, null for a player that is to be created, and a text that identifies either. */
export function ownerOf(row: Named, { byId, byRef }: Players) {
  const named = row.playerId === null ? undefined : byId.get(row.playerId);
  const game = named?.game ?? row.game ?? defaultGame;
  const key = refKey(game, row.ref ?? "");
  const player = named ?? byRef.get(key);
  return { playerId: player?.id ?? null, game, key: player ? String(player.id) : key };
}
