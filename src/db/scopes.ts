/** Scopes: folding histogram deltas, storing baselines, and marking a scope's standings in bounded steps. */
import { sql } from "drizzle-orm";
import type { Baseline, Histogram, HistogramDelta } from "../detection/baseline.ts";
import { type Db, eachOf, type Statement } from "./client.ts";

export interface PendingDelta {
  readonly id: number;
  readonly game: string;
  readonly mode: string;
  readonly delta: HistogramDelta;
}

/** The oldest deltas that no histogram holds yet. */
export async function listDeltas(db: Db, limit: number): Promise<PendingDelta[]> {
  const rows = await db.all<{ id: number; game: string; mode: string; delta: string }>(
    sql`SELECT id, game, mode, delta FROM histogram_deltas ORDER BY id LIMIT ${limit}`,
  );
  return rows.map((row) => ({ ...row, delta: JSON.parse(row.delta) as HistogramDelta }));
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
}

/** The scopes named, as far as they exist. */
export async function listScopes(db: Db, keys: readonly { game: string; mode: string }[]): Promise<Scope[]> {
  const rows = await db.all<{
    game: string;
    mode: string;
    version: number;
    players: number;
    histogram: string;
    baseline: string | null;
  }>(sql`SELECT c.game, c.mode, c.version, c.players, c.histogram, c.baseline FROM ${eachOf(keys)} k
    CROSS JOIN scopes c ON c.game = k.value->>'game' AND c.mode = k.value->>'mode'`);
  return rows.map((row) => ({
    ...row,
    histogram: JSON.parse(row.histogram) as Histogram,
    baseline: row.baseline === null ? null : (JSON.parse(row.baseline) as Baseline),
  }));
}

/** Stores scopes; a new version starts marking its standings from the first player. */
export function storeScopes(db: Db, scopes: readonly Scope[], nowMs: number): Statement {
  const rows = scopes.map((scope) => [
    scope.game,
    scope.mode,
    scope.version,
    scope.players,
    JSON.stringify(scope.histogram),
    scope.baseline === null ? null : JSON.stringify(scope.baseline),
  ]);
  return db.run(sql`INSERT INTO scopes (game, mode, version, players, histogram, baseline, refreshed_at)
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, ${nowMs} FROM ${eachOf(rows)} WHERE true
    ON CONFLICT (game, mode) DO UPDATE SET players = excluded.players, histogram = excluded.histogram,
      baseline = excluded.baseline, refreshed_at = excluded.refreshed_at,
      mark_after = iif(version = excluded.version, mark_after, 0), version = excluded.version`);
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

/** Remembers how far marking went, unless a newer version began in between. */
export function moveMark(db: Db, scope: UnmarkedScope, after: number | null): Statement {
  return after === null
    ? db.run(sql`UPDATE scopes SET marked_version = ${scope.version}, mark_after = 0
        WHERE game = ${scope.game} AND mode = ${scope.mode} AND version = ${scope.version}`)
    : db.run(sql`UPDATE scopes SET mark_after = ${after}
        WHERE game = ${scope.game} AND mode = ${scope.mode} AND version = ${scope.version}`);
}

/** Work due: unfolded deltas (counted to 1,000) and scopes whose standings are not all marked. */
export async function countBaselineWork(db: Db): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT
    (SELECT count(*) FROM (SELECT 1 FROM histogram_deltas LIMIT 1000))
    + (SELECT count(*) FROM scopes INDEXED BY scopes_unmarked WHERE marked_version < version) AS n`);
  return row?.n ?? 0;
}
