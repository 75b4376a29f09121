/** Points of scores' histories past their retention. They are in the standing's own row, so standings are walked. */
import { sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";

/** A standing, with its history where that has a point too old beside others. */
export interface WalkedHistory {
  readonly player_id: number;
  readonly mode: string;
  readonly revision: number;
  readonly history: string | null;
}

/** The standings after a place, in the order of their key; one row read each. */
export const selectWalkedHistories = (
  db: Db,
  [playerId, mode]: readonly [number, string],
  beforeMs: number,
  limit: number,
) =>
  db.all<WalkedHistory>(sql`SELECT player_id, mode, revision,
      iif(history->>'$.points[0][0]' < ${beforeMs} AND json_array_length(history, '$.points') > 1, history, NULL) AS history
    FROM standings WHERE (player_id, mode) > (${playerId}, ${mode}) ORDER BY player_id, mode LIMIT ${limit}`);

/**
 * Stores shortened histories over the revisions that they were read at. A standing that moved on keeps its own until the
 * next round; a score that was computed from the longer one is computed again.
 */
export const storeHistories = (db: Db, rows: readonly WalkedHistory[]): Statement =>
  db.run(sql`UPDATE standings SET history = k.value->>3, revision = standings.revision + 1
    FROM ${eachOf(rows.map((row) => [row.player_id, row.mode, row.revision, row.history]))} k
    WHERE standings.player_id = k.value->>0 AND standings.mode = k.value->>1 AND standings.revision = k.value->>2`);
