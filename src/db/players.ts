/** Reading players: one by id or ref, and lists from indexes alone. */
import { type SQL, sql } from "drizzle-orm";
import type { Confidence } from "../detection/risk.ts";
import { batch, type Db } from "./client.ts";

/** A player with the standing that its risk comes from. */
export interface PlayerRow {
  readonly id: number;
  readonly game: string;
  readonly ref: string | null;
  readonly username: string;
  readonly created_at: number;
  readonly last_seen_at: number;
  readonly event_count: number;
  readonly mode: string | null;
  readonly risk: number | null;
  readonly confidence: Confidence | null;
  readonly calibrated: number | null;
  readonly as_of: number | null;
}

/** Of `players p` and its top, `standings s`. */
export const columns = sql.raw(`p.id, p.game, p.ref, p.username, p.created_at, p.last_seen_at, p.event_count,
  s.mode, s.risk, s.confidence, s.calibrated, s.as_of`);

/** Names a player in a path or a body: our id, or the game's own id with its game. */
export type PlayerKey = { readonly id: number } | { readonly game: string; readonly ref: string };

/** A condition on `players p`. */
const matches = (key: PlayerKey): SQL =>
  "id" in key ? sql`p.id = ${key.id}` : sql`p.game = ${key.game} AND p.ref = ${key.ref}`;

/** The id of a player that a key names, for statements that go out before it is read: NULL where there is none. */
export const idOf = (key: PlayerKey): SQL =>
  "id" in key ? sql`${key.id}` : sql`(SELECT id FROM players WHERE game = ${key.game} AND ref = ${key.ref})`;

/** One player, or none. */
export function selectPlayer(db: Db, key: PlayerKey) {
  return db.all<PlayerRow>(sql`SELECT ${columns} FROM players p
    LEFT JOIN standings s ON s.player_id = p.id AND s.top = 1 WHERE ${matches(key)}`);
}

export async function findPlayer(db: Db, key: PlayerKey): Promise<PlayerRow | null> {
  const [row] = await selectPlayer(db, key);
  return row ?? null;
}

/** What is stored of a player in one mode. */
export interface StandingRow {
  readonly mode: string;
  readonly changed_at: number | null;
  readonly top: number;
  /** Hundredths of a point. */
  readonly risk: number;
  readonly as_of: number | null;
  readonly result: string | null;
  readonly history: string | null;
}

export interface PlayerWithStandings {
  readonly player: PlayerRow;
  readonly standings: readonly StandingRow[];
}

/** All standings of a player. */
export const selectStandings = (db: Db, key: PlayerKey) =>
  db.all<StandingRow>(sql`SELECT s.mode, s.changed_at, s.top, s.risk, s.as_of, s.result, s.history
    FROM players p CROSS JOIN standings s ON s.player_id = p.id WHERE ${matches(key)}`);

/** A player and all its standings, in one round trip. */
export async function findPlayerWithStandings(db: Db, key: PlayerKey): Promise<PlayerWithStandings | null> {
  const [players, standings] = await batch(db, [selectPlayer(db, key), selectStandings(db, key)]);
  const [player] = players;
  return player ? { player, standings } : null;
}

/** Which way a list runs: from its highest to its lowest row, or the other way. */
export type Direction = "falling" | "rising";

export const orderOf = (direction: Direction): SQL => sql.raw(direction === "falling" ? "DESC" : "ASC");

/** How a list is narrowed. Risk is in hundredths, both ends included. */
export interface RiskFilter {
  readonly game?: string | undefined;
  readonly confidence?: Confidence | undefined;
  /** The mode that the risk comes from. Rows of others are read and left out, however many: for whole lists alone. */
  readonly mode?: string | undefined;
  readonly minRisk: number;
  readonly maxRisk: number;
}

export interface RiskCursor {
  readonly risk: number;
  readonly id: number;
}

export type ListedPlayer = PlayerRow & { readonly recent_event: string | null };

/** Where a page of risk begins and ends. One bound a side alone: of two SQLite takes the wider, and reads all pages before again. */
function riskBounds({ minRisk, maxRisk }: RiskFilter, after: RiskCursor | null, direction: Direction): SQL {
  const isFalling = direction === "falling";
  const isWithin = after !== null && (isFalling ? after.risk <= maxRisk : after.risk >= minRisk);
  const from = sql`(${after?.risk ?? 0}, ${after?.id ?? 0})`;
  const least = isWithin && !isFalling ? sql`(risk, player_id) > ${from}` : sql`risk >= ${minRisk}`;
  const most = isWithin && isFalling ? sql`(risk, player_id) < ${from}` : sql`risk <= ${maxRisk}`;
  return sql`${least} AND ${most}`;
}

/** One confidence of one game (or all games): a range of a covering index. */
function riskRange(filter: RiskFilter, confidence: Confidence, bounds: SQL): SQL {
  const index = sql.raw(filter.game === undefined ? "standings_top" : "standings_game_top");
  const game = filter.game === undefined ? sql`` : sql` AND game = ${filter.game}`;
  const mode = filter.mode === undefined ? sql`` : sql` AND mode = ${filter.mode}`;
  return sql`SELECT player_id, mode, risk, confidence, calibrated, as_of FROM standings INDEXED BY ${index}
    WHERE top = 1${game} AND confidence = ${confidence} AND ${bounds}${mode}`;
}

/** Both confidences, or the one that is asked for; SQLite merges their ranges lazily where an order follows. */
export function riskRanges(filter: RiskFilter, after: RiskCursor | null, direction: Direction): SQL {
  const bounds = riskBounds(filter, after, direction);
  const range = (confidence: Confidence) => riskRange(filter, confidence, bounds);
  return filter.confidence
    ? range(filter.confidence)
    : sql`${range("sufficient")} UNION ALL ${range("insufficient")}`;
}

