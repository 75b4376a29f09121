/** A verdict resolves the reports on its player, and tells how credible their reporters are. */
import { batch, expectChanges, type Statement } from "../../db/client.ts";
import { moveRecords, type RecordMove } from "../../db/reporters.ts";
import { markResolved, type ResolvableReport, selectResolvedBy, selectUnresolved } from "../../db/reports.ts";
import { addTotals } from "../../db/totals.ts";
import { countUnmarked, markPlayers } from "../../db/writes.ts";
import type { Verdict } from "../../decisions/verdict.ts";
import type { ActionContext } from "../context.ts";
import { type DomainEvent, emitWrites } from "../webhooks/emit.ts";

export interface Resolution {
  readonly playerId: number;
  readonly game: string;
  readonly caseId: number;
  readonly verdict: Verdict;
}

/** Reports that one verdict resolves, the newest; what is older waits for the player's next verdict. */
const resolvedAtOnce = 200;
/** A case is decided once, and again after an appeal. */
const resolvedByCase = 2 * resolvedAtOnce;

const countsAs = (outcome: Verdict | null) => ({
  confirmed: outcome === "confirmed" ? 1 : 0,
  dismissed: outcome === "cleared" ? 1 : 0,
});

/** Who is credited or debited by a case: each reporter once, however often they reported; muted ones never. */
function recordMoves(
  before: readonly ResolvableReport[],
  open: readonly ResolvableReport[],
  verdict: Verdict,
): RecordMove[] {
  const namesOf = (reports: readonly ResolvableReport[]) =>
    reports.flatMap(({ reporter, heard, outcome }) =>
      reporter !== null && heard === 1 ? [[reporter, outcome] as const] : [],
    );
  const was = new Map(namesOf(before));
  const now = countsAs(verdict);
  const reporters = new Set([...was.keys(), ...namesOf(open).map(([reporter]) => reporter)]);
  return [...reporters].flatMap((reporter) => {
    const then = countsAs(was.get(reporter) ?? null);
    const confirmed = now.confirmed - then.confirmed;
    const dismissed = now.dismissed - then.dismissed;
    return confirmed === 0 && dismissed === 0 ? [] : [{ reporter, confirmed, dismissed }];
  });
}

/** What is told of a report: to the game, for whoever reported; never the score or who decided. */
const resolved =
  ({ game, verdict }: Resolution) =>
  ({ id, reporter }: ResolvableReport): DomainEvent => ({
    type: "report.resolved",
    game,
    data: { report: id, reporter, outcome: verdict },
  });

/** Dismissed reports are no evidence any more, and reports that are dismissed no longer are again. */
function rescore({ db, nowMs }: ActionContext, { playerId }: Resolution): Statement[] {
  return [addTotals(db, {}, countUnmarked([playerId])), markPlayers(db, [playerId], nowMs)];
}

/**
 * The statements for the batch of the verdict. They resolve the player's newest 200 unresolved reports, and those that
 * the case resolved otherwise before: an overturned verdict takes its counts back. Reports that another verdict
 * resolves meanwhile void the batch by its guard. None where nothing is to be resolved.
 */
export async function resolveReports(ctx: ActionContext, resolution: Resolution): Promise<Statement[]> {
  const { db, nowMs: atMs } = ctx;
  const { playerId, game, caseId, verdict } = resolution;
  const [open, before] = await batch(db, [
    selectUnresolved(db, playerId, resolvedAtOnce),
    selectResolvedBy(db, caseId, resolvedByCase),
  ]);
  const changed = [...before.filter(({ outcome }) => outcome !== verdict), ...open];
  if (changed.length === 0) return [];
  const moves = recordMoves(before, open, verdict);
  const movesEvidence = changed.some(({ outcome }) => (outcome === "cleared") !== (verdict === "cleared"));
  return [
    markResolved(db, { playerId, caseId, outcome: verdict, atMs }, changed),
    db.all(expectChanges(changed.length)),
    ...(moves.length > 0 ? [moveRecords(db, game, moves)] : []),
    ...(movesEvidence ? rescore(ctx, resolution) : []),
    ...emitWrites(db, atMs, changed.map(resolved(resolution))),
  ];
}
