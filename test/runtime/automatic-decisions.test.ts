/** Automatic decisions: in the batch of the case, within their quota, off unless a game says otherwise. */
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { automaticWrites } from "../../src/actions/decisions/automatic.ts";
import { loadSettings } from "../../src/actions/decisions/settings.ts";
import { batch, createDb, isGuardViolation } from "../../src/db/client.ts";
import type { StoredScore } from "../../src/db/standings.ts";
import type { LedgerLine } from "../../src/detection/risk.ts";
import * as operations from "../../src/http/operations.ts";
import { casesOf, openedCase } from "./cases.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { aPlayer, check, dayMs, declare, end, expectDecisionsWhole, made } from "./decisions.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const line = (id: string, group: LedgerLine["group"], points: number): LedgerLine => ({
  kind: "term",
  id,
  group,
  points,
  sentence: "",
  observed: null,
  unit: null,
  median: null,
  per100k: null,
  exposure: null,
  sinceMs: null,
  sessionIds: [],
});
/** Of a calibrated scope, by two groups: what the core answers, as far as automation reads it. */
const score = {
  risk: 9_500,
  band: "critical",
  confidence: "sufficient",
  calibrated: true,
  ledger: [line("aim.change", "aim", 5_500), line("reaction.floor", "reaction", 4_000)],
  statistics: { size: 40 },
  versions: { core: 3, baseline: 1, profile: 0, detectors: { "aim.change": 2, "reaction.floor": 1 } },
} as unknown as StoredScore;

const db = createDb(env.DB);
const settings = (daily_quota: number, more: object = {}) => ({
  policies: { cheating: { ladder: [{ type: "suspend", days: 7 }, { type: "ban" }] } },
  automation: { suspend: { enabled: true, policy: "cheating", daily_quota, ...more } },
});
const dayOf = (atMs: number) => Math.floor(atMs / dayMs);

/** What the sweep's batch would hold for cases of these players. */
async function writesFor(
  players: readonly number[],
  atMs = nowMs,
  game = "cs2",
  pendingId: number | null = null,
) {
  const settingsOf = await loadSettings(db, [game]);
  const cases = players.map((playerId) => ({
    playerId,
    game,
    mode: "premier",
    score,
    previous: score,
    caseId: sql`(SELECT ${1_000 + playerId})`,
    pendingId,
  }));
  return automaticWrites(db, atMs, cases, (name) => settingsOf(name).settings);
}
const openFor = async (players: readonly number[], atMs = nowMs, game = "cs2") =>
  batch(db, await writesFor(players, atMs, game));
const madeFor = () =>
  all<{ player_id: number; type: string }>("SELECT player_id, type FROM decisions ORDER BY id");

describe("an automatic decision", () => {
  it("holds at once, says its case and causes, and can be taken back", async () => {
    const player_id = await aPlayer(service);
    await declare(service, settings(5));
    await openFor([player_id]);
    const reply = await service.call("/api/decisions/1");
    expectAnswer(reply, operations.getDecision, 200);
    expect(reply.body).toMatchObject({
      type: "suspend",
      policy: "cheating",
      origin: "automatic",
      made_by: "system:automation",
      case_id: 1_000 + player_id,
      causes: [
        { detector: "aim.change", version: 2 },
        { detector: "reaction.floor", version: 1 },
      ],
    });
    expect((await check(service, `player=${player_id}`)).action).toBe("suspend");
    const undo = { detector: "reaction.floor", version: 1, as: "expunged", reason: "Set wrong." };
    expect((await service.call("/api/decisions/undo", { body: undo })).body).toEqual({
      undone: 1,
      remaining: 0,
    });
    expect((await check(service, `player=${player_id}`)).action).toBe("none");
    await expectDecisionsWhole();
  });

  it("is not made where nothing is switched on, and then nothing is read", async () => {
    const player_id = await aPlayer(service);
    expect(await writesFor([player_id])).toEqual([]);
    await declare(service, settings(5, { enabled: false }));
    expect(await writesFor([player_id])).toEqual([]);
    expect(await writesFor([])).toEqual([]);
  });

  it("is not made beside what people decided already, nor where the ladder asks for another type", async () => {
    const [suspended, banned] = [await aPlayer(service, "a"), await aPlayer(service, "b")];
    await declare(service, settings(5));
    const first = await made(service, { player_id: suspended, policy: "cheating" });
    await openFor([suspended]);
    await end(service, first.id);
    await openFor([suspended]);
    await made(service, { player_id: banned, type: "ban", scope: "all" });
    await openFor([banned]);
    expect(await madeFor()).toEqual([
      { player_id: suspended, type: "suspend" },
      { player_id: banned, type: "ban" },
    ]);
  });

  it("is not made again by its case once somebody took it back, and is by another case", async () => {
    const player_id = await aPlayer(service);
    await declare(service, settings(5));
    await openFor([player_id]);
    await end(service, 1, "expunged");
    expect(await writesFor([player_id], nowMs, "cs2", 1_000 + player_id)).toEqual([]);
    expect(await writesFor([player_id], nowMs, "cs2", 7)).not.toEqual([]);
  });

  it("is made once for a player whose cases of two modes open together", async () => {
    const player_id = await aPlayer(service);
    await declare(service, settings(5));
    await openFor([player_id, player_id]);
    expect(await madeFor()).toHaveLength(1);
    expect(await all("SELECT count FROM automation_days")).toEqual([{ count: 1 }]);
  });

  it("by the sweep itself: a case opens by the declared threshold, and no scope without calibration decides", async () => {
    await declare(service, { ...settings(5), case_threshold: 100 }, "default");
    await expect(openedCase(service)).rejects.toThrow("No case");
    await declare(service, settings(5), "default");
    service.clock.nowMs += dayMs;
    await openedCase(service, "q");
    expect((await casesOf()).length).toBeGreaterThan(0);
    expect(await madeFor()).toEqual([]);
  });
});

