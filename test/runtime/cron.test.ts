/** The cron jobs: which runs when, what they log, and when they stop. */
import { beforeEach, describe, expect, it } from "vitest";
import { jobOfCron, runCron } from "../../src/jobs/run.ts";
import { failingD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";

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
const pendingOf = async () => (await service.call("/api/players?limit=1")).body.pending as number;
describe("cron", () => {
  const bindings = { DB: env.DB, RATE_LIMITER: env.RATE_LIMITER };

  it.each(Object.entries(jobOfCron))("%s runs %s and logs one line", async (cron, job) => {
    await markPlayers(70);
    const log: Record<string, unknown>[] = [];
    await runCron(bindings, cron, { now: () => nowMs, log: (line) => log.push(line) });
    expect(log).toEqual([
      {
        job,
        slices: expect.any(Number),
        processed: job === "rescore" ? 70 : 0,
        remaining: 0,
        ms: expect.any(Number),
        d1_queries: expect.any(Number),
        rows_read: expect.any(Number),
        rows_written: expect.any(Number),
      },
    ]);
  });

  it("logs a failure in its one line, without what D1 was told", async () => {
    await markPlayers(3);
    const DB = failingD1(env.DB, /UPDATE standings/, { message: "D1_ERROR: no such column: x" });
    const log: Record<string, unknown>[] = [];
    const failed = runCron({ ...bindings, DB }, "*/5 * * * *", {
      now: () => nowMs,
      log: (line) => log.push(line),
    });
    await expect(failed).rejects.toThrow("The job rescore failed; its log line says where.");
    expect(log).toEqual([expect.objectContaining({ job: "rescore", level: "error", processed: 0 })]);
    expect(await pendingOf()).toBe(3);
  });

  it("works on until nothing is due", async () => {
    await markPlayers(900);
    const log: Record<string, unknown>[] = [];
    await runCron(bindings, "*/5 * * * *", { now: () => nowMs, log: (line) => log.push(line) });
    expect(log[0]).toMatchObject({ processed: 900, remaining: 0 });
    expect(await pendingOf()).toBe(0);
    await expectCountersRight();
  });

  it("stops when its time is up, and says what remains", async () => {
    await markPlayers(900);
    let time = nowMs;
    const log: Record<string, unknown>[] = [];
    await runCron(bindings, "*/5 * * * *", { now: () => (time += 3_000), log: (line) => log.push(line) });
    expect(log).toHaveLength(1);
    expect(log[0]?.remaining).toBe(await pendingOf());
    expect(log[0]?.remaining).toBeGreaterThan(0);
    await expectCountersRight();
  });

  it("of an unknown expression is an error", async () => {
    await expect(runCron(bindings, "* * * * *", { now: () => nowMs, log: () => {} })).rejects.toThrow(
      "No job",
    );
  });
});
