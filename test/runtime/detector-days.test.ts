/** The days of detectors: every standing at most once a day, for what it played, whatever else rescored it. */
import { beforeEach, describe, expect, it } from "vitest";
import { runJob } from "../../src/actions/run-job.ts";
import { createDb } from "../../src/db/client.ts";
import { detectors } from "../../src/detection/registry.ts";
import { createTally } from "../../src/metrics/tally.ts";
import { watchedD1 } from "./fault.ts";
import { send, sessionRow, sessionRows } from "./samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const dayMs = 86_400_000;
const day = Math.floor(nowMs / dayMs);

const settle = async () => {
  await runJobs(service);
  await runJobs(service, "baselines");
};

interface Day {
  readonly day: number;
  readonly judged: number;
  readonly flagged: number;
  readonly newly_flagged: number;
}

const daysOf = (detector: string) =>
  all<Day>(`SELECT day, judged, flagged, newly_flagged FROM detector_days WHERE detector = '${detector}'
    AND game = 'default' AND mode = 'default' ORDER BY day`);

/** Sessions of today, newer with each round. */
const play = (round: number, players: number, more: object = {}) =>
  send(
    service,
    Array.from({ length: players }, (_, p) => sessionRow(9_000 - round, `p${p}`, more)),
  );
const fast = { reaction_time_ms: 60 };

describe("a standing", () => {
  it("counts once a day, however often it is scored, and again on the next day that it plays", async () => {
    await send(service, sessionRows(0, 30));
    await settle();
    await play(1, 10);
    await settle();
    await play(2, 10);
    await settle();
    // p0 to p29 once each; the later sessions of p0 to p9 are of the same day.
    expect(await daysOf("aim.headshot-level")).toMatchObject([{ day, judged: 30 }]);
    service.clock.nowMs += dayMs;
    await send(
      service,
      Array.from({ length: 10 }, (_, p) => sessionRow(-2, `p${p}`, { session_id: `next-${p}` })),
    );
    await settle();
    expect(await daysOf("aim.headshot-level")).toMatchObject([
      { day, judged: 30 },
      { day: day + 1, judged: 10 },
    ]);
  });

  it("is not counted by a rescoring without a session, and what that finds is not new later", async () => {
    for (let round = 1; round <= 4; round++) await play(round, 5, fast);
    await settle();
    expect(await daysOf("reaction.floor")).toEqual([{ day, judged: 5, flagged: 5, newly_flagged: 5 }]);
    service.clock.nowMs += dayMs;
    await run(`UPDATE standings SET changed_at = ${nowMs}, due_at = ${nowMs}, revision = revision + 1`);
    await run("UPDATE totals SET pending = (SELECT count(*) FROM standings)");
    await settle();
    expect(await daysOf("reaction.floor")).toHaveLength(1);
    await send(
      service,
      Array.from({ length: 5 }, (_, p) => sessionRow(-2, `p${p}`, { ...fast, session_id: `next-${p}` })),
    );
    await settle();
    expect((await daysOf("reaction.floor"))[1]).toEqual({
      day: day + 1,
      judged: 5,
      flagged: 5,
      newly_flagged: 0,
    });
  });

  it("that a person confirmed is not counted", async () => {
    for (let round = 1; round <= 4; round++) await play(round, 5, fast);
    await run("UPDATE standings SET excluded = 1 WHERE player_id <= 2");
    await settle();
    expect(await daysOf("reaction.floor")).toEqual([{ day, judged: 3, flagged: 3, newly_flagged: 3 }]);
  });
});

describe("the counts", () => {
  it.each(["ahead of", "after"])("are exact where the store fails %s each call in turn", async (when) => {
    for (let round = 1; round <= 4; round++) await play(round, 5, fast);
    for (const job of ["rescore", "baselines"] as const) {
      for (let lost = 1; lost <= 12; lost++) {
        let calls = 0;
        const fail = (at: string) => {
          if (at === "ahead of") calls += 1;
          if (calls === lost && at === when) throw new Error("D1 did not answer");
        };
        const DB = watchedD1(
          env.DB,
          () => fail("ahead of"),
          () => fail("after"),
        );
        const rest = { trail: null, retention: null, tally: createTally(), courier: { left: 0 } as never };
        const stores = { db: createDb(DB), ...rest };
        await runJob(stores, job, { nowMs, now: () => nowMs, budgetMs: 10_000 }).catch(() => undefined);
      }
    }
    await settle();
    expect(await daysOf("reaction.floor")).toEqual([{ day, judged: 5, flagged: 5, newly_flagged: 5 }]);
  });

  it("are folded once by two runs at once", async () => {
    for (let round = 1; round <= 4; round++) await play(round, 5, fast);
    await runJobs(service);
    const path = "/api/ops/jobs/baselines/runs";
    await Promise.all([1, 2, 3].map(() => createService().call(path, { method: "POST" })));
    await settle();
    expect(await daysOf("reaction.floor")).toEqual([{ day, judged: 5, flagged: 5, newly_flagged: 5 }]);
  });

  it("cost the sweep no row more than its news do, and the fold one a detector", async () => {
    await send(service, sessionRows(0, 200));
    const sweep = costOf(await service.call("/api/ops/jobs/rescore/runs", { method: "POST" }));
    expect((sweep.written - 20) / 50).toBeLessThanOrEqual(4);
    expect(await all("SELECT id FROM histogram_deltas")).toHaveLength(1);
    await runJobs(service, "baselines");
    const days = await all("SELECT detector FROM detector_days");
    expect(days.length).toBeGreaterThanOrEqual(10);
    expect(days.length).toBeLessThanOrEqual(detectors.length);
  });
});
