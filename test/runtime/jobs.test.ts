/** Jobs in slices: nobody is lost and nothing counted twice, whoever runs them, and whatever is written meanwhile. */
import { beforeEach, describe, expect, it } from "vitest";
import { runJob } from "../../src/actions/run-job.ts";
import { createDb } from "../../src/db/client.ts";
import type { Job } from "../../src/env.ts";
import { createTally } from "../../src/metrics/tally.ts";
import { createGate, failingD1, watchedD1 } from "./fault.ts";
import { idleCourier } from "./receivers.ts";
import { expectCountersRight, tableCounts } from "./recount.ts";
import { createPlayer, send, sessionRow, sessionRows } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

/** One new session for each of `n` players. */
const markPlayers = (n: number, from = 0) =>
  send(
    service,
    Array.from({ length: n }, (_, p) => sessionRow(from + p, `p${p}`)),
  );
const run = async (job: Job, to = service) =>
  (await to.call(`/api/ops/jobs/${job}/runs`, { method: "POST" })).body;
const pendingOf = async () => (await service.call("/api/players?limit=1")).body.pending as number;
const all = async <T>(text: string) => (await env.DB.prepare(text).all<T>()).results;
/** Standings without a stored score. */
const unscored = async () => (await all("SELECT player_id FROM standings WHERE result IS NULL")).length;

