/** Everything that follows once a case is decided, as statements for the batch of the verdict. */
import { type AppealOutcome, decideAppeals } from "../../db/appeals.ts";
import type { Statement } from "../../db/client.ts";
import type { StoredScore } from "../../db/standings.ts";
import { countPair, type ReviewRow, type VerdictBasis } from "../../db/verdicts.ts";
import type { Verdict } from "../../decisions/verdict.ts";
import { isoOf } from "../answers.ts";
import type { ActionContext } from "../context.ts";
import { endDecisionsOfCase } from "../decisions/end-decisions.ts";
import { countDecided } from "../quality/count-quality.ts";
import { resolveReports } from "../reports/resolve-reports.ts";
import { type DomainEvent, emitWrites } from "../webhooks/emit.ts";
import { excludeWrites } from "./exclude-player.ts";

export const outcomeOfAppeal = (verdict: Verdict): AppealOutcome =>
  verdict === "confirmed" ? "upheld" : "overturned";

/** In or out of the baselines; another case that stands confirmed keeps the player out. */
function exclusionWrites(ctx: ActionContext, { found, otherConfirmed }: VerdictBasis, verdict: Verdict) {
  const isConfirmed = verdict === "confirmed";
  const wasConfirmed = found.verdict === "confirmed";
  if (isConfirmed === wasConfirmed || (wasConfirmed && otherConfirmed > 0)) return [];
  return excludeWrites(ctx.db, { playerId: found.player_id, mode: found.mode }, isConfirmed, ctx.nowMs);
}

/**
 * A cleared player's decisions never were; where a doubt remains they only end, and only if somebody had confirmed
 * them or they are under appeal: until then an automatic decision stands by its own conditions.
 */
async function endWrites(ctx: ActionContext, { found, appeals }: VerdictBasis, verdict: Verdict) {
  const isOverturned = found.verdict === "confirmed" || appeals.length > 0;
  if (verdict === "confirmed" || (verdict === "inconclusive" && !isOverturned)) return [];
  const how = verdict === "cleared" ? "expunged" : "revoked";
  const said = verdict === "cleared" ? "cleared" : "found inconclusive";
  return endDecisionsOfCase(ctx, found.id, how, `Case ${found.id} was ${said}.`);
}

/** The pair of blind verdicts on a random share of cases; later ones come only where people differ, so they do not count. */
function pairWrites({ db }: ActionContext, round: readonly ReviewRow[]): Statement[] {
  const first = round.find(({ review }) => review === "first");
  const second = round.find(({ review }) => review === "second");
  return first && second ? [countPair(db, first, second)] : [];
}

function eventsOf(ctx: ActionContext, { found, appeals }: VerdictBasis, verdict: Verdict): DomainEvent[] {
  const { game, mode } = found;
  const about = { case_id: found.id, player_id: found.player_id, game, mode };
  const decidedAt = isoOf(ctx.nowMs);
  const data = { ...about, round: found.round, verdict, before: found.verdict, decided_at: decidedAt };
  return [
    { type: "case.decided", game, data },
    ...appeals.map(({ id, decision_id }): DomainEvent => {
      const appeal = { appeal_id: id, decision_id, ...about, outcome: outcomeOfAppeal(verdict) };
      return { type: "appeal.decided", game, data: { ...appeal, decided_at: decidedAt } };
    }),
  ];
}

/** `round` holds the verdicts of the round, the deciding one last. */
export async function consequencesOf(
  ctx: ActionContext,
  basis: VerdictBasis,
  round: readonly ReviewRow[],
  verdict: Verdict,
): Promise<Statement[]> {
  const { found, appeals } = basis;
  const { db, nowMs } = ctx;
  const { game, mode, player_id: playerId } = found;
  const decided = {
    game,
    mode,
    verdict,
    before: found.verdict,
    decidedAtMs: nowMs,
    openedAtMs: found.opened_at,
  };
  const ids = appeals.map(({ id }) => id);
  return [
    ...pairWrites(ctx, round),
    ...exclusionWrites(ctx, basis, verdict),
    ...(await endWrites(ctx, basis, verdict)),
    ...decideAppeals(db, ids, outcomeOfAppeal(verdict), nowMs),
    ...(await resolveReports(ctx, { playerId, game, caseId: found.id, verdict })),
    ...countDecided(db, { ...decided, score: JSON.parse(found.score) as StoredScore }),
    ...emitWrites(db, nowMs, eventsOf(ctx, basis, verdict)),
  ];
}
