/** Bulk telemetry: what it costs, that each row counts once, and what becomes of bad ones. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { expectCountersRight, expectDaysRight, tableCounts } from "./recount.ts";
import { createPlayer, iso, send, sessionRow, sessionRows } from "./samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;
const dayMs = 86_400_000;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

describe("what a request costs", () => {
  it("at most 3 rows written per session of known players, all told, and 20 a request", async () => {
    await send(service, sessionRows(0, 50));
    const body = { sessions: sessionRows(50, 1_050) };
    const reply = await service.call("/api/telemetry/sessions", { body });
    expect(reply.body).toEqual({
      accepted: 1_000,
      duplicates: 0,
      rejected: [],
      players_created: 0,
      unknown_fields: {},
    });
    expect(costOf(reply).written).toBeLessThanOrEqual(3 * 1_000 + 20);
    await runJobs(service);
    // Scored players are marked anew: that is part of the price, too.
    const later = await service.call("/api/telemetry/sessions", {
      body: { sessions: sessionRows(1_050, 2_050) },
    });
    expect(costOf(later).written).toBeLessThanOrEqual(3 * 1_000 + 20);
  });

  it("next to nothing when everything is there already, and reads in proportion to the rows", async () => {
    const body = { sessions: sessionRows(0, 1_000) };
    await service.call("/api/telemetry/sessions", { body });
    const again = await service.call("/api/telemetry/sessions", { body });
    expect(again.body).toEqual({
      accepted: 0,
      duplicates: 1_000,
      rejected: [],
      players_created: 0,
      unknown_fields: {},
    });
    expect(costOf(again).written).toBe(0);
    expect(costOf(again).read).toBeLessThanOrEqual(5 * 1_000);
  });
});

describe("duplicates", () => {
  it("within a request, across requests, and by either name of the player", async () => {
    const id = await createPlayer(service, { username: "x", ref: "p" });
    const answer = await send(service, [
      sessionRow(1, "p"),
      sessionRow(1, "p"),
      sessionRow(1, id),
      sessionRow(2, id),
    ]);
    expect(answer).toEqual({
      accepted: 2,
      duplicates: 2,
      rejected: [],
      players_created: 0,
      unknown_fields: {},
    });
    expect((await send(service, [sessionRow(1, id), sessionRow(2, "p")])).duplicates).toBe(2);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("change nothing: neither what is stored nor what waits for the sweep", async () => {
    await send(service, sessionRows(0, 6, "p"));
    await runJobs(service);
    const before = await env.DB.prepare("SELECT * FROM sessions").all();
    const changed = sessionRows(0, 6, "p", { headshot_rate: 1, recorded_at: iso(nowMs), mode: "other" });
    expect((await send(service, changed)).rejected).toHaveLength(6);
    expect((await send(service, sessionRows(0, 6, "p"))).duplicates).toBe(6);
    expect((await env.DB.prepare("SELECT * FROM sessions").all()).results).toEqual(before.results);
    expect((await service.call("/api/players")).body.pending).toBe(0);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("a session id is unique per player, not across players or games", async () => {
    const answer = await send(service, [
      sessionRow(1, "a"),
      sessionRow(1, "b"),
      sessionRow(1, "a", { game: "cs2" }),
    ]);
    expect(answer).toMatchObject({ accepted: 3, players_created: 3 });
  });
});

describe("bad rows", () => {
  const bad: readonly { name: string; row: unknown; pointer: string; code: string }[] = [
    { name: "no object", row: 7, pointer: "", code: "invalid_type" },
    { name: "null", row: null, pointer: "", code: "invalid_type" },
    {
      name: "no player",
      row: { session_id: "s", recorded_at: iso(nowMs) },
      pointer: "/player",
      code: "player_ambiguous",
    },
    {
      name: "two players",
      row: { ...sessionRow(1, 1), player: "p" },
      pointer: "/player",
      code: "player_ambiguous",
    },
    {
      name: "an unknown player_id",
      row: sessionRow(1, 4_711),
      pointer: "/player_id",
      code: "unknown_player",
    },
    {
      name: "player_id of another game",
      row: sessionRow(1, 1, { game: "cs2" }),
      pointer: "/game",
      code: "game_mismatch",
    },
    {
      name: "no session_id",
      row: { player: "p", recorded_at: iso(nowMs) },
      pointer: "/session_id",
      code: "missing",
    },
    { name: "no time", row: { player: "p", session_id: "s" }, pointer: "/recorded_at", code: "missing" },
    {
      name: "a rate of 1.1",
      row: sessionRow(1, "p", { headshot_rate: 1.1 }),
      pointer: "/headshot_rate",
      code: "out_of_range",
    },
    {
      name: "an absurd value",
      row: sessionRow(1, "p", { actions_per_minute: 1e18 }),
      pointer: "/actions_per_minute",
      code: "out_of_range",
    },
    {
      name: "more headshots than kills",
      row: sessionRow(1, "p", { headshots: 13 }),
      pointer: "/headshots",
      code: "inconsistent",
    },
    {
      name: "more hits than shots",
      row: sessionRow(1, "p", { shots_hit: 221 }),
      pointer: "/shots_hit",
      code: "inconsistent",
    },
    {
      name: "11 minutes ahead",
      row: sessionRow(1, "p", { recorded_at: iso(nowMs + 660_000) }),
      pointer: "/recorded_at",
      code: "in_future",
    },
    {
      name: "older than sessions are kept",
      row: sessionRow(1, "p", { recorded_at: iso(nowMs - 400 * dayMs - 1) }),
      pointer: "/recorded_at",
      code: "too_old",
    },
    {
      name: "a time without a zone",
      row: sessionRow(1, "p", { recorded_at: "2026-10-01T00:00:00" }),
      pointer: "/recorded_at",
      code: "invalid_value",
    },
    { name: "an empty player", row: sessionRow(1, ""), pointer: "/player", code: "out_of_range" },
    {
      name: "a player of 129",
      row: sessionRow(1, "x".repeat(129)),
      pointer: "/player",
      code: "out_of_range",
    },
    {
      name: "a metric that is text",
      row: sessionRow(1, "p", { metrics: { a: "1" } }),
      pointer: "/metrics/a",
      code: "invalid_type",
    },
  ];

  it.each(bad)("$name is rejected at its place and sinks no other", async ({ row, pointer, code }) => {
    await createPlayer(service, { username: "known" });
    const answer = await send(service, [sessionRow(10), row, sessionRow(11)]);
    expect(answer).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(answer.rejected).toEqual([
      { index: 1, pointer: `/sessions/1${pointer}`, code, detail: expect.any(String) },
    ]);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("ten minutes ahead and 400 days back are taken; player_id needs no game, or its own", async () => {
    const id = await createPlayer(service, { username: "known", game: "cs2" });
    const answer = await send(service, [
      sessionRow(1, "p", { recorded_at: iso(nowMs + 600_000) }),
      sessionRow(2, "p", { recorded_at: iso(nowMs - 400 * dayMs) }),
      sessionRow(3, id),
      sessionRow(4, id, { game: "cs2" }),
    ]);
    expect(answer).toMatchObject({ accepted: 4, rejected: [] });
  });

  it("all are rejected: nothing is written", async () => {
    const before = await tableCounts();
    const answer = await send(service, [{}, [], "x"]);
    expect({ ...answer, rejected: answer.rejected.length }).toEqual({
      accepted: 0,
      duplicates: 0,
      rejected: 3,
      players_created: 0,
      unknown_fields: {},
    });
    expect(await tableCounts()).toEqual(before);
  });

  it("10,000 rows are taken, 10,001 and none are not", async () => {
    expect((await send(service, sessionRows(0, 10_000))).accepted).toBe(10_000);
    await expectCountersRight();
    await expectDaysRight();
    const call = (sessions: unknown[]) => service.call("/api/telemetry/sessions", { body: { sessions } });
    const before = await tableCounts();
    expectProblem(await call(sessionRows(10_000, 20_001)), 413);
    expectProblem(await call([]), 400);
    expect(await tableCounts()).toEqual(before);
  });

  it("null is the same as leaving out", async () => {
    const names = [
      "mode",
      "build",
      "server",
      "kills",
      "headshot_rate",
      "metrics",
      "reaction_time_ms",
      "game",
      "player_id",
    ];
    const nulls = Object.fromEntries(names.map((name) => [name, null]));
    await send(service, [{ player: "p", session_id: "a", recorded_at: iso(nowMs), ...nulls }]);
    await send(service, [{ player: "p", session_id: "b", recorded_at: iso(nowMs) }]);
    const { body } = await service.call("/api/players/@p/sessions");
    const [a, b] = body.sessions;
    expect({ ...a, id: "" }).toEqual({ ...b, id: "" });
  });
});

describe("modes", () => {
  it("a player with several modes has a standing in each and one on top", async () => {
    const modes = ["a", "b", "c", "d"];
    await send(
      service,
      modes.flatMap((mode, n) => sessionRows(n * 5, n * 5 + 5, "p", { mode })),
    );
    await expectCountersRight();
    await expectDaysRight();
    await send(service, sessionRows(50, 55, "p", { mode: "e" }));
    await expectCountersRight();
    await expectDaysRight();
    await runJobs(service);
    await expectCountersRight();
    await expectDaysRight();
    const { body } = await service.call("/api/security/player-risk/@p");
    expect(body.modes.map((m: { mode: string }) => m.mode)).toEqual([...modes, "e"]);
  });
});
