/** Delivery: each event to whom it concerns, signed, in order, exactly once in effect, however receivers behave. */
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";
import {
  answering,
  createHook,
  createWorld,
  deliveriesOf,
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
    expect(await runMinute(serviceOf(world), world)).toMatchObject([{ job: "webhooks", processed: 0 }]);
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

describe("failures", () => {
  it("are tried again 5 s, 30 s, 2 min, 10 min, 1 h, 6 h and 24 h later, then given up", async () => {
    const world = createWorld({ "a.test": answering(500) });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(1);
    const waits: number[] = [];
    let last = nowMs;
    for (let step = 0; step < 40 && (await deliveriesOf(1))[0]?.state !== "dead"; step++) {
      const before = world.got.length;
      await runMinute(service, world);
      if (world.got.length > before) {
        waits.push((service.clock.nowMs - last) / 1_000);
        last = service.clock.nowMs;
      }
      const [next] = (
        await env.DB.prepare(
          "SELECT max(d.due_at, w.next_at) AS at FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id",
        ).all<{ at: number }>()
      ).results;
      service.clock.nowMs = Math.max(service.clock.nowMs, next?.at ?? 0);
    }
    expect(waits).toEqual([0, 5, 30, 120, 600, 3_600, 21_600, 86_400]);
    expect(await deliveriesOf(1)).toMatchObject([
      { state: "dead", attempts: 8, last_status: 500, last_error: "server_error" },
    ]);
    expect(new Set(world.got.map(({ id }) => id)).size).toBe(1);
  });

  it.each([
    { name: "a redirect", behave: answering(302, { location: "https://evil.test/" }), error: "redirected" },
    { name: "a refusal", behave: answering(400), error: "refused" },
    {
      name: "a broken line",
      behave: () => Promise.reject(new Error("secret detail")),
      error: "connection_failed",
    },
  ])("$name is named in a word of ours", async ({ behave, error }) => {
    const world = createWorld({ "a.test": behave });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(1);
    await runMinute(service, world);
    expect(world.got).toHaveLength(1);
    expect(await deliveriesOf(1)).toMatchObject([{ state: "pending", attempts: 1, last_error: error }]);
  });

  it("a receiver that fails three times in a row is left alone, then asked with one message", async () => {
    let isUp = false;
    const world = createWorld({ "a.test": () => new Response(null, { status: isUp ? 200 : 500 }) });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(50);
    await runMinute(service, world);
    expect(world.got).toHaveLength(3);
    service.clock.nowMs += 4_999;
    await runMinute(service, world);
    expect(world.got).toHaveLength(3);
    service.clock.nowMs += 1;
    await runMinute(service, world);
    expect(world.got).toHaveLength(4);
    isUp = true;
    service.clock.nowMs += 30_000;
    await runMinute(service, world);
    expect(new Set(world.got.map(({ id }) => id)).size).toBe(50);
    expect((await service.call("/api/webhooks/1")).body).toMatchObject({ failures: 0, failing_since: null });
  });

  it("410 pauses at once; what waited is sent once it is set going again", async () => {
    let status = 410;
    const world = createWorld({ "a.test": () => new Response(null, { status }) });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(2);
    await runMinute(service, world);
    expect(world.got).toHaveLength(1);
    const { body } = await service.call("/api/webhooks/1");
    expect(body).toMatchObject({ status: "paused", pause_reason: "gone" });
    await emit([opened(3)]);
    service.clock.nowMs += 3_600_000;
    await runMinute(service, world);
    expect(world.got).toHaveLength(1);
    status = 200;
    await service.call("/api/webhooks/1", { method: "PATCH", body: { status: "active" } });
    await runMinute(service, world);
    expect(casesOf(world.got)).toEqual([1, 1, 2, 3]);
    const entries = await env.DB.prepare(
      "SELECT actor FROM audit_entries WHERE action = 'webhook.change' ORDER BY id",
    ).all();
    expect(entries.results).toEqual([{ actor: "system:cron" }, { actor: "user:tester" }]);
  });

  it("three days of them pause, to the millisecond; a success in between starts anew", async () => {
    let status = 500;
    const world = createWorld({ "a.test": () => new Response(null, { status }) });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(40);
    await runMinute(service, world);
    service.clock.nowMs += 2 * 86_400_000;
    status = 200;
    await runMinute(service, world);
    status = 500;
    const failingSinceMs = service.clock.nowMs + 60_000;
    service.clock.nowMs = failingSinceMs;
    await emitOpened(40, failingSinceMs);
    await runMinute(service, world);
    const statusAt = async (ms: number) => {
      service.clock.nowMs = ms;
      await runMinute(service, world);
      return (await service.call("/api/webhooks/1")).body;
    };
    // The last look before the three days are over must not be less than an hour before their end.
    expect((await statusAt(failingSinceMs + 2 * 86_400_000)).status).toBe("active");
    expect((await statusAt(failingSinceMs + 3 * 86_400_000 - 3_600_001)).status).toBe("active");
    expect(await statusAt(failingSinceMs + 3 * 86_400_000)).toMatchObject({
      status: "paused",
      pause_reason: "failing",
    });
  });

  it("ten deliveries in a row that died pause; the others wait", async () => {
    const world = createWorld({ "a.test": answering(400) });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(12);
    await runMinute(service, world);
    // As if each had failed seven times, at a receiver that was asked rarely enough.
    const stale = "UPDATE deliveries SET attempts = 7, due_at = 0";
    for (let round = 0; round < 12; round++) {
      await env.DB.batch([
        env.DB.prepare(`${stale} WHERE state = 'pending'`),
        env.DB.prepare("UPDATE webhooks SET next_at = 0"),
      ]);
      service.clock.nowMs += 1;
      await runMinute(service, world);
    }
    expect((await service.call("/api/webhooks/1")).body).toMatchObject({
      status: "paused",
      pause_reason: "deliveries_died",
    });
    const states = (await deliveriesOf(1)).map(({ state }) => state);
    expect(states.filter((state) => state === "dead")).toHaveLength(10);
  });

  it("429 is no attempt, and Retry-After is obeyed to the second", async () => {
    let isBusy = true;
    const world = createWorld({
      "a.test": () =>
        isBusy
          ? new Response(null, { status: 429, headers: { "retry-after": "90" } })
          : new Response(null, { status: 200 }),
    });
    const service = serviceOf(world);
    await createHook(service, "a.test");
    await emitOpened(5);
    await runMinute(service, world);
    expect(world.got).toHaveLength(1);
    service.clock.nowMs += 89_999;
    await runMinute(service, world);
    expect(world.got).toHaveLength(1);
    isBusy = false;
    service.clock.nowMs += 1;
    await runMinute(service, world);
    expect(world.got).toHaveLength(6);
    expect(await deliveriesOf(1)).toMatchObject(Array(5).fill({ state: "delivered", attempts: 1 }));
  });
});
