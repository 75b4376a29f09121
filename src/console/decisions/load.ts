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
import { type DecisionsQuery, decisionsHref, hintOf } from "./query.ts";

const rowsPerPage = 40;
const cursors = cursorsOf("page-decisions", z.int());

export interface DecisionsView {
  readonly query: DecisionsQuery;
  readonly games: readonly string[];
  readonly rows: readonly NamedDecision[];
  readonly hint: ReturnType<typeof hintOf>;
  readonly first: string | null;
  readonly next: string | null;
}

export async function loadDecisions(db: Db, query: DecisionsQuery): Promise<DecisionsView> {
  const hint = hintOf(query);
  const { game, state, player, after } = query;
  const filter = {
    playerId: player === undefined ? undefined : Number(player),
    game,
    ended: state === undefined ? undefined : state === "ended",
  };
  const wanted =
    hint === null ? [selectNamedDecisions(db, filter, rowsPerPage + 1, cursors.read(after))] : [];
  const [games, found = []] = await batch(db, [selectGamesSeen(db), ...wanted]);
  const rows = (found as NamedDecision[]).slice(0, rowsPerPage);
  const last = found.length > rowsPerPage ? rows.at(-1) : undefined;
  const nextAt = last === undefined ? null : cursors.write(player === undefined ? last.id : last.place);
  return {
    query,
    games: games.map((one) => one.game),
    rows,
    hint,
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
