/** The cron jobs: which runs when, what they log, and when they stop. */
import { beforeEach, describe, expect, it } from "vitest";
import { jobsOfCron, runCron } from "../../src/jobs/run.ts";
import { failingD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  // Its first round is another test's.
  await env.DB.prepare("UPDATE retention_walks SET due_at = 9e15").run();
});

/** One new session for each of `n` players. */
const markPlayers = (n: number, from = 0) =>
  send(
    service,
    Array.from({ length: n }, (_, p) => sessionRow(from + p, `p${p}`)),
  );
const pendingOf = async () => (await service.call("/api/players?limit=1")).body.pending as number;
describe("cron", () => {
  const bindings = {
    DB: env.DB,
    RATE_LIMITER: env.RATE_LIMITER,
    ...(env.AUDIT_SEALER ? { AUDIT_SEALER: env.AUDIT_SEALER } : {}),
  };

  it.each(Object.entries(jobsOfCron))("%s runs %s and logs one line each", async (cron, jobs) => {
    await markPlayers(70);
    const log: Record<string, unknown>[] = [];
    await runCron(bindings, cron, { now: () => nowMs, log: (line) => log.push(line) });
    // The sending of the sessions, and two runs.
    const processed: Record<string, number> = { rescore: 70, audit: 3 };
    expect(log).toEqual(
      jobs.map((job) => ({
        job,
        slices: expect.any(Number),
        processed: processed[job] ?? 0,
        remaining: 0,
        ms: expect.any(Number),
        d1_queries: expect.any(Number),
        rows_read: expect.any(Number),
        rows_written: expect.any(Number),
      })),
    );
  });

  it("logs a failure in its one line, without what D1 was told, and runs the next job", async () => {
    await markPlayers(3);
    const DB = failingD1(env.DB, /UPDATE standings/, { message: "D1_ERROR: no such column: x" });
    const log: Record<string, unknown>[] = [];
    const failed = runCron({ ...bindings, DB }, "*/5 * * * *", {
      now: () => nowMs,
      log: (line) => log.push(line),
    });
    await expect(failed).rejects.toThrow("The job rescore failed; its log line says where.");
    expect(log).toEqual([
      expect.objectContaining({ job: "streams", processed: 0 }),
      expect.objectContaining({ job: "rescore", level: "error", processed: 0 }),
      expect.objectContaining({ job: "erasures", processed: 0 }),
      expect.objectContaining({ job: "retention", processed: 0 }),
      expect.objectContaining({ job: "audit", processed: 3 }),
    ]);
    expect(await pendingOf()).toBe(3);
  });

  it("without a sealer says so, after the jobs that need none", async () => {
    await markPlayers(3);
    const log: Record<string, unknown>[] = [];
    const { AUDIT_SEALER: _, ...unsealed } = bindings;
    const failed = runCron(unsealed, "*/5 * * * *", { now: () => nowMs, log: (line) => log.push(line) });
    await expect(failed).rejects.toThrow("The job audit failed");
    expect(log.map(({ job, level }) => [job, level])).toEqual([
      ["streams", undefined],
      ["rescore", undefined],
      ["erasures", undefined],
      ["retention", undefined],
      ["audit", "error"],
    ]);
  });

  it("leaves one entry a run that finds work, before its first write, and none for others", async () => {
    const runs = async () =>
      (
        await env.DB.prepare(
          "SELECT actor, target FROM audit_entries WHERE action = 'job.run' ORDER BY id",
        ).all()
      ).results;
    const all = async () => {
      for (const cron of Object.keys(jobsOfCron))
        await runCron(bindings, cron, { now: () => nowMs, log: () => {} });
    };
    await all();
    expect(await runs()).toEqual([]);
    await markPlayers(3);
    const DB = failingD1(env.DB, /INSERT INTO audit_entries/);
    const deps = { now: () => nowMs, log: () => {} };
    await expect(runCron({ ...bindings, DB }, "*/5 * * * *", deps)).rejects.toThrow("rescore, audit failed");
    expect(await pendingOf()).toBe(3);
    await all();
    expect(await runs()).toEqual(
      ["job:rescore", "job:audit", "job:baselines"].map((target) => ({ actor: "system:cron", target })),
    );
  });

  it("works on until nothing is due", async () => {
    await markPlayers(900);
    const log: Record<string, unknown>[] = [];
    await runCron(bindings, "*/5 * * * *", { now: () => nowMs, log: (line) => log.push(line) });
    expect(log[1]).toMatchObject({ job: "rescore", processed: 900, remaining: 0 });
    expect(await pendingOf()).toBe(0);
    await expectCountersRight();
  });

  it("stops when its time is up, and says what remains", async () => {
    await markPlayers(900);
    let time = nowMs;
    const log: Record<string, unknown>[] = [];
    await runCron(bindings, "*/5 * * * *", { now: () => (time += 3_000), log: (line) => log.push(line) });
    expect(log).toHaveLength(5);
    expect(log[1]?.remaining).toBe(await pendingOf());
    expect(log[1]?.remaining).toBeGreaterThan(0);
    await expectCountersRight();
  });

  it("of an unknown expression is an error", async () => {
    await expect(runCron(bindings, "0 0 * * 1", { now: () => nowMs, log: () => {} })).rejects.toThrow(
      "No job",
    );
  });
});
