/** One page of the list, forwards or backwards, and its neighbours. */
import { z } from "zod";
import type { Db, Statement } from "../../db/client.ts";
import {
  type Direction,
  type ListedPlayer,
  type RiskCursor,
  type RiskFilter,
  selectByLastSeen,
  selectByName,
  selectByRisk,
} from "../../db/players.ts";
import { foundIn, type LookedPlayer, selectByRiskOfMode } from "../../db/players-of-mode.ts";
import { bandFloors } from "../../detection/risk.ts";
import { cursorsOf } from "../../http/cursor.ts";
import { directionOf, type PlayersPageQuery, sortOf } from "./query.ts";

const hourMs = 3_600_000;
const seenMs = { day: 24 * hourMs, week: 7 * 24 * hourMs, month: 30 * 24 * hourMs } as const;

const position = <T extends z.ZodRawShape>(shape: T) => z.strictObject({ ...shape, id: z.int() });
const riskCursors = cursorsOf("page-risk", position({ risk: z.int() }));
const seenCursors = cursorsOf("page-seen", position({ seen: z.int() }));
const nameCursors = cursorsOf("page-name", position({ name: z.string().max(4_000) }));

const highest = 10_000;
const { elevated, suspicious, critical } = bandFloors;
const bandRanges = {
  low: [0, elevated - 1],
  elevated: [elevated, suspicious - 1],
  suspicious: [suspicious, critical - 1],
  critical: [critical, highest],
} as const;

const opposite = (direction: Direction): Direction => (direction === "falling" ? "rising" : "falling");

export type PlayerLine = ListedPlayer & { readonly name_key?: string };

interface List {
  readonly rows: Statement<PlayerLine[]>;
  write(row: PlayerLine): string;
}

function riskFilterOf({ game, confidence, band, mode }: PlayersPageQuery): RiskFilter {
  const [minRisk, maxRisk] = band ? bandRanges[band] : [0, highest];
  return { game, confidence, mode, minRisk, maxRisk };
}

interface Stretch {
  readonly direction: Direction;
  readonly limit: number;
  /** A cursor of the list's order. */
  readonly after: string | undefined;
}

/** A stretch of the list in its order. */
function listOf(db: Db, query: PlayersPageQuery, { direction, limit, after }: Stretch, nowMs: number): List {
  const sort = sortOf(query);
  if (sort === "name") {
    const from = nameCursors.read(after);
    return {
      rows: selectByName(db, query.game, query.q ?? "", limit, from, direction),
      write: (row) => nameCursors.write({ name: row.name_key ?? "", id: row.id }),
    };
  }
  if (sort === "seen") {
    const sinceMs = query.seen === undefined ? 0 : nowMs - seenMs[query.seen];
    const from = seenCursors.read(after);
    return {
      rows: selectByLastSeen(db, query.game, limit, from, { sinceMs, direction }),
      write: (row) => seenCursors.write({ seen: row.last_seen_at, id: row.id }),
    };
  }
  const filter = riskFilterOf(query);
  const page = { limit, after: riskCursors.read(after), withEvent: false, direction };
  return {
    rows: selectByRisk(db, filter, page),
    write: (row) => riskCursors.write({ risk: row.risk ?? 0, id: row.id }),
  };
}

export interface ListPage {
  readonly rows: readonly PlayerLine[];
  /** Cursors of the neighbours; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
  /** How many were looked at, where the page ends before it is full; null else. */
  readonly looked: number | null;
}

/** Players looked at for a page of one mode: if all are of it, that is twice as many rows read, of 300 for a page. */
const lookedAt = 120;

/** So that the row at a cursor is on this side of it: a page that was looked for ends between rows. */
const including = ({ risk, id }: RiskCursor, direction: Direction): RiskCursor => ({
  risk,
  id: direction === "falling" ? id + 1 : id - 1,
});

/** A page of those whose risk comes from one mode: as many as are found among those looked at. */
export function pageOfMode(db: Db, query: PlayersPageQuery, mode: string, size: number) {
  const isBackwards = query.before !== undefined;
  const forwards = directionOf(query);
  const direction = isBackwards ? opposite(forwards) : forwards;
  const from = riskCursors.read(query.before ?? query.after);
  const page = { looked: lookedAt, after: from, direction };
  const write = (at: RiskCursor | null) => (at === null ? null : riskCursors.write(at));
  return {
    statement: selectByRiskOfMode(db, { ...riskFilterOf(query), mode: undefined }, mode, page),
    /** Made of what the statement answered. */
    page(found: readonly LookedPlayer[]): ListPage {
      const { rows, end, isCut } = foundIn(found, size, lookedAt);
      const behind = from && including(from, opposite(direction));
      return {
        rows: isBackwards ? [...rows].reverse() : rows,
        before: write(isBackwards ? end : behind),
        after: write(isBackwards ? behind : end),
        looked: isCut ? found.length : null,
      };
    },
  };
}

/** A page of `size` rows: its statement reads one more to know whether the list goes on. */
export function pageOf(db: Db, query: PlayersPageQuery, size: number, nowMs: number) {
  const isBackwards = query.before !== undefined;
  const forwards = directionOf(query);
  const direction = isBackwards ? opposite(forwards) : forwards;
  const list = listOf(db, query, { direction, limit: size + 1, after: query.before ?? query.after }, nowMs);
  return {
    statement: list.rows,
    /** Made of what the statement answered. */
    page(found: readonly PlayerLine[]): ListPage {
      const rows = isBackwards ? found.slice(0, size).reverse() : found.slice(0, size);
      const [first, last] = [rows[0], rows.at(-1)];
      const goesOn = found.length > size;
      const hasBefore = isBackwards ? goesOn : query.after !== undefined;
      const hasAfter = isBackwards || goesOn;
      return {
        rows,
        before: hasBefore && first ? list.write(first) : null,
        after: hasAfter && last ? list.write(last) : null,
        looked: null,
      };
    },
  };
}

/** The next rows of the list after a row; from its beginning after none. */
export function stretchOf(
  db: Db,
  query: PlayersPageQuery,
  limit: number,
  last: PlayerLine | null,
  nowMs: number,
) {
  const direction = directionOf(query);
  const { write } = listOf(db, query, { direction, limit, after: undefined }, nowMs);
  return listOf(db, query, { direction, limit, after: last ? write(last) : query.after }, nowMs).rows;
}
