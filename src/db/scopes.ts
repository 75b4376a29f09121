/** Scopes: folding histogram deltas, storing baselines, and marking a scope's standings in bounded steps. */
import { type SQL, sql } from "drizzle-orm";
import type { Baseline, Histogram } from "../detection/baseline.ts";
import { type Db, eachOf, type Statement, valuesOf } from "./client.ts";
import type { ScopeDelta } from "./standings.ts";

/** What one batch of scores changed, as it was appended. */
export interface PendingDeltas {
  readonly id: number;
  readonly deltas: readonly ScopeDelta[];
}

/** The oldest deltas that no histogram holds yet. */
export async function listDeltas(db: Db, limit: number): Promise<PendingDeltas[]> {
  const rows = await db.all<{ id: number; deltas: string }>(
    sql`SELECT id, deltas FROM histogram_deltas ORDER BY id LIMIT ${limit}`,
  );
  return rows.map(({ id, deltas }) => ({ id, deltas: JSON.parse(deltas) as ScopeDelta[] }));
}

export function deleteDeltas(db: Db, ids: readonly number[]): Statement {
  return db.run(sql`DELETE FROM histogram_deltas WHERE id IN (SELECT value FROM ${eachOf(ids)})`);
}

export interface Scope {
  readonly game: string;
  readonly mode: string;
  readonly version: number;
  readonly players: number;
  readonly histogram: Histogram;
  readonly baseline: Baseline | null;
  readonly undeclared: readonly string[];
  /** How often deltas were folded into the histogram. */
  readonly folds: number;
}

interface ScopeRow {
  game: string;
  mode: string;
  version: number;
  players: number;
  histogram: string;
  baseline: string | null;
  undeclared: string;
  folds: number;
}

const scopeOf = (row: ScopeRow): Scope => ({
  ...row,
  histogram: JSON.parse(row.histogram) as Histogram,
  baseline: row.baseline === null ? null : (JSON.parse(row.baseline) as Baseline),
  undeclared: JSON.parse(row.undeclared) as string[],
});

const columns = sql.raw(
  "c.game, c.mode, c.version, c.players, c.histogram, c.baseline, c.undeclared, c.folds",
);

/** The scopes named, as far as they exist. */
export async function listScopes(
  db: Db,
  keys: readonly { readonly game: string; readonly mode: string }[],
): Promise<Scope[]> {
  const names = keys.map(({ game, mode }) => ({ game, mode }));
  const rows = await db.all<ScopeRow>(sql`SELECT ${columns} FROM ${eachOf(names)} k
    CROSS JOIN scopes c ON c.game = k.value->>'game' AND c.mode = k.value->>'mode'`);
  return rows.map(scopeOf);
}

/** Scopes whose histograms changed since their baselines were last looked at. */
export async function listStaleScopes(db: Db, limit: number): Promise<Scope[]> {
  const rows = await db.all<ScopeRow>(
    sql`SELECT ${columns} FROM scopes c INDEXED BY scopes_stale WHERE c.stale = 1 LIMIT ${limit}`,
  );
  return rows.map(scopeOf);
}

/** Stores histograms with what was folded into them; their baselines are to be looked at. */
export function foldScopes(
  db: Db,
  scopes: readonly (Pick<Scope, "game" | "mode" | "histogram" | "undeclared"> & {
    /** Whether counts of days came in. */
    readonly ratesDue: boolean;
  })[],
): Statement[] {
  const rows = scopes.map((scope) => [
    scope.game,
    scope.mode,
    JSON.stringify(scope.histogram),
    JSON.stringify(scope.undeclared),
    scope.ratesDue ? 1 : 0,
  ]);
  return valuesOf(rows).map((part) =>
    db.run(sql`INSERT INTO scopes (game, mode, histogram, undeclared, rates_due, stale)
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, 1 FROM ${eachOf(part)} WHERE true
      ON CONFLICT (game, mode) DO UPDATE SET histogram = excluded.histogram, undeclared = excluded.undeclared,
        folds = folds + 1, stale = 1, rates_due = max(rates_due, excluded.rates_due)`),
  );
}

/** A scope with the baseline made from it, and the version that it had. */
export interface RenewedScope extends Scope {
  readonly versionBefore: number;
}

/**
 * Stores baselines over the very histograms and versions that they were made from: a scope that moved on is left to
 * the next look. A new version starts marking its standings from the first player.
 * @returns the scopes that were stored
 */
