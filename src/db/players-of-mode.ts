/**
 * Players by risk whose risk comes from one mode. No index has the mode beside the risk, and each further one would be
 * written with every new score; but the index of risk carries it along, so a stretch of it is looked through.
 */
import { sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import {
  columns,
  type Direction,
  type ListedPlayer,
  orderOf,
  type RiskCursor,
  type RiskFilter,
  riskRanges,
} from "./players.ts";

interface LookedPage {
  /** Players looked at, at most. */
  readonly looked: number;
  readonly after: RiskCursor | null;
  readonly direction: Direction;
}

/** A player that was looked at; one of another mode has no `id`. */
export type LookedPlayer = { readonly looked_risk: number; readonly looked_id: number } & (
  | ListedPlayer
  | { readonly id: null }
);

/**
 * Everybody looked at, in order. Reads a row for each, and another for each of the mode: to stop at as many as a page
 * shows, by a window function, would read four rows each.
 */
export function selectByRiskOfMode(db: Db, filter: RiskFilter, mode: string, page: LookedPage) {
  const { looked, after, direction } = page;
  const order = sql`ORDER BY risk ${orderOf(direction)}, player_id ${orderOf(direction)}`;
  return db.all<LookedPlayer>(sql`SELECT s.risk AS looked_risk, s.player_id AS looked_id, ${columns},
      NULL AS recent_event
    FROM (${riskRanges(filter, after, direction)} ${order} LIMIT ${looked}) s
    LEFT JOIN players p ON p.id = iif(s.mode = ${mode}, s.player_id, NULL)
    ORDER BY s.risk ${orderOf(direction)}, s.player_id ${orderOf(direction)}`);
}

export interface Looked {
  readonly rows: readonly ListedPlayer[];
  /** Where the list goes on, after this; null at its end. */
  readonly end: RiskCursor | null;
  /** Whether it was left before as many were found as were wanted. */
  readonly isCut: boolean;
}

const isPlayer = (row: LookedPlayer): row is LookedPlayer & ListedPlayer => row.id !== null;

/** The first `limit` of the mode among those looked at. */
export function foundIn(found: readonly LookedPlayer[], limit: number, looked: number): Looked {
  const players = found.filter(isPlayer);
  const rows = players.slice(0, limit);
  const isFull = rows.length === limit;
  const mayGoOn = found.length === looked || players.length > limit;
  const last: LookedPlayer | undefined = isFull ? rows.at(-1) : found.at(-1);
  const end = mayGoOn && last ? { risk: last.looked_risk, id: last.looked_id } : null;
  return { rows, end, isCut: mayGoOn && !isFull };
}
