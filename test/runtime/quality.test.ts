/** Measured quality: counters that move with cases and verdicts, and the figures that are read from them. */
import { beforeEach, describe, expect, it } from "vitest";
import { countDecided, countOpened, type DecidedCase } from "../../src/actions/quality/count-quality.ts";
import { batch, createDb } from "../../src/db/client.ts";
import { listSamples } from "../../src/db/verdict-samples.ts";
import type { Verdict } from "../../src/decisions/verdict.ts";
import { detectors } from "../../src/detection/registry.ts";
import { getDetectorQuality, getQuality } from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { line, scoreOf } from "./quality-samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Service } from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const hourMs = 3_600_000;
const headshots = line("aim.headshot-level", "aim", { sinceMs: nowMs - 10 * hourMs });
const reactions = line("reaction.level", "reaction");
const declared = line("automation.build-level", "automation");
const cap = line("corroboration", null, { kind: "cap", points: -100 });

const caseOf = (more: Partial<DecidedCase> = {}): DecidedCase => ({
  game: "cs2",
  mode: "ranked",
  openedAtMs: nowMs - 2 * hourMs,
  score: scoreOf([headshots, reactions, cap]),
  verdict: "confirmed",
  before: null,
  decidedAtMs: nowMs,
  caseId: 1,
  restrained: false,
  ...more,
});

const db = () => createDb(env.DB);
const open = (...cases: DecidedCase[]) => batch(db(), countOpened(db(), cases));
const decide = (of: DecidedCase) => batch(db(), countDecided(db(), of));

/** Opens and decides a case. */
async function play(more: Partial<DecidedCase> = {}): Promise<void> {
  await open(caseOf(more));
  await decide(caseOf(more));
}

const quality = async (path = "/api/analytics/quality") => (await service.call(path)).body;
const ofDetector = (id: string, query = "") => service.call(`/api/detectors/${id}/quality${query}`);

describe("a game without cases", () => {
  it("has figures of nothing: n 0, and null in place of every share", async () => {
    const reply = await service.call("/api/analytics/quality?game=cs2&months=3");
    expectAnswer(reply, getQuality, 200);
    expect(reply.body).toMatchObject({ game: "cs2", since_month: "2026-09", until_month: "2026-11" });
    expect(reply.body.by_month).toHaveLength(3);
    expect(reply.body.cases.precision).toEqual({ value: null, low: null, high: null, n: 0 });
    expect(reply.body.cases.flag_to_decision).toEqual({ mean_ms: null, n: 0 });
    const detector = await ofDetector("aim.change");
    expectAnswer(detector, getDetectorQuality, 200);
    expect(detector.body).toMatchObject({ versions: [], all: { flags: 0, overturn_rate: { value: null } } });
  });
});

describe("cases and verdicts", () => {
  it("count a flag for each detector's line, and none for what a rule did", async () => {
    await open(caseOf());
    const { detectors: flagged, cases } = await quality();
    expect(flagged.map(({ detector }: { detector: string }) => detector)).toEqual([
      "aim.headshot-level",
      "reaction.level",
    ]);
    expect(cases).toMatchObject({ opened: 1, without_verdict: { value: 1, n: 1 } });
    expect(cases.onset_to_flag).toEqual({ mean_ms: 8 * hourMs, n: 1 });
    expect(flagged[1].all.onset_to_flag).toEqual({ mean_ms: null, n: 0 });
  });

  it("give precision with its interval, by version and in all", async () => {
    for (let i = 0; i < 3; i++) await play({ caseId: i });
    await play({ caseId: 9, verdict: "cleared", score: scoreOf([headshots], { "aim.headshot-level": 7 }) });
    await play({ caseId: 10, verdict: "inconclusive" });
    const reply = await ofDetector("aim.headshot-level", "?game=cs2");
    expectAnswer(reply, getDetectorQuality, 200);
    const { all, versions } = reply.body;
    expect(all).toMatchObject({ flags: 5, confirmed: 3, cleared: 1, inconclusive: 1 });
    // Wilson, 3 of 4.
    expect(all.precision).toEqual({ value: 0.75, low: 0.300642, high: 0.954413, n: 4 });
    expect(all.flag_to_decision).toEqual({ mean_ms: 2 * hourMs, n: 5 });
    expect(
      versions.map(({ version, flags }: { version: number; flags: number }) => [version, flags]),
    ).toEqual([
      [1, 4],
      [7, 1],
    ]);
    expect(versions[1].precision).toMatchObject({ value: 0, n: 1 });
  });

  it("are taken back by the verdict of an appeal, which counts as an overturn and as somebody bothered", async () => {
    await play({ restrained: true });
    await decide(caseOf({ before: "confirmed", verdict: "cleared", decidedAtMs: nowMs + 5 * hourMs }));
    const { cases, by_month } = await quality("/api/analytics/quality?game=cs2");
    expect(cases).toMatchObject({ opened: 1, confirmed: 0, cleared: 1, overturned: 1 });
    expect(cases).toMatchObject({ overturn_rate: { value: 1, n: 1 }, without_verdict: { value: 0, n: 1 } });
    expect(cases.flag_to_decision).toEqual({ mean_ms: 2 * hourMs, n: 1 });
    expect(by_month.at(-1)).toEqual({
      month: "2026-11",
      opened: 1,
      decided: 1,
      overturned: 1,
      honest_players_bothered: 1,
    });
  });

  it.each<{ verdict: Verdict; before: Verdict | null; restrained: boolean; bothered: number }>([
    { verdict: "cleared", before: null, restrained: true, bothered: 1 },
    { verdict: "cleared", before: null, restrained: false, bothered: 0 },
    { verdict: "confirmed", before: null, restrained: true, bothered: 0 },
    { verdict: "confirmed", before: "confirmed", restrained: true, bothered: 0 },
    { verdict: "inconclusive", before: "confirmed", restrained: false, bothered: 1 },
    { verdict: "cleared", before: "cleared", restrained: true, bothered: 0 },
  ])("$verdict after $before, restrained $restrained: $bothered bothered", async ({ bothered, ...more }) => {
    await open(caseOf());
    await decide(caseOf(more));
    expect((await quality()).cases.honest_players_bothered).toBe(bothered);
  });

  it("stand in the month in which the case was opened", async () => {
    await play({ openedAtMs: Date.UTC(2026, 9, 31, 23, 59, 59), decidedAtMs: Date.UTC(2026, 10, 1) });
    const { by_month } = await quality("/api/analytics/quality?months=2");
    expect(by_month.map(({ opened, decided }: Record<string, number>) => [opened, decided])).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect((await quality("/api/analytics/quality?months=1")).cases.opened).toBe(0);
  });

  it("count for their game and for all games together; a declared metric for its game alone", async () => {
    await open(caseOf({ score: scoreOf([headshots, declared]) }), caseOf({ game: "tf2" }));
    expect((await quality()).cases.opened).toBe(2);
    expect((await ofDetector("aim.headshot-level")).body.all.flags).toBe(2);
    expect((await ofDetector("aim.headshot-level", "?game=tf2")).body.all.flags).toBe(1);
    expect((await ofDetector("automation.build-level", "?game=cs2")).body.all.flags).toBe(1);
    expectProblem(await ofDetector("automation.build-level"), 404);
    expectProblem(await ofDetector("automation.build-level", "?game=tf2"), 404);
  });
});

