/** Reading the stream of decisions: what holds for a mirror that starts anew, then every change in order. */
import { type SQL, sql } from "drizzle-orm";
import { batch, type Db } from "./client.ts";
import { openBody } from "./decision-writes.ts";

export interface ChangeRow {
  readonly seq: number;
  readonly game: string;
  readonly kind: "add" | "remove";
  /** When it was said; null of what holds anyway. */
  readonly at: number | null;
  /** JSON. */
  readonly body: string;
}

/** Where a reader stands. */
export interface StreamPlace {
  readonly seq: number;
  /** Up to here a new mirror is told only what still holds. */
  readonly startHead: number;
}

/** SELECTs of one ordered range each; D1 takes five in a compound, and one of them is `*`. */
const maxGames = 4;

/** The ranges to merge; of more games than a compound can hold, and of all, there is one, over everything. */
function rangesOf(games: readonly string[] | null): (string | null)[] {
  return games === null || games.length > maxGames ? [null] : [...games, "*"];
}

/** Whether the rows that are read are the caller's: not so where its games are too many to be ranges. */
export const isNarrowed = (games: readonly string[] | null): boolean => rangesOf(games)[0] !== null;

/** In both an index gives the order, so that a page reads its own rows and no more. */
const standing = (
  game: string | null,
  after: number,
  upTo: number | null,
): SQL => sql`SELECT d.added_seq AS seq, d.game,
  'add' AS kind, NULL AS at, ${openBody} AS body
  FROM decisions d INDEXED BY ${sql.raw(game === null ? "decisions_added" : "decisions_game_added")}
  WHERE d.emitted = 'added'${game === null ? sql`` : sql` AND d.game = ${game}`} AND d.added_seq > ${after}${
    upTo === null ? sql`` : sql` AND d.added_seq <= ${upTo}`
  }`;

const changes = (game: string | null, after: number): SQL =>
  sql`SELECT c.seq, c.game, c.kind, c.at, c.body FROM decision_changes c
    WHERE ${game === null ? sql`` : sql`c.game = ${game} AND `}c.seq > ${after}`;

/** The end of the stream. Its last change is never deleted, so it never goes back. */
const head = (db: Db) => db.all<{ seq: number | null }>(sql`SELECT max(seq) AS seq FROM decision_changes`);

export async function findHead(db: Db): Promise<number> {
  const [row] = await head(db);
  return row?.seq ?? 0;
}

export interface ChangePage {
  readonly rows: readonly ChangeRow[];
  /** The end of the stream at the same moment. */
  readonly head: number;
  /** Whether there may be more behind it. */
  readonly isFull: boolean;
}

/**
 * A page of at most `limit` changes after a place; null: of a mirror that starts anew. It reads `limit` rows and one
 * more at most: each further range that is merged looks one row ahead, and the end of the stream is a row.
 */
export async function findChanges(
  db: Db,
  games: readonly string[] | null,
  place: StreamPlace | null,
  limit: number,
): Promise<ChangePage> {
  const ranges = rangesOf(games);
  const most = limit + 1 - ranges.length;
  const after = place?.seq ?? 0;
  const isStarting = place === null || place.seq < place.startHead;
  const selects = ranges.map((game) =>
    isStarting ? standing(game, after, place?.startHead ?? null) : changes(game, after),
  );
  const [rows, [end]] = await batch(db, [
    db.all<ChangeRow>(sql`${sql.join(selects, sql` UNION ALL `)} ORDER BY seq LIMIT ${most}`),
    head(db),
  ]);
  return { rows, head: end?.seq ?? 0, isFull: rows.length === most };
}

/** Changes that are older, but for the last one. Older come first, so that nothing behind them has to be looked at. */
const outdated = (beforeMs: number, limit: number): SQL => sql`SELECT seq FROM (
  SELECT seq, at FROM decision_changes WHERE seq < (SELECT max(seq) FROM decision_changes) ORDER BY seq LIMIT ${limit})
  WHERE at < ${beforeMs}`;

/** Deletes changes that no cursor can ask for any more. */
export const pruneChanges = (db: Db, beforeMs: number, limit: number) =>
  db.run(sql`DELETE FROM decision_changes WHERE seq IN (${outdated(beforeMs, limit)})`);

/** SQL of how many of them there are, up to `limit`. */
export const countOutdated = (beforeMs: number, limit: number): SQL =>
  sql`(SELECT count(*) FROM (${outdated(beforeMs, limit)}))`;
