/** A link that lets whoever has it file the appeal of one decision. */
import { signAppealLink } from "../../auth/appeal-links.ts";
import { loadAppealBasis } from "../../db/appeals.ts";
import { batch } from "../../db/client.ts";
import { notFound } from "../../http/problem.ts";
import { auditWrites } from "../audit.ts";
import type { ActionContext } from "../context.ts";
import { appealObstacle, type InReach } from "./file-appeal.ts";

/**
 * The link's token. It is stored nowhere; the trail says that one was made, for what and by whom.
 * @throws Problem 404, 409 for a decision that cannot be appealed
 */
export async function linkAppeal(
  ctx: ActionContext,
  decisionId: number,
  secret: string,
  isInReach: InReach,
): Promise<string> {
  const basis = await loadAppealBasis(ctx.db, decisionId);
  if (basis === null || !isInReach(basis)) throw notFound("The decision");
  const obstacle = appealObstacle(basis);
  if (obstacle !== null) throw obstacle;
  const token = await signAppealLink(secret, decisionId, ctx.nowMs, ctx.newId());
  await batch(
    ctx.db,
    await auditWrites(ctx, { action: "appeal.link", target: `decision:${decisionId}`, details: {} }),
  );
  return token;
}
