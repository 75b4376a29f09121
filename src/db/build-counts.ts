/** How players moved when they came to a build: the few builds of a scope that were counted last. */
import { sql } from "drizzle-orm";
import type { BuildMoves } from "../detection/build-shift.ts";
import { type Db, eachOf, type Statement, valuesOf } from "./client.ts";

/** Builds kept of a scope. */
export const keptBuilds = 6;

export interface BuildCount {
  readonly game: string;
  readonly mode: string;
  readonly build: string;
  readonly countedMs: number;
  readonly moves: BuildMoves;
  /** When it was told that it changes the distribution; null: it was not. */
  readonly toldMs: number | null;
}

interface BuildRow {
  game: string;
  mode: string;
  build: string;
  first_at: number;
  counted_at: number;
  moves: string;
  told_at: number | null;
}

/** The builds that are kept of these scopes. */
export async function listBuilds(
  db: Db,
  scopes: readonly { readonly game: string; readonly mode: string }[],
): Promise<BuildCount[]> {
  const names = scopes.map(({ game, mode }) => [game, mode]);
  const rows =
    await db.all<BuildRow>(sql`SELECT b.game, b.mode, b.build, b.first_at, b.counted_at, b.moves, b.told_at
    FROM ${eachOf(names)} k CROSS JOIN build_counts b ON b.game = k.value->>0 AND b.mode = k.value->>1`);
  return rows.map((row) => ({
    game: row.game,
    mode: row.mode,
    build: row.build,
    countedMs: row.counted_at,
    moves: { firstMs: row.first_at, metrics: JSON.parse(row.moves) as BuildMoves["metrics"] },
    toldMs: row.told_at,
  }));
}

/** Stores builds as they stand now. */
export function storeBuilds(db: Db, builds: readonly BuildCount[]): Statement[] {
  const rows = builds.map(({ game, mode, build, countedMs, moves, toldMs }) => [
    ...[game, mode, build, moves.firstMs, countedMs],
    ...[JSON.stringify(moves.metrics), toldMs],
  ]);
  return valuesOf(rows).map((part) =>
    db.run(sql`INSERT INTO build_counts (game, mode, build, first_at, counted_at, moves, told_at)
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 FROM ${eachOf(part)} WHERE true
      ON CONFLICT (game, mode, build) DO UPDATE SET first_at = excluded.first_at, counted_at = excluded.counted_at,
        moves = excluded.moves, told_at = excluded.told_at`),
  );
}

/** Forgets builds. */
export function deleteBuilds(
  db: Db,
  builds: readonly Pick<BuildCount, "game" | "mode" | "build">[],
): Statement {
  const keys = builds.map(({ game, mode, build }) => [game, mode, build]);
  return db.run(sql`DELETE FROM build_counts WHERE (game, mode, build) IN
    (SELECT value->>0, value->>1, value->>2 FROM ${eachOf(keys)})`);
}
