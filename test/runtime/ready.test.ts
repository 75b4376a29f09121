/** Readiness: what is checked, what it costs, and what nobody is told. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Env } from "../../src/env.ts";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer } from "./contract.ts";
import { failingD1 } from "./fault.ts";
import { send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";
import { cronAt, minuteMs } from "./watching.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const allOk = { configuration: "ok", database: "ok", limiter: "ok", sweep: "ok", backlog: "ok" };
const ready = (of = service) => of.call("/ready", { role: null });

describe("GET /ready", () => {
  it("says yes to anybody, for four rows", async () => {
    const reply = await ready();
    expectAnswer(reply, operations.ready, 200);
    expect([reply.status, reply.body]).toEqual([200, { status: "ready", checks: allOk }]);
    expect(service.log.at(-1)).toMatchObject({ d1_queries: 2, limiter_calls: 1, rows_written: 0 });
    expect(service.log.at(-1)?.rows_read).toBeLessThanOrEqual(4);
  });

  it("asks again after five seconds and not before", async () => {
    await ready();
    service.clock.nowMs += 4_999;
    await ready();
    expect(service.log.at(-1)).toMatchObject({ d1_queries: 0, limiter_calls: 0 });
    service.clock.nowMs += 1;
    await ready();
    expect(service.log.at(-1)).toMatchObject({ d1_queries: 2, limiter_calls: 1 });
  });

  const dead = { get: () => ({ take: () => Promise.reject(new Error("gone")) }), idFromName: () => "" };
  const silent = { get: () => ({ take: () => new Promise(() => {}) }), idFromName: () => "" };
  it.each([
    ["configuration", { JWT_SECRET: "short" }],
    ["database", { DB: failingD1(env.DB, /metric_blocks/) }],
    ["limiter", { RATE_LIMITER: dead as unknown as Env["RATE_LIMITER"] }],
    ["limiter", { RATE_LIMITER: silent as unknown as Env["RATE_LIMITER"] }],
  ] as const)("is 503 without its %s", async (check, overrides) => {
    const pause = (ms: number) =>
      ms === 2_000 ? Promise.resolve().then(() => settled()) : Promise.resolve();
    const other = createService({ ...overrides }, { pause });
    const { status, body } = await ready(other);
    expect([status, body.status, body.checks[check]]).toEqual([503, "unready", "failing"]);
    expect(JSON.stringify(body)).not.toContain("JWT_SECRET");
  });

  it("is degraded, and serves, when nothing is swept", async () => {
    await send(service, [sessionRow(0)]);
    service.clock.nowMs += 16 * minuteMs;
    const late = await ready();
    expect([late.status, late.body]).toEqual([
      200,
      { status: "degraded", checks: { ...allOk, sweep: "failing" } },
    ]);
    service.clock.nowMs += 15 * minuteMs;
    expect((await ready()).body.checks).toEqual({ ...allOk, sweep: "failing", backlog: "failing" });
    await cronAt("*/5 * * * *", service.clock.nowMs);
    service.clock.nowMs += 5_000;
    expect((await ready()).body).toEqual({ status: "ready", checks: allOk });
    service.clock.nowMs += 16 * minuteMs;
    expect((await ready()).body.checks).toEqual({ ...allOk, sweep: "failing" });
  });
});

/** Long enough for D1 and the limiter of a test to answer. */
const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 1_000));