describe("rescore", () => {
  it("goes on where the last slice ended, and ends", async () => {
    await markPlayers(900);
    expect(await pendingOf()).toBe(900);
    let processed = 0;
    let before = 900;
    for (let slice = 0; before > 0; slice++) {
      const answer = await run("rescore");
      expect(answer.processed).toBeGreaterThan(0);
      expect(answer.remaining).toBe(before - answer.processed);
      expect(answer.remaining).toBe(await pendingOf());
      processed += answer.processed;
      before = answer.remaining;
      expect(slice).toBeLessThan(20);
      await expectCountersRight();
    }
    expect(processed).toBe(900);
    expect(await unscored()).toBe(0);
    expect(await run("rescore")).toMatchObject({ processed: 0, remaining: 0 });
  });

  it("stops when its time is up, and keeps what it has done", async () => {
    await markPlayers(400);
    let time = nowMs;
    const clock = { nowMs, now: () => (time += 3_000), budgetMs: 10_000 };
    const stores = {
      db: createDb(env.DB),
      trail: null,
      retention: null,
      courier: idleCourier,
      tally: createTally(),
    };
    const first = await runJob(stores, "rescore", clock);
    expect(first.processed).toBeGreaterThan(0);
    expect(first.processed).toBeLessThan(400);
    expect(first.remaining).toBe(400 - first.processed);
    await expectCountersRight();
  });

  it("the longest waiting comes first", async () => {
    await send(service, [sessionRow(1, "late")]);
    await runJobs(service);
    service.clock.nowMs += 1_000;
    await send(service, [sessionRow(1, "early")]);
    service.clock.nowMs += 1_000;
    await markPlayers(600);
    service.clock.nowMs += 1_000;
    await send(service, [sessionRow(2, "late")]);
    await run("rescore");
    const names = (
      await all<{ ref: string }>(
        "SELECT p.ref FROM standings s JOIN players p ON p.id = s.player_id WHERE s.changed_at IS NOT NULL",
      )
    ).map(({ ref }) => ref);
    expect(names).toContain("late");
    expect(names).not.toContain("early");
  });

  it("run by four at once scores everybody and counts nobody twice", async () => {
    for (let n = 0; n < 4; n++) await markPlayers(500, n * 1_000);
    const answers = await Promise.all(Array.from({ length: 4 }, () => run("rescore")));
    await expectCountersRight();
    expect(answers.reduce((sum, { processed }) => sum + processed, 0)).toBeLessThanOrEqual(500);
    await runJobs(service);
    expect(await unscored()).toBe(0);
    await expectCountersRight();
    const deltas = await all<{ metric: string; n: number }>(
      "SELECT d.key AS metric, sum(d.value->>'n') AS n FROM histogram_deltas h, json_each(h.deltas) s, json_each(s.value->'delta') d GROUP BY 1",
    );
    expect(deltas.length).toBeGreaterThan(0);
    for (const { metric, n } of deltas) expect(n, metric).toBe(500);
  });

  it("a write between load and store is not lost", async () => {
    await send(service, sessionRows(0, 5, "p"));
    let writes = 0;
    const raced = createService({
      DB: watchedD1(env.DB, async (statements) => {
        const isStore = statements.some((text) => /UPDATE standings SET changed_at = NULL/.test(text));
        if (!isStore || writes >= 2) return;
        writes += 1;
        await send(service, sessionRows(10 * writes, 10 * writes + 3, "p", { reaction_time_ms: 50 }));
      }),
    });
    await run("rescore", raced);
    expect(writes).toBe(2);
    await runJobs(service);
    await expectCountersRight();
    const { body } = await service.call("/api/players/@p/behavior");
    expect(body.aggregates.sessions).toBe(11);
    expect(body.player.risk_score).toBeGreaterThan(70);
  });

  it("a write that keeps coming leaves the player marked, and the slice ends", async () => {
    await send(service, sessionRows(0, 5, "p"));
    let writes = 0;
    const raced = createService({
      DB: watchedD1(env.DB, async (statements) => {
        if (!statements.some((text) => /UPDATE standings SET changed_at = NULL/.test(text))) return;
        writes += 1;
        await send(service, [sessionRow(100 + writes, "p")]);
      }),
    });
    expect(await run("rescore", raced)).toMatchObject({ processed: 0, remaining: 1 });
    expect((await raced.call("/api/security/player-risk/@p")).status).toBe(503);
    await expectCountersRight();
    await runJobs(service);
    expect((await service.call("/api/players/@p/behavior")).body.aggregates.sessions).toBe(5 + writes);
  });

  it("that fails while storing has stored nothing", async () => {
    await markPlayers(60);
    const before = await all("SELECT * FROM standings");
    for (const text of ["UPDATE standings SET top", "INSERT INTO histogram_deltas"]) {
      const broken = createService({ DB: failingD1(env.DB, new RegExp(text)) });
      expect(
        (await broken.call("/api/ops/jobs/rescore/runs", { method: "POST" })).status,
      ).toBeGreaterThanOrEqual(500);
      expect(await all("SELECT * FROM standings")).toEqual(before);
      await expectCountersRight();
    }
  });

  it("an event marks all modes of its player, once", async () => {
    await send(
      service,
      ["a", "b", "c"].flatMap((mode, n) => sessionRows(n * 4, n * 4 + 4, "p", { mode })),
    );
    await runJobs(service);
    for (let n = 0; n < 3; n++) await service.call("/api/security/report", { body: { player_id: "p" } });
    expect(await pendingOf()).toBe(3);
    await expectCountersRight();
  });
});

