/** Delivery: each event to whom it concerns, signed, in order, exactly once in effect, however receivers behave. */
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";
import {
  createHook,
  createWorld,
  deliveriesOf,
  deliveryMinute,
  emit,
  emitOpened,
  type Got,
  ok,
  opened,
  runMinute,
  runMinutes,
  serviceOf,
} from "./receivers.ts";
import { env, freshDatabase, nowMs } from "./service.ts";

beforeEach(freshDatabase);

const rowsOf = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())?.n;
const casesOf = (got: readonly Got[]) => got.map(({ body }) => body.data.case as number);

describe("who hears", () => {
  it("nobody, and nothing is stored, where there is no webhook", async () => {
    const world = createWorld({});
    await emitOpened(3);
    expect(await rowsOf("outbox")).toBe(0);
    expect(await deliveryMinute(serviceOf(world), world)).toMatchObject({ processed: 0 });
  });

  it("each receiver of what concerns it, from when it was made", async () => {
    const world = createWorld({ "all.test": ok, "cs2.test": ok, "cases.test": ok });
    const service = serviceOf(world);
    await createHook(service, "all.test");
    await emit([opened(0)], nowMs);
    service.clock.nowMs += 1_000;
    await createHook(service, "cs2.test", { games: ["cs2"] });
    await createHook(service, "cases.test", { event_types: ["case.opened"] });
    service.clock.nowMs += 1_000;
    await emit(
      [
        opened(1),
        opened(2, { game: "rust" }),
        opened(3, { game: null }),
        opened(4, { game: "*" }),
        opened(5, { type: "decision.started" }),
      ],
      service.clock.nowMs,
    );
    await runMinute(service, world);
    expect(casesOf(world.at("all.test"))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(casesOf(world.at("cs2.test"))).toEqual([1, 4, 5]);
    expect(casesOf(world.at("cases.test"))).toEqual([1, 2, 3, 4]);
  });
});

describe("a message", () => {
  it("is signed as the library verifies it, and says what happened", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    service.clock.nowMs = Date.now();
    const { secret } = await createHook(service, "a.test");
    await emit([opened(7)], service.clock.nowMs);
    await runMinute(service, world);
    const [got] = world.got;
    if (!got) throw new Error("nothing came");
    const payload = {
      type: "case.opened",
      timestamp: new Date(service.clock.nowMs).toISOString(),
      data: { case: 7, player: { id: 7, username: "p7" } },
    };
    expect(new Webhook(secret).verify(got.text, { ...got.headers })).toEqual(payload);
    expect(() => new Webhook(secret).verify(`${got.text} `, { ...got.headers })).toThrow();
    expect(got.headers["content-type"]).toBe("application/json");
    expect(got.init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(await deliveriesOf(1)).toMatchObject([
      {
        state: "delivered",
        attempts: 1,
        last_status: 204,
        last_error: null,
        delivered_at: service.clock.nowMs,
      },
    ]);
  });
});

describe("500 events, three receivers", () => {
  it("arrive once in effect each, at one that fails a third of the time too, and a dead one holds nobody up", async () => {
    const random = createRandom(7);
    // A failure may come after the message was taken in: the receiver must see the same id again.
    const flaky = () => new Response(null, { status: random(3) === 0 ? 503 : 200 });
    const world = createWorld({ "ok.test": ok, "flaky.test": flaky });
    const service = serviceOf(world);
    const hooks = [];
    for (const host of ["ok.test", "flaky.test", "dead.test"]) hooks.push(await createHook(service, host));
    for (let n = 0; n < 5; n++) {
      await emit(
        Array.from({ length: 100 }, (_, i) => opened(100 * n + i)),
        nowMs + n,
      );
    }
    service.clock.nowMs += 1_000;
    await runMinute(service, world);
    expect(casesOf(world.at("ok.test"))).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(world.at("dead.test").length).toBeLessThanOrEqual(3);
    // Half an hour of the job of every minute; then as often as the later retries need it.
    const stepMs = (run: number) => (run < 30 ? 60_000 : run < 45 ? 3_600_000 : 12 * 3_600_000);
    for (let run = 0; run < 60; run++) {
      service.clock.nowMs += stepMs(run);
      await runMinute(service, world);
    }
    expect(new Set(world.at("ok.test").map(({ id }) => id)).size).toBe(500);
    const flakyIds = new Map(world.at("flaky.test").map(({ id, body }) => [id, body.data.case]));
    expect([...flakyIds.values()].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    const states = await env.DB.prepare(
      "SELECT webhook_id, state, count(*) AS n FROM deliveries WHERE webhook_id < 3 GROUP BY 1, 2 ORDER BY 1, 2",
    ).all();
    expect(states.results).toEqual([
      { webhook_id: 1, state: "delivered", n: 500 },
      { webhook_id: 2, state: "delivered", n: 500 },
    ]);
    expect(world.at("dead.test").length).toBeLessThan(50);
  });
});

describe("two drains at once", () => {
  it("never send the same one: a receiver is one sender's at a time", async () => {
    const world = createWorld({ "a.test": ok, "b.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await createHook(service, "b.test");
    await emitOpened(60);
    await Promise.all([1, 2, 3, 4].map(() => runMinute(service, world)));
    await runMinutes(service, world, 3);
    for (const host of ["a.test", "b.test"]) {
      expect(casesOf(world.at(host))).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    }
  });

  it("a receiver that was left claimed is free after a minute, and gets the same ids again", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(3);
    await env.DB.prepare("UPDATE webhooks SET lease = 'lost', lease_until = ?")
      .bind(nowMs + 60_000)
      .run();
    await runMinute(service, world);
    expect(world.got).toEqual([]);
    service.clock.nowMs += 60_000;
    await runMinute(service, world);
    expect(casesOf(world.got)).toEqual([1, 2, 3]);
  });
});
