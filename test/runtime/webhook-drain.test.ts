/** Draining after an answer, crashes at each call of the store, and what it all costs. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { Hono } from "hono";
import { beforeEach, describe, expect, it } from "vitest";
import { sendOnce } from "../../src/actions/webhooks/courier.ts";
import { type DomainEvent, emitWrites } from "../../src/actions/webhooks/emit.ts";
import { batch, createDb } from "../../src/db/client.ts";
import { createMeter, meterD1 } from "../../src/db/meter.ts";
import type { AppEnv } from "../../src/env.ts";
import { type Deps, worldOf } from "../../src/http/begin.ts";
import { runCron } from "../../src/jobs/run.ts";
import { drainAfterAnswer } from "../../src/routes/webhook-drain.ts";
import { watchedD1 } from "./fault.ts";
import {
  createHook,
  createWorld,
  deliveriesOf,
  deliveryMinute,
  emit,
  emitOpened,
  idleCourier,
  ok,
  opened,
  runMinute,
  runMinutes,
  serviceOf,
  type World,
} from "./receivers.ts";
import { send, sessionRow } from "./samples.ts";
import { env, freshDatabase, nowMs } from "./service.ts";

beforeEach(freshDatabase);

/** A service whose one route emits as many events as it is asked to. */
function emitting(world: World, DB = env.DB) {
  const lines: Record<string, unknown>[] = [];
  const deps: Deps = { now: () => nowMs, log: (line) => lines.push(line), fetch: world.fetch };
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set("db", createDb(c.env.DB));
    c.set("requestId", "r");
    c.set("world", worldOf(deps));
    await next();
  });
  app.use(drainAfterAnswer(deps));
  app.get("/:n", async (c) => {
    const events = Array.from({ length: Number(c.req.param("n")) }, (_, n) => opened(n));
    await batch(c.var.db, emitWrites(c.var.db, nowMs, events));
    return c.text("done");
  });
  const ask = async (n: number) => {
    const context = createExecutionContext();
    const response = await app.request(`/${n}`, {}, { ...env, DB }, context);
    await waitOnExecutionContext(context);
    return response.status;
  };
  return { ask, lines, withoutContext: (n: number) => app.request(`/${n}`, {}, { ...env, DB }) };
}

describe("after an answer", () => {
  it("what the request emitted is delivered at once, up to forty messages; the rest by the job", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    const { ask, lines } = emitting(world);
    await ask(0);
    expect(lines).toEqual([]);
    await ask(3);
    expect(world.got).toHaveLength(3);
    expect(lines).toMatchObject([{ drain: "webhooks", id: "r", sent: 3, ended: 3 }]);
    await ask(100);
    expect(world.got).toHaveLength(43);
    await runMinute(service, world);
    expect(world.got).toHaveLength(103);
  });

  it("where there is no such time, the job delivers; a failing store fails no request", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    expect((await emitting(world).withoutContext(2)).status).toBe(200);
    expect(world.got).toEqual([]);
    const DB = watchedD1(env.DB, (texts) => {
      if (texts.some((text) => text.includes("UPDATE webhooks"))) throw new Error("D1_ERROR: down");
    });
    const { ask, lines } = emitting(world, DB);
    expect(await ask(2)).toBe(200);
    expect(lines).toMatchObject([{ drain: "webhooks", level: "error", d1: "D1_ERROR: down" }]);
    await runMinute(service, world);
    expect(world.got).toHaveLength(4);
  });
});

describe("a crash", () => {
  it.each([false, true])("at each call of the store loses nothing (digest: %s)", async (digest) => {
    for (let at = 1; at < 40; at++) {
      await freshDatabase();
      const world = createWorld({ "a.test": ok, "b.test": ok });
      const service = serviceOf(world);
      await createHook(service, "a.test", { digest });
      await createHook(service, "b.test");
      await emitOpened(30);
      let calls = 0;
      const DB = watchedD1(env.DB, () => {
        calls += 1;
        // From then on nothing is written any more, as if the isolate were gone.
        if (calls >= at) throw new Error("D1_ERROR: gone");
      });
      const isWhole = await runMinute(service, world, DB).then(
        () => true,
        () => false,
      );
      service.clock.nowMs += 60_000;
      await runMinutes(service, world, 2);
      for (const host of ["a.test", "b.test"]) {
        const byId = new Map(world.at(host).map(({ id, body }) => [id, body]));
        const bodies = [...byId.values()].flatMap((body) => body.data.events ?? [body]);
        const cases = bodies.map((body) => body.data.case).sort((a, b) => a - b);
        expect(cases, `${host}, call ${at}`).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
      }
      if (isWhole) return;
    }
    throw new Error("the run makes more calls than were tried");
  });
});

describe("one request", () => {
  const parcel = { url: "https://a.test/", headers: {}, body: "{}" };

  it("ends when its time is up, also where nothing listens to the signal", async () => {
    const fetch = () => new Promise<Response>(() => {});
    const answered = await sendOnce({ ...idleCourier, fetch, timeoutMs: 1 }, parcel);
    expect(answered).toEqual({ isDelivered: false, status: null, error: "timed_out", retryAfterMs: null });
  });

  it("does not read what the receiver answers", async () => {
    let pulled = 0;
    let isCancelled = false;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(65_536));
      },
      cancel() {
        isCancelled = true;
      },
    });
    const fetch = () => Promise.resolve(new Response(endless, { status: 200 }));
    expect(await sendOnce({ ...idleCourier, fetch }, parcel)).toMatchObject({ isDelivered: true });
    expect([isCancelled, pulled <= 1]).toEqual([true, true]);
  });
});

