/** What a chunk of rows means against what is stored: new, already there, or impossible. Reads only. */
import { batch } from "../../db/client.ts";
import { selectByIds, selectByRefs } from "../../db/ingest.ts";
import type { ActionContext } from "../context.ts";
import { type Rejection, rejection } from "./answer.ts";
import type { Content, Fresh, Kind, Named, Placed } from "./kind.ts";
import { namesOf, ownerOf, type Players, playerFault, playersOf } from "./players.ts";

/** What is stored already of what a chunk names; `stored` by the row's place in the chunk. */
interface Known {
  readonly players: Players;
  readonly stored: ReadonlyMap<number, Content>;
}

/** A chunk, sorted into what it adds, what is there already and what cannot be. */
export interface Plan<T> {
  readonly fresh: readonly Fresh<T>[];
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
}

/** What a request remembers of its rows. A dry run keeps it from chunk to chunk, as nothing is stored between them. */
export type Seen = Map<string, Content>;

async function readKnown<T extends Named>(
  { db }: ActionContext,
  kind: Kind<T>,
  placed: readonly Placed<T>[],
): Promise<Known> {
  const rows = placed.map(({ value }) => value);
  const { refs, ids } = namesOf(rows);
  const keys = rows.map((row) => [row.playerId, row.game, row.ref, kind.idOf(row)] as const);
  const [byRefs, byIds, stored] = await batch(db, [
    selectByRefs(db, refs),
    selectByIds(db, ids),
    kind.selectStored(db, keys),
  ]);
  return {
    players: playersOf(byIds, byRefs),
    stored: new Map(stored.map((row) => [row.place, kind.storedContent(row)])),
  };
}

/** Numbers come back from SQLite's text of them, which may differ in the last bit. */
function isEqual(a: string | number | null, b: string | number | null): boolean {
  if (a === b) return true;
  if (typeof a !== "number" || typeof b !== "number") return false;
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
}

const isSame = (a: Content, b: Content): boolean =>
  a.every((value, place) => isEqual(value, b[place] ?? null));

function conflictOf(idField: string) {
  const detail = `This ${idField} is taken by other content, which stands.`;
  return { pointer: `/${idField}`, code: "conflict", detail };
}

/** Reads what is known of a chunk, and sorts its rows. The first of several rows of one identity stands. */
export async function planOf<T extends Named>(
  ctx: ActionContext,
  kind: Kind<T>,
  placed: readonly Placed<T>[],
  seen: Seen,
): Promise<Plan<T>> {
  const { players, stored } = await readKnown(ctx, kind, placed);
  const fresh: Fresh<T>[] = [];
  const rejected: Rejection[] = [];
  let duplicates = 0;
  for (const [place, { index, value }] of placed.entries()) {
    const fault = playerFault(value, players, ctx.reach);
    if (fault) {
      rejected.push(rejection(kind.member, index, fault));
      continue;
    }
    const { playerId, game, key } = ownerOf(value, players);
    const identity = `${key}\n${kind.idOf(value)}`;
    const content = kind.contentOf(value);
    const first = stored.get(place) ?? seen.get(identity);
    if (first === undefined) {
      seen.set(identity, content);
      fresh.push({ playerId, game, value });
    } else if (isSame(content, first)) duplicates += 1;
    else rejected.push(rejection(kind.member, index, conflictOf(kind.idField)));
  }
  return { fresh, duplicates, rejected };
}
