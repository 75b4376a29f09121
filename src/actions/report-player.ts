/** A person reports a player. */
import type { PlayerRow } from "../db/players.ts";
import type { NewEvent } from "../db/writes.ts";
import type { Severity } from "../detection/evidence.ts";
import { eventAnswer } from "./answers.ts";
import { type ActionContext, commit } from "./context.ts";
import { eventWrites } from "./record-events.ts";

export interface Report {
  readonly reason: string;
  readonly severity: Severity;
  readonly notes: string | null;
  readonly reporter: string | null;
}

/** Stores the report as an event of source `report`, whatever its reason is called. */
export async function reportPlayer(ctx: ActionContext, player: PlayerRow, report: Report) {
  const event: NewEvent = {
    playerId: player.id,
    detectedAtMs: ctx.nowMs,
    id: ctx.newId(),
    type: report.reason,
    severity: report.severity,
    source: "report",
    sessionId: null,
    notes: report.notes,
    reporter: report.reporter,
    attributes: null,
  };
  const body = {
    message: "Report recorded",
    event: eventAnswer({
      ...event,
      player_id: player.id,
      detected_at: event.detectedAtMs,
      event_type: event.type,
      session_id: null,
    }),
  };
  const { reason, severity } = report;
  await commit(
    ctx,
    eventWrites(ctx, [event]),
    { status: 201, body },
    {
      action: "player.report",
      target: `player:${player.id}`,
      details: { event: event.id, reason, severity },
    },
  );
  return body;
}
