/** Stored scores of a game: its riskiest standings, and an even sample of a scope. */
import { sql } from "drizzle-orm";
import { type Db, eachOf } from "./client.ts";
import type { StoredScore } from "./standings.ts";

export interface ScoredStanding {
  readonly playerId: number;
  readonly mode: string;
  readonly score: StoredScore;
}

interface Row {
  player_id: number;
  mode: string;
  result: string | null;
}

const standingsOf = (rows: readonly Row[]): ScoredStanding[] =>
  rows.flatMap(({ player_id, mode, result }) =>
    result === null ? [] : [{ playerId: player_id, mode, score: JSON.parse(result) as StoredScore }],
  );

/** The riskiest players of a game that can be judged at all, by their top standing: two rows read each. */
export async function listRiskiest(db: Db, game: string, limit: number): Promise<ScoredStanding[]> {
  return standingsOf(
    await db.all<Row>(sql`SELECT player_id, mode, result FROM standings INDEXED BY standings_game_top
      WHERE game = ${game} AND confidence = 'sufficient' AND top = 1 ORDER BY risk DESC LIMIT ${limit}`),
  );
}

/**
 * Standings of a scope evenly over its players' ids, at most `limit`: the next player at each of as many points. A few
 * rows read each, whatever the size of the scope.
 */
export async function sampleScope(
  db: Db,
  game: string,
  mode: string,
  limit: number,
): Promise<ScoredStanding[]> {
  const points = Array.from({ length: limit }, (_, i) => i / limit);
  const ofScope = sql`standings INDEXED BY standings_scope WHERE game = ${game} AND mode = ${mode}`;
  const rows = await db.all<Row>(sql`WITH span AS MATERIALIZED (
      SELECT (SELECT min(player_id) FROM ${ofScope}) AS low, (SELECT max(player_id) FROM ${ofScope}) AS high)
    SELECT s.player_id, s.mode, s.result FROM span CROSS JOIN ${eachOf(points)} k CROSS JOIN standings s
      ON s.player_id = (SELECT min(player_id) FROM ${ofScope}
        AND player_id >= span.low + (span.high + 1 - span.low) * k.value) AND s.mode = ${mode}`);
  const distinct = new Map(rows.map((row) => [row.player_id, row]));
  return standingsOf([...distinct.values()]);
}
