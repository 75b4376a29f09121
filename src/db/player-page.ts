/** What a page on one player reads, by the player's id alone, so that all of it goes in one batch. */
import { type SQL, sql } from "drizzle-orm";
import type { Confidence } from "../detection/risk.ts";
import type { Db } from "./client.ts";
import type { StoredGame } from "./games.ts";
import { newestSessionsJson, type SessionCursor } from "./sessions.ts";

/** A player and the one mode that is looked at; null: the mode that the player's risk comes from. */
export interface Looked {
  readonly id: number;
  readonly mode: string | null;
}

/** A condition on `standings s`: the one that is looked at. */
const looked = ({ id, mode }: Looked): SQL =>
  sql`s.player_id = ${id} AND ${mode === null ? sql`s.top = 1` : sql`s.mode = ${mode}`}`;

export interface PageStanding {
  readonly mode: string;
  readonly changed_at: number | null;
  readonly top: number;
  /** Hundredths of a point. */
  readonly risk: number;
  readonly confidence: Confidence;
  readonly calibrated: number;
  readonly as_of: number | null;
  /** Of the standing that is looked at; null of every other. */
  readonly result: string | null;
  readonly history: string | null;
}

/** At most so many modes are shown. */
const maxModes = 30;

/** All standings of the player, riskiest first. */
export function selectPageStandings(db: Db, of: Looked) {
  return db.all<PageStanding>(sql`SELECT s.mode, s.changed_at, s.top, s.risk, s.confidence, s.calibrated, s.as_of,
      iif(${looked(of)}, s.result, NULL) AS result, iif(${looked(of)}, s.history, NULL) AS history
    FROM standings s WHERE s.player_id = ${of.id} ORDER BY s.top DESC, s.risk DESC, s.mode LIMIT ${maxModes}`);
}

/** The newest sessions of the standing that is looked at, as one row of JSON; reads `limit` rows and one. */
export function selectPageSessions(db: Db, of: Looked, limit: number, before: SessionCursor | null = null) {
  return db.all<{
    mode: string;
    rows: string;
  }>(sql`SELECT s.mode AS mode, ${newestSessionsJson(limit, before)} AS rows
    FROM standings s WHERE ${looked(of)}`);
}

export interface PageScope {
  readonly baseline: string | null;
  readonly players: number;
  readonly refreshed_at: number | null;
  /** As it is stored: to take it apart in SQL would count each of its hundreds of keys as a row read. */
  readonly histogram: string;
}

/** The scope of the standing that is looked at. */
export function selectPageScope(db: Db, of: Looked) {
  return db.all<PageScope>(sql`SELECT c.baseline, c.players, c.refreshed_at, c.histogram
    FROM standings s CROSS JOIN scopes c ON c.game = s.game AND c.mode = s.mode WHERE ${looked(of)}`);
}

/** What the player's game declares; none where it declares nothing. */
export function selectPageGame(db: Db, id: number) {
  return db.all<StoredGame>(sql`SELECT g.game, g.version, g.profile, g.updated_at
    FROM players p CROSS JOIN games g ON g.game = p.game WHERE p.id = ${id}`);
}
