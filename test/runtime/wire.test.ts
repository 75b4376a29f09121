/** The classic contract: statuses, members and types of every endpoint, and that all readers agree. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Operation } from "../../src/http/operation.ts";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { blatantEntry, classicSession, createPlayer, iso, scan, send, sessionRows } from "./samples.ts";
import { createService, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;
let id: number;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  id = await createPlayer(service, { username: "Nightjar", game: "cs2", ref: "76561198000000000" });
});

/** Sessions, events of both sources, and a score that shows ledger lines and anomalies. */
async function giveHistory(): Promise<void> {
  await send(service, sessionRows(0, 7, id));
  await scan(service, [{ player_id: id, ...blatantEntry }]);
  await service.call("/api/security/report", {
    body: { player_id: id, notes: "Through smoke.", reporter: "me" },
  });
}

describe("answers have the documented members and types, and no others", () => {
  beforeEach(giveHistory);

  const reads: readonly { operation: Operation; path: () => string }[] = [
    { operation: operations.health, path: () => "/health" },
    { operation: operations.getPlayer, path: () => `/api/players/${id}` },
    { operation: operations.getPlayerRisk, path: () => `/api/security/player-risk/${id}` },
    { operation: operations.getBehavior, path: () => `/api/players/${id}/behavior` },
    { operation: operations.listPlayerSessions, path: () => `/api/players/${id}/sessions` },
    { operation: operations.listPlayerEvents, path: () => `/api/players/${id}/events` },
    { operation: operations.listPlayers, path: () => "/api/players" },
    { operation: operations.listPlayers, path: () => "/api/players?sort=last_seen" },
    { operation: operations.listPlayers, path: () => "/api/players?name=night" },
    { operation: operations.listSuspicious, path: () => "/api/players/suspicious?risk_threshold=0" },
    { operation: operations.getDashboard, path: () => "/api/security/dashboard" },
    { operation: operations.getPatterns, path: () => "/api/analytics/cheat-patterns" },
    { operation: operations.getStats, path: () => "/api/analytics/stats" },
  ];

  it.each(reads)("GET $operation.path", async ({ operation, path }) => {
    expectAnswer(await service.call(path()), operation, 200);
    await runJobs(service);
    expectAnswer(await service.call(path()), operation, 200);
  });

  it.each([
    {
      operation: operations.scanLog,
      status: 200,
      body: () => ({ entries: [{ player_id: id, ...blatantEntry }] }),
    },
    { operation: operations.reportPlayer, status: 201, body: () => ({ player_id: id }) },
    { operation: operations.createPlayer, status: 201, body: () => ({ username: "Other" }) },
    { operation: operations.detectAnomalies, status: 200, body: () => ({ player_id: id }) },
    {
      operation: operations.ingestSessions,
      status: 200,
      body: () => ({ sessions: [...sessionRows(0, 9, id), { session_id: "bad" }] }),
    },
  ])("POST $operation.path", async ({ operation, status, body }) => {
    expectAnswer(await service.call(operation.path, { body: body() }), operation, status);
  });

  it("the session of a player, its name, tokens and jobs", async () => {
    const session = { body: { ...classicSession, session_id: "x" } };
    expectAnswer(await service.call(`/api/players/${id}/session`, session), operations.recordSession, 201);
    expectAnswer(await service.call(`/api/players/${id}/session`, session), operations.recordSession, 200);
    const renamed = await service.call(`/api/players/${id}`, { method: "PATCH", body: { username: "Owl" } });
    expectAnswer(renamed, operations.renamePlayer, 200);
    const credentials = { username: "security_console", password: "letmein123" };
    const tokens = await service.call("/api/auth/token", { role: null, body: credentials });
    expectAnswer(tokens, operations.createToken, 200);
    const { refresh_token } = tokens.body;
    const refreshed = await service.call("/api/auth/refresh", { role: null, body: { refresh_token } });
    expectAnswer(refreshed, operations.refreshToken, 200);
    for (const job of ["rescore", "baselines", "housekeeping", "audit"]) {
      const run = await service.call(`/api/ops/jobs/${job}/runs`, { method: "POST" });
      expectAnswer(run, operations.runJob, 200);
    }
  });
});

