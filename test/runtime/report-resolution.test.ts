/** Verdicts resolve reports: each once in effect, whatever fails and whoever races, and back again when overturned. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ActionContext } from "../../src/actions/context.ts";
import { resolveReports } from "../../src/actions/reports/resolve-reports.ts";
import type { DomainEvent } from "../../src/actions/webhooks/emit.ts";
import { batch, createDb, isGuardViolation } from "../../src/db/client.ts";
import { loadReportCredibility, selectOpenReports } from "../../src/db/reports.ts";
import type { Verdict } from "../../src/decisions/verdict.ts";
import { watchedD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { createPlayer, send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, snapshot } from "./trail.ts";

const told = vi.hoisted(() => [] as DomainEvent[]);
vi.mock("../../src/actions/webhooks/emit.ts", async (original) => ({
  ...(await original<object>()),
  emitWrites: (_db: unknown, _atMs: number, events: readonly DomainEvent[]) => {
    told.push(...events);
    return [];
  },
}));

let service: Service;
let suspect: number;

beforeEach(async () => {
  await freshDatabase();
  told.length = 0;
  service = createService();
  suspect = await createPlayer(service, { username: "Nightjar", game: "cs2", ref: "77" });
});

const report = async (reporter: string | null, more: object = {}) => {
  const body = { player_id: suspect, ...(reporter === null ? {} : { reporter }), ...more };
  const reply = await service.call("/api/security/report", { body });
  expect(reply.status).toBe(201);
  return String(reply.body.event.id);
};
const contextOf = (DB: D1Database = env.DB, atMs = nowMs): ActionContext => ({
  db: createDb(DB),
  nowMs: atMs,
  completion: null,
  origin: { principal: "user:ann", address: null, requestId: null },
  reach: { games: null, defaultGame: "default" },
  newId: () => crypto.randomUUID(),
});
const order = (verdict: Verdict, caseId = 1) => ({ playerId: suspect, game: "cs2", caseId, verdict });
async function decide(verdict: Verdict, caseId = 1, DB: D1Database = env.DB): Promise<void> {
  const ctx = contextOf(DB);
  await batch(ctx.db, await resolveReports(ctx, order(verdict, caseId)));
}
const record = async (reporter: string) => {
  const { status, body } = await service.call(`/api/reporters/${reporter}?game=cs2`);
  expect(status).toBe(200);
  const { confirmed, dismissed, credibility, n } = body;
  return { confirmed, dismissed, credibility, n };
};
const reports = async () =>
  (await service.call(`/api/players/${suspect}/reports`)).body.reports as Record<string, unknown>[];

describe("a verdict", () => {
  it.each([
    ["confirmed", { confirmed: 1, dismissed: 0, credibility: 0.6, n: 1 }],
    ["cleared", { confirmed: 0, dismissed: 1, credibility: 0.4, n: 1 }],
    ["inconclusive", { confirmed: 0, dismissed: 0, credibility: 0.5, n: 0 }],
  ] as const)(
    "%s: resolves and counts, each reporter once however often they reported",
    async (verdict, counts) => {
      const ids = [await report("Owl"), await report("Owl"), await report("Heron"), await report(null)];
      await decide(verdict);
      expect(await record("Owl")).toEqual(counts);
      expect(await record("Heron")).toEqual(counts);
      for (const one of await reports()) expect(one).toMatchObject({ outcome: verdict, case_id: 1 });
      expect(told.map(({ data }) => (data as { report: string }).report).sort()).toEqual(ids.sort());
      await expectCountersRight();
    },
  );

  it("is told to the reporter's game: the report, who reported and what became of it", async () => {
    const id = await report("Owl");
    await decide("confirmed");
    const data = { report: id, reporter: "Owl", outcome: "confirmed" };
    expect(told).toEqual([{ type: "report.resolved", game: "cs2", data }]);
  });

  it("is told of a muted reporter's report as of any other, and counts it neither way", async () => {
    await report("Owl");
    await service.call("/api/reporters/Owl/mute", {
      method: "PUT",
      body: { game: "cs2", days: 1, reason: "Loud." },
    });
    await decide("inconclusive");
    told.length = 0;
    await report("Owl");
    await decide("cleared", 2);
    expect(told).toHaveLength(1);
    expect(await record("Owl")).toMatchObject({ confirmed: 0, dismissed: 0 });
  });

  it("leaves another player's reports, and what came later", async () => {
    await report("Owl");
    await decide("confirmed");
    suspect = await createPlayer(service, { username: "Other", game: "cs2", ref: "78" });
    await report("Owl");
    await decide("cleared", 2);
    expect(await record("Owl")).toMatchObject({ confirmed: 1, dismissed: 1, credibility: 0.5 });
    service.clock.nowMs += 1;
    await report("Owl");
    expect((await reports()).map(({ outcome }) => outcome)).toEqual([null, "cleared"]);
  });

  it("of dismissed reports has the player rescored without them", async () => {
    await send(service, [sessionRow(1, suspect)]);
    await report("Owl", { session_id: "s1", severity: "critical" });
    await runJobs(service);
    const before = (await service.call(`/api/players/${suspect}`)).body.risk_score;
    await decide("cleared");
    await expectCountersRight();
    await runJobs(service);
    const cleared = (await service.call(`/api/players/${suspect}`)).body.risk_score;
    expect(cleared).toBeLessThan(before);
    await decide("confirmed");
    await runJobs(service);
    expect((await service.call(`/api/players/${suspect}`)).body.risk_score).toBe(before);
    await expectCountersRight();
  });

  it("resolves the newest 200, and the next verdict the rest", async () => {
    await env.DB.prepare(
      `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 230)
        INSERT INTO reports (player_id, id, game, reason, severity, reporter, reported_at, weight)
        SELECT ${suspect}, 'r' || i, 'cs2', 'x', 'low', 'n' || i, ${nowMs} + i, 0.5 FROM c`,
    ).run();
    await env.DB.prepare(
      "INSERT INTO reporters (game, reporter, reports) SELECT 'cs2', reporter, 1 FROM reports",
    ).run();
    const outcomes = () =>
      all<{ outcome: string | null; n: number; oldest: number }>(
        `SELECT outcome, count(*) AS n, min(reported_at) - ${nowMs} AS oldest FROM reports GROUP BY 1 ORDER BY 1`,
      );
    await decide("cleared");
    expect(await outcomes()).toEqual([
      { outcome: null, n: 30, oldest: 1 },
      { outcome: "cleared", n: 200, oldest: 31 },
    ]);
    expect(told).toHaveLength(200);
    await decide("confirmed", 2);
    expect((await outcomes()).map(({ n }) => n)).toEqual([200, 30]);
    expect(await all("SELECT sum(confirmed) AS c, sum(dismissed) AS d FROM reporters")).toEqual([
      { c: 30, d: 200 },
    ]);
  });
});

describe("an overturned verdict", () => {
  it.each([
    ["confirmed", "cleared"],
    ["cleared", "confirmed"],
    ["confirmed", "inconclusive"],
    ["inconclusive", "cleared"],
  ] as const)("%s, then %s: the counts move back, and the game is told again", async (first, second) => {
    await report("Owl");
    await report("Owl");
    await decide(first);
    told.length = 0;
    await decide(second);
    expect(await record("Owl")).toMatchObject({
      confirmed: second === "confirmed" ? 1 : 0,
      dismissed: second === "cleared" ? 1 : 0,
    });
    expect(told.map(({ data }) => (data as { outcome: string }).outcome)).toEqual([second, second]);
    await expectCountersRight();
  });

  it("that is upheld changes nothing, but for reports that came meanwhile", async () => {
    await report("Owl");
    await decide("confirmed");
    told.length = 0;
    expect(await resolveReports(contextOf(), order("confirmed"))).toEqual([]);
    await report("Owl");
    await report("Heron");
    await decide("confirmed");
    expect(told).toHaveLength(2);
    expect([await record("Owl"), await record("Heron")]).toMatchObject([{ n: 1 }, { n: 1 }]);
  });
});

describe("exactly once", () => {
  it("two verdicts at once: one resolves, the other's batch is void", async () => {
    for (const name of ["Owl", "Heron"]) await report(name);
    const ctx = contextOf();
    const [one, other] = [
      await resolveReports(ctx, order("confirmed", 1)),
      await resolveReports(ctx, order("cleared", 2)),
    ];
    await batch(ctx.db, one);
    const before = await snapshot();
    const error = await batch(ctx.db, other).catch((thrown: unknown) => thrown);
    expect(isGuardViolation(error)).toBe(true);
    expect(await snapshot()).toEqual(before);
    expect(await resolveReports(ctx, order("cleared", 2))).toEqual([]);
    expect(await record("Owl")).toMatchObject({ confirmed: 1, dismissed: 0 });
  });

  it("a crash at each call of D1 leaves all or nothing, and trying again completes it", async () => {
    for (const name of ["Owl", "Heron", "Owl"]) await report(name);
    let calls = 0;
    const countingD1 = watchedD1(env.DB, () => {
      calls += 1;
    });
    await decide("cleared", 1, countingD1);
    expect(calls).toBe(2);
    const done = await snapshot();
    for (let failing = 1; failing <= calls; failing++) {
      await freshDatabase();
      suspect = await createPlayer(service, { username: "Nightjar", game: "cs2", ref: "77" });
      for (const name of ["Owl", "Heron", "Owl"]) await report(name);
      const start = await snapshot();
      let call = 0;
      const failingD1 = watchedD1(env.DB, () => {
        call += 1;
        if (call === failing) throw new Error("D1_ERROR: the network is down");
      });
      await expect(decide("cleared", 1, failingD1)).rejects.toThrow("network");
      expect(await snapshot()).toEqual(start);
      await decide("cleared", 1);
      expect((await snapshot()).domain.reporters).toEqual(done.domain.reporters);
    }
  });
});

describe("a queue's question", () => {
  it("is answered for 64 players in one query, at most 37 rows each", async () => {
    await env.DB.batch(
      [
        `WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 6399)
          INSERT INTO reports (player_id, id, game, reason, severity, reporter, session_id, reported_at, weight, proven)
          SELECT 100 + i / 100, 'r' || i, 'cs2', 'x', 'low', 'n' || i, 's', ${nowMs} + i, iif(i / 100 = 1, 0, 0.8), 1 FROM c`,
        `WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 63)
          INSERT INTO sessions (player_id, mode, recorded_at, session_id) SELECT 100 + i, 'm', 0, 's' FROM c`,
      ].map((text) => env.DB.prepare(text)),
    );
    let queries = 0;
    const counting = watchedD1(env.DB, () => {
      queries += 1;
    });
    const ids = Array.from({ length: 64 }, (_, i) => 100 + i);
    const credibilities = await loadReportCredibility(createDb(counting), [...ids.slice(1), 7]);
    expect(queries).toBe(1);
    expect(credibilities.size).toBe(64);
    expect(credibilities.get(7)).toBe(0.5);
    expect(credibilities.get(101)).toBe(0.5);
    expect(credibilities.get(102)).toBeGreaterThan(0.99);
    const query = selectOpenReports(createDb(env.DB), ids, 12).getQuery();
    const { meta } = await env.DB.prepare(query.sql)
      .bind(...query.params)
      .all();
    expect(meta.rows_read).toBeLessThanOrEqual(64 * 37);
  });
});
