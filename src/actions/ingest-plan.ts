/** What a chunk of rows means against what is stored: new, already there, or impossible. Reads only. */
import { batch } from "../db/client.ts";
import { type KnownPlayer, type NewSession, selectByIds, selectByRefs, selectStored } from "../db/ingest.ts";
import type { Reach } from "../env.ts";
import { defaultGame, type RowFault, type Session } from "../telemetry/session.ts";
import type { ActionContext } from "./context.ts";

/** Why a row was refused, and which. `pointer` leads to the field within the request. */
export interface Rejection extends RowFault {
  readonly index: number;
}

/** A valid row and its place in the request. */
export interface Placed {
  readonly index: number;
  readonly session: Session;
}

/** A row that is not stored yet, with its player's id if the player is. */
export interface FreshSession extends NewSession {
  readonly game: string;
}

export const rejection = (index: number, fault: RowFault): Rejection => ({
  index,
  code: fault.code,
  pointer: `/sessions/${index}${fault.pointer}`,
  detail: fault.detail,
});

export const refKey = (game: string, ref: string) => `${game}\n${ref}`;

/** What is stored already of what a chunk names. */
export interface Known {
  readonly byId: ReadonlyMap<number, KnownPlayer>;
  readonly byRef: ReadonlyMap<string, KnownPlayer>;
  readonly stored: ReadonlySet<number>;
}

export async function readKnown({ db }: ActionContext, placed: readonly Placed[]): Promise<Known> {
  const refs = new Map<string, { game: string; ref: string }>();
  const ids = new Set<number>();
  for (const { session } of placed) {
    if (session.playerId !== null) ids.add(session.playerId);
    else if (session.ref !== null) {
      const game = session.game ?? defaultGame;
      refs.set(refKey(game, session.ref), { game, ref: session.ref });
    }
  }
  const [byRefs, byIds, stored] = await batch(db, [
    selectByRefs(db, [...refs.values()]),
    selectByIds(db, [...ids]),
    selectStored(
      db,
      placed.map(({ session: s }) => [s.playerId, s.game, s.ref, s.sessionId] as const),
    ),
  ]);
  return {
    byId: new Map(byIds.map((player) => [player.id, player])),
    byRef: new Map(byRefs.map((player) => [refKey(player.game, player.ref ?? ""), player])),
    stored: new Set(stored.map(({ place }) => place)),
  };
}

/** A chunk, sorted into what it adds, what is there already and what cannot be. */
export interface Plan {
  readonly fresh: readonly FreshSession[];
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
}

/** What a key may not touch is told apart from what is not there by nothing. */
function playerFault(session: Session, known: Known, { games }: Reach): RowFault | null {
  const isCovered = (game: string) => games === null || games.includes(game);
  if (session.game !== null && !isCovered(session.game)) {
    return {
      pointer: "/game",
      code: "game_out_of_reach",
      detail: `This key is not bound to the game ${session.game}.`,
    };
  }
  if (session.playerId === null) return null;
  const player = known.byId.get(session.playerId);
  if (!player || !isCovered(player.game))
    return { pointer: "/player_id", code: "unknown_player", detail: "No player has this player_id." };
  if (session.game !== null && session.game !== player.game) {
    return {
      pointer: "/game",
      code: "game_mismatch",
      detail: "The player of this player_id plays another game.",
    };
  }
  return null;
}

export function planOf(placed: readonly Placed[], known: Known, reach: Reach): Plan {
  const fresh: FreshSession[] = [];
  const rejected: Rejection[] = [];
  const seen = new Set<string>();
  let duplicates = 0;
  placed.forEach(({ index, session }, place) => {
    const fault = playerFault(session, known, reach);
    if (fault) {
      rejected.push(rejection(index, fault));
      return;
    }
    const named = session.playerId === null ? null : known.byId.get(session.playerId);
    const game = named?.game ?? session.game ?? defaultGame;
    const player = named ?? known.byRef.get(refKey(game, session.ref ?? ""));
    const identity = `${player ? player.id : refKey(game, session.ref ?? "")}\n${session.sessionId}`;
    if (known.stored.has(place) || seen.has(identity)) {
      duplicates += 1;
      return;
    }
    seen.add(identity);
    fresh.push({ playerId: player?.id ?? null, session, game });
  });
  return { fresh, duplicates, rejected };
}
