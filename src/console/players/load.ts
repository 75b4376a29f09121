/** What the list shows, in one round trip. */
import { batch, type Db, type Statement } from "../../db/client.ts";
import { selectById, selectGamesSeen, selectModesSeen } from "../../db/player-search.ts";
import type { LookedPlayer } from "../../db/players-of-mode.ts";
import { selectTotals, type Totals } from "../../db/totals.ts";
import { type ListPage, type PlayerLine, pageOf, pageOfMode } from "./list.ts";
import { type Hint, hintOf, hrefOf, type PlayersPageQuery } from "./query.ts";

/** A page reads up to 4 rows a player: its own, its standing, and their places in the indexes. */
const rowsPerPage = 50;
/** Players whose id begins with what was searched. */
export const shownById = 5;

export interface PlayersView {
  readonly query: PlayersPageQuery;
  readonly games: readonly string[];
  readonly modes: readonly string[];
  readonly totals: Totals;
  readonly byId: readonly PlayerLine[];
  readonly list: ListPage;
  /** Where the filters do not go together: what to do instead. */
  readonly hint: Hint | null;
  readonly previous: string | null;
  readonly next: string | null;
}

const nothing: ListPage = { rows: [], before: null, after: null, looked: null };

/** The statement of the page that the filters ask for, and how its answer becomes one. */
const wantedPage = (db: Db, query: PlayersPageQuery, nowMs: number) =>
  query.mode === undefined
    ? pageOf(db, query, rowsPerPage, nowMs)
    : pageOfMode(db, query, query.mode, rowsPerPage);

export async function loadPlayers(db: Db, query: PlayersPageQuery, nowMs: number): Promise<PlayersView> {
  const hint = hintOf(query);
  const wanted = hint === null ? wantedPage(db, query, nowMs) : null;
  const isFirst = query.after === undefined && query.before === undefined;
  const searched = wanted !== null && isFirst ? query.q : undefined;
  const [totals, games, modes, ...found] = await batch(db, [
    selectTotals(db),
    selectGamesSeen(db),
    selectModesSeen(db, query.game),
    ...(wanted === null ? [] : [wanted.statement as Statement]),
    ...(searched === undefined ? [] : [selectById(db, query.game, searched, shownById)]),
  ]);
  if (!totals[0]) throw new Error("totals row is missing");
  const [rows = [], byId = []] = found as (PlayerLine & LookedPlayer)[][];
  const list = wanted?.page(rows) ?? nothing;
  return {
    query,
    games: games.map(({ game }) => game),
    modes: modes.map(({ mode }) => mode),
    totals: totals[0],
    byId,
    list,
    hint,
    previous: list.before === null ? null : hrefOf(query, { before: list.before }),
    next: list.after === null ? null : hrefOf(query, { after: list.after }),
  };
}
