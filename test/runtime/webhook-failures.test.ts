/** Failures: when a delivery is tried again, when a receiver is left alone, and when it is paused. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  answering,
  createHook,
  createWorld,
  deliveriesOf,
  emit,
  emitOpened,
  type Got,
  opened,
  runMinute,
  serviceOf,
} from "./receivers.ts";
import { env, freshDatabase, nowMs } from "./service.ts";

beforeEach(freshDatabase);

const casesOf = (got: readonly Got[]) => got.map(({ body }) => body.data.case as number);

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
