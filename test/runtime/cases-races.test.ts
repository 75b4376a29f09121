/** Cases while others write, and while D1 fails: nobody is lost, nobody has two, and there is no half of one. */
import { beforeEach, describe, expect, it } from "vitest";
import { casesOf, expectWholeCases, hourMs, openedCase, suspectRows } from "./cases.ts";
import { createBarrier, failingD1, watchedD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { idOf, send } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, snapshot } from "./trail.ts";

const players = 5;

/** Suspects that were refreshed once: the next sweep opens their cases. */
async function suspected(): Promise<Service> {
  await freshDatabase();
  const service = createService();
  const rows = Array.from({ length: players }, (_, p) => suspectRows(p * 10, p * 10 + 8, `p${p}`));
  await send(service, rows.flat());
  await runJobs(service);
  service.clock.nowMs += hourMs;
  return service;
}

const at = (overrides: Parameters<typeof createService>[0]): Service => {
  const service = createService(overrides);
  service.clock.nowMs = nowMs + hourMs;
  return service;
};
const sweep = (service: Service) => service.call("/api/ops/jobs/rescore/runs", { method: "POST" });

async function expectOneEach(): Promise<void> {
  const opened = await casesOf();
  expect(opened).toHaveLength(players);
  expect(new Set(opened.map(({ player_id }) => player_id)).size).toBe(players);
  await expectWholeCases();
  await expectCountersRight();
}

describe("opening", () => {
  it("is whole or not there, wherever D1 fails, and comes with the next sweep", async () => {
    let failed = true;
    for (let call = 1; failed; call++) {
      const healthy = await suspected();
      const dying = at({ DB: failingD1(env.DB, /SELECT|UPDATE|INSERT/, { from: call, times: 1 }) });
      failed = (await sweep(dying)).status !== 200;
      await expectWholeCases();
      await runJobs(healthy);
      await expectOneEach();
      expect(call).toBeLessThan(60);
    }
  }, 120_000);

  it.each(["cases", "case_evidence", "audit_entries", "standings"])(
    "leaves nothing where %s refuses it within the batch",
    async (table) => {
      const service = await suspected();
      await service.call("/api/auth/me");
      const before = await snapshot();
      const verb = table === "standings" ? "UPDATE" : "INSERT";
      await all(`CREATE TRIGGER refused BEFORE ${verb} ON ${table} WHEN ${table === "audit_entries" ? "new.action = 'case.open'" : "1"}
        BEGIN SELECT RAISE(ABORT, 'refused'); END`);
      expect((await sweep(service)).status).toBeGreaterThanOrEqual(500);
      expect((await snapshot()).domain).toEqual(before.domain);
      await all("DROP TRIGGER refused");
      await runJobs(service);
      await expectOneEach();
    },
  );

  it("by two sweeps at once opens one each", async () => {
    await suspected();
    const barrier = createBarrier(2);
    const DB = watchedD1(env.DB, (texts) =>
      texts.some((text) => text.includes("UPDATE standings SET changed_at")) ? barrier() : undefined,
    );
    const replies = await Promise.all([sweep(at({ DB })), sweep(at({ DB }))]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    await expectOneEach();
  });

  it("by hand while the sweep is about to: one of them is first, and nobody is left unscored", async () => {
    const service = await suspected();
    let held = false;
    const DB = watchedD1(env.DB, async (texts) => {
      if (held || !texts.some((text) => text.includes("INSERT INTO cases"))) return;
      held = true;
      const reply = await service.call("/api/cases", { body: { player_id: await idOf(service, "p1") } });
      expect(reply.status).toBe(201);
    });
    expect((await sweep(at({ DB }))).body).toMatchObject({ remaining: 0 });
    expect((await casesOf()).filter(({ origin }) => origin === "manual")).toHaveLength(1);
    await expectOneEach();
  });

  it("by hand twenty times at once opens one", async () => {
    const service = await suspected();
    const player_id = await idOf(service, "p1");
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => service.call("/api/cases", { body: { player_id } })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
    expect(await casesOf()).toHaveLength(1);
    await expectWholeCases();
  });
});

describe("claiming at once", () => {
  let service: Service;
  beforeEach(async () => {
    service = await suspected();
    await runJobs(service);
  });

  const claim = (subject: string, path = "/api/cases/claim") =>
    service.call(path, { role: "analyst", subject, body: {} });

  it("twenty analysts share five cases: each has one, and nobody the same", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => claim(`a${i}`)));
    const given = replies.flatMap(({ status, body }) => (status === 200 && body.case ? [body.case.id] : []));
    expect(given.sort()).toEqual((await casesOf()).map(({ id }) => id));
    const [held] = await all<{ n: number; holders: number }>(
      "SELECT count(*) AS n, count(DISTINCT holder) AS holders FROM cases WHERE state = 'claimed'",
    );
    expect(held).toEqual({ n: players, holders: players });
    for (const { status } of replies) expect([200, 503]).toContain(status);
    expect((await claim("late")).body).toEqual({ case: null });
  });

  it("one analyst's twenty claims take five cases", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => claim("ann")));
    const given = replies.flatMap(({ body }) => (body.case ? [body.case.id] : []));
    expect(new Set(given).size).toBe(given.length);
    expect(given).toHaveLength(players);
  });

  it("one case given by name is one analyst's", async () => {
    const id = (await casesOf())[0]?.id;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => claim(`a${i}`, `/api/cases/${id}/claim`)),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
  });
});

describe("working on a case", () => {
  it("is done or not, wherever D1 fails", async () => {
    await freshDatabase();
    const healthy = createService();
    const id = await openedCase(healthy);
    const calls = [
      [`/api/cases/${id}/claim`, { method: "POST" }],
      [`/api/cases/${id}/assign`, { body: { assignee: "user:ann" } }],
      [`/api/cases/${id}/tags`, { method: "PUT", body: { tags: ["a"] } }],
      [`/api/cases/${id}/comments`, { body: { text: "seen" } }],
      [`/api/cases/${id}/release`, { method: "POST" }],
    ] as const;
    for (const [path, call] of calls) {
      let status = 0;
      for (let from = 1; status !== 200 && status !== 201; from++) {
        const before = await snapshot();
        const dying = at({ DB: failingD1(env.DB, /FROM cases|INTO case|UPDATE cases/, { from, times: 1 }) });
        status = (await dying.call(path, call)).status;
        if (status >= 500) expect(await snapshot(), path).toEqual(before);
        expect(from).toBeLessThan(10);
      }
    }
  });
});
