/** An appeal: one per decision, ever. It brings the decision's case before somebody who had no part in it. */
import { type SQL, sql } from "drizzle-orm";
import {
  type AppealBasis,
  type AppealRow,
  appealCase,
  appealOf,
  insertAppeal,
  linkDecision,
  loadAppealBasis,
} from "../../db/appeals.ts";
import { newestCaseId } from "../../db/cases.ts";
import { isGuardViolation, type Statement } from "../../db/client.ts";
import { conflict, notFound, type Problem } from "../../http/problem.ts";
import { defaultMode } from "../../telemetry/session.ts";
import { isoOf } from "../answers.ts";
import { openCaseWrites } from "../cases/open-case.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { type DomainEvent, emitWrites } from "../webhooks/emit.ts";

export const appealAnswer = (row: AppealRow) => ({
  ...row,
  filed_at: isoOf(row.filed_at),
  decided_at: row.decided_at === null ? null : isoOf(row.decided_at),
});

/** Why a decision cannot be appealed; null: it can. What never was needs no appeal; what is over still counts, so it may. */
export function appealObstacle({ appeal, decision }: AppealBasis): Problem | null {
  if (appeal !== null) {
    return conflict("already_appealed", "This decision was appealed. A decision can be appealed once.");
  }
  if (decision.end_kind === "expunged") {
    return conflict("decision_expunged", "This decision was expunged: it is as if it had never been made.");
  }
  return null;
}

interface CaseWrites {
  readonly caseId: number | SQL;
  readonly before: readonly Statement[];
}

/** The case that the appeal goes to: the decision's own, or one that is opened for it. */
async function caseWrites(ctx: ActionContext, { decision, ofCase, mode }: AppealBasis): Promise<CaseWrites> {
  if (ofCase !== null) return { caseId: ofCase.id, before: appealCase(ctx.db, ofCase) };
  const order = { playerId: decision.player_id, mode: mode ?? defaultMode, origin: "appeal" } as const;
  const caseId = newestCaseId(order.playerId, order.mode);
  return {
    caseId,
    before: [...(await openCaseWrites(ctx, order)), ...linkDecision(ctx.db, decision.id, caseId)],
  };
}

const isPendingCase = ({ ofCase }: AppealBasis) => ofCase?.state === "open" || ofCase?.state === "claimed";

/** Ids and facts; the statement stays here, because it is a stranger's text. */
function eventsOf(ctx: ActionContext, basis: AppealBasis): DomainEvent[] {
  const { id, player_id, home: game } = basis.decision;
  const facts = JSON.stringify({ decision_id: id, player_id, game, filed_at: isoOf(ctx.nowMs) });
  const ofCase = sql`json_set(${facts}, '$.case_id', ${appealOf(id, "case_id")})`;
  const data = sql`json_set(${ofCase}, '$.appeal_id', ${appealOf(id, "id")})`;
  const filed: DomainEvent = { type: "appeal.filed", game, data };
  return isPendingCase(basis) ? [filed] : [filed, { type: "case.appealed", game, data }];
}

async function attempt(ctx: ActionContext, decisionId: number, statement: string, isInReach: InReach) {
  const { db, nowMs, origin } = ctx;
  const basis = await loadAppealBasis(db, decisionId);
  if (basis === null || !isInReach(basis)) throw notFound("The decision");
  const obstacle = appealObstacle(basis);
  if (obstacle !== null) throw obstacle;
  const { caseId, before } = await caseWrites(ctx, basis);
  const { decision } = basis;
  const appeal = { decision, caseId, statement, filedAtMs: nowMs, filedBy: origin.principal };
  const row: AppealRow = {
    ...{ id: 0, decision_id: decisionId, case_id: 0, player_id: decision.player_id, game: decision.home },
    ...{ state: "pending", statement, filed_at: nowMs, filed_by: origin.principal },
    ...{ outcome: null, decided_at: null },
  };
  // D1 gives the ids within the batch, so the answer that is stored there gets them from D1 too.
  const stored = sql`json_set(${JSON.stringify(appealAnswer(row))}, '$.id', ${appealOf(decisionId, "id")},
    '$.case_id', ${appealOf(decisionId, "case_id")})`;
  const ids = db.all<{ id: number; case_id: number }>(
    sql`SELECT ${appealOf(decisionId, "id")} AS id, ${appealOf(decisionId, "case_id")} AS case_id`,
  );
  const writes = [...before, insertAppeal(db, appeal), ...emitWrites(db, nowMs, eventsOf(ctx, basis)), ids];
  const target = sql`'appeal:' || ${appealOf(decisionId, "id")}`;
  const details = { decision_id: decisionId };
  const entry = { action: "appeal.file", target, details } as const;
  const results = await commit(ctx, writes, { status: 201, body: stored }, entry);
  const [made] = results[writes.length - 1] as { id: number; case_id: number }[];
  return appealAnswer({ ...row, ...made });
}

/** Whether the caller may know of a decision. */
export type InReach = (basis: Pick<AppealBasis, "decision">) => boolean;

/** @throws Problem 404, 409 for a decision that was appealed before or never was */
export const fileAppeal = (ctx: ActionContext, decisionId: number, statement: string, isInReach: InReach) =>
  retryOnRace(() => attempt(ctx, decisionId, statement, isInReach), isGuardViolation);
