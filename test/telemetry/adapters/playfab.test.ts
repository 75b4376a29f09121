import { expect, test } from "vitest";
import { playfab } from "../../../src/telemetry/adapters/playfab.ts";
import { deliver, requestOf } from "./fixtures/requests.ts";

const session = {
  EventNamespace: "custom.game",
  Name: "session",
  Entity: { Id: "A1B2", Type: "title_player_account" },
  OriginalId: "s-1",
  OriginalTimestamp: "2026-06-07T18:00:00Z",
  Payload: { kills: 5, deaths: 2, headshots: 1, duration_minutes: 11, metrics: { dash_rate: 0.2 } },
};
const event = {
  Name: "security_event",
  Entity: { Id: "A1B2" },
  OriginalId: "e-1",
  PayloadJSON: '{"type":"speed_hack","severity":"high","zone":"harbour"}',
};

const read = (events: readonly unknown[]) =>
  playfab.read(requestOf(JSON.stringify({ Events: events }), {}, { game: "harbour" }), null);

test("sessions and security events are read, the rest is ignored, and the answer is PlayFab's", () => {
  const result = read([session, event, { Name: "level_up", Entity: { Id: "A1B2" } }]);
  expect(result.sessions).toEqual([
    {
      player: "A1B2",
      session_id: "s-1",
      recorded_at: "2026-06-07T18:00:00Z",
      game: "harbour",
      kills: 5,
      deaths: 2,
      headshots: 1,
      duration_minutes: 11,
      metrics: { dash_rate: 0.2 },
    },
  ]);
  expect(result.events).toMatchObject([
    {
      player: "A1B2",
      event_id: "e-1",
      type: "speed_hack",
      severity: "high",
      attributes: { zone: "harbour" },
    },
  ]);
  expect(result.counts).toMatchObject({ parsed: 2, ignored: 1 });
  expect(result.reply).toEqual({ code: 200, status: "OK", data: { AssignedEventIds: ["s-1", "e-1", "2"] } });
});

test("an event without an id is known again by what it says", () => {
  const { OriginalId: _, ...nameless } = session;
  const ids = deliver(
    playfab,
    [0, 1].map(() => requestOf(JSON.stringify({ Events: [nameless] }))),
  ).sessions;
  expect(ids[0]?.session_id).toBe(ids[1]?.session_id);
});

test("a field out of its range, or a batch beyond PlayFab's bound, is unparsed", () => {
  expect(read([{ ...session, Payload: { kills: -1 } }]).counts.unparsed).toBe(1);
  expect(read(Array.from({ length: 201 }, () => session))).toMatchObject({
    sessions: [],
    counts: { unparsed: 1 },
  });
});
