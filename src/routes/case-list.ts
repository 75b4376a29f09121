/** `GET /api/cases`: which filters go together is which indexes there are. */
import type { Context } from "hono";
import { z } from "zod";
import { caseAnswer } from "../actions/cases/case-answers.ts";
import { selectAssigned, selectCasesOfPlayer, selectDecided, selectQueue } from "../db/case-lists.ts";
import type { CaseRow } from "../db/cases.ts";
import { batch } from "../db/client.ts";
import type { AppEnv } from "../env.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { getPlayer, pathKey } from "../http/player.ts";
import { badRequest } from "../http/problem.ts";
import { listedGame } from "../http/reach.ts";
import type { CasesQuery } from "../http/schemas/cases.ts";

const queueCursors = cursorsOf("cases", z.strictObject({ priority: z.number(), id: z.int() }));
const idCursors = cursorsOf("cases-by-id", z.int());

const writeQueue = ({ priority, id }: CaseRow) => queueCursors.write({ priority, id });
const writeId = ({ id }: CaseRow) => idCursors.write(id);

/** @throws Problem 400 that names the filters which no index serves together */
function refuseTogether(asked: CasesQuery, by: string, others: readonly (keyof CasesQuery)[]): void {
  const faults = others
    .filter((filter) => asked[filter] !== undefined)
    .map((filter) => ({
      pointer: `/${filter}`,
      code: "unsupported_combination",
      detail: `No index serves ${filter} together with ${by}.`,
    }));
  if (faults.length > 0) throw badRequest(faults);
}

async function rowsOf(c: Context<AppEnv>, asked: CasesQuery) {
  const { db, nowMs } = c.var;
  const { state, limit, cursor } = asked;
  if (asked.player !== undefined) {
    refuseTogether(asked, "player", ["state", "assignee"]);
    const player = await getPlayer(c, pathKey(c, asked.player, asked.game));
    return { rows: selectCasesOfPlayer(db, player.id, limit, idCursors.read(cursor)), write: writeId };
  }
  const game = listedGame(c, asked.game);
  if (asked.assignee !== undefined) {
    refuseTogether({ ...asked, game }, "assignee", ["state", "game"]);
    return { rows: selectAssigned(db, asked.assignee, limit, queueCursors.read(cursor)), write: writeQueue };
  }
  if (state === "decided") {
    return { rows: selectDecided(db, game, limit, idCursors.read(cursor)), write: writeId };
  }
  const page = { limit, after: queueCursors.read(cursor), nowMs };
  return { rows: selectQueue(db, { game, state }, page), write: writeQueue };
}

/** One page of cases. */
export async function listCasesPage(c: Context<AppEnv>, asked: CasesQuery) {
  const { rows: statement, write } = await rowsOf(c, asked);
  const [rows] = await batch(c.var.db, [statement]);
  return {
    cases: rows.map((row) => caseAnswer(row, c.var.nowMs)),
    next_cursor: nextCursor(rows, asked.limit, write),
  };
}