describe("what verdicts teach", () => {
  const samples = async () =>
    (await listSamples(db(), "cs2", 10)).map(({ caseId, confirmed }) => [caseId, confirmed]);

  it("is the newest verdict of each case, and nothing where it says neither", async () => {
    await play({ caseId: 1 });
    await play({ caseId: 2, verdict: "cleared" });
    await play({ caseId: 3, verdict: "inconclusive" });
    expect(await samples()).toEqual([
      [1, true],
      [2, false],
    ]);
    await decide(caseOf({ caseId: 1, before: "confirmed", verdict: "cleared" }));
    await decide(caseOf({ caseId: 2, before: "cleared", verdict: "inconclusive" }));
    expect(await samples()).toEqual([[1, false]]);
  });
});

describe("reading", () => {
  it("costs rows by the detectors and months asked for, whatever the number of cases", async () => {
    const all = detectors.map(({ id, family }) => line(id, family));
    const cases = Array.from({ length: 24 }, (_, month) =>
      caseOf({ openedAtMs: Date.UTC(2026, 10 - month, 1), score: scoreOf(all) }),
    );
    await open(...cases, ...cases, ...cases);
    const costs = [];
    for (const months of [6, 24]) {
      const every = costOf(await service.call(`/api/analytics/quality?game=cs2&months=${months}`));
      const one = costOf(await ofDetector("aim.change", `?game=cs2&months=${months}`));
      costs.push(every, one);
      // Each row once, and once more to group it; the list of months, and the caller's own sign-in beside.
      expect(every.read).toBeLessThanOrEqual(months * (2 * detectors.length + 6) + 10);
      expect(one.read).toBeLessThanOrEqual(months * 4 + 10);
    }
    expect(costs.every(({ queries }) => queries <= 3)).toBe(true);
  });

  it("is for viewers, and of a key's own game alone", async () => {
    await open(caseOf(), caseOf({ game: "tf2" }));
    expect((await service.call("/api/analytics/quality", { role: "viewer" })).status).toBe(200);
    expectProblem(await service.call("/api/analytics/quality", { role: "ingest" }), 403);
    const { body } = await service.call("/api/auth/keys", {
      body: { name: "k", scopes: ["analytics:read"], games: ["cs2"] },
    });
    const call = (path: string) =>
      service.call(path, { role: null, headers: { "x-api-key": body.key as string } });
    expect((await call("/api/analytics/quality")).body).toMatchObject({ game: "cs2", cases: { opened: 1 } });
    expect((await call("/api/detectors/aim.headshot-level/quality")).body.all.flags).toBe(1);
    expectProblem(await call("/api/analytics/quality?game=tf2"), 403);
  });

  it.each([
    "/api/analytics/quality?months=0",
    "/api/analytics/quality?months=25",
    "/api/analytics/quality?game=*",
    "/api/detectors/Aim/quality",
  ])("refuses %s", async (path) => expectProblem(await service.call(path), 400));

  it("knows no detector that does not exist", async () =>
    expectProblem(await ofDetector("aim.nothing", "?game=cs2"), 404));
});
