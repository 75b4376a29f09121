/** Events, as bulk ingest takes them: what game servers saw, stored beside what a scanned log shows. */
import { selectEventContents } from "../../db/ingest.ts";
import type { NewEvent } from "../../db/writes.ts";
import { type Attributes, eventFields, parseEventRow, type TelemetryEvent } from "../../telemetry/event.ts";
import type { ActionContext } from "../context.ts";
import { eventWrites } from "../record-events.ts";
import type { Content, Fresh, Kind, StoredRow } from "./kind.ts";

/** The trust of what a machine reports; people's reports have a way of their own. */
const source = "log";

function attributesContent(attributes: Attributes | null): string | null {
  if (attributes === null) return null;
  return JSON.stringify(
    Object.keys(attributes)
      .sort()
      .map((name) => [name, attributes[name]]),
  );
}

/** In the order of {@link selectEventContents}. */
const contentOf = (event: TelemetryEvent): Content => [
  event.occurredAtMs,
  event.type,
  event.severity,
  source,
  event.sessionId,
  null,
  null,
  attributesContent(event.attributes),
];

function storedContent({ place: _, attributes, ...columns }: StoredRow): Content {
  const parsed = typeof attributes === "string" ? JSON.parse(attributes) : null;
  return [...Object.values(columns), attributesContent(parsed)];
}

/** Twice over: the event itself, and perhaps as its player's latest; a UTF-16 unit takes three bytes at most. */
const weigh = (event: TelemetryEvent): number =>
  600 +
  3 * (event.eventId.length + event.type.length + (event.sessionId?.length ?? 0) + (event.ref?.length ?? 0)) +
  3 * JSON.stringify(event.attributes).length;

function newEventOf({ playerId, game, value }: Fresh<TelemetryEvent>): NewEvent {
  return {
    playerId,
    ...(playerId === null ? { newPlayer: { game, ref: value.ref ?? "" } } : {}),
    game,
    detectedAtMs: value.occurredAtMs,
    id: value.eventId,
    type: value.type,
    severity: value.severity,
    source,
    sessionId: value.sessionId,
    notes: null,
    reporter: null,
    attributes: value.attributes,
  };
}

/** `oldestMs`: events from before it are not taken. */
export function eventKind({ nowMs, reach }: ActionContext, oldestMs: number): Kind<TelemetryEvent> {
  const limits = { nowMs, oldestMs };
  return {
    member: "events",
    idField: "event_id",
    fields: eventFields,
    action: "telemetry.events",
    parse: (row) => parseEventRow(row, limits, Date.parse, reach.defaultGame),
    idOf: ({ eventId }) => eventId,
    contentOf,
    weigh,
    selectStored: selectEventContents,
    storedContent,
    writes: (ctx, fresh) => eventWrites(ctx, fresh.map(newEventOf)),
  };
}