describe("what is written is what is read", () => {
  it("a session: the client's time and fractions stay, a missing reaction time stays null", async () => {
    const recorded = iso(nowMs - 86_400_000);
    const { reaction_time_ms: _, ...withoutReaction } = classicSession;
    const bodies = [
      { ...withoutReaction, recorded_at: recorded },
      { ...withoutReaction, recorded_at: recorded, reaction_time_ms: null },
    ];
    for (const body of bodies) {
      const { status, body: answer } = await service.call(`/api/players/${id}/session`, { body });
      expect(status).toBe(201);
      expect(answer.session).toMatchObject({
        ...withoutReaction,
        reaction_time_ms: null,
        recorded_at: recorded,
      });
    }
    const { body: page } = await service.call(`/api/players/${id}/sessions`);
    expect(page.sessions).toHaveLength(2);
    for (const session of page.sessions) {
      expect(session).toMatchObject({ ...withoutReaction, reaction_time_ms: null, recorded_at: recorded });
    }
  });

  it("a session without a time is of now", async () => {
    const { body } = await service.call(`/api/players/${id}/session`, { body: classicSession });
    expect(body.session).toMatchObject({ ...classicSession, player_id: id, recorded_at: iso(nowMs) });
    expect((await service.call(`/api/players/${id}`)).body.last_seen_at).toBe(iso(nowMs));
  });

  it("a report: the classic defaults, also for null", async () => {
    for (const body of [{ player_id: id }, { player_id: id, reason: null, severity: null, notes: null }]) {
      const { body: answer } = await service.call("/api/security/report", { body });
      expect(answer.event).toMatchObject({
        player_id: id,
        event_type: "manual_report",
        severity: "medium",
        notes: null,
        detected_at: iso(nowMs),
      });
    }
  });

  it("totals count, and averages are of what was measured", async () => {
    await send(service, sessionRows(0, 7, id, { actions_per_minute: 120, headshot_rate: null }));
    await send(service, [...sessionRows(7, 9, "other", { actions_per_minute: null, headshot_rate: 0.5 })]);
    await service.call("/api/security/report", { body: { player_id: id } });
    const { body: dashboard } = await service.call("/api/security/dashboard");
    expect(dashboard.totals).toEqual({ players: 2, high_risk_players: 0, security_events: 1 });
    expect(dashboard.metrics).toEqual({ avg_actions_per_minute: 120, avg_headshot_rate: 0.5 });
    const { body: stats } = await service.call("/api/analytics/stats");
    expect(stats.totals).toMatchObject({ sessions: 9, security_events: 1 });
  });

  it("averages of a player are of what was measured; without any session they are 0, as totals have it", async () => {
    const averages = async () => (await service.call(`/api/players/${id}/behavior`)).body.aggregates;
    const nothing = { avg_duration_minutes: 0, avg_actions_per_minute: 0, avg_headshot_rate: 0 };
    expect(await averages()).toEqual({ sessions: 0, ...nothing });
    const unmeasured = { headshot_rate: null, duration_minutes: 20, actions_per_minute: 120 };
    await send(service, sessionRows(0, 3, id, unmeasured));
    expect(await averages()).toEqual({
      sessions: 3,
      avg_duration_minutes: 20,
      avg_actions_per_minute: 120,
      avg_headshot_rate: null,
    });
  });

  it("patterns come most frequent first and sum to the events", async () => {
    for (const reason of ["b", "a", "b", "c", "b", "a"]) {
      await service.call("/api/security/report", { body: { player_id: id, reason } });
    }
    const { body } = await service.call("/api/analytics/cheat-patterns");
    expect(body.patterns).toEqual([
      { pattern: "b", occurrences: 3 },
      { pattern: "a", occurrences: 2 },
      { pattern: "c", occurrences: 1 },
    ]);
  });

  it("the latest are at most 5, 5 and 10, newest first", async () => {
    await send(service, sessionRows(0, 12, id));
    await send(service, sessionRows(3, 9, "other"));
    for (let n = 0; n < 12; n++) {
      service.clock.nowMs += 1_000;
      await service.call("/api/security/report", { body: { player_id: id, notes: `n${n}` } });
    }
    const notes = (events: { notes: string }[]) => events.map((event) => event.notes);
    const ids = (sessions: { id: string }[]) => sessions.map((session) => session.id);
    const { body: behavior } = await service.call(`/api/players/${id}/behavior`);
    expect(ids(behavior.recent_sessions)).toEqual(["s0", "s1", "s2", "s3", "s4"]);
    expect(notes(behavior.recent_events)).toEqual(Array.from({ length: 10 }, (_, n) => `n${11 - n}`));
    const { body: dashboard } = await service.call("/api/security/dashboard");
    expect(notes(dashboard.recent_events)).toEqual(["n11", "n10", "n9", "n8", "n7"]);
    const { body: stats } = await service.call("/api/analytics/stats");
    expect(ids(stats.latest_sessions)).toEqual(["s0", "s1", "s2", "s3", "s3"]);
  });
});

describe("unknown players", () => {
  it.each([
    "/api/security/player-risk/999",
    "/api/security/player-risk/@nobody",
    "/api/players/999",
    "/api/players/999/behavior",
    "/api/players/@nobody/behavior?game=cs2",
    "/api/players/999/sessions",
    "/api/players/999/events",
    "/api/players/@76561198000000000",
  ])("GET %s", async (path) => expectProblem(await service.call(path), 404));

  it.each([
    { path: "/api/security/report", body: { player_id: 999 } },
    { path: "/api/security/report", body: { player_id: "nobody" } },
    { path: "/api/analytics/detect-anomalies", body: { player_id: 999 } },
    { path: "/api/players/999/session", body: classicSession },
    { path: "/api/players/999", method: "PATCH", body: { username: "x" } },
  ])("$path", async ({ path, ...options }) => expectProblem(await service.call(path, options), 404));
});

