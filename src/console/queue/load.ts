/** What the queue shows, in one round trip. */
import { z } from "zod";
import { selectDecided, selectQueue } from "../../db/case-lists.ts";
import { type HeldCase, selectHeld } from "../../db/case-page.ts";
import type { CaseRow } from "../../db/cases.ts";
import { batch, type Db } from "../../db/client.ts";
import { selectGamesSeen } from "../../db/player-search.ts";
import { cursorsOf } from "../../http/cursor.ts";
import { type QueueQuery, queueHref } from "./query.ts";

/** A page reads up to five rows a case. */
const rowsPerPage = 30;
const urgent = cursorsOf("page-queue", z.strictObject({ priority: z.number(), id: z.int() }));
const newest = cursorsOf("page-cases", z.int());

export interface QueueView {
  readonly query: QueueQuery;
  readonly games: readonly string[];
  readonly rows: readonly CaseRow[];
  /** What the viewer holds. */
  readonly held: readonly HeldCase[];
  readonly first: string | null;
  readonly next: string | null;
}

/** The rows of a page and one more, and how a row is written as the place where the next page goes on. */
function pageOf(db: Db, { game, state, after }: QueueQuery, nowMs: number) {
  if (state === "decided") {
    const rows = selectDecided(db, game, rowsPerPage + 1, newest.read(after));
    return { rows, write: ({ id }: CaseRow) => newest.write(id) };
  }
  const page = { limit: rowsPerPage + 1, after: urgent.read(after), nowMs };
  const rows = selectQueue(db, { game, state }, page);
  return { rows, write: ({ priority, id }: CaseRow) => urgent.write({ priority, id }) };
}

export async function loadQueue(
  db: Db,
  query: QueueQuery,
  principal: string,
  nowMs: number,
): Promise<QueueView> {
  const { rows: wanted, write } = pageOf(db, query, nowMs);
  const [found, held, games] = await batch(db, [
    wanted,
    selectHeld(db, principal, nowMs),
    selectGamesSeen(db),
  ]);
  const rows = found.slice(0, rowsPerPage);
  const last = found.length > rowsPerPage ? rows.at(-1) : undefined;
  return {
    query,
    games: games.map(({ game }) => game),
    rows,
    held,
    first: query.after === undefined ? null : queueHref({ ...query, after: undefined }),
    next: last === undefined ? null : queueHref({ ...query, after: write(last) }),
  };
}
