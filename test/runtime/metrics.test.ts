/** The figures: who may see them, what they say, and what they cost. */
import { beforeEach, describe, expect, it } from "vitest";
import { families } from "../../src/metrics/families.ts";
import { parseOpenMetrics } from "../metrics/openmetrics.ts";
import { insertCase } from "./case-fixtures.ts";
import { expectProblem } from "./contract.ts";
import { send, sessionRow } from "./samples.ts";
import { costOf, createService, freshDatabase, nowMs, type Service } from "./service.ts";
import { cronAt, minuteMs, run } from "./watching.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

async function scrape() {
  const reply = await service.call("/metrics");
  expect([reply.status, reply.headers.get("content-type")]).toEqual([
    200,
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
  ]);
  const read = parseOpenMetrics(reply.body as string);
  const figure = (key: string) =>
    read.get(key.replace(/[{].*/, "").replace(/_(total|count|sum|bucket)$/, ""))?.samples.get(key);
  return { read, figure, cost: costOf(reply) };
}

describe("GET /metrics", () => {
  it("names every family, and is OpenMetrics", async () => {
    const { read } = await scrape();
    expect([...read.keys()]).toEqual(families.map(({ name }) => name));
    for (const { name, type, unit } of families)
      expect(read.get(name)).toMatchObject({ type, unit: unit ?? null });
  });

  it("is for admins, and for keys of its scope that are bound to no game", async () => {
    const keyOf = async (more: object) => {
      const { body } = await service.call("/api/auth/keys", { body: { name: "k", ...more } });
      return { role: null, headers: { authorization: `Bearer ${body.key}` } } as const;
    };
    const reply = await service.call("/metrics", await keyOf({ scopes: ["metrics:read"] }));
    expect(reply.status).toBe(200);
    expectProblem(await service.call("/metrics", await keyOf({ scopes: ["players:read"] })), 403);
    const bound = await keyOf({ scopes: ["metrics:read"], games: ["cs2"] });
    expectProblem(await service.call("/metrics", bound), 403);
  });

  it("counts requests, rows, costs and the limiter", async () => {
    await send(service, [sessionRow(0), sessionRow(1), { ...sessionRow(2), kills: -1 }]);
    await send(service, [sessionRow(0)]);
    await service.call("/nothing");
    const { figure } = await scrape();
    const route = 'route="POST /api/telemetry/sessions",status="200"';
    expect(figure(`gamesec_requests_total{${route}}`)).toBe(2);
    expect(figure('gamesec_requests_total{route="unmatched",status="404"}')).toBe(1);
    expect(figure('gamesec_ingest_rows_total{kind="sessions",outcome="accepted"}')).toBe(2);
    expect(figure('gamesec_ingest_rows_total{kind="sessions",outcome="duplicate"}')).toBe(1);
    expect(figure('gamesec_ingest_rows_total{kind="sessions",outcome="rejected"}')).toBe(1);
    expect(figure("gamesec_request_duration_seconds_count")).toBe(3);
    const sum = (member: string) =>
      service.log.slice(0, 3).reduce((all, line) => all + Number(line[member]), 0);
    expect(figure('gamesec_d1_rows_written_total{by="requests"}')).toBe(sum("rows_written"));
    expect(figure('gamesec_d1_rows_read_total{by="requests"}')).toBe(sum("rows_read"));
    expect(figure("gamesec_limiter_calls_total")).toBe(sum("limiter_calls"));
    expect(figure("gamesec_backlog")).toBe(2);
    expect(figure("gamesec_sessions")).toBe(2);
  });

  it("tells of jobs, cases and what is paused as cron left it", async () => {
    await send(service, [sessionRow(0)]);
    await insertCase();
    await run(
      `INSERT INTO automation_days VALUES ('cs2', 'ban', ${Math.floor(nowMs / 86_400_000)}, 20, ${nowMs})`,
    );
    await run("INSERT INTO deliveries (webhook_id, event_id, state, due_at) VALUES (1, 1, 'dead', 0)");
    await run(
      `INSERT INTO quality_flags (game, month, detector, version, flags) VALUES ('*', '2026-11', 'reaction.floor', 2, 9)`,
    );
    service.clock.nowMs += 2 * minuteMs;
    expect((await scrape()).figure("gamesec_backlog_oldest_age_seconds")).toBe(120);
    await cronAt("*/5 * * * *", service.clock.nowMs);
    const { figure, read } = await scrape();
    expect(figure("gamesec_backlog_oldest_age_seconds")).toBe(0);
    expect(figure('gamesec_job_last_end_timestamp_seconds{job="rescore"}')).toBe(service.clock.nowMs / 1_000);
    expect(figure('gamesec_job_last_success{job="rescore"}')).toBe(1);
    expect(figure('gamesec_job_runs_total{job="rescore",outcome="ended"}')).toBe(1);
    expect(figure('gamesec_cases_open{state="open"}')).toBe(1);
    expect(read.get("gamesec_cases_oldest_age_seconds")?.samples.size).toBe(1);
    expect(figure('gamesec_automation_paused{cause="quota"}')).toBe(1);
    expect(figure('gamesec_webhook_deliveries{state="dead"}')).toBe(1);
    expect(figure('gamesec_detector_flags{detector="reaction.floor",version="2"}')).toBe(9);
  });

  it("reads at most 60 rows, however much is stored", async () => {
    for (const text of [
      `INSERT INTO quality_flags (game, month, detector, version, flags)
        SELECT '*', '2026-11', 'd' || value, 1, 1 FROM generate_series`,
      `INSERT INTO standings (player_id, mode, game, changed_at, due_at)
        SELECT value, 'm', 'g', value, value FROM generate_series`,
    ])
      await run(
        text.replace(
          "FROM generate_series",
          `FROM json_each('${JSON.stringify(
            Array(2_000)
              .fill(0)
              .map((_, i) => i),
          )}')`,
        ),
      );
    const series = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [`["requests","r${i}","200"]`, 1]),
    );
    await run(
      `INSERT INTO metric_blocks (name, at, revision, value) VALUES ('counts', 0, 1, '${JSON.stringify(series)}')`,
    );
    await cronAt("* * * * *", service.clock.nowMs);
    const { cost } = await scrape();
    expect(cost.read).toBeLessThanOrEqual(60);
    expect(cost.read).toBeGreaterThan(40);
    expect(cost.written).toBeLessThanOrEqual(1);
    await service.call("/ready", { role: null });
    expect(service.log.at(-1)?.rows_read).toBeLessThanOrEqual(4);
  });
});
