/** What D1 refuses in production and takes here: values above 2 MB, statements above 100 KB, 100 parameters. */
import { beforeEach, describe, expect, it } from "vitest";
import { watchedD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { iso, scan, send, sessionRows } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs } from "./service.ts";

beforeEach(freshDatabase);

/** The longest text of `length` characters: three bytes each, with a mark that makes it distinct. */
const longest = (length: number, mark: number) => `${mark}`.padStart(length, "€");
const sizeOf = (value: unknown) => (typeof value === "string" ? new TextEncoder().encode(value).length : 8);

/** A service that remembers the largest of what it hands to D1. */
function createMeasured() {
  const largest = { value: 0, text: 0, parameters: 0 };
  const DB = watchedD1(env.DB, (texts, values) => {
    largest.text = Math.max(largest.text, ...texts.map(sizeOf));
    largest.parameters = Math.max(largest.parameters, ...values.map(({ length }) => length));
    for (const value of values.flat()) largest.value = Math.max(largest.value, sizeOf(value));
  });
  return { service: createService({ DB }), largest };
}

function expectWithinLimits(largest: ReturnType<typeof createMeasured>["largest"]): void {
  expect(largest.value).toBeGreaterThan(0);
  expect(largest.value).toBeLessThanOrEqual(2_000_000);
  expect(largest.text).toBeLessThanOrEqual(100_000);
  expect(largest.parameters).toBeLessThanOrEqual(100);
}

const longRow = (n: number, more: object) => ({
  player: longest(128, n % 64),
  session_id: longest(128, n),
  recorded_at: iso(nowMs - n * 1_000),
  game: "g".repeat(64),
  mode: "m".repeat(64),
  build: longest(64, n),
  server: longest(128, n),
  duration_minutes: 22.633333333333333,
  actions_per_minute: 118.33333333333333,
  headshot_rate: 0.33333333333333331,
  reaction_time_ms: 50.333333333333336,
  movement_speed: 6.3333333333333339,
  kills: 999_999,
  deaths: 999_999,
  headshots: 999_999,
  shots_fired: 999_999,
  shots_hit: 999_999,
  ...more,
});
const metrics = Object.fromEntries(
  Array.from({ length: 64 }, (_, n) => [`${"m".repeat(60)}${n}`, -123_456_789_012.34567]),
);

describe("the longest that a client may send stays within D1's limits", () => {
  it.each([
    { name: "1,000 sessions of the longest names", count: 1_000, more: {} },
    { name: "1,000 sessions with 64 metrics each", count: 1_000, more: { metrics } },
  ])("$name, and their scores", async ({ count, more }) => {
    const { service, largest } = createMeasured();
    const rows = Array.from({ length: count }, (_, n) => longRow(n, more));
    expect(await send(service, rows)).toMatchObject({ accepted: count, rejected: [], players_created: 64 });
    await runJobs(service);
    expectWithinLimits(largest);
    await expectCountersRight();
  });

  it("1,000 log lines that show every signal", async () => {
    const { service, largest } = createMeasured();
    await send(
      service,
      Array.from({ length: 5 }, (_, n) => ({ ...longRow(n, {}), game: "default" })),
    );
    const line = (tick: number) => ({
      player_id: longest(128, 0),
      tick,
      action: "aimbot_lock",
      headshot_rate: 1,
      reaction_time_ms: 1,
      movement_speed: 99,
      manual_flag: true,
      session_id: longest(128, tick),
    });
    expect(
      (
        await scan(
          service,
          Array.from({ length: 1_000 }, (_, tick) => line(tick)),
        )
      ).events_recorded,
    ).toBe(5_000);
    await runJobs(service);
    expectWithinLimits(largest);
    await expectCountersRight();
  });
});

describe("scopes of the largest histograms", () => {
  /** About 200 KB, as the histogram of a scope of many players is. */
  const large = JSON.stringify({
    "proof:log.signature": {
      bins: Object.fromEntries(Array.from({ length: 20_000 }, (_, day) => [day, 1])),
      n: 20_000,
      variance: 0,
    },
  });
  const modes = Array.from({ length: 16 }, (_, n) => `m${n}`);

  it("are folded within the limits, however many at once", async () => {
    const { service, largest } = createMeasured();
    await env.DB.batch(
      modes.map((mode) =>
        env.DB.prepare("INSERT INTO scopes (game, mode, histogram) VALUES ('default', ?, ?)").bind(
          mode,
          large,
        ),
      ),
    );
    await send(
      service,
      modes.flatMap((mode, n) => sessionRows(n * 4, n * 4 + 4, "p", { mode })),
    );
    await runJobs(service);
    await runJobs(service, "baselines");
    expectWithinLimits(largest);
    const { results } = await env.DB.prepare(
      `SELECT mode FROM scopes WHERE histogram LIKE '%nats:%' AND histogram LIKE '%proof:%'`,
    ).all();
    expect(results).toHaveLength(modes.length);
  });
});
