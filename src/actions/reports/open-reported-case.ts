/** A case that reports open, whatever the score says: rarely, and never a second one of a player. */
import type { Statement } from "../../db/client.ts";
import type { PlayerRow } from "../../db/players.ts";
import { type EarlierCase as CaseRow, countOpenedByReports } from "../../db/reported-cases.ts";
import type { CountedReport } from "../../decisions/credibility.ts";
import { type EarlierCase, isWorthACase, leavesRoom, sinceDecided } from "../../decisions/reported-case.ts";
import { Problem } from "../../http/problem.ts";
import { auditWrites } from "../audit.ts";
import { prepareCase } from "../cases/open-case.ts";
import { openingEntry, openingWrites } from "../cases/opening-writes.ts";
import type { ActionContext } from "../context.ts";

const dayMs = 86_400_000;

/** Cases that reports may open in a game on a UTC day. Chosen by us: about what one analyst looks through. */
const dailyCases = 20;

export const dayOf = (nowMs: number): number => Math.floor(nowMs / dayMs);

/** What is known when a report comes in. */
export interface Known {
  /** The unresolved reports of the player, with the one that comes in. */
  readonly reports: readonly CountedReport[];
  readonly cases: readonly CaseRow[];
  /** Cases that reports have opened in the game today. */
  readonly openedToday: number;
}

const earlierOf = ({ state, opened_at, decided_at }: CaseRow): EarlierCase => ({
  pending: state !== "decided",
  openedAtMs: opened_at,
  decidedAtMs: decided_at,
});

/**
 * The statements that open a case, for the batch of the report that makes the number full; none where the bar is not
 * reached or a bound is. A report is taken whether or not a case can open.
 */
export async function openReportedCase(
  ctx: ActionContext,
  { id, game, mode }: PlayerRow,
  { reports, cases, openedToday }: Known,
): Promise<readonly Statement[]> {
  const earlier = cases.map(earlierOf);
  if (mode === null || openedToday >= dailyCases || !leavesRoom(earlier, ctx.nowMs)) return [];
  if (!isWorthACase(sinceDecided(reports, earlier))) return [];
  try {
    const prepared = await prepareCase(ctx, { playerId: id, mode, origin: "report" });
    if (prepared.isPending) return [];
    const entry = await auditWrites(ctx, openingEntry(prepared.opened));
    const opening = openingWrites(ctx.db, [prepared], ctx.nowMs);
    return [...opening, countOpenedByReports(ctx.db, game, dayOf(ctx.nowMs)), ...entry];
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return [];
    throw error;
  }
}
