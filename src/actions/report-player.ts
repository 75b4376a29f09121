/** A person reports a player. */
import { batch } from "../db/client.ts";
import type { PlayerRow } from "../db/players.ts";
import { selectLatestCases, selectOpenedByReports } from "../db/reported-cases.ts";
import { countReport, selectReporter } from "../db/reporters.ts";
import { insertReport, type NewReport, openReportsOf, selectOpenReports } from "../db/reports.ts";
import { hasSession } from "../db/sessions.ts";
import type { NewEvent } from "../db/writes.ts";
import { credibilityOf, isMuted } from "../decisions/credibility.ts";
import type { Severity } from "../detection/evidence.ts";
import { eventAnswer } from "./answers.ts";
import { type ActionContext, commit, retryOnRace } from "./context.ts";
import { eventWrites } from "./record-events.ts";
import { dayOf, type Known, openReportedCase } from "./reports/open-reported-case.ts";

export interface Report {
  readonly reason: string;
  readonly severity: Severity;
  readonly notes: string | null;
  readonly reporter: string | null;
  readonly sessionId: string | null;
  readonly party: string | null;
}

/** Unresolved reports (of proven reporters first) and cases of the player that are looked at: the newest. */
const looked = { reports: 32, cases: 10 } as const;

const nobody = { confirmed: 0, dismissed: 0, muted_until: null };

/** One round trip: who reports, what else is open on the player, and what bounds another case. */
async function weigh(
  { db, nowMs }: ActionContext,
  player: PlayerRow,
  report: Report,
  id: string,
): Promise<{ readonly filed: NewReport; readonly known: Known }> {
  const { reason, severity, reporter, sessionId, party } = report;
  const [rows, open, cases, today, sessions] = await batch(db, [
    selectReporter(db, player.game, reporter),
    selectOpenReports(db, [player.id], looked.reports),
    selectLatestCases(db, player.id, looked.cases),
    selectOpenedByReports(db, player.game, dayOf(nowMs)),
    hasSession(db, player.id, sessionId),
  ]);
  const record = rows[0] ?? nobody;
  const weight = isMuted(record.muted_until, nowMs) ? 0 : credibilityOf(record);
  const proven = record.confirmed > 0;
  const filed = {
    playerId: player.id,
    id,
    game: player.game,
    reason,
    severity,
    reporter,
    sessionId,
    attested: sessions.length > 0,
    party,
    reportedAtMs: nowMs,
    weight,
    proven,
  };
  const reports = [...openReportsOf(open[0]?.reports ?? "[]"), filed];
  return { filed, known: { reports, cases, openedToday: today[0]?.opened ?? 0 } };
}

function eventOf(player: PlayerRow, report: Report, id: string, nowMs: number): NewEvent {
  const { reason, severity, notes, reporter, sessionId } = report;
  return {
    playerId: player.id,
    game: player.game,
    detectedAtMs: nowMs,
    id,
    type: reason,
    severity,
    source: "report",
    sessionId,
    notes,
    reporter,
    attributes: null,
  };
}

/** The same for everybody: whether a reporter is listened to is nobody's business but the studio's. */
const answerOf = (player: PlayerRow, event: NewEvent) => ({
  message: "Report recorded",
  event: eventAnswer({
    ...event,
    player_id: player.id,
    detected_at: event.detectedAtMs,
    event_type: event.type,
    session_id: event.sessionId,
  }),
});

/**
 * Stores the report as an event of source `report`, whatever its reason is called, with the weight that it has now;
 * and opens a case in the same batch where it is the one that makes enough.
 */
export function reportPlayer(ctx: ActionContext, player: PlayerRow, report: Report) {
  const event = eventOf(player, report, ctx.newId(), ctx.nowMs);
  const body = answerOf(player, event);
  return retryOnRace(async () => {
    const { filed, known } = await weigh(ctx, player, report, event.id);
    const opening = await openReportedCase(ctx, player, known);
    const writes = [
      ...eventWrites(ctx, [event]),
      insertReport(ctx.db, filed),
      ...(report.reporter === null ? [] : [countReport(ctx.db, player.game, report.reporter)]),
      ...opening,
    ];
    const { reason, severity } = report;
    const details = { event: event.id, reason, severity };
    const entry = { action: "player.report", target: `player:${player.id}`, details } as const;
    await commit(ctx, writes, { status: 201, body }, entry);
    return body;
  });
}
