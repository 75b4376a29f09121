/** Opening a case: the evidence of a player in a scope, frozen as it is now. */
import { sql } from "drizzle-orm";
import { listCaseHistories } from "../../db/case-history.ts";
import type { Statement } from "../../db/client.ts";
import { loadStandings } from "../../db/evidence.ts";
import { conflict, notFound } from "../../http/problem.ts";
import type { ActionContext } from "../context.ts";
import { judgeStandings } from "../score-players.ts";
import { freeze } from "./freeze.ts";
import { type Opening, openingWrites } from "./opening-writes.ts";

export interface CaseOrder {
  readonly playerId: number;
  readonly mode: string;
  readonly origin: "manual" | "report" | "appeal";
}

export const alreadyPending = () =>
  conflict("case_pending", "The player has a case in this mode that is not decided yet.");

export interface Prepared extends Opening {
  /** Whether a case of the player in the mode is pending already. */
  readonly isPending: boolean;
}

/**
 * The case that an order asks for, frozen as everything stands now; nothing is written.
 * @throws Problem 404 for a mode that the player has no standing in
 */
export async function prepareCase(
  ctx: ActionContext,
  { playerId, mode, origin }: CaseOrder,
): Promise<Prepared> {
  const { db, nowMs } = ctx;
  const [standings, [known]] = await Promise.all([
    loadStandings(db, sql`standings s WHERE s.player_id = ${playerId} AND s.mode = ${mode}`),
    listCaseHistories(db, [{ playerId, mode }]),
  ]);
  const [scored] = await judgeStandings(db, standings, nowMs);
  if (scored === undefined || known === undefined) throw notFound("The mode of this player");
  const { ref, username, last_seen_at: lastSeenMs } = known;
  const player = { id: playerId, ref, username, lastSeenMs };
  const state = origin === "appeal" ? "appealed" : "open";
  const grounds = { scored, player, part: scored.loaded, score: scored.judged };
  const how = { state, origin, openedAtMs: nowMs, openedBy: ctx.origin.principal } as const;
  const opened = await freeze(grounds, how);
  return { opened, player, score: scored.judged, isPending: known.pending !== null };
}

/**
 * The statements that open a case, for a batch with what it is opened for. In that batch its id is
 * `(SELECT max(id) FROM cases WHERE player_id = PLAYER AND mode = MODE)`. For `appeal` its state is `appealed`. Where
 * the player has a pending case in the mode, a report opens none and has no statements; where one is opened at the same
 * moment, the unique index refuses the batch as a whole, and the caller starts over (`retryOnRace`).
 * @throws Problem 404 for a mode that the player has no standing in, 409 by hand where a case is pending
 */
export async function openCaseWrites(ctx: ActionContext, order: CaseOrder): Promise<Statement[]> {
  const prepared = await prepareCase(ctx, order);
  if (prepared.isPending && order.origin === "report") return [];
  if (prepared.isPending && order.origin === "manual") throw alreadyPending();
  return openingWrites(ctx.db, [prepared], ctx.nowMs);
}
