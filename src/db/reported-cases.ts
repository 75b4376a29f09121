/** What bounds how many cases reports open. */
import { sql } from "drizzle-orm";
import type { Db, Statement } from "./client.ts";

/** A case of the player, as far as it matters to whether reports open another. */
export interface EarlierCase {
  readonly state: string;
  readonly opened_at: number;
  readonly decided_at: number | null;
}

/** The newest cases of a player. */
export function selectLatestCases(db: Db, playerId: number, limit: number) {
  return db.all<EarlierCase>(sql`SELECT state, opened_at, decided_at FROM cases INDEXED BY cases_player
    WHERE player_id = ${playerId} ORDER BY id DESC LIMIT ${limit}`);
}

/** How many cases reports have opened in a game on a day (since the epoch). */
export function selectOpenedByReports(db: Db, game: string, day: number) {
  return db.all<{ opened: number }>(
    sql`SELECT opened FROM report_cases WHERE game = ${game} AND day = ${day}`,
  );
}

/** Counts one more. Two at the same moment may pass the bound by one: it breaks floods, it is no quota. */
export function countOpenedByReports(db: Db, game: string, day: number): Statement {
  return db.run(sql`INSERT INTO report_cases (game, day, opened) VALUES (${game}, ${day}, 1)
    ON CONFLICT (game) DO UPDATE SET opened = iif(day = excluded.day, opened + 1, 1), day = excluded.day`);
}