describe("the quota", () => {
  const paused = async (game = "cs2") =>
    (await service.call(`/api/games/${game}/enforcement`)).body.automation_today;

  it("stops the type in the game at the first decision beyond it, until the next UTC day", async () => {
    const players = [];
    for (let n = 0; n < 6; n++) players.push(await aPlayer(service, `r${n}`));
    await declare(service, settings(3));
    await openFor(players.slice(0, 5));
    expect(await madeFor()).toHaveLength(3);
    const reply = await service.call("/api/games/cs2/enforcement");
    expectAnswer(reply, operations.getEnforcement, 200);
    expect(reply.body.automation_today).toMatchObject([
      { type: "suspend", made: 3, paused_at: expect.any(String) },
    ]);
    expect(await writesFor(players.slice(5))).toEqual([]);
    const midnightMs = (dayOf(nowMs) + 1) * dayMs;
    expect(await writesFor(players.slice(5), midnightMs - 1)).toEqual([]);
    await openFor(players.slice(5), midnightMs);
    expect(await madeFor()).toHaveLength(4);
    await expectDecisionsWhole();
  });

  it("is not tripped by being used up exactly, and stops no other game", async () => {
    const [mine, theirs] = [await aPlayer(service), await aPlayer(service, "r1", "rust")];
    await declare(service, settings(1));
    await declare(service, settings(1), "rust");
    await openFor([mine]);
    expect(await paused()).toMatchObject([{ made: 1, paused_at: null }]);
    await openFor([await aPlayer(service, "r2")]);
    expect(await paused()).toMatchObject([{ made: 1, paused_at: expect.any(String) }]);
    await openFor([theirs], nowMs, "rust");
    expect(await madeFor()).toHaveLength(2);
  });

  it("goes on with a whole quota once an admin has looked", async () => {
    const players = [await aPlayer(service, "a"), await aPlayer(service, "b"), await aPlayer(service, "c")];
    await declare(service, settings(1));
    const resume = () =>
      service.call("/api/decisions/automation/resume", { body: { game: "cs2", type: "suspend" } });
    expectProblem(await resume(), 409);
    await openFor(players.slice(0, 2));
    const resumed = await resume();
    expectAnswer(resumed, operations.resumeAutomation, 200);
    expect(resumed.body).toEqual({ game: "cs2", type: "suspend", made_today: 1 });
    expectProblem(await resume(), 409);
    await openFor(players.slice(2));
    expect(await madeFor()).toHaveLength(2);
    expect(await paused()).toMatchObject([{ made: 1, paused_at: null }]);
  });

  it("is not overspent by two sweeps at once: the second is void and starts over", async () => {
    const [a, b] = [await aPlayer(service, "a"), await aPlayer(service, "b")];
    await declare(service, settings(1));
    const [first, second] = [await writesFor([a]), await writesFor([b])];
    await batch(db, first);
    const error = await batch(db, second).catch((thrown: unknown) => thrown);
    expect(isGuardViolation(error)).toBe(true);
    expect(await madeFor()).toEqual([{ player_id: a, type: "suspend" }]);
    await openFor([b]);
    expect(await madeFor()).toHaveLength(1);
    expect(await paused()).toMatchObject([{ made: 1, paused_at: expect.any(String) }]);
  });
});

describe("settings", () => {
  it("are declared by version, and the same again changes nothing", async () => {
    const path = "/api/games/cs2/enforcement";
    const none = await service.call(path);
    expectAnswer(none, operations.getEnforcement, 200);
    expect(none.body).toMatchObject({ version: 0, declared_at: null, settings: { case_threshold: 70 } });
    const put = (body: object) => service.call(path, { method: "PUT", body });
    const reply = await put(settings(5));
    expectAnswer(reply, operations.putEnforcement, 200);
    expect(reply.body).toMatchObject({ version: 1, declared_by: "user:tester" });
    expect((await put(settings(5))).body.version).toBe(1);
    expect((await put(settings(6))).body.version).toBe(2);
    expect(await all("SELECT version FROM enforcement_settings")).toHaveLength(2);
    const read = await service.call(path);
    expect(read.body.settings.automation.suspend.daily_quota).toBe(6);
    expect(costOf(read).read).toBeLessThanOrEqual(5);
    expectProblem(await put({ automation: { ban: { enabled: true } } }), 400);
    expectProblem(await service.call(path, { method: "PUT", body: {}, role: "analyst" }), 403);
  });
});
