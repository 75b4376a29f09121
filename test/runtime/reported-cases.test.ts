/** Cases that reports open, and what reports do to the order of cases. */
import { beforeEach, describe, expect, it } from "vitest";
import { createBarrier, watchedD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { createPlayer, send, sessionRows } from "./samples.ts";
import { createService, env, freshDatabase, runJobs, type Service } from "./service.ts";
import { all, run, snapshot } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const dayMs = 86_400_000;

async function honest(name: string, game = "cs2"): Promise<number> {
  const id = await createPlayer(service, { username: name, game, ref: name });
  await send(service, sessionRows(0, 12, id));
  return id;
}

/** Reporters whom verdicts have proved right four times: 0.75. */
const proveRight = (...names: string[]) =>
  run(
    `INSERT INTO reporters (game, reporter, confirmed) SELECT 'cs2', value, 4 FROM json_each('${JSON.stringify(names)}')
      WHERE true ON CONFLICT DO UPDATE SET confirmed = 4`,
  );
const report = (player_id: number, reporter: string, by = service, more: object = {}) =>
  by.call("/api/security/report", { body: { player_id, reporter, session_id: "s1", ...more } });
const cases = () =>
  all<{ id: number; player_id: number; origin: string; state: string; risk: number }>(
    "SELECT id, player_id, origin, state, risk FROM cases ORDER BY id",
  );
const decided = (verdict: string, atMs: number) =>
  run(
    `UPDATE cases SET state = 'decided', verdict = '${verdict}', decided_at = ${atMs}, opened_at = ${atMs}`,
  );

describe("three credible reporters", () => {
  it("open a case of a low score, in the batch of the third report, with an entry of its own", async () => {
    const player = await honest("p");
    await runJobs(service);
    await proveRight("Owl", "Heron", "Wren");
    for (const name of ["Owl", "Heron"]) expect((await report(player, name)).status).toBe(201);
    expect(await cases()).toEqual([]);
    const before = (await snapshot()).trail.length;
    expect((await report(player, "Wren")).status).toBe(201);
    expect(await cases()).toMatchObject([{ player_id: player, origin: "report", state: "open" }]);
    expect((await cases())[0]?.risk).toBeLessThan(7_000);
    const entries = (await snapshot()).trail.slice(before).map(({ action }) => action);
    expect(entries.sort()).toEqual(["case.open", "player.report"]);
    expect(await all("SELECT target FROM audit_entries WHERE action = 'case.open'")).toEqual([
      { target: "case:1" },
    ]);
    await report(player, "Owl");
    expect(await cases()).toHaveLength(1);
    await expectCountersRight();
  });

  it("open none where the player was never scored by a sweep, the score is made for the case", async () => {
    const player = await honest("p");
    await proveRight("Owl", "Heron", "Wren");
    for (const name of ["Owl", "Heron", "Wren"]) await report(player, name);
    expect(await cases()).toHaveLength(1);
  });

  it("are not two with a brigade's fifty between them, and not hidden by these", async () => {
    const player = await honest("p");
    await proveRight("Owl", "Heron", "Wren");
    for (const name of ["Owl", "Heron"]) await report(player, name);
    for (let i = 0; i < 50; i++) {
      service.clock.nowMs += 60_000;
      await report(player, `new-${i}`, service, { session_id: null });
    }
    expect(await cases()).toEqual([]);
    await report(player, "Wren");
    expect(await cases()).toHaveLength(1);
  });

  it("twice at the same moment open one case, and every report is stored", async () => {
    const player = await honest("p");
    await proveRight("Owl", "Heron", "Wren", "Crow");
    for (const name of ["Owl", "Heron"]) await report(player, name);
    const pass = createBarrier(2);
    const DB = watchedD1(env.DB, async (texts) => {
      if (texts.some((text) => text.includes("INSERT INTO cases"))) await pass();
    });
    const racing = createService({ DB });
    const replies = await Promise.all(["Wren", "Crow"].map((name) => report(player, name, racing)));
    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    expect(await cases()).toHaveLength(1);
    expect(await all("SELECT count(*) AS n FROM reports")).toEqual([{ n: 4 }]);
    expect(await all("SELECT opened FROM report_cases")).toEqual([{ opened: 1 }]);
    await expectCountersRight();
  });

  it("with a crash at each call of D1: the report and its case, or neither", async () => {
    let calls = 0;
    for (let failing = 1; calls >= failing - 1; failing++) {
      await freshDatabase();
      const player = await honest("p");
      await proveRight("Owl", "Heron", "Wren");
      for (const name of ["Owl", "Heron"]) await report(player, name);
      calls = 0;
      const DB = watchedD1(env.DB, () => {
        calls += 1;
        if (calls === failing) throw new Error("D1_ERROR: the network is down");
      });
      const { status } = await report(player, "Wren", createService({ DB }));
      const filed = status === 201 ? 1 : 0;
      expect(await all("SELECT count(*) AS n FROM reports")).toEqual([{ n: 2 + filed }]);
      expect(await cases()).toHaveLength(filed);
      expect(await all("SELECT count(*) AS n FROM report_cases")).toEqual([{ n: filed }]);
      if (status === 201) break;
      expect(status).toBeGreaterThanOrEqual(500);
    }
    expect(calls).toBeGreaterThan(3);
  });
});

describe("bounds", () => {
  const names = ["Owl", "Heron", "Wren"];

  it("after a verdict only newer reports count, and not within a week", async () => {
    const player = await honest("p");
    await proveRight(...names);
    for (const name of names) await report(player, name);
    await decided("cleared", service.clock.nowMs);
    service.clock.nowMs += 7 * dayMs - 1;
    for (const name of names) await report(player, name);
    expect(await cases()).toHaveLength(1);
    service.clock.nowMs += 1;
    await report(player, "Owl");
    expect(await cases()).toHaveLength(2);
  });

  it("20 cases a day and game, and more on the next", async () => {
    await proveRight(...names);
    await run("INSERT INTO report_cases (game, day, opened) VALUES ('cs2', 20758, 19), ('tf2', 20758, 20)");
    expect(Math.floor(service.clock.nowMs / dayMs)).toBe(20_758);
    const players = [await honest("a"), await honest("b")];
    for (const player of players) for (const name of names) await report(player, name);
    expect((await cases()).map(({ player_id }) => player_id)).toEqual([players[0]]);
    service.clock.nowMs += dayMs;
    await report(players[1] ?? 0, "Owl");
    expect(await cases()).toHaveLength(2);
    expect(await all("SELECT day, opened FROM report_cases WHERE game = 'cs2'")).toEqual([
      { day: 20_759, opened: 1 },
    ]);
  });
});

describe("a claim", () => {
  it("gives the case with credible reports first, of cases that are otherwise alike", async () => {
    const players = [await honest("a"), await honest("b"), await honest("c")];
    for (const player_id of players) {
      const opened = await service.call("/api/cases", { body: { player_id } });
      expect(opened.status).toBe(201);
    }
    await proveRight("Owl", "Heron");
    for (const name of ["Owl", "Heron"]) await report(players[1] ?? 0, name);
    await report(players[2] ?? 0, "Somebody", service, { session_id: null });
    await run("UPDATE cases SET priority = 0.1, risk = 3000, confidence = 'sufficient'");
    const claimed = await service.call("/api/cases/claim", { body: {}, subject: "ann" });
    expect(claimed.status).toBe(200);
    expect(await all("SELECT player_id FROM cases WHERE state = 'claimed'")).toEqual([
      { player_id: players[1] },
    ]);
  });
});
