/** Claiming: the most urgent case is leased to one person, and to nobody else until the lease runs out. */
import { type Candidate, findAskedCase, listClaimable } from "../../db/case-claims.ts";
import { type CaseRow, changeCase } from "../../db/cases.ts";
import { isGuardViolation } from "../../db/client.ts";
import { loadReportCredibility } from "../../db/reports.ts";
import { neutralCredibility } from "../../decisions/credibility.ts";
import { busySessions, priorityOf, recentDays } from "../../decisions/priority.ts";
import { busy, conflict } from "../../http/problem.ts";
import { isoOf } from "../answers.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { type CaseAnswer, caseAnswer, isHeld } from "./case-answers.ts";
import { caseWithinReach } from "./get-case.ts";

export const leaseMs = 30 * 60_000;
const dayMs = 86_400_000;
/** Cases whose order is computed anew at a claim: the stored order is a sweep old at most. */
const candidates = 50;

/** Leases a case as it was read. @throws an error of the guard where somebody was first */
async function lease(ctx: ActionContext, row: CaseRow): Promise<CaseAnswer> {
  const untilMs = ctx.nowMs + leaseMs;
  const state = row.state === "appealed" ? row.state : "claimed";
  const change = { state, holder: ctx.origin.principal, lease_until: untilMs } as const;
  const answer = caseAnswer({ ...row, ...change, revision: row.revision + 1 }, ctx.nowMs);
  // Its answer is stored under an Idempotency-Key only after the batch: a lost guard must not look like a lost key.
  await commit(
    { ...ctx, completion: null },
    changeCase(ctx.db, row, change),
    { status: 200, body: null },
    {
      action: "case.claim",
      target: `case:${row.id}`,
      details: { lease_until: isoOf(untilMs), renewed: row.holder === change.holder },
    },
  );
  return answer;
}

const urgencyOf = (candidate: Candidate, credibility: number, nowMs: number): number =>
  priorityOf(
    {
      risk: candidate.risk,
      confidence: candidate.confidence,
      lastSeenMs: candidate.last_seen_at,
      recentSessions: candidate.recent_sessions,
      credibility,
    },
    nowMs,
  );

/** Leases the most urgent case that the caller may review; null: there is none. */
export async function claimNext(ctx: ActionContext, game: string | undefined): Promise<CaseAnswer | null> {
  const { db, nowMs } = ctx;
  const recent = { sinceMs: nowMs - recentDays * dayMs, most: busySessions };
  const page = { nowMs, limit: candidates, recent };
  const found = await listClaimable(db, ctx.origin.principal, game, page);
  const credibilities = await loadReportCredibility(db, [...new Set(found.map((row) => row.player_id))]);
  const credibilityOf = (row: Candidate) => credibilities.get(row.player_id) ?? neutralCredibility;
  const ranked = found
    .map((row) => ({ row, priority: urgencyOf(row, credibilityOf(row), nowMs) }))
    .sort((a, b) => b.priority - a.priority || a.row.id - b.row.id);
  for (const { row } of ranked) {
    try {
      return await lease(ctx, row);
    } catch (error) {
      // Somebody else was first: the next best is free, unless somebody was first there too.
      if (!isGuardViolation(error)) throw error;
    }
  }
  if (ranked.length > 0) throw busy();
  return null;
}

/** Takes a given case, or renews the caller's own lease. @throws Problem 404, 409 */
export function claimCase(ctx: ActionContext, id: number): Promise<CaseAnswer> {
  const me = ctx.origin.principal;
  return retryOnRace(async () => {
    const row = caseWithinReach(ctx, await findAskedCase(ctx.db, id, me));
    if (row.state === "decided") throw conflict("case_decided", "The case is decided.");
    if (isHeld(row, ctx.nowMs) && row.holder !== me) {
      throw conflict("case_held", "Somebody else works on the case.");
    }
    if (row.reviewable === 0) {
      throw conflict(
        "case_not_yours",
        "You have reviewed the case or made its decision, or it is assigned to somebody else.",
      );
    }
    return lease(ctx, row);
  }, isGuardViolation);
}