describe("a job that fails", () => {
  it("is told of once an hour", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    const DB = watchedD1(env.DB, (texts) => {
      if (texts.some((text) => text.includes("UPDATE standings"))) throw new Error("D1_ERROR: down");
    });
    const told = async (minutes: number) => {
      const log = () => {};
      const deps = { now: () => service.clock.nowMs, log, fetch: world.fetch };
      service.clock.nowMs += minutes * 60_000;
      await send(service, [sessionRow(minutes)]);
      await expect(runCron({ ...env, DB }, "*/5 * * * *", deps)).rejects.toThrow("rescore");
      await runMinute(service, world);
      return world.got.map(({ body }) => body.data);
    };
    expect(await told(0)).toEqual([{ job: "rescore" }]);
    expect(await told(5)).toHaveLength(1);
    expect(await told(55)).toHaveLength(2);
  });
});

describe("emitting", () => {
  const db = createDb(env.DB);

  it("is one statement, leaves last_insert_rowid() alone, and lets SQL make the data", async () => {
    const world = createWorld({ "a.test": ok });
    await createHook(serviceOf(world), "a.test");
    const made = sql`json_object('id', last_insert_rowid(), 'name', ${"it's"})`;
    const events: DomainEvent[] = [opened(1), opened(2, { data: made }), opened(3)];
    const writes = emitWrites(db, nowMs, events);
    expect(writes).toHaveLength(1);
    const insert = db.run(
      sql`INSERT INTO players (id, game, username, name_key, created_at) VALUES (41, 'g', 'u', 'u', 0)`,
    );
    const [, , last] = await batch(db, [
      insert,
      ...writes,
      db.all<{ id: number }>(sql`SELECT last_insert_rowid() AS id`),
    ] as const);
    expect(last).toEqual([{ id: 41 }]);
    const { results } = await env.DB.prepare("SELECT id, type, data FROM outbox ORDER BY id").all();
    expect(results.map(({ id, data }) => [id, JSON.parse(String(data))])).toEqual([
      [1, opened(1).data],
      [2, { id: 41, name: "it's" }],
      [3, opened(3).data],
    ]);
    expect(emitWrites(db, nowMs, [])).toEqual([]);
  });

  it("takes a thousand events, and a sweep's worth whose data is SQL, in order", async () => {
    const world = createWorld({ "a.test": ok });
    await createHook(serviceOf(world), "a.test");
    await emitOpened(1_000);
    const made = Array.from({ length: 64 }, (_, n) =>
      opened(n, { data: sql`json_object('n', ${n}, 'a', ${n}, 'b', ${n}, 'c', ${n})` }),
    );
    await emit(made);
    const { results } = await env.DB.prepare(
      "SELECT id, data ->> 'n' AS n FROM outbox WHERE id > 1000 ORDER BY id",
    ).all();
    expect(results).toEqual(Array.from({ length: 64 }, (_, n) => ({ id: 1_001 + n, n })));
  });

  it("leaves out what SQL gives no data of", async () => {
    const world = createWorld({ "a.test": ok });
    await createHook(serviceOf(world), "a.test");
    await emit([opened(1), opened(2, { data: sql`(SELECT '{}' WHERE false)` }), opened(3)]);
    const { results } = await env.DB.prepare("SELECT id, data ->> 'case' AS n FROM outbox").all();
    expect(results).toEqual([
      { id: 1, n: 1 },
      { id: 2, n: 3 },
    ]);
  });
});

describe("costs", () => {
  const cost = async (work: (d1: D1Database) => Promise<unknown>) => {
    const meter = createMeter();
    await work(meterD1(env.DB, meter));
    return { queries: meter.d1Queries, read: meter.rowsRead, written: meter.rowsWritten };
  };

  it("nothing is written where nobody listens, and one row an event where somebody does", async () => {
    const world = createWorld({ "a.test": ok });
    const hundred = Array.from({ length: 100 }, (_, n) => opened(n));
    const silent = await cost((d1) => emit(hundred, nowMs, d1));
    expect(silent).toMatchObject({ queries: 1, written: 0 });
    await createHook(serviceOf(world), "a.test");
    const heard = await cost((d1) => emit(hundred, nowMs, d1));
    expect(heard.written).toBe(100);
  });

  it("a minute with nothing to do reads a few rows, whatever is stored, and writes none", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(500);
    await runMinutes(service, world, 3);
    const line = await deliveryMinute(service, world);
    expect(line).toMatchObject({ d1_queries: 1, rows_written: 0 });
    expect(Number(line?.rows_read)).toBeLessThanOrEqual(8);
  });

  it("a delivery writes three rows, and a page of twenty a few more", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(200);
    const line = await deliveryMinute(service, world);
    expect(line).toMatchObject({ processed: 200, remaining: 0 });
    expect(await deliveriesOf(1)).toHaveLength(200);
    const each = Number(line?.rows_written) / 200;
    expect(each).toBeLessThanOrEqual(3.3);
    expect(Number(line?.rows_read) / 200).toBeLessThanOrEqual(30);
  });
});