export function storeBaselines(db: Db, scopes: readonly RenewedScope[], nowMs: number) {
  const rows = scopes.map((scope) => [
    scope.game,
    scope.mode,
    scope.version,
    scope.players,
    scope.baseline === null ? null : JSON.stringify(scope.baseline),
    scope.folds,
    scope.versionBefore,
  ]);
  return db.all<{
    game: string;
    mode: string;
    version: number;
  }>(sql`UPDATE scopes SET players = k.value->>3, baseline = k.value->>4,
      refreshed_at = ${nowMs}, stale = 0,
      mark_after = iif(version = k.value->>2, mark_after, 0), version = k.value->>2
    FROM ${eachOf(rows)} k
    WHERE scopes.game = k.value->>0 AND scopes.mode = k.value->>1 AND folds = k.value->>5
      AND version = k.value->>6
    RETURNING scopes.game, scopes.mode, version`);
}

/** Whether {@link storeBaselines} would store the scope: it is as it was when its baseline was renewed. */
export const ifStillThere = ({
  game,
  mode,
  folds,
  versionBefore,
}: Pick<RenewedScope, "game" | "mode" | "folds" | "versionBefore">): SQL =>
  sql`EXISTS (SELECT 1 FROM scopes WHERE game = ${game} AND mode = ${mode} AND folds = ${folds}
    AND version = ${versionBefore})`;

/** Keeps the newest baselines of the scopes named, unless they are kept already. */
export function keepBaselines(
  db: Db,
  scopes: readonly Pick<Scope, "game" | "mode">[],
  nowMs: number,
): Statement {
  const names = scopes.map(({ game, mode }) => [game, mode]);
  return db.run(sql`INSERT OR IGNORE INTO baseline_versions (game, mode, version, baseline, made_at)
    SELECT c.game, c.mode, c.version, c.baseline, ${nowMs} FROM ${eachOf(names)} k
    CROSS JOIN scopes c ON c.game = k.value->>0 AND c.mode = k.value->>1 WHERE c.baseline IS NOT NULL`);
}

export interface UnmarkedScope {
  readonly game: string;
  readonly mode: string;
  readonly version: number;
  readonly mark_after: number;
}

/** A scope whose standings do not all know of its newest baseline. */
export async function findUnmarkedScope(db: Db): Promise<UnmarkedScope | null> {
  const [row] = await db.all<UnmarkedScope>(sql`SELECT game, mode, version, mark_after FROM scopes
    INDEXED BY scopes_unmarked WHERE marked_version < version LIMIT 1`);
  return row ?? null;
}

/** The next players of a scope in the order of their ids. */
export async function listScopePlayers(db: Db, scope: UnmarkedScope, limit: number): Promise<number[]> {
  const rows = await db.all<{
    player_id: number;
  }>(sql`SELECT player_id FROM standings INDEXED BY standings_scope
    WHERE game = ${scope.game} AND mode = ${scope.mode} AND player_id > ${scope.mark_after}
    ORDER BY player_id LIMIT ${limit}`);
  return rows.map((row) => row.player_id);
}

/** Marks one mode of the players as changed and counts those that were not. */
export function markScopePlayers(
  db: Db,
  mode: string,
  playerIds: readonly number[],
  nowMs: number,
): Statement[] {
  const ofScope = sql`mode = ${mode} AND player_id IN (SELECT value FROM ${eachOf(playerIds)})`;
  return [
    db.run(sql`UPDATE totals SET pending = pending + (
      SELECT count(*) FROM standings WHERE ${ofScope} AND changed_at IS NULL) WHERE id = 1`),
    db.run(
      sql`UPDATE standings SET revision = revision + 1, due_at = iif(changed_at IS NULL, ${nowMs}, due_at),
        changed_at = coalesce(changed_at, ${nowMs}) WHERE ${ofScope}`,
    ),
  ];
}

/** Remembers how far marking went, unless it began anew in between: for a newer version, or a declaration. */
export function moveMark(db: Db, scope: UnmarkedScope, after: number | null): Statement {
  return after === null
    ? db.run(sql`UPDATE scopes SET marked_version = ${scope.version}, mark_after = 0
        WHERE game = ${scope.game} AND mode = ${scope.mode} AND version = ${scope.version}
          AND mark_after = ${scope.mark_after}`)
    : db.run(sql`UPDATE scopes SET mark_after = ${after}
        WHERE game = ${scope.game} AND mode = ${scope.mode} AND version = ${scope.version}
          AND mark_after = ${scope.mark_after}`);
}

/** Work due: unfolded deltas (counted to 1,000), scopes to look at, and scopes whose standings are not all marked or whose rates nobody looked at. */
export async function countBaselineWork(db: Db): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT
    (SELECT count(*) FROM (SELECT 1 FROM histogram_deltas LIMIT 1000))
    + (SELECT count(*) FROM scopes INDEXED BY scopes_stale WHERE stale = 1)
    + (SELECT count(*) FROM scopes INDEXED BY scopes_unmarked WHERE marked_version < version)
    + (SELECT count(*) FROM scopes INDEXED BY scopes_rates WHERE rates_due = 1) AS n`);
  return row?.n ?? 0;
}
