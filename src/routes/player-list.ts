/** `GET /api/players`: which filters go together is which indexes there are. */
import { z } from "zod";
import { playerAnswer } from "../actions/answers.ts";
import { batch, type Db } from "../db/client.ts";
import { type ListedPlayer, selectByLastSeen, selectByName, selectByRisk } from "../db/players.ts";
import { foundIn, selectByRiskOfMode } from "../db/players-of-mode.ts";
import { selectTotals } from "../db/totals.ts";
import { type Band, bandFloors } from "../detection/risk.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { badRequest } from "../http/problem.ts";
import type { PlayersQuery } from "../http/schemas/requests.ts";

const position = <T extends z.ZodRawShape>(shape: T) => z.strictObject({ ...shape, id: z.int() });
export const riskCursors = cursorsOf("risk", position({ risk: z.int() }));
const seenCursors = cursorsOf("seen", position({ seen: z.int() }));
const nameCursors = cursorsOf("name", position({ name: z.string().max(4_000) }));

const highest = 10_000;
const bandRanges: Readonly<Record<Band, readonly [number, number]>> = {
  low: [0, bandFloors.elevated - 1],
  elevated: [bandFloors.elevated, bandFloors.suspicious - 1],
  suspicious: [bandFloors.suspicious, bandFloors.critical - 1],
  critical: [bandFloors.critical, highest],
};

/** @throws Problem 400 that names the filters which no index serves together */
function refuseCombination(
  query: PlayersQuery,
  order: string,
  allowed: readonly (keyof PlayersQuery)[],
): void {
  const filters = ["min_risk", "max_risk", "band", "confidence", "mode", "name", "sort"] as const;
  const faults = filters
    .filter((filter) => query[filter] !== undefined && !allowed.includes(filter))
    .map((filter) => ({
      pointer: `/${filter}`,
      code: "unsupported_combination",
      detail: `No index serves ${filter} together with ${order}.`,
    }));
  if (faults.length > 0) throw badRequest(faults);
}

function byName(db: Db, query: PlayersQuery, name: string) {
  refuseCombination(query, "name (which lists by name)", ["name"]);
  return {
    rows: selectByName(db, query.game, name, query.limit, nameCursors.read(query.cursor)),
    write: (row: ListedPlayer & { name_key?: string }) =>
      nameCursors.write({ name: row.name_key ?? "", id: row.id }),
  };
}

function byLastSeen(db: Db, query: PlayersQuery) {
  refuseCombination(query, "sort=last_seen", ["sort"]);
  return {
    rows: selectByLastSeen(db, query.game, query.limit, seenCursors.read(query.cursor)),
    write: (row: ListedPlayer) => seenCursors.write({ seen: row.last_seen_at, id: row.id }),
  };
}

function riskFilterOf(query: PlayersQuery) {
  const [bandMin, bandMax] = query.band ? bandRanges[query.band] : [0, highest];
  return {
    game: query.game,
    confidence: query.confidence,
    minRisk: Math.max(bandMin, Math.ceil((query.min_risk ?? 0) * 100)),
    maxRisk: Math.min(bandMax, Math.floor((query.max_risk ?? 100) * 100)),
  };
}

function byRisk(db: Db, query: PlayersQuery) {
  const page = { limit: query.limit, after: riskCursors.read(query.cursor), withEvent: false };
  return {
    rows: selectByRisk(db, riskFilterOf(query), page),
    write: (row: ListedPlayer) => riskCursors.write({ risk: row.risk ?? 0, id: row.id }),
  };
}

/** Players looked at for a page of one mode: as many as a page may hold. */
const lookedAt = 200;

async function listOfMode(db: Db, query: PlayersQuery, mode: string) {
  const after = riskCursors.read(query.cursor);
  const page = { looked: lookedAt, after, direction: "falling" } as const;
  const [found, totals] = await batch(db, [
    selectByRiskOfMode(db, riskFilterOf(query), mode, page),
    selectTotals(db),
  ]);
  const { rows, end } = foundIn(found, query.limit, lookedAt);
  return {
    players: rows.map(playerAnswer),
    next_cursor: end && riskCursors.write(end),
    pending: totals[0]?.pending ?? 0,
  };
}

/** One page of players. */
export async function listPlayersPage(db: Db, query: PlayersQuery) {
  if (query.mode !== undefined && query.name === undefined && query.sort !== "last_seen")
    return listOfMode(db, query, query.mode);
  const list =
    query.name !== undefined
      ? byName(db, query, query.name)
      : query.sort === "last_seen"
        ? byLastSeen(db, query)
        : byRisk(db, query);
  const [rows, totals] = await batch(db, [list.rows, selectTotals(db)]);
  return {
    players: rows.map(playerAnswer),
    next_cursor: nextCursor(rows, query.limit, list.write),
    pending: totals[0]?.pending ?? 0,
  };
}
