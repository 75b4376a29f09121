/** Counting: what it costs, what survives, and what cron leaves behind. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import type { Env } from "../../src/env.ts";
import { createTally } from "../../src/metrics/tally.ts";
import { failingD1, watchedD1 } from "./fault.ts";
import { send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { bindings, cronAt, minuteMs, rowsOf } from "./watching.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const countsOf = async () => {
  const [row] = await rowsOf<{ value: string }>("SELECT value FROM metric_blocks WHERE name = 'counts'");
  return JSON.parse(row?.value ?? "{}") as Record<string, number>;
};
const healths = '["requests","GET /health","200"]';

/** Isolates of the service: each counts for itself, and stores after its answers. */
function isolateOf(overrides: Partial<Env> = {}, clock = { nowMs }) {
  const log: Readonly<Record<string, unknown>>[] = [];
  const app = createApp({ now: () => clock.nowMs, log: (line) => void log.push(line) });
  const ask = async (path = "/health") => {
    const context = createExecutionContext();
    await app.fetch(new Request(`http://service.test${path}`), { ...bindings, ...overrides }, context);
    await waitOnExecutionContext(context);
  };
  return { ask, log, clock };
}

describe("counters", () => {
  it("cost two rows written per thousand requests", async () => {
    const { ask } = isolateOf();
    for (let i = 0; i < 1_000; i++) await ask();
    const counts = await countsOf();
    expect(counts[healths]).toBe(1_000);
    expect(await rowsOf("SELECT name, revision FROM metric_blocks")).toEqual([
      { name: "counts", revision: 2 },
    ]);
    // The second block tells of what the first cost.
    expect(counts['["d1RowsWritten","metrics"]']).toBe(1);
    expect(counts['["d1RowsRead","metrics"]']).toBeLessThanOrEqual(2);
  });

  it("are stored by a quiet isolate every ten seconds at most", async () => {
    const { ask, clock } = isolateOf();
    for (let second = 0; second < 60; second++) {
      await ask();
      clock.nowMs += 1_000;
    }
    const counts = await countsOf();
    expect(counts['["d1RowsWritten","metrics"]']).toBeLessThanOrEqual(5);
    expect(counts[healths]).toBeGreaterThanOrEqual(50);
  });

  it("add up over isolates and at once, and survive them", async () => {
    const isolates = Array.from({ length: 5 }, () => isolateOf());
    await Promise.all(
      isolates.map(async ({ ask, clock }) => {
        for (let i = 0; i < 20; i++) await ask();
        clock.nowMs += 10_000;
        await ask();
      }),
    );
    expect((await countsOf())[healths]).toBe(105);
  });

  it("outlast a store that fails, and fail no request", async () => {
    let isDown = true;
    const DB = watchedD1(env.DB, (texts) => {
      if (isDown && texts.some((text) => text.includes("INSERT INTO metric_blocks"))) throw new Error("down");
    });
    const { ask, log, clock } = isolateOf({ DB });
    await ask();
    clock.nowMs += 10_000;
    await ask();
    expect(log.at(-1)).toMatchObject({ flush: "metrics", level: "error" });
    expect(await countsOf()).toEqual({});
    isDown = false;
    await ask();
    expect(await countsOf()).toEqual({});
    clock.nowMs += 10_000;
    await ask();
    expect((await countsOf())[healths]).toBe(4);
  });

  it("write one data point a request where Analytics Engine is bound, and D1 less often", async () => {
    const points: unknown[] = [];
    const ANALYTICS = { writeDataPoint: (point?: unknown) => void points.push(point) };
    const { ask, clock } = isolateOf({ ANALYTICS });
    for (let i = 0; i < 600; i++) await ask();
    expect(points).toHaveLength(600);
    expect(points[0]).toEqual({
      indexes: ["GET /health"],
      blobs: ["GET /health", "200", "none"],
      doubles: [1, 0, 0, 0, 0, 0],
    });
    clock.nowMs += 59_999;
    await ask();
    expect(await countsOf()).toEqual({});
    clock.nowMs += 1;
    await ask();
    expect((await countsOf())[healths]).toBe(602);
  });

  it("that fail in Analytics Engine fail nothing", async () => {
    const other = createService({
      ANALYTICS: {
        writeDataPoint: () => {
          throw new Error("no");
        },
      },
    });
    expect((await other.call("/health", { role: null })).status).toBe(200);
  });
});

describe("cron", () => {
  const told = () =>
    rowsOf<{ at: number; data: string }>("SELECT at, data FROM outbox WHERE type = 'job.backlog_aging'");

  it("writes two rows a quiet minute, and four every five", async () => {
    const tally = createTally();
    for (const expected of [
      ["* * * * *", 2],
      ["*/5 * * * *", 4],
    ] as const) {
      await cronAt(expected[0], nowMs, tally);
      const before = (await countsOf())['["d1RowsWritten","metrics"]'] ?? 0;
      await cronAt(expected[0], nowMs, tally);
      await cronAt("* * * * *", nowMs, tally);
      const after = (await countsOf())['["d1RowsWritten","metrics"]'] ?? 0;
      expect([expected[0], after - before]).toEqual([expected[0], 2 * expected[1]]);
    }
  });

  it("tells of an aging backlog once an hour while it ages", async () => {
    await service.call("/api/webhooks", { body: { name: "w", url: "https://hooks.test/a" } });
    await send(service, [sessionRow(0)]);
    await cronAt("* * * * *", nowMs + 30 * minuteMs);
    expect(await told()).toEqual([]);
    for (let minute = 31; minute <= 95; minute += 8) await cronAt("* * * * *", nowMs + minute * minuteMs);
    const [first, second, ...more] = await told();
    expect([first?.at, second?.at, more.length]).toEqual([nowMs + 31 * minuteMs, nowMs + 95 * minuteMs, 0]);
    expect(JSON.parse(first?.data ?? "")).toEqual({
      oldest_changed_at: new Date(nowMs).toISOString(),
      waiting_minutes: 31,
      pending: 1,
    });
  });

  it("does its jobs where what it leaves behind cannot be stored", async () => {
    await send(service, [sessionRow(0)]);
    const DB = failingD1(env.DB, /metric_blocks/);
    const log = await cronAt("*/5 * * * *", nowMs, createTally(), { DB });
    expect(log.at(-1)).toMatchObject({ watch: "cron", level: "error" });
    expect(log.find(({ job }) => job === "rescore")).toMatchObject({ processed: 1 });
  });
});
