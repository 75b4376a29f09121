/** The case that a path names. */
import { type CaseRow, selectCase } from "../../db/cases.ts";
import { notFound } from "../../http/problem.ts";
import type { ActionContext } from "../context.ts";

/** What was found, unless it is nothing or of a game beyond the caller's reach: neither tells which. */
export function caseWithinReach<T extends Pick<CaseRow, "game">>(
  { reach: { games } }: Pick<ActionContext, "reach">,
  found: T | null | undefined,
): T {
  if (!found || (games !== null && !games.includes(found.game))) throw notFound("The case");
  return found;
}

/** @throws Problem 404 */
export async function getCase(ctx: Pick<ActionContext, "db" | "reach">, id: number): Promise<CaseRow> {
  const [row] = await selectCase(ctx.db, id);
  return caseWithinReach(ctx, row);
}