describe("one scoring path", () => {
  /** Anomalies and risk of a player as every reader shows them. */
  async function readings() {
    const { body: detected } = await service.call("/api/analytics/detect-anomalies", {
      body: { player_id: id },
    });
    const { body: behavior } = await service.call(`/api/players/${id}/behavior`);
    const { body: risk } = await service.call(`/api/security/player-risk/${id}`);
    const { body: player } = await service.call(`/api/players/${id}`);
    const { body: list } = await service.call("/api/players?game=cs2");
    const { body: suspicious } = await service.call("/api/players/suspicious?risk_threshold=0");
    const { recent_event: _, ...listed } = suspicious.players.find((p: { id: number }) => p.id === id);
    return {
      anomalies: [detected.anomalies, behavior.anomalies, risk.anomalies],
      players: [behavior.player, risk.player, player, list.players[0], listed],
      risk,
    };
  }

  it.each(["a session", "a scan", "a report", "bulk telemetry"])(
    "every reader agrees after %s",
    async (write) => {
      await giveHistory();
      await readings();
      service.clock.nowMs += 3_600_000;
      if (write === "a session") await service.call(`/api/players/${id}/session`, { body: classicSession });
      if (write === "a scan") await scan(service, [{ player_id: id, action: "speed_hack" }]);
      if (write === "a report") await service.call("/api/security/report", { body: { player_id: id } });
      if (write === "bulk telemetry") await send(service, sessionRows(50, 60, id));
      const { anomalies, players, risk } = await readings();
      expect(anomalies[1]).toEqual(anomalies[0]);
      expect(anomalies[2]).toEqual(anomalies[0]);
      for (const player of players) expect(player).toEqual(players[0]);
      expect(risk.as_of).toBe(iso(service.clock.nowMs));
      expect(risk.event_count).toBe((await service.call(`/api/players/${id}/events`)).body.events.length);
    },
  );

  it("a read of an unchanged player computes nothing anew", async () => {
    await giveHistory();
    const first = (await service.call(`/api/security/player-risk/${id}`)).body;
    service.clock.nowMs += 3_600_000;
    expect((await service.call(`/api/security/player-risk/${id}`)).body).toEqual(first);
  });

  it("ledger points sum to the risk exactly", async () => {
    await giveHistory();
    await send(service, sessionRows(100, 110, id, { reaction_time_ms: 61.5 }));
    const { body } = await service.call(`/api/security/player-risk/${id}`);
    const hundredths = body.ledger.map((line: { points: number }) => Math.round(line.points * 100));
    expect(body.ledger.length).toBeGreaterThan(1);
    expect(hundredths.reduce((a: number, b: number) => a + b, 0)).toBe(Math.round(body.risk_score * 100));
    expect(body.risk_score).toBeGreaterThan(70);
  });

  it("a player's risk is its riskiest mode's", async () => {
    await send(service, sessionRows(0, 5, id, { mode: "casual" }));
    await send(service, sessionRows(10, 16, id, { mode: "ranked", reaction_time_ms: 50 }));
    const { body } = await service.call(`/api/security/player-risk/${id}`);
    const [top] = [...body.modes].sort((a, b) => b.risk_score - a.risk_score);
    expect(top).toMatchObject({ mode: "ranked", risk_score: body.risk_score });
    expect(body.player).toMatchObject({ mode: "ranked", risk_score: body.risk_score });
    expect(body.modes.map((entry: { mode: string }) => entry.mode)).toContain("casual");
  });

  it("lists and totals say `pending` until the sweep has come by", async () => {
    await send(service, sessionRows(0, 6, id, { reaction_time_ms: 50 }));
    const lists = [
      "/api/players",
      "/api/players/suspicious",
      "/api/security/dashboard",
      "/api/analytics/stats",
    ];
    const pending = async () =>
      Promise.all(lists.map(async (path) => (await service.call(path)).body.pending as number));
    expect(await pending()).toEqual([1, 1, 1, 1]);
    expect((await service.call("/api/players/suspicious")).body.count).toBe(0);
    await runJobs(service);
    expect(await pending()).toEqual([0, 0, 0, 0]);
    const { body: suspicious } = await service.call("/api/players/suspicious");
    expect(suspicious).toMatchObject({ count: 1, players: [{ id, recent_event: null }] });
    const { body: dashboard } = await service.call("/api/security/dashboard");
    expect(dashboard.totals.high_risk_players).toBe(1);
    const { body: stats } = await service.call("/api/analytics/stats");
    expect(stats.totals.avg_risk).toBe(suspicious.players[0].risk_score);
  });
});
