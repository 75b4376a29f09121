/** Scanning logs: what marks a player, what is stored, and that a line counts once. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { expectCountersRight, expectDaysRight, tableCounts } from "./recount.ts";
import { blatantEntry, createPlayer, iso, plainEntry, scan } from "./samples.ts";
import { createService, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;
let ids: number[];

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  ids = [];
  for (const username of ["a", "b", "c"]) ids.push(await createPlayer(service, { username, ref: username }));
});

const eventsOf = async (id: number | undefined) =>
  (await service.call(`/api/players/${id}/events`)).body.events as { event_type: string; source: string }[];

describe("the classic example", () => {
  it("marks the player with the flagged action, 0.95 and 80 ms, and not the one with 0.2 and 200 ms", async () => {
    const [cheat, honest] = ids;
    const answer = await scan(service, [
      { player_id: honest, ...plainEntry },
      { player_id: cheat, ...blatantEntry },
    ]);
    expect(answer.suspicious_players).toEqual([cheat]);
    expect(answer.anomaly_counts).toEqual({ aimbot_lock: 1, headshot_spike: 1, impossible_reaction: 1 });
    expect(answer.insights.length).toBeGreaterThan(0);
    expect((await service.call(`/api/security/player-risk/${cheat}`)).body.risk_score).toBeGreaterThanOrEqual(
      70,
    );
    expect((await service.call(`/api/security/player-risk/${honest}`)).body.risk_score).toBe(0);
    const { body } = await service.call("/api/players/suspicious");
    expect(body.players.map((p: { id: number }) => p.id)).toEqual([cheat]);
    expect(body.players[0].recent_event.player_id).toBe(cheat);
  });

  it("stores its findings as events of the log, for those who showed them", async () => {
    await scan(service, [
      { player_id: ids[0], ...blatantEntry },
      { player_id: ids[1], ...plainEntry },
    ]);
    expect((await eventsOf(ids[0])).map((e) => e.event_type).sort()).toEqual([
      "aimbot_lock",
      "headshot_spike",
      "impossible_reaction",
    ]);
    expect((await eventsOf(ids[0])).every((e) => e.source === "log")).toBe(true);
    expect(await eventsOf(ids[1])).toEqual([]);
    await runJobs(service);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("lists the most suspicious first", async () => {
    const [a, b, c] = ids;
    const { suspicious_players } = await scan(service, [
      { player_id: a, movement_speed: 30 },
      { player_id: b, ...blatantEntry },
      { player_id: c, action: "wallhack_trigger" },
    ]);
    expect(suspicious_players).toEqual([b, c, a]);
  });
});

describe("signals, one step either side", () => {
  it.each([
    { entry: { headshot_rate: 0.85 }, signals: [] },
    { entry: { headshot_rate: 0.8501 }, signals: ["headshot_spike"] },
    { entry: { reaction_time_ms: 100 }, signals: [] },
    { entry: { reaction_time_ms: 99.9 }, signals: ["impossible_reaction"] },
    { entry: { movement_speed: 12.5 }, signals: [] },
    { entry: { movement_speed: 12.6 }, signals: ["speed_anomaly"] },
    { entry: { manual_flag: false }, signals: [] },
    { entry: { manual_flag: true }, signals: ["manual_flag"] },
    { entry: { action: "Aimbot_Lock" }, signals: [] },
    { entry: { action: "speed_hack" }, signals: ["speed_hack"] },
    { entry: { action: null, headshot_rate: null, reaction_time_ms: null, manual_flag: null }, signals: [] },
    { entry: { map: "de_dust2", tick: 12, nested: { a: [1] } }, signals: [] },
  ])("$entry", async ({ entry, signals }) => {
    const { anomaly_counts } = await scan(service, [{ player_id: ids[0], ...entry }]);
    expect(Object.keys(anomaly_counts)).toEqual(signals);
  });

  it("a prototype smuggled into an entry says nothing", async () => {
    const raw = `{"entries":[{"player_id":${ids[0]},"__proto__":{"manual_flag":true,"action":"aimbot_lock"}}]}`;
    const headers = { "content-type": "application/json" };
    const { status, body } = await service.call("/api/security/scan-log", { raw, headers });
    expect({ status, counts: body.anomaly_counts }).toEqual({ status: 200, counts: {} });
  });
});

describe("a line counts once", () => {
  it("within a request, whatever the order of its members or nulls in it", async () => {
    const line = { player_id: ids[0], ...blatantEntry };
    const { reaction_time_ms, action, ...rest } = line;
    const answer = await scan(service, [
      line,
      line,
      { reaction_time_ms, ...rest, action },
      { ...line, movement_speed: null },
    ]);
    expect(answer.anomaly_counts).toEqual({ aimbot_lock: 1, headshot_spike: 1, impossible_reaction: 1 });
    expect(answer.events_recorded).toBe(3);
  });

  it("a log sent again adds nothing, and is answered alike", async () => {
    const log = ids.map((player_id) => ({ player_id, ...blatantEntry }));
    const first = await scan(service, log);
    const before = await tableCounts();
    const again = await scan(service, log);
    expect(await tableCounts()).toEqual(before);
    expect(again).toEqual({ ...first, events_recorded: 0 });
    await expectCountersRight();
    await expectDaysRight();
  });

  it("sent by ten at once it adds its events once", async () => {
    const log = ids.map((player_id) => ({ player_id, ...blatantEntry }));
    const answers = await Promise.all(Array.from({ length: 10 }, () => scan(service, log)));
    expect(answers.reduce((sum, answer) => sum + answer.events_recorded, 0)).toBe(9);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("lines of different times are different lines", async () => {
    const at = (ms: number) => ({ player_id: ids[0], action: "speed_hack", recorded_at: iso(ms) });
    const { events_recorded } = await scan(service, [at(nowMs - 1_000), at(nowMs - 2_000)]);
    expect(events_recorded).toBe(2);
    const times = (await service.call(`/api/players/${ids[0]}/events`)).body.events;
    expect(times.map((e: { detected_at: string }) => e.detected_at)).toEqual([
      iso(nowMs - 1_000),
      iso(nowMs - 2_000),
    ]);
  });
});

describe("players nobody knows", () => {
  it("count in the answer, are stored for nobody, and are named", async () => {
    const before = await tableCounts();
    const answer = await scan(service, [
      { player_id: 999, ...blatantEntry },
      { player_id: "ghost", ...blatantEntry },
      { player_id: "ghost", ...plainEntry },
    ]);
    expect(answer).toMatchObject({
      suspicious_players: [999, "ghost"],
      anomaly_counts: { aimbot_lock: 2, headshot_spike: 2, impossible_reaction: 2 },
      unknown_players: [999, "ghost"],
      events_recorded: 0,
    });
    expect(await tableCounts()).toEqual(before);
  });

  it("do not keep the known ones from being stored", async () => {
    const answer = await scan(service, [
      { player_id: "ghost", ...blatantEntry },
      { player_id: "a", ...blatantEntry },
    ]);
    expect(answer).toMatchObject({ unknown_players: ["ghost"], events_recorded: 3 });
    expect(await eventsOf(ids[0])).toHaveLength(3);
  });
});

describe("a malformed entry refuses the whole request", () => {
  it.each([
    { entry: { action: "x" }, pointer: "/entries/1/player_id" },
    { entry: { player_id: 0 }, pointer: "/entries/1/player_id" },
    { entry: { player_id: 1, headshot_rate: 1.01 }, pointer: "/entries/1/headshot_rate" },
    { entry: { player_id: 1, reaction_time_ms: 0.9 }, pointer: "/entries/1/reaction_time_ms" },
    { entry: { player_id: 1, reaction_time_ms: "80" }, pointer: "/entries/1/reaction_time_ms" },
    { entry: { player_id: 1, movement_speed: -1 }, pointer: "/entries/1/movement_speed" },
    { entry: { player_id: 1, manual_flag: "yes" }, pointer: "/entries/1/manual_flag" },
    { entry: { player_id: 1, action: 7 }, pointer: "/entries/1/action" },
    { entry: { player_id: 1, recorded_at: "yesterday" }, pointer: "/entries/1/recorded_at" },
    { entry: { player_id: 1, recorded_at: "0001-01-01T00:00:00Z" }, pointer: "/entries/1/recorded_at" },
    { entry: null, pointer: "/entries/1" },
    { entry: "text", pointer: "/entries/1" },
    { entry: [], pointer: "/entries/1" },
  ])("$entry", async ({ entry, pointer }) => {
    const before = await tableCounts();
    const body = { entries: [{ player_id: ids[0], ...blatantEntry }, entry] };
    const reply = await service.call("/api/security/scan-log", { body });
    expectProblem(reply, 400);
    expect(reply.body.errors[0].pointer).toBe(pointer);
    expect(await tableCounts()).toEqual(before);
  });

  it("1,000 entries are taken, 1,001 are not", async () => {
    const entries = (n: number) =>
      Array.from({ length: n }, (_, tick) => ({ player_id: ids[0], tick, ...blatantEntry }));
    expect((await scan(service, entries(1_000))).events_recorded).toBe(3_000);
    expectProblem(await service.call("/api/security/scan-log", { body: { entries: entries(1_001) } }), 400);
    await expectCountersRight();
    await expectDaysRight();
  });
});
