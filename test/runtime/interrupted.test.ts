/** A crash at each single call of a job, and clocks that jump: afterwards everything stands as if nothing had been. */
import { beforeEach, describe, expect, it } from "vitest";
import { failingD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

const dayMs = 86_400_000;

async function population(service: Service): Promise<void> {
  for (let n = 0; n < 4; n++) {
    await send(
      service,
      Array.from({ length: 18 }, (_, p) =>
        sessionRow(n, `p${p}`, {
          mode: p % 3 === 0 ? "casual" : "ranked",
          headshot_rate: null,
          kills: 40,
          headshots: 8 + ((p * 7 + n) % 20),
          actions_per_minute: 60 + ((p * 13 + n) % 60),
        }),
      ),
    );
  }
}

const jobs = ["rescore", "baselines"] as const;
const run = (service: Service, job: string) => service.call(`/api/ops/jobs/${job}/runs`, { method: "POST" });

async function settle(service: Service): Promise<void> {
  for (let round = 0; round < 4; round++) for (const job of jobs) await runJobs(service, job);
}

/** Everything that the jobs decide, without the counters of how often they looked. */
async function decided() {
  const [standings, scopes] = await env.DB.batch([
    env.DB.prepare(
      "SELECT player_id, mode, risk, top, result, due_at, changed_at FROM standings ORDER BY 1, 2",
    ),
    env.DB.prepare(
      "SELECT game, mode, players, version, histogram, baseline, stale FROM scopes ORDER BY 1, 2",
    ),
  ]);
  return { standings: standings?.results, scopes: scopes?.results };
}

async function fresh(): Promise<Service> {
  await freshDatabase();
  const service = createService();
  await population(service);
  return service;
}

describe("a job that dies", () => {
  it("at whichever call, loses nobody and changes no answer", async () => {
    const calm = await fresh();
    await settle(calm);
    const expected = await decided();
    for (let call = 1, failed = true; failed; call++) {
      const healthy = await fresh();
      const dying = createService({
        DB: failingD1(env.DB, /SELECT|UPDATE|INSERT|DELETE/, { from: call, times: 1 }),
      });
      failed = false;
      for (let round = 0; round < 3; round++) {
        for (const job of jobs) failed = (await run(dying, job)).status !== 200 || failed;
      }
      await settle(healthy);
      expect(await decided(), `dead at call ${call}`).toEqual(expected);
      await expectCountersRight();
      expect(call).toBeLessThan(100);
    }
  }, 240_000);
});

describe("two sweeps and two baseline runs at once", () => {
  it("leave everybody scored once, by the newest baseline", async () => {
    const service = await fresh();
    for (let round = 0; round < 6; round++) {
      const replies = await Promise.all([...jobs, ...jobs].map((job) => run(service, job)));
      for (const { status } of replies) expect(status).toBe(200);
    }
    await settle(service);
    const { results } = await env.DB.prepare(`SELECT c.version, c.players, count(*) AS standings,
        count(s.changed_at) AS waiting, min(s.result->>'$.versions.baseline') AS oldest
      FROM scopes c JOIN standings s ON s.game = c.game AND s.mode = c.mode GROUP BY c.game, c.mode`).all<
      Record<"version" | "players" | "standings" | "waiting" | "oldest", number>
    >();
    expect(results).toHaveLength(2);
    for (const { version, players, standings, waiting, oldest } of results) {
      expect({ players, waiting, oldest }).toEqual({ players: standings, waiting: 0, oldest: version });
    }
    await expectCountersRight();
  });
});

describe("a clock that jumps", () => {
  let service: Service;
  beforeEach(async () => {
    service = await fresh();
  });

  it.each([400, -400])("by %i days and back leaves nobody waiting", async (days) => {
    await settle(service);
    service.clock.nowMs = nowMs + days * dayMs;
    await settle(service);
    await service.call("/api/security/report", { body: { player_id: "p1" } });
    service.clock.nowMs = nowMs;
    expect((await run(service, "rescore")).body).toMatchObject({ processed: 1, remaining: 0 });
    await settle(service);
    await expectCountersRight();
    const { body } = await service.call("/api/security/player-risk/@p1");
    expect(body.as_of).toBe(new Date(nowMs).toISOString());
  });
});
