/** Lists of cases: each filter is an index, each page reads its own rows, and the live leases that it has to pass over. */
import { type SQL, sql } from "drizzle-orm";
import { type CaseRow, caseColumns } from "./cases.ts";
import type { Db } from "./client.ts";

export type ListedState = "open" | "claimed" | "appealed";

export interface QueueCursor {
  readonly priority: number;
  readonly id: number;
}

/** What a queue is narrowed to; undefined: nothing. */
export interface QueueFilter {
  readonly game?: string | undefined;
  readonly assignee?: string | undefined;
  /** Undefined: all that are not decided. */
  readonly state?: ListedState | undefined;
}

/**
 * What follows a cursor, as conditions that are one range of an index each: SQLite takes a row value's second column
 * into account only where it is not the rowid, and would read all cases of the same priority again.
 */
const pagesAfter = (after: QueueCursor | null): SQL[] =>
  after === null
    ? [sql``]
    : [
        sql` AND c.priority = ${after.priority} AND c.id < ${after.id}`,
        sql` AND c.priority < ${after.priority}`,
      ];

/** A range of a queue's index: cases of one stored state, the most urgent first. `more` narrows it row by row. */
export function queueRange(state: ListedState, game: string | undefined, more: SQL = sql``): SQL {
  const index = sql.raw(game === undefined ? "cases_queue" : "cases_game_queue");
  const inGame = game === undefined ? sql`` : sql` AND c.game = ${game}`;
  return sql`SELECT c.id AS id, c.priority AS priority FROM cases c INDEXED BY ${index}
    WHERE c.state = ${state} AND c.state <> 'decided'${inGame}${more}`;
}

export const isLeased = (nowMs: number): SQL => sql`c.lease_until IS NOT NULL AND c.lease_until > ${nowMs}`;

/** The ranges of a state as people see it: a claim whose lease has run out is open again. */
function rangesOf({ state, game }: QueueFilter, page: SQL, nowMs: number): SQL[] {
  const range = (stored: ListedState, more?: SQL) => queueRange(stored, game, sql`${page}${more ?? sql``}`);
  if (state === "open") return [range("open"), range("claimed", sql` AND NOT (${isLeased(nowMs)})`)];
  if (state === "claimed") return [range("claimed", sql` AND ${isLeased(nowMs)}`)];
  if (state === "appealed") return [range("appealed")];
  return [range("open"), range("claimed"), range("appealed")];
}

const byUrgency = sql.raw("ORDER BY priority DESC, id DESC");

/** One range merged from several, lazily: their indexes are in its order already. */
export const mergedRanges = (ranges: readonly SQL[], limit: number): SQL =>
  sql`(${sql.join([...ranges], sql` UNION ALL `)} ${byUrgency} LIMIT ${limit})`;

/** Merged page by page: D1 takes five terms of a UNION at most. */
const mergedPages = (pages: readonly (readonly SQL[])[], limit: number): SQL =>
  mergedRanges(
    pages.map((ranges) => sql`SELECT * FROM ${mergedRanges(ranges, limit)}`),
    limit,
  );

/** The cases of a range of (id, priority), the most urgent first. */
const selectRange = (db: Db, range: SQL) =>
  db.all<CaseRow>(sql`SELECT ${caseColumns} FROM ${range} q CROSS JOIN cases c ON c.id = q.id
    CROSS JOIN players p ON p.id = c.player_id ORDER BY q.priority DESC, q.id DESC`);

/** Cases that are not decided, the most urgent first. */
export function selectQueue(
  db: Db,
  filter: QueueFilter,
  page: { readonly limit: number; readonly after: QueueCursor | null; readonly nowMs: number },
) {
  const pages = pagesAfter(page.after).map((part) => rangesOf(filter, part, page.nowMs));
  return selectRange(db, mergedPages(pages, page.limit));
}

/** Cases assigned to a person that are not decided, the most urgent first. */
export function selectAssigned(db: Db, assignee: string, limit: number, after: QueueCursor | null) {
  const pages = pagesAfter(after).map((part) => [
    sql`SELECT c.id AS id, c.priority AS priority FROM cases c INDEXED BY cases_assignee
      WHERE c.assignee = ${assignee} AND c.assignee IS NOT NULL AND c.state <> 'decided'${part}`,
  ]);
  return selectRange(db, mergedPages(pages, limit));
}

const beforeId = (before: number | null): SQL => (before === null ? sql`` : sql` AND c.id < ${before}`);

/** Decided cases, newest first. */
export function selectDecided(db: Db, game: string | undefined, limit: number, before: number | null) {
  const index = sql.raw(game === undefined ? "cases_decided" : "cases_game_decided");
  const inGame = game === undefined ? sql`` : sql` AND c.game = ${game}`;
  return db.all<CaseRow>(sql`SELECT ${caseColumns} FROM cases c INDEXED BY ${index}
    CROSS JOIN players p ON p.id = c.player_id WHERE c.state = 'decided'${inGame}${beforeId(before)}
    ORDER BY c.id DESC LIMIT ${limit}`);
}

/** All cases of a player, newest first. */
export function selectCasesOfPlayer(db: Db, playerId: number, limit: number, before: number | null) {
  return db.all<CaseRow>(sql`SELECT ${caseColumns} FROM cases c INDEXED BY cases_player
    CROSS JOIN players p ON p.id = c.player_id WHERE c.player_id = ${playerId}${beforeId(before)}
    ORDER BY c.id DESC LIMIT ${limit}`);
}
