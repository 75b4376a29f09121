/** What the pages on decisions show, each in one round trip. */
import { z } from "zod";
import { explanationAnswer } from "../../actions/explain.ts";
import { type AppealRow, selectAppealOf } from "../../db/appeals.ts";
import { batch, type Db } from "../../db/client.ts";
import { type NamedDecision, selectNamedDecision, selectNamedDecisions } from "../../db/decision-page.ts";
import { selectDecisionToExplain } from "../../db/explanations.ts";
import { selectGamesSeen } from "../../db/player-search.ts";
import { cursorsOf } from "../../http/cursor.ts";
import { notFound } from "../../http/problem.ts";
import { type DecisionsQuery, decisionsHref, hintOf, isLookedThrough } from "./query.ts";

const rowsPerPage = 40;
/** Rows looked through a page, where no index has what is asked for; of one game each reads two more. */
const lookedThrough = { all: 60, game: 40 } as const;
const cursors = cursorsOf("page-decisions", z.int());

export interface DecisionsView {
  readonly query: DecisionsQuery;
  readonly games: readonly string[];
  readonly rows: readonly NamedDecision[];
  readonly hint: ReturnType<typeof hintOf>;
  /** How many rows were looked through for them; null: an index served the filters. */
  readonly looked: number | null;
  readonly first: string | null;
  readonly next: string | null;
}

const weekMs = 7 * 86_400_000;

const sizeOf = (query: DecisionsQuery): number => {
  if (!isLookedThrough(query)) return rowsPerPage;
  return query.game === undefined ? lookedThrough.all : lookedThrough.game;
};

/** Older than what is asked for; so are those after it, since they were made before. */
const isPast = ({ made }: DecisionsQuery, row: NamedDecision | undefined, nowMs: number): boolean =>
  made === "week" && row !== undefined && row.made_at < nowMs - weekMs;

const isAsked = ({ type, origin }: DecisionsQuery, row: NamedDecision): boolean =>
  (type === undefined || row.type === type) && (origin === undefined || row.origin === origin);

export async function loadDecisions(db: Db, query: DecisionsQuery, nowMs: number): Promise<DecisionsView> {
  const hint = hintOf(query);
  const { game, state, player, after } = query;
  const filter = {
    playerId: player === undefined ? undefined : Number(player),
    game,
    ended: state === undefined ? undefined : state === "ended",
  };
  const size = sizeOf(query);
  const wanted = hint === null ? [selectNamedDecisions(db, filter, size + 1, cursors.read(after))] : [];
  const [games, found = []] = await batch(db, [selectGamesSeen(db), ...wanted]);
  const seen = (found as NamedDecision[]).slice(0, size);
  const last = found.length > size && !isPast(query, seen.at(-1), nowMs) ? seen.at(-1) : undefined;
  const nextAt = last === undefined ? null : cursors.write(player === undefined ? last.id : last.place);
  return {
    query,
    games: games.map((one) => one.game),
    rows: seen.filter((row) => isAsked(query, row) && !isPast(query, row, nowMs)),
    hint,
    looked: isLookedThrough(query) ? seen.length : null,
    first: after === undefined ? null : decisionsHref({ ...query, after: undefined }),
    next: nextAt === null ? null : decisionsHref({ ...query, after: nextAt }),
  };
}

export interface DecisionView {
  readonly row: NamedDecision;
  readonly appeal: AppealRow | null;
  /** Why, for whoever reviews, and for the player. */
  readonly analyst: string;
  readonly player: string;
}

/** @throws Problem 404 */
export async function loadDecision(db: Db, id: number): Promise<DecisionView> {
  const [[row], [appeal], [decision], [ofCase]] = await batch(db, [
    selectNamedDecision(db, id),
    selectAppealOf(db, id),
    ...selectDecisionToExplain(db, id),
  ]);
  if (row === undefined || decision === undefined) throw notFound("The decision");
  const about = { decision, ofCase: ofCase ?? null };
  return {
    row,
    appeal: appeal ?? null,
    analyst: explanationAnswer(about, "analyst").text,
    player: explanationAnswer(about, "player").text,
  };
}
