/** Sessions, as bulk ingest takes them. */
import { metricsContent, selectStoredSessions } from "../../db/ingest.ts";
import { parseSessionRow, type Session, sessionFields } from "../../telemetry/session.ts";
import type { ActionContext } from "../context.ts";
import type { Content, Kind, Parsed, StoredRow } from "./kind.ts";
import { touchedBy, writesOf } from "./session-writes.ts";

/** Bytes of a stored row as JSON beside its texts and metrics: its numbers at their longest, commas and quotes. */
const numberBytes = 320;
/** A character takes at most three bytes of UTF-8 a UTF-16 unit. */
const unitBytes = 3;
/** A metric's number, and its punctuation. */
const metricBytes = 28;

function weigh(s: Session): number {
  const texts = s.sessionId.length + s.mode.length + (s.ref?.length ?? 0) + (s.game?.length ?? 0);
  let bytes = numberBytes + unitBytes * (texts + (s.build?.length ?? 0) + (s.server?.length ?? 0));
  for (const name in s.metrics) bytes += name.length + metricBytes;
  return bytes;
}

/** In the order of {@link selectStoredSessions}. */
const contentOf = (s: Session): Content => [
  s.mode,
  s.recordedAtMs,
  s.build,
  s.server,
  s.durationMinutes,
  s.actionsPerMinute,
  s.headshotRate,
  s.reactionTimeMs,
  s.kills,
  s.deaths,
  s.headshots,
  s.shotsFired,
  s.shotsHit,
  s.movementSpeed,
  metricsContent(s.metrics),
];

function storedContent({ place: _, metrics, ...columns }: StoredRow): Content {
  return [
    ...Object.values(columns),
    metricsContent(typeof metrics === "string" ? JSON.parse(metrics) : null),
  ];
}

/** `oldestMs`: sessions from before it are not taken. */
export function sessionKind({ nowMs, reach }: ActionContext, oldestMs: number): Kind<Session> {
  const limits = { nowMs, oldestMs };
  return {
    member: "sessions",
    idField: "session_id",
    fields: sessionFields,
    action: "telemetry.ingest",
    parse(row): Parsed<Session> {
      const parsed = parseSessionRow(row, limits, Date.parse, reach.defaultGame);
      return "fault" in parsed ? parsed : { value: parsed.session };
    },
    idOf: ({ sessionId }) => sessionId,
    contentOf,
    weigh,
    selectStored: selectStoredSessions,
    storedContent,
    writes(ctx, fresh) {
      const rows = fresh.map(({ playerId, game, value }) => ({ playerId, game, session: value }));
      return writesOf(ctx, rows, touchedBy(rows));
    },
  };
}
