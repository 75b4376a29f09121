/** Finding players by what people type: the game's own id or ours; and the games there are. */
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import type { ListedPlayer } from "./players.ts";

/** Games that are looked through, and offered as a filter. */
const maxGames = 50;

/** Each game once: SQLite jumps from one to the next in an index, one row read each. */
const games = sql`games_seen (game) AS (SELECT min(game) FROM players INDEXED BY players_game_name
  UNION ALL SELECT (SELECT min(p.game) FROM players p INDEXED BY players_game_name WHERE p.game > games_seen.game)
    FROM games_seen WHERE games_seen.game IS NOT NULL LIMIT ${maxGames})`;

/** The games that have players, in order. */
export function selectGamesSeen(db: Db) {
  return db.all<{ game: string }>(
    sql`WITH RECURSIVE ${games} SELECT game FROM games_seen WHERE game IS NOT NULL`,
  );
}

/** Modes that are offered as a filter. */
const maxModes = 40;

/** The modes that were played in a game, or of the first scopes of all games. */
export function selectModesSeen(db: Db, game: string | undefined) {
  const inGame = game === undefined ? sql`` : sql` WHERE game = ${game}`;
  return db.all<{ mode: string }>(
    sql`SELECT DISTINCT mode FROM (SELECT mode FROM scopes${inGame} LIMIT ${maxModes}) ORDER BY mode`,
  );
}

const isOurId = (text: string): boolean => /^[1-9][0-9]{0,14}$/.test(text);

/** Our id exactly, or the start of the game's own id. */
function idsLike(text: string, game: string | undefined, limit: number): SQL {
  const among = game === undefined ? sql`(SELECT game FROM games_seen)` : sql`(SELECT ${game} AS game)`;
  const own = isOurId(text) ? sql`SELECT ${Number(text)} AS id UNION ` : sql``;
  return sql`${own}SELECT id FROM (SELECT r.id FROM ${among} g CROSS JOIN players r INDEXED BY players_identity
    ON r.game = g.game AND r.ref >= ${text} AND r.ref < ${`${text}\u{10FFFF}`} LIMIT ${limit})`;
}

/** Players by id: ours, or the beginning of the game's own; at most `limit` and one. */
export function selectById(db: Db, game: string | undefined, text: string, limit: number) {
  const inGame = game === undefined ? sql`` : sql` AND p.game = ${game}`;
  return db.all<ListedPlayer>(sql`WITH RECURSIVE ${games}
    SELECT p.id, p.game, p.ref, p.username, p.created_at, p.last_seen_at, p.event_count,
      s.mode, s.risk, s.confidence, s.calibrated, s.as_of, NULL AS recent_event
    FROM (${idsLike(text, game, limit)}) m CROSS JOIN players p ON p.id = m.id${inGame}
    LEFT JOIN standings s ON s.player_id = p.id AND s.top = 1 ORDER BY p.id`);
}
