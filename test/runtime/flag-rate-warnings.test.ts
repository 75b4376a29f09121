/** Flag rates that leave what is expected: told once a day, and one that is too high stops the scope's automation. */
import { beforeEach, describe, expect, it } from "vitest";
import { costOf, nowMs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";
import { dayMs, hourMs, pausedModes, resume, toldOf, watchedService } from "./warned.ts";
import { cronAt } from "./watching.ts";

const today = Math.floor(nowMs / dayMs);

let service: Service;

beforeEach(async () => {
  service = await watchedService();
});

const rates = () => toldOf("baseline.flag_rate_unexpected");

/** Days of a detector before today, and today. */
async function days(
  mode: string,
  before: [judged: number, flagged: number],
  now: [number, number],
  at = today,
) {
  const row = (day: number, [judged, flagged]: [number, number]) =>
    `INSERT OR REPLACE INTO detector_days VALUES ('cs2', '${mode}', ${day}, 'aim.change', 3, ${judged}, ${flagged}, 0)`;
  for (let back = 1; back <= 28; back++) await run(row(at - back, before));
  await run(row(at, now));
  await run(`INSERT INTO scopes (game, mode, rates_due) VALUES ('cs2', '${mode}', 1)
    ON CONFLICT DO UPDATE SET rates_due = 1`);
}

describe("a flag rate", () => {
  it("that is far too high is told once a day and stops its scope, until it is back", async () => {
    await days("premier", [500, 10], [500, 100]);
    await days("casual", [500, 10], [500, 12]);
    const cron = (atMs: number) => cronAt("17 * * * *", atMs);
    await Promise.all([cron(nowMs), cron(nowMs)]);
    expect(await rates()).toEqual([
      {
        ...{ game: "cs2", mode: "premier", detector: "aim.change", side: "high" },
        ...{ flag_rate: 0.2, judged: 500, flagged: 100 },
        expected: { low: expect.any(Number), high: expect.any(Number), usual: expect.any(Number) },
        ...{ from: "2026-11-01", to: "2026-11-01", compared_days: 28, automation_paused: true },
      },
    ]);
    expect(await pausedModes(service)).toEqual(["premier"]);
    await days("premier", [500, 10], [520, 104]);
    await cron(nowMs + hourMs);
    expect(await rates()).toHaveLength(1);
    await run(
      `INSERT INTO detector_days VALUES ('cs2', 'premier', ${today + 1}, 'aim.change', 3, 500, 99, 0)`,
    );
    await run("UPDATE scopes SET rates_due = 1");
    await cron(nowMs + dayMs);
    expect(await rates()).toHaveLength(2);
    await days("premier", [500, 10], [500, 9], today + 9);
    await cron(nowMs + 9 * dayMs);
    expect(await rates()).toHaveLength(2);
    expect(await pausedModes(service)).toEqual([]);
    expect(await all("SELECT * FROM scope_warnings")).toEqual([]);
  });

  it("stays resumed while it lasts, and stops the scope when it begins anew", async () => {
    await days("premier", [500, 10], [500, 100]);
    await cronAt("17 * * * *", nowMs);
    expect((await resume(service, { game: "cs2", mode: "premier" })).body.resumed).toEqual([
      { cause: "flag_rate", subject: "aim.change" },
    ]);
    await run(
      `INSERT INTO detector_days VALUES ('cs2', 'premier', ${today + 1}, 'aim.change', 3, 500, 100, 0)`,
    );
    await run("UPDATE scopes SET rates_due = 1");
    await cronAt("17 * * * *", nowMs + dayMs);
    expect((await rates())[1]).toMatchObject({ automation_paused: false });
    expect(await pausedModes(service)).toEqual([]);
    await days("premier", [500, 10], [500, 9], today + 40);
    await cronAt("17 * * * *", nowMs + 40 * dayMs);
    await days("premier", [500, 10], [500, 100], today + 41);
    await cronAt("17 * * * *", nowMs + 41 * dayMs);
    expect(await pausedModes(service)).toEqual(["premier"]);
  });

  it("of a detector that judges nobody any more stops nothing for ever", async () => {
    await days("premier", [500, 10], [500, 100]);
    await cronAt("17 * * * *", nowMs);
    expect(await pausedModes(service)).toEqual(["premier"]);
    const later = (back: number) =>
      `INSERT INTO detector_days VALUES ('cs2', 'premier', ${today + back}, 'proof.impossible', 1, 500, 0, 0)`;
    await run(later(20));
    await run("UPDATE scopes SET rates_due = 1");
    await cronAt("17 * * * *", nowMs + 20 * dayMs);
    expect(await pausedModes(service)).toEqual(["premier"]);
    await run(later(40));
    await run("UPDATE scopes SET rates_due = 1");
    await cronAt("17 * * * *", nowMs + 40 * dayMs);
    expect(await pausedModes(service)).toEqual([]);
  });

  it("that is too low is told, and stops nothing", async () => {
    await days("premier", [2_000, 100], [2_000, 0]);
    await cronAt("17 * * * *", nowMs);
    expect(await rates()).toMatchObject([{ side: "low", flag_rate: 0, automation_paused: false }]);
    expect(await pausedModes(service)).toEqual([]);
  });

  it("is compared within a bounded number of rows, and is silent where there are no days before", async () => {
    await run(`INSERT INTO detector_days VALUES ('cs2', 'premier', ${today}, 'aim.change', 3, 500, 400, 0)`);
    await run("INSERT INTO scopes (game, mode, rates_due) VALUES ('cs2', 'premier', 1)");
    await cronAt("17 * * * *", nowMs);
    expect(await rates()).toEqual([]);
    await days("premier", [500, 10], [500, 10]);
    const { body, ...reply } = await service.call("/api/ops/jobs/baselines/runs", { method: "POST" });
    expect(body.remaining).toBe(0);
    expect(costOf({ body, ...reply }).read).toBeLessThanOrEqual(29 * 3 + 40);
  });
});
