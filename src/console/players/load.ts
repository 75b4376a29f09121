/** What the list shows, in one round trip. */
import { batch, type Db } from "../../db/client.ts";
import { selectById, selectGamesSeen } from "../../db/player-search.ts";
import { selectTotals, type Totals } from "../../db/totals.ts";
import { type ListPage, type PlayerLine, pageOf } from "./list.ts";
import { type Hint, hintOf, hrefOf, type PlayersPageQuery } from "./query.ts";

/** A page reads up to 4 rows a player: its own, its standing, and their places in the indexes. */
const rowsPerPage = 50;
/** Players whose id begins with what was searched. */
export const shownById = 5;

export interface PlayersView {
  readonly query: PlayersPageQuery;
  readonly games: readonly string[];
  readonly totals: Totals;
  readonly byId: readonly PlayerLine[];
  readonly list: ListPage;
  /** Where the filters do not go together: what to do instead. */
  readonly hint: Hint | null;
  readonly previous: string | null;
  readonly next: string | null;
}

const nothing: ListPage = { rows: [], before: null, after: null };

export async function loadPlayers(db: Db, query: PlayersPageQuery, nowMs: number): Promise<PlayersView> {
  const hint = hintOf(query);
  const wanted = hint === null ? pageOf(db, query, rowsPerPage, nowMs) : null;
  const isFirst = query.after === undefined && query.before === undefined;
  const searched = wanted !== null && isFirst ? query.q : undefined;
  const [totals, games, ...found] = await batch(db, [
    selectTotals(db),
    selectGamesSeen(db),
    ...(wanted === null ? [] : [wanted.statement]),
    ...(searched === undefined ? [] : [selectById(db, query.game, searched, shownById)]),
  ]);
  if (!totals[0]) throw new Error("totals row is missing");
  const [rows = [], byId = []] = found as PlayerLine[][];
  const list = wanted?.page(rows) ?? nothing;
  return {
    query,
    games: games.map(({ game }) => game),
    totals: totals[0],
    byId,
    list,
    hint,
    previous: list.before === null ? null : hrefOf(query, { before: list.before }),
    next: list.after === null ? null : hrefOf(query, { after: list.after }),
  };
}
