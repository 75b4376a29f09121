/** What the database cost today, from counters of which the first block of a day keeps a mark; and how often jobs run. */
import { Cron } from "croner";
import { beforeEach, describe, expect, it } from "vitest";
import { jobEveryMs, jobsHealth } from "../../src/actions/watch/job-health.ts";
import { createDb } from "../../src/db/client.ts";
import { addCounts } from "../../src/db/metrics.ts";
import { jobs } from "../../src/job-names.ts";
import { jobsOfCron } from "../../src/jobs/run.ts";
import { keyOf } from "../../src/metrics/tally.ts";
import { visit } from "./console-pages.ts";
import { watchedD1 } from "./fault.ts";
import { createService, env, freshDatabase, nowMs } from "./service.ts";
import { all } from "./trail.ts";

beforeEach(freshDatabase);

const dayMs = 86_400_000;
const countsOf = (read: number, written: number) => ({
  [keyOf("d1RowsRead", ["requests"])]: read,
  [keyOf("d1RowsWritten", ["jobs"])]: written,
  [keyOf("requests", ["GET /", "200"])]: 1,
});
const add = (atMs: number, read: number, written: number, db = env.DB) =>
  addCounts(createDb(db), atMs, countsOf(read, written));
const blocks = () =>
  all<{ name: string; value: string }>("SELECT name, value FROM metric_blocks ORDER BY name");
const markOf = async () => (await blocks()).find(({ name }) => name === "day")?.value ?? null;

/** What the page says of the database. */
async function costShown(): Promise<string> {
  const { body } = await visit(createService(), "/");
  const [, part = ""] = body.split('aria-labelledby="cost"');
  return part.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

describe("the cost of the day", () => {
  it("is what was counted since midnight UTC, by cause, with an estimate of the bill", async () => {
    await add(nowMs - dayMs, 5_000_000, 40_000);
    await add(nowMs - dayMs + 1, 1_000_000, 2_000);
    await add(nowMs - 3_600_000, 2_000_000, 30_000);
    await add(nowMs - 1_000, 1_000_000, 12_000);
    const said = await costShown();
    expect(said).toContain("Since midnight UTC");
    expect(said).toMatch(/requests 3,000,000 0 jobs 0 42,000 counting itself 0 0 all 3,000,000 42,000/);
    // 3 million read at $0.001 and 0.042 million written at $1.
    expect(said).toContain("About $0.04");
    expect(said).toContain("An estimate at list prices: $0.001 a million rows read, $1.00 a million written");
  });

  it("is nothing on a day on which nothing was counted, and says where there is no mark yet", async () => {
    expect(await costShown()).toContain("Not counted yet");
    await add(nowMs - 1_000, 700, 20);
    expect(await costShown()).toMatch(/Since counting began.* all 700 20 About less than \$0.01/);
    await env.DB.prepare("UPDATE metric_blocks SET at = ?")
      .bind(nowMs - dayMs)
      .run();
    expect(await costShown()).toMatch(/Since midnight UTC.* all 0 0 About \$0.00/);
  });

  it("costs one row a day", async () => {
    await add(nowMs - dayMs, 100, 10);
    const rows = async (atMs: number) => {
      let written = 0;
      const counted = watchedD1(
        env.DB,
        () => {},
        (results) => {
          written += results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
        },
      );
      await add(atMs, 1, 1, counted);
      return written;
    };
    expect(await rows(nowMs)).toBe(2);
    expect(await rows(nowMs + 1)).toBe(1);
    expect(JSON.parse((await markOf()) ?? "")).toEqual({
      [keyOf("d1RowsRead", ["requests"])]: 100,
      [keyOf("d1RowsWritten", ["jobs"])]: 10,
    });
  });

  it("begins with what was counted before midnight, though two write at once", async () => {
    await add(nowMs - dayMs, 100, 10);
    // Whoever is of the new day read first; one still of the day before writes in between, and one of the new day.
    let isRaced = false;
    const raced = watchedD1(env.DB, async (statements) => {
      if (isRaced || !statements.some((text) => text.includes("'day'"))) return;
      isRaced = true;
      await add(nowMs - dayMs + 1_000, 50, 5);
      await add(nowMs, 3, 3);
    });
    await add(nowMs, 7, 7, raced);
    expect(isRaced).toBe(true);
    expect(JSON.parse((await markOf()) ?? "")[keyOf("d1RowsRead", ["requests"])]).toBe(150);
    expect(await costShown()).toMatch(/requests 10 0 jobs 0 10 /);
    await Promise.all([add(nowMs + dayMs, 1, 1), add(nowMs + dayMs, 2, 2), add(nowMs + dayMs, 4, 4)]);
    expect(JSON.parse((await markOf()) ?? "")[keyOf("d1RowsRead", ["requests"])]).toBe(160);
  });
});

describe("jobs", () => {
  it("are due as often as cron runs them", () => {
    const named = Object.entries(jobsOfCron).flatMap(([expression, own]) =>
      own.map((job) => ({ job, expression })),
    );
    expect(named.map(({ job }) => job).sort()).toEqual([...jobs].sort());
    for (const { job, expression } of named) {
      const [first, second] = new Cron(expression, { timezone: "UTC" }).nextRuns(2, new Date(nowMs));
      expect([job, (second?.getTime() ?? 0) - (first?.getTime() ?? 0)]).toEqual([job, jobEveryMs[job]]);
    }
  });

  it.each([
    ["decisions", 11],
    ["rescore", 15],
    ["baselines", 70],
    ["housekeeping", 26.4 * 60],
  ] as const)("%s is late more than %i minutes after its end", (job, minutes) => {
    const healthAt = (afterMs: number, ok = true) =>
      jobsHealth({ [job]: { at: nowMs - afterMs, ms: 1, ok, remaining: 0 } }, nowMs).find(
        (one) => one.job === job,
      )?.health;
    expect(healthAt(minutes * 60_000)).toBe("well");
    expect(healthAt(minutes * 60_000 + 1)).toBe("late");
    expect(healthAt(0, false)).toBe("failed");
    expect(jobsHealth({}, nowMs).every(({ health }) => health === "never ran")).toBe(true);
  });
});
