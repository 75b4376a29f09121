/** What pages on scopes read: a list without what is large, and one scope with its histograms. */
import { sql } from "drizzle-orm";
import { classCount } from "../detection/size-class.ts";
import type { Db } from "./client.ts";
import type { ScopeName } from "./detector-page.ts";

/** Of a scope `c`: what its S is made by; the prior's is 0. */
const shape = sql`coalesce(c.baseline->>'$.shape', 0)`;
/**
 * The histograms of evidence, a place for each length of record. By their paths: `json_each` would be paid for as a row
 * read for each of the hundreds of keys.
 */
const evidence = sql`json_extract(c.histogram, ${sql.join(
  Array.from({ length: classCount }, (_, index) => sql`'$."nats:' || ${shape} || ${`@${index}"`}`),
  sql`, `,
)})`;

export interface ListedScope extends ScopeName {
  readonly version: number;
  readonly players: number;
  readonly refreshed_at: number | null;
  readonly stale: number;
  /** JSON of the baseline's map; null before the first baseline. */
  readonly map: string | null;
  readonly shape: number;
  /** JSON list of the histograms of evidence by length of record, null where there is none. */
  readonly evidence: string;
}

/** Scopes in the order of their names, of one game or of all, after a place; one row read a scope. */
export const selectScopesPage = (db: Db, game: string | undefined, after: ScopeName | null, limit: number) =>
  db.all<ListedScope>(sql`SELECT c.game, c.mode, c.version, c.players, c.refreshed_at, c.stale,
      c.baseline->'$.map' AS map, ${shape} AS shape, ${evidence} AS evidence
    FROM scopes c WHERE ${game === undefined ? sql`true` : sql`c.game = ${game}`}
      AND ${after === null ? sql`true` : sql`(c.game, c.mode) > (${after.game}, ${after.mode})`}
    ORDER BY c.game, c.mode LIMIT ${limit}`);

export interface ShownScope extends ScopeName {
  readonly version: number;
  readonly players: number;
  readonly baseline: string | null;
  readonly undeclared: string;
  readonly stale: number;
  readonly refreshed_at: number | null;
  readonly histogram: string;
}

export const selectScope = (db: Db, { game, mode }: ScopeName) =>
  db.all<ShownScope>(sql`SELECT c.game, c.mode, c.version, c.players, c.baseline, c.undeclared, c.stale,
      c.refreshed_at, c.histogram FROM scopes c WHERE c.game = ${game} AND c.mode = ${mode}`);

/** One row if anybody has played in the scope, whether or not a baseline knows of it yet. */
export const selectScopePlayed = (db: Db, { game, mode }: ScopeName) =>
  db.all<{ readonly played: number }>(sql`SELECT 1 AS played FROM standings INDEXED BY standings_scope
    WHERE game = ${game} AND mode = ${mode} LIMIT 1`);
