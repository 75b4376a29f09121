/** What a join gate asks: the decisions that hold for players, by the keys of two tables and nothing else. */
import { sql } from "drizzle-orm";
import { batch, type Db, eachOf } from "./client.ts";

/** Our id of a player, or the game's own id with its subject. */
export type Asked =
  | { readonly id: number }
  | { readonly game: string; readonly ref: string; readonly subject: string };

export interface HeldRow {
  /** Null: no player of the game has this ref. */
  readonly id: number | null;
  readonly game: string;
  readonly ref: string | null;
  /** JSON lists as `enforcements` holds them: in the game, and in all games; null: none. */
  readonly here: string | null;
  readonly everywhere: string | null;
}

type PlacedRow = HeldRow & { readonly place: number };

const decisionsOf = (subject: string, game: string) =>
  sql.raw(`(SELECT e.decisions FROM enforcements e WHERE e.subject = ${subject} AND e.game = ${game})`);

const ownSubject = "iif(p.ref IS NULL, '#' || p.id, iif(substr(p.ref, 1, 1) = '#', '#' || p.ref, p.ref))";

const selectByIds = (db: Db, rows: readonly (readonly [place: number, id: number])[]) =>
  db.all<PlacedRow>(sql`SELECT k.value->>0 AS place, p.id, p.game, p.ref,
      ${decisionsOf(ownSubject, "p.game")} AS here, ${decisionsOf(ownSubject, "'*'")} AS everywhere
    FROM ${eachOf(rows)} k CROSS JOIN players p ON p.id = k.value->>1`);

/** A player whom the game has not seen can be banned from all games already. */
const selectByRefs = (
  db: Db,
  rows: readonly (readonly [place: number, game: string, ref: string, subject: string])[],
) =>
  db.all<PlacedRow>(sql`SELECT k.value->>0 AS place, p.id, k.value->>1 AS game, k.value->>2 AS ref,
      ${decisionsOf("k.value->>3", "k.value->>1")} AS here, ${decisionsOf("k.value->>3", "'*'")} AS everywhere
    FROM ${eachOf(rows)} k LEFT JOIN players p ON p.game = k.value->>1 AND p.ref = k.value->>2`);

/**
 * What is held against each of those asked for, in their order, in one round trip; null for an id that nobody has.
 * Three rows read of each, and what SQLite counts for the list itself.
 */
export async function findHeld(db: Db, asked: readonly Asked[]): Promise<(HeldRow | null)[]> {
  const ids = asked.flatMap((one, place) => ("id" in one ? [[place, one.id] as const] : []));
  const refs = asked.flatMap((one, place) =>
    "id" in one ? [] : [[place, one.game, one.ref, one.subject] as const],
  );
  const statements = [
    ...(ids.length > 0 ? [selectByIds(db, ids)] : []),
    ...(refs.length > 0 ? [selectByRefs(db, refs)] : []),
  ];
  const rows = (await batch(db, statements)).flat();
  const byPlace = new Map(rows.map(({ place, ...row }) => [place, row]));
  return asked.map((_, place) => byPlace.get(place) ?? null);
}