interface RiskPage {
  readonly limit: number;
  readonly after: RiskCursor | null;
  /** Adds each player's latest event, which stands in its row. */
  readonly withEvent: boolean;
  readonly direction?: Direction;
}

/** Riskiest first unless said otherwise. A page reads its own rows and one more. */
export function selectByRisk(db: Db, filter: RiskFilter, page: RiskPage) {
  const { limit, after, withEvent, direction = "falling" } = page;
  const order = orderOf(direction);
  const ranges = riskRanges(filter, after, direction);
  const event = sql.raw(withEvent ? "p.recent_event" : "NULL");
  return db.all<ListedPlayer>(sql`SELECT ${columns}, ${event} AS recent_event
    FROM (${ranges} ORDER BY risk ${order}, player_id ${order} LIMIT ${limit}) s
    CROSS JOIN players p ON p.id = s.player_id ORDER BY s.risk ${order}, s.player_id ${order}`);
}

export interface SeenCursor {
  readonly seen: number;
  readonly id: number;
}

interface SeenRange {
  /** Players last seen before this are left out. */
  readonly sinceMs?: number;
  readonly direction?: Direction;
}

function seenBounds(sinceMs: number, after: SeenCursor | null, direction: Direction): SQL {
  const since = sql`p.last_seen_at >= ${sinceMs}`;
  if (after === null) return since;
  const from = sql`(${after.seen}, ${after.id})`;
  if (direction === "falling") return sql`${since} AND (p.last_seen_at, p.id) < ${from}`;
  return after.seen >= sinceMs ? sql`(p.last_seen_at, p.id) > ${from}` : since;
}

/** Latest seen first unless said otherwise. */
export function selectByLastSeen(
  db: Db,
  game: string | undefined,
  limit: number,
  after: SeenCursor | null,
  { sinceMs = 0, direction = "falling" }: SeenRange = {},
) {
  const inGame = game === undefined ? sql`` : sql` AND p.game = ${game}`;
  const order = orderOf(direction);
  const index = sql.raw(game === undefined ? "players_last_seen" : "players_game_last_seen");
  return db.all<ListedPlayer>(sql`SELECT ${columns}, NULL AS recent_event FROM players p INDEXED BY ${index}
    LEFT JOIN standings s ON s.player_id = p.id AND s.top = 1
    WHERE ${seenBounds(sinceMs, after, direction)}${inGame}
    ORDER BY p.last_seen_at ${order}, p.id ${order} LIMIT ${limit}`);
}

export interface NameCursor {
  readonly name: string;
  readonly id: number;
}

/** How names are compared: without case, in one Unicode form. */
export const nameKeyOf = (name: string): string => name.normalize("NFKC").toLowerCase();

/** The least key after every key that starts with `prefix`. */
const prefixEnd = (prefix: string): string => `${prefix}\u{10FFFF}`;

/** The keys that start with a prefix, from a cursor on. One bound a side alone, as in the ranges of risk. */
function nameBounds(prefix: string, after: NameCursor | null, direction: Direction): SQL {
  const least = nameKeyOf(prefix);
  const most = prefixEnd(least);
  const isRising = direction === "rising";
  const isWithin = after !== null && (isRising ? after.name >= least : after.name < most);
  const cursor = sql`(${after?.name ?? ""}, ${after?.id ?? 0})`;
  const from = isWithin && isRising ? sql`(p.name_key, p.id) > ${cursor}` : sql`p.name_key >= ${least}`;
  const to = isWithin && !isRising ? sql`(p.name_key, p.id) < ${cursor}` : sql`p.name_key < ${most}`;
  return sql`${from} AND ${to}`;
}

/** By name, for a prefix; from A to Z unless said otherwise. */
export function selectByName(
  db: Db,
  game: string | undefined,
  prefix: string,
  limit: number,
  after: NameCursor | null,
  direction: Direction = "rising",
) {
  const inGame = game === undefined ? sql`` : sql` AND p.game = ${game}`;
  const order = orderOf(direction);
  const index = sql.raw(game === undefined ? "players_name" : "players_game_name");
  return db.all<ListedPlayer & { name_key: string }>(sql`SELECT ${columns}, p.name_key, NULL AS recent_event
    FROM players p INDEXED BY ${index} LEFT JOIN standings s ON s.player_id = p.id AND s.top = 1
    WHERE ${nameBounds(prefix, after, direction)}${inGame}
    ORDER BY p.name_key ${order}, p.id ${order} LIMIT ${limit}`);
}

/** The players of a list of keys, in its order; null where there is none. One row read a key that exists. */
export async function listNamedPlayers(db: Db, keys: readonly PlayerKey[]): Promise<(PlayerRow | null)[]> {
  if (keys.length === 0) return [];
  const wanted = JSON.stringify(keys);
  const rows = await db.all<PlayerRow & { place: number }>(sql`SELECT k.key AS place, ${columns}
    FROM json_each(${wanted}) k
    CROSS JOIN players p ON p.id = coalesce(k.value->>'id',
      (SELECT r.id FROM players r WHERE r.game = k.value->>'game' AND r.ref = k.value->>'ref'))
    LEFT JOIN standings s ON s.player_id = p.id AND s.top = 1`);
  const byPlace = new Map(rows.map(({ place, ...player }) => [place, player]));
  return keys.map((_, place) => byPlace.get(place) ?? null);
}
