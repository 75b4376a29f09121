/**
 * playfab: the batch of PlayFab's WriteTelemetryEvents, for studios whose client code speaks it already. An event
 * named `session` carries our session fields in its payload, `security_event` one of our events; others are ignored.
 */
import { z } from "zod";
import { instant } from "../fields.ts";
import { SessionRow } from "../session.ts";
import type { Adapter, AdapterCard, AdapterEvent, AdapterInput, Explained, Verdict } from "./adapter.ts";
import { isoOf } from "./calendar.ts";
import { jsonOf } from "./json-body.ts";
import { Tally } from "./tally.ts";
import { fingerprint, plain, slugOf } from "./text.ts";

const card: AdapterCard = {
  id: "playfab",
  title: "PlayFab telemetry events",
  games: [],
  contentTypes: ["application/json"],
  keyHeader: "X-TelemetryKey",
  okStatus: 200,
  maxBodyBytes: 2_100_000,
  idleMs: null,
  yields: [
    { name: "session: every field and metric of a session", feeds: ["whatever the game's profile names"] },
    { name: "security_event: events", feeds: ["log.detector"] },
  ],
  unverified: ["that SDKs can be pointed at another host in every engine"],
  docs: "playfab",
};

/** PlayFab's own bound. */
const maxEvents = 200;

const short = z.string().max(256).optional().catch(undefined);
const Entity = z
  .object({ Id: short, id: short })
  .transform(({ Id, id }) => Id ?? id)
  .optional()
  .catch(undefined);
const payload = z.record(z.string(), z.unknown());
const PlayFabEvent = z.object({
  Name: z.string().max(256),
  Entity,
  Payload: payload.optional().catch(undefined),
  PayloadJSON: z.string().max(10_240).optional().catch(undefined),
  OriginalId: short,
  OriginalTimestamp: short,
});
type PlayFabEvent = z.infer<typeof PlayFabEvent>;
const Batch = z.object({ Events: z.array(z.unknown()).max(maxEvents) });

const encoder = new TextEncoder();

function payloadOf({ Payload, PayloadJSON }: PlayFabEvent): Readonly<Record<string, unknown>> {
  if (Payload) return Payload;
  const parsed = payload.safeParse(jsonOf(encoder.encode(PayloadJSON ?? ""), 40_960));
  return parsed.success ? parsed.data : {};
}

const textIn = (value: unknown, max: number): string => (typeof value === "string" ? plain(value, max) : "");

function timeOf(value: unknown, event: PlayFabEvent, receivedAtMs: number): string {
  for (const candidate of [value, event.OriginalTimestamp]) {
    const parsed = instant.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  return isoOf(receivedAtMs);
}

/** Without an id of its own an event is known again by what it says. */
const idOf = (own: unknown, event: PlayFabEvent): string =>
  textIn(own, 128) || textIn(event.OriginalId, 128) || fingerprint(JSON.stringify(event));

/** A session row, or null where a field is out of its range or there is no player. */
function sessionOf(event: PlayFabEvent, input: AdapterInput): SessionRow | null {
  const fields = payloadOf(event);
  const row = SessionRow.safeParse({
    game: input.game,
    server: input.server,
    ...fields,
    player: fields.player ?? event.Entity,
    session_id: idOf(fields.session_id, event),
    recorded_at: timeOf(fields.recorded_at, event, input.receivedAtMs),
  });
  return row.success && row.data.player != null ? row.data : null;
}

const severity = z.enum(["low", "medium", "high", "critical"]).catch("medium");
const attribute = z.union([z.string().transform((value) => plain(value, 200)), z.number()]);

function securityEventOf(event: PlayFabEvent, input: AdapterInput): AdapterEvent | null {
  const fields = payloadOf(event);
  const player = textIn(fields.player ?? event.Entity, 128);
  const type = slugOf(textIn(fields.type, 64), 64);
  if (player === "" || type === "") return null;
  const attributes = Object.entries(fields)
    .filter(
      ([name]) => !["player", "type", "severity", "occurred_at", "session_id", "event_id"].includes(name),
    )
    .slice(0, 16)
    .map(([name, value]) => [slugOf(name, 32), attribute.safeParse(value).data] as const)
    .filter((entry): entry is readonly [string, string | number] => entry[1] !== undefined);
  const session = textIn(fields.session_id, 128);
  return {
    player,
    type,
    event_id: idOf(fields.event_id, event),
    occurred_at: timeOf(fields.occurred_at, event, input.receivedAtMs),
    game: input.game ?? (slugOf(textIn(fields.game, 64), 64) || "default"),
    source: "detector",
    severity: severity.parse(fields.severity),
    ...(session === "" ? {} : { session_id: session }),
    ...(input.server === undefined ? {} : { server: plain(input.server, 128) }),
    attributes: Object.fromEntries(attributes),
  };
}

interface Parsed {
  readonly kind: string;
  readonly verdict: Verdict;
  readonly session?: SessionRow;
  readonly event?: AdapterEvent;
}

function parsedOf(input: unknown, from: AdapterInput): Parsed {
  const known = PlayFabEvent.safeParse(input);
  if (!known.success) return { kind: "no-event", verdict: "unparsed" };
  const { data } = known;
  if (data.Name === "session") {
    const session = sessionOf(data, from);
    return session
      ? { kind: "session", verdict: "parsed", session }
      : { kind: "session", verdict: "unparsed" };
  }
  if (data.Name === "security_event") {
    const event = securityEventOf(data, from);
    return event ? { kind: "event", verdict: "parsed", event } : { kind: "event", verdict: "unparsed" };
  }
  return { kind: "other", verdict: "ignored" };
}

function eventsIn(body: Uint8Array): readonly unknown[] | null {
  const batch = Batch.safeParse(jsonOf(body, card.maxBodyBytes));
  return batch.success ? batch.data.Events : null;
}

function feedsOf({ session, event }: Parsed): string[] {
  if (event) return [event.type];
  return session ? [...Object.keys(session), ...Object.keys(session.metrics ?? {})] : [];
}

function explain(body: Uint8Array): Explained[] {
  const from: AdapterInput = { body, headers: {}, receivedAtMs: 0 };
  return (eventsIn(body) ?? [null]).map((event, index) => {
    const parsed = parsedOf(event, from);
    return { line: index + 1, kind: parsed.kind, verdict: parsed.verdict, feeds: feedsOf(parsed) };
  });
}

export const playfab: Adapter = {
  card,
  streamOf: () => null,
  read: (input) => {
    const tally = new Tally();
    const events = eventsIn(input.body);
    const parsed = (events ?? [null]).map((event) => parsedOf(event, input));
    for (const { kind, verdict } of parsed) tally.judge(verdict, `event of kind ${kind}`);
    const ids = parsed.map(({ session, event }, i) => session?.session_id ?? event?.event_id ?? String(i));
    return tally.result({
      state: null,
      sessions: parsed.flatMap(({ session }) => session ?? []),
      events: parsed.flatMap(({ event }) => event ?? []),
      reply: { code: 200, status: "OK", data: { AssignedEventIds: ids } },
    });
  },
  flush: () => new Tally().result({ state: null }),
  explain,
};