describe("baselines", () => {
  /** A scope large enough for a baseline of its own. */
  async function population(): Promise<void> {
    for (let n = 0; n < 6; n++) {
      const rows = Array.from({ length: 150 }, (_, p) =>
        sessionRow(n, `p${p}`, {
          headshot_rate: null,
          kills: 60,
          headshots: 10 + ((p * 7 + n) % 25),
          actions_per_minute: 60 + (p % 90),
        }),
      );
      await send(service, rows);
    }
  }

  it("and rescore, taken in turns until both have nothing to do, end within three rounds", async () => {
    await population();
    let rounds = 0;
    for (; rounds < 10; rounds++) {
      const rescored = (await run("rescore")).processed;
      await runJobs(service);
      const renewed = (await run("baselines")).processed;
      await runJobs(service, "baselines");
      await expectCountersRight();
      if (rescored === 0 && renewed === 0 && (await pendingOf()) === 0) break;
    }
    expect(rounds).toBeGreaterThan(0);
    expect(rounds).toBeLessThanOrEqual(3);
    expect(await run("baselines")).toMatchObject({ processed: 0, remaining: 0 });
  });

  it("fold each delta once, by however many at once", async () => {
    await population();
    await runJobs(service);
    // One has read the deltas; before it reads the scopes, others fold the same deltas into them.
    const gate = createGate();
    const DB = watchedD1(env.DB, (texts) =>
      texts.some((text) => text.includes("c.histogram")) ? gate.pass() : undefined,
    );
    const late = run("baselines", createService({ DB }));
    await gate.arrived;
    await Promise.all(Array.from({ length: 5 }, () => run("baselines")));
    gate.open();
    expect((await late).processed).toBe(0);
    await runJobs(service, "baselines");
    expect((await tableCounts()).histogram_deltas).toBe(0);
    const [scope] = await all<{ players: number; histogram: string }>(
      "SELECT players, histogram FROM scopes",
    );
    expect(scope?.players).toBe(150);
    for (const [metric, { bins, n }] of Object.entries(
      JSON.parse(scope?.histogram ?? "{}") as Record<string, { bins: Record<string, number>; n: number }>,
    )) {
      expect(n, metric).toBeLessThanOrEqual(150);
      expect(
        Object.values(bins).reduce((a, b) => a + b, 0),
        metric,
      ).toBe(n);
    }
  });

  it("remaining counts what is due now", async () => {
    expect(await run("baselines")).toMatchObject({ processed: 0, remaining: 0 });
    await population();
    await runJobs(service);
    const [row] = await all<{ n: number }>("SELECT count(*) AS n FROM histogram_deltas");
    expect(row?.n).toBeGreaterThan(0);
    const broken = createService({ DB: failingD1(env.DB, /DELETE FROM histogram_deltas/) });
    expect(
      (await broken.call("/api/ops/jobs/baselines/runs", { method: "POST" })).status,
    ).toBeGreaterThanOrEqual(500);
    expect((await tableCounts()).histogram_deltas).toBe(row?.n);
    expect((await tableCounts()).scopes).toBe(0);
    await runJobs(service, "baselines");
    expect((await tableCounts()).histogram_deltas).toBe(0);
  });
});

describe("housekeeping", () => {
  const day = 86_400_000;
  const credentials = { username: "security_console", password: "letmein123" };

  it("deletes what has expired and nothing else", async () => {
    const id = await createPlayer(service, { username: "x" });
    await send(service, sessionRows(0, 3, id));
    const report = (key: string) =>
      service.call("/api/security/report", { body: { player_id: id }, headers: { "idempotency-key": key } });
    const signIn = async () =>
      (await service.call("/api/auth/token", { role: null, body: credentials })).body;
    await report("old");
    await signIn();
    service.clock.nowMs += 13 * day;
    await report("young");
    const young = await signIn();
    service.clock.nowMs += day - 1;
    expect(await run("housekeeping")).toMatchObject({ processed: 1, remaining: 0 });
    service.clock.nowMs += 1;
    const before = await tableCounts();
    expect(before).toMatchObject({ refresh_tokens: 2, idempotency_keys: 1 });
    expect(await run("housekeeping")).toMatchObject({ processed: 2, remaining: 0 });
    expect(await tableCounts()).toEqual({
      ...before,
      audit_entries: (before.audit_entries ?? 0) + 1,
      refresh_tokens: 1,
      idempotency_keys: 0,
    });
    const refreshed = await service.call("/api/auth/refresh", {
      role: null,
      body: { refresh_token: young.refresh_token },
    });
    expect(refreshed.status).toBe(200);
    expect(await run("housekeeping")).toMatchObject({ processed: 0, remaining: 0 });
  });

  it("takes a bounded slice and says what remains", async () => {
    await env.DB.prepare(
      `WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 2499)
        INSERT INTO refresh_tokens (token_hash, session_id, issued_at, expires_at)
        SELECT 'h' || i, 's', 0, 1 FROM c`,
    ).run();
    expect(await run("housekeeping")).toMatchObject({ processed: 1_000, remaining: 1_500 });
    expect(await runJobs(service, "housekeeping")).toBe(2);
    expect((await tableCounts()).refresh_tokens).toBe(0);
  });
});
