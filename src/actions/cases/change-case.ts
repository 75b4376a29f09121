/** Working on a case: giving it back, assigning it, tagging it. What is so already changes nothing. */
import { type CaseChange, type CaseRow, changeCase } from "../../db/cases.ts";
import { isGuardViolation } from "../../db/client.ts";
import { conflict } from "../../http/problem.ts";
import type { AuditEntry } from "../audit.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { type CaseAnswer, caseAnswer, isHeld } from "./case-answers.ts";
import { getCase } from "./get-case.ts";

interface Plan {
  /** Null: it is so already. */
  readonly change: CaseChange | null;
  readonly action: AuditEntry["action"];
  readonly details: AuditEntry["details"];
}

/** Reads the case, plans a change, and writes it unless somebody changed the case meanwhile: then from the start. */
const change = (ctx: ActionContext, id: number, plan: (row: CaseRow) => Plan): Promise<CaseAnswer> =>
  retryOnRace(async () => {
    const row = await getCase(ctx, id);
    const { change: to, action, details } = plan(row);
    const answer = caseAnswer({ ...row, ...to }, ctx.nowMs);
    const writes = to === null ? [] : changeCase(ctx.db, row, to);
    const entry = { action, target: `case:${id}`, details };
    await commit({ ...ctx, completion: null }, writes, { status: 200, body: null }, entry);
    return answer;
  }, isGuardViolation);

function requireUndecided({ state }: CaseRow): void {
  if (state === "decided") throw conflict("case_decided", "The case is decided.");
}

/** Gives a case back before its lease runs out. Only its holder may, or an admin. @throws Problem 404, 409 */
export const releaseCase = (ctx: ActionContext, id: number, isAdmin: boolean): Promise<CaseAnswer> =>
  change(ctx, id, (row) => {
    requireUndecided(row);
    const plan = { action: "case.release", details: { holder: row.holder } } as const;
    if (!isHeld(row, ctx.nowMs)) return { ...plan, change: null };
    if (row.holder !== ctx.origin.principal && !isAdmin) {
      throw conflict("case_held", "Somebody else works on the case.");
    }
    const state = row.state === "appealed" ? row.state : "open";
    return { ...plan, change: { state, holder: null, lease_until: null } };
  });

/** Assigns a case to a person, or to nobody. A lease that runs keeps running. @throws Problem 404, 409 */
export const assignCase = (ctx: ActionContext, id: number, assignee: string | null): Promise<CaseAnswer> =>
  change(ctx, id, (row) => {
    requireUndecided(row);
    const details = { from: row.assignee, to: assignee };
    return { change: row.assignee === assignee ? null : { assignee }, action: "case.assign", details };
  });

/** Replaces the tags of a case. @throws Problem 404 */
export const tagCase = (ctx: ActionContext, id: number, wanted: readonly string[]): Promise<CaseAnswer> =>
  change(ctx, id, (row) => {
    const tags = JSON.stringify(wanted);
    const details = { from: JSON.parse(row.tags), to: wanted };
    return { change: row.tags === tags ? null : { tags }, action: "case.tag", details };
  });
