/** Games and the metric profiles they declare. A game that declares none is judged by the built-in `shooter`. */
import { type SQL, sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";

export interface StoredGame {
  readonly game: string;
  readonly version: number;
  readonly profile: string;
  readonly updated_at: number;
}

/** The declared games among those named, one row read each. */
export function selectGames(db: Db, games: readonly string[]) {
  return db.all<StoredGame>(sql`SELECT g.game, g.version, g.profile, g.updated_at FROM ${eachOf(games)} k
    CROSS JOIN games g ON g.game = k.value`);
}

/** A game that declares a profile, without the profile. */
export type DeclaredGame = Omit<StoredGame, "profile">;

/** Games that declare a profile, in order. */
export function selectDeclaredGames(db: Db, limit: number) {
  return db.all<DeclaredGame>(sql`SELECT game, version, updated_at FROM games ORDER BY game LIMIT ${limit}`);
}

/** Profiles that games declared once, of the (game, version) pairs named. */
export function selectGameVersions(db: Db, keys: readonly (readonly [game: string, version: number])[]) {
  return db.all<Pick<StoredGame, "game" | "version" | "profile">>(sql`SELECT v.game, v.version, v.profile
    FROM ${eachOf(keys)} k CROSS JOIN game_versions v ON v.game = k.value->>0 AND v.version = k.value->>1`);
}

/** Ends a batch unless the game's declaration is still this one; 0: none. */
export const expectVersion = (game: string, version: number): SQL =>
  sql`SELECT iif(coalesce((SELECT version FROM games WHERE game = ${game}), 0) = ${version}, 1, json('guard')) AS ok`;

export interface ScopeSummary {
  readonly mode: string;
  readonly version: number;
  readonly players: number;
  readonly baseline: string | null;
  readonly undeclared: string;
  readonly refreshed_at: number | null;
}

/** A game's scopes, in the order of their modes. */
export function selectScopesOf(db: Db, game: string, limit: number) {
  return db.all<ScopeSummary>(sql`SELECT mode, version, players, baseline, undeclared, refreshed_at FROM scopes
    WHERE game = ${game} ORDER BY mode LIMIT ${limit}`);
}

/** Declares a game, or declares it anew; each version is kept. */
export function upsertGame(db: Db, game: string, profile: unknown, nowMs: number): Statement[] {
  const upsert = db.run(sql`INSERT INTO games (game, version, profile, updated_at)
    VALUES (${game}, 1, ${JSON.stringify(profile)}, ${nowMs})
    ON CONFLICT (game) DO UPDATE SET version = version + 1, profile = excluded.profile,
      updated_at = excluded.updated_at`);
  const keep = db.run(sql`INSERT INTO game_versions (game, version, profile, declared_at)
    SELECT game, version, profile, updated_at FROM games WHERE game = ${game}`);
  return [upsert, keep];
}

/**
 * The baseline job looks at these scopes again, and marks every standing in them in its own bounded slices. Modes that
 * it has not looked at yet get their scope first: one row read a mode. `folds` moves, so that a run which is under way
 * cannot store what it made by the profile of before.
 */
export function remarkScopes(db: Db, game: string): Statement {
  return db.run(sql`WITH RECURSIVE modes (mode) AS (
      SELECT min(mode) FROM standings INDEXED BY standings_scope WHERE game = ${game}
      UNION ALL SELECT (SELECT min(s.mode) FROM standings s INDEXED BY standings_scope
        WHERE s.game = ${game} AND s.mode > modes.mode) FROM modes WHERE modes.mode IS NOT NULL)
    INSERT INTO scopes (game, mode, stale, marked_version) SELECT ${game}, mode, 1, -1 FROM modes
      WHERE mode IS NOT NULL
    ON CONFLICT (game, mode) DO UPDATE SET folds = folds + 1, stale = 1, marked_version = version - 1,
      mark_after = 0`);
}
