/** Events in bulk: each counts once, whoever its player is and however it comes. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { failingD1 } from "./fault.ts";
import { expectCountersRight, expectDaysRight, tableCounts } from "./recount.ts";
import { createPlayer, iso, send, sessionRow, sessionRows } from "./samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { gzip, linesOf } from "./streams.ts";

let service: Service;
const path = "/api/telemetry/events";

const eventRow = (n: number, player: string | number = `p${n % 50}`, more: object = {}) => ({
  ...(typeof player === "number" ? { player_id: player } : { player }),
  event_id: `e${n}`,
  type: n % 3 === 0 ? "aimbot_lock" : "speed_hack",
  occurred_at: iso(nowMs - (n + 1) * 60_000),
  severity: "critical",
  session_id: `s${n}`,
  attributes: { tick: n, weapon: "ak47", headshot: true, note: null },
  ...more,
});
const eventRows = (from: number, to: number, player?: string | number, more?: object) =>
  Array.from({ length: to - from }, (_, i) => eventRow(from + i, player, more));

async function sendEvents(events: readonly unknown[], to = service) {
  const reply = await to.call(path, { body: { events } });
  expectAnswer(reply, operations.ingestEvents, 200);
  return reply.body;
}

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

describe("events", () => {
  it("of known, new and named players count, mark their players, and show in every list", async () => {
    await send(service, [...sessionRows(0, 6, "known"), ...sessionRows(10, 16, "known", { mode: "ranked" })]);
    await runJobs(service);
    const id = await createPlayer(service, { username: "x", ref: "named" });
    const events = [...eventRows(0, 5, "known"), ...eventRows(10, 15, "new"), ...eventRows(20, 25, id)];
    expect(await sendEvents(events)).toMatchObject({ accepted: 15, players_created: 1, rejected: [] });
    await expectCountersRight();
    await expectDaysRight();
    expect(await sendEvents(events)).toMatchObject({ accepted: 0, duplicates: 15, players_created: 0 });
    await runJobs(service);
    await expectCountersRight();
    await expectDaysRight();
    for (const player of ["@known", "@new", "@named"]) {
      const { body } = await service.call(`/api/security/player-risk/${player}`);
      expect(body.event_count, player).toBe(5);
      expect(body.anomalies.length, player).toBeGreaterThan(0);
    }
    const { body } = await service.call("/api/players/@new/events");
    expect(body.events[0]).toMatchObject({
      id: "e10",
      severity: "critical",
      source: "log",
      session_id: "s10",
    });
  });

  it("come as NDJSON and packed, late or early, and cost in proportion", async () => {
    await sendEvents(eventRows(0, 50));
    const raw = await gzip(linesOf(eventRows(50, 1_050).reverse()));
    const headers = { "content-type": "application/x-ndjson", "content-encoding": "gzip" };
    const reply = await service.call(path, { method: "POST", raw, headers });
    expect(reply.body).toMatchObject({ accepted: 1_000, players_created: 0 });
    // The row, its identity, its place by time and its place as evidence; and the counters of 50 players.
    expect(costOf(reply).written).toBeLessThanOrEqual(4 * 1_000 + 5 * 50 + 20);
    await expectCountersRight();
    await expectDaysRight();
    expectProblem(
      await service.call(path, { method: "POST", raw: "a,b", headers: { "content-type": "text/csv" } }),
      415,
    );
  });

  it.each([
    ["type", "other"],
    ["occurred_at", iso(nowMs)],
    ["severity", null],
    ["session_id", null],
    ["server", "eu"],
    ["attributes", { tick: 1 }],
  ])("the same event_id with another %s is a conflict", async (field, value) => {
    const answer = await sendEvents([eventRow(1, "p"), eventRow(1, "p", { [field]: value })]);
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: "conflict", pointer: "/events/1/event_id" }],
    });
    const again = await sendEvents([
      eventRow(1, "p", { [field]: value }),
      eventRow(1, "p"),
      eventRow(1, "q"),
    ]);
    expect(again).toMatchObject({ accepted: 1, duplicates: 1, rejected: [{ index: 0, code: "conflict" }] });
    await expectCountersRight();
    await expectDaysRight();
  });

  it.each([
    { name: "no id", more: { event_id: undefined }, pointer: "/event_id", code: "missing" },
    { name: "no type", more: { type: "" }, pointer: "/type", code: "out_of_range" },
    { name: "an odd severity", more: { severity: "huge" }, pointer: "/severity", code: "invalid_value" },
    {
      name: "ahead",
      more: { occurred_at: iso(nowMs + 700_000) },
      pointer: "/occurred_at",
      code: "in_future",
    },
    {
      name: "too old",
      more: { occurred_at: "2001-01-01T00:00:00Z" },
      pointer: "/occurred_at",
      code: "too_old",
    },
    { name: "two players", more: { player_id: 1 }, pointer: "/player", code: "player_ambiguous" },
    {
      name: "nested attributes",
      more: { attributes: { a: { b: 1 } } },
      pointer: "/attributes/a",
      code: "invalid_value",
    },
    {
      name: "33 attributes",
      more: { attributes: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`a${n}`, n])) },
      pointer: "/attributes",
      code: "invalid_value",
    },
    {
      name: "3 KB of attributes",
      more: {
        attributes: Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`a${n}`, "x".repeat(500)])),
      },
      pointer: "/attributes",
      code: "invalid_value",
    },
    {
      name: "two servers",
      more: { server: "a", attributes: { server: "b" } },
      pointer: "/attributes/server",
      code: "inconsistent",
    },
  ])("$name is rejected and sinks no other", async ({ more, pointer, code }) => {
    const answer = await sendEvents([eventRow(1), eventRow(2, "p", more), eventRow(3)]);
    expect(answer).toMatchObject({
      accepted: 2,
      rejected: [{ index: 1, pointer: `/events/1${pointer}`, code }],
    });
  });

  it("beyond a key's games are rejected; a dry run stores nothing", async () => {
    const key = await service.call("/api/auth/keys", {
      body: { name: "k", scopes: ["telemetry:write"], games: ["cs2"] },
    });
    const before = await tableCounts();
    const body = { events: [eventRow(1), eventRow(2, "p", { game: "tf2" })] };
    const headers = { "x-api-key": key.body.key };
    const dry = await service.call(`${path}?dry_run=true`, { body, role: null, headers });
    expect(dry.body).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: "game_out_of_reach" }],
      dry_run: true,
    });
    expect(await tableCounts()).toEqual(before);
  });

  it("are known to a scan of the same log, and it to them", async () => {
    await send(service, [sessionRow(1, "p")]);
    await sendEvents(eventRows(0, 3, "p"));
    const entries = [
      { player_id: "p", action: "aimbot_lock", tick: 1 },
      { player_id: "p", action: "aimbot_lock", tick: 1 },
    ];
    expect((await service.call("/api/security/scan-log", { body: { entries } })).body.events_recorded).toBe(
      1,
    );
    await expectCountersRight();
    await expectDaysRight();
  });

  it("from many senders at once, of players that nobody knows yet, count once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, sender) => sendEvents(eventRows(sender * 10, sender * 10 + 100))),
    );
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(190);
    expect(answers.reduce((sum, { players_created }) => sum + players_created, 0)).toBe(50);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("keep whole chunks where the store fails, and are completed by sending again", async () => {
    const broken = createService({ DB: failingD1(env.DB, /INSERT INTO events/, { from: 2 }) });
    const events = eventRows(0, 5_000);
    const off = await broken.call(path, { body: { events } });
    expectProblem(off, 503);
    expect((await tableCounts()).events).toBe(off.body.accepted);
    expect(off.body.accepted).toBe(off.body.stored_through + 1);
    expect(await sendEvents(events)).toMatchObject({
      accepted: 5_000 - off.body.accepted,
      duplicates: off.body.accepted,
    });
    await expectCountersRight();
    await expectDaysRight();
  });
});
