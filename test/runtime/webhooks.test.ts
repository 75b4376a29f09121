/** Webhooks as admins manage them: secrets, rotation, addresses, the test button, replay, and what is kept. */
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import {
  answering,
  createHook,
  createWorld,
  deliveriesOf,
  emit,
  emitOpened,
  ok,
  opened,
  runMinute,
  serviceOf,
} from "./receivers.ts";
import { env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

const path = "/api/webhooks";
let world: ReturnType<typeof createWorld>;
let service: Service;
beforeEach(async () => {
  await freshDatabase();
  world = createWorld({ "a.test": ok, "game.example.com": ok, "down.test": answering(500) });
  service = serviceOf(world);
});

const patch = (id: number, body: object) => service.call(`${path}/${id}`, { method: "PATCH", body });
const storedText = async () => {
  const tables = await env.DB.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all<{
    name: string;
  }>();
  const own = tables.results.map(({ name }) => name).filter((name) => !/^(sqlite_|_cf_|d1_)/.test(name));
  return JSON.stringify(
    await Promise.all(own.map(async (name) => (await env.DB.prepare(`SELECT * FROM ${name}`).all()).results)),
  );
};

describe("a webhook", () => {
  it("is made, read, listed, changed and deleted as documented", async () => {
    const body = { name: "bans", url: "https://a.test/hook", event_types: ["case.opened"], games: ["cs2"] };
    const made = await service.call(path, { body });
    expectAnswer(made, operations.createWebhook, 201);
    expect(made.body).toMatchObject({ id: 1, format: "json", min_interval_seconds: 0, digest: false });
    expectAnswer(await service.call(`${path}/1`), operations.getWebhook, 200);
    expectAnswer(await service.call(path), operations.listWebhooks, 200);
    const changed = await patch(1, { name: "x", games: null, min_interval_seconds: 60, digest: true });
    expectAnswer(changed, operations.changeWebhook, 200);
    expect(changed.body).toMatchObject({ name: "x", games: null, min_interval_seconds: 60, digest: true });
    await emitOpened(2);
    await runMinute(service, world);
    expectAnswer(await service.call(`${path}/1/deliveries`), operations.listDeliveries, 200);
    expectAnswer(await service.call(`${path}/1`, { method: "DELETE" }), operations.deleteWebhook, 200);
    for (const gone of [`${path}/1`, `${path}/1/deliveries`]) expectProblem(await service.call(gone), 404);
    await emitOpened(1);
    expect((await env.DB.prepare("SELECT count(*) AS n FROM outbox").first())?.n).toBe(2);
    await runJobs(service, "housekeeping");
    expect(await deliveriesOf(1)).toEqual([]);
    expect((await env.DB.prepare("SELECT count(*) AS n FROM webhooks").first())?.n).toBe(0);
  });

  it("what is so already changes nothing, and leaves no entry", async () => {
    await createHook(service, "a.test", { games: ["cs2"] });
    const count = async () =>
      (await env.DB.prepare("SELECT count(*) AS n FROM audit_entries").first<{ n: number }>())?.n;
    const before = await count();
    await patch(1, { games: ["cs2"], url: "https://a.test/hook", status: "active", digest: false });
    expect(await count()).toBe(before);
  });

  it("of chats has an interval and digests, unless it is said otherwise", async () => {
    expect(await createHook(service, "a.test", { format: "discord" })).toMatchObject({
      min_interval_seconds: 30,
      digest: true,
    });
    expect(
      await createHook(service, "a.test", { format: "slack", min_interval_seconds: 0, digest: false }),
    ).toMatchObject({ min_interval_seconds: 0, digest: false });
  });

  it("there are at most fifty", async () => {
    const row = "INSERT INTO webhooks (name, host, sealed, format, created_at, created_by)";
    await env.DB.prepare(
      `${row} WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 50)
        SELECT 'w', 'h', '', 'json', 0, 'u' FROM c`,
    ).run();
    expectProblem(await service.call(path, { body: { name: "w", url: "https://a.test/" } }), 409);
  });

  it.each([
    [{ url: "https://a.test/", name: "" }, "/name"],
    [{ url: "https://a.test/", name: "w", event_types: ["webhook.test"] }, "/event_types/0"],
    [{ url: "https://a.test/", name: "w", event_types: [] }, "/event_types"],
    [{ url: "https://a.test/", name: "w", format: "xml" }, "/format"],
    [{ url: "https://a.test/", name: "w", min_interval_seconds: 86_401 }, "/min_interval_seconds"],
    [{ url: "nowhere", name: "w" }, "/url"],
  ])("%o is refused at %s", async (body, pointer) => {
    const reply = await service.call(path, { body });
    expectProblem(reply, 400);
    expect(reply.body.errors[0].pointer).toBe(pointer);
  });
});

const production = {
  ENVIRONMENT: "production",
  SERVICE_USERNAME: "studio",
  SERVICE_PASSWORD: "correct horse battery",
};

describe("addresses, outside development", () => {
  it("are refused when a webhook is made or changed, and again when it is delivered to", async () => {
    const strict = serviceOf(world, production);
    for (const url of ["http://a.test/", "https://127.0.0.1/", "https://[::ffff:10.0.0.1]/"]) {
      const reply = await strict.call(path, { body: { name: "w", url } });
      expectProblem(reply, 400);
      expect(reply.body.errors[0]).toMatchObject({ pointer: "/url", code: "address_refused" });
    }
    // Made in development, on the same database.
    await service.call(path, { body: { name: "w", url: "https://127.0.0.1/" } });
    expectProblem(
      await strict.call(`${path}/1`, { method: "PATCH", body: { url: "https://10.0.0.1/" } }),
      400,
    );
    expectProblem(await strict.call(`${path}/1/test`, { method: "POST" }), 409);
    await emitOpened(1);
    await strict.call("/api/ops/jobs/webhooks/runs", { method: "POST" });
    expect(world.got).toEqual([]);
    expect((await strict.call(`${path}/1`)).body).toMatchObject({
      status: "paused",
      pause_reason: "address_refused",
    });
  });
});

describe("secrets", () => {
  it("are shown once, and stand nowhere else: not in the store, the trail, answers or the log", async () => {
    const url = "https://game.example.com/api/webhooks/12/tokenOfTheChat?key=alsoSecretHere";
    const made = (await service.call(path, { body: { name: "w", url, format: "discord" } })).body;
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made.url).toBe("https://game.example.com/api/webhooks/12/...?...");
    const rotated = (await service.call(`${path}/1/rotate-secret`, { method: "POST" })).body;
    expect(rotated.secret).not.toBe(made.secret);
    await patch(1, { name: "v" });
    await emitOpened(1);
    const lines = await runMinute(service, world);
    const answers = [
      await service.call(path),
      await service.call(`${path}/1`),
      await service.call(`${path}/1/deliveries`),
      await service.call("/api/audit"),
      await service.call(`${path}/1/test`, { method: "POST" }),
    ];
    const texts = [await storedText(), JSON.stringify([answers, lines, service.log])];
    for (const secret of [
      made.secret.slice(6),
      rotated.secret.slice(6),
      "tokenOfTheChat",
      "alsoSecretHere",
    ]) {
      for (const text of texts) expect(text).not.toContain(secret);
    }
    expect(world.got.length).toBe(2);
  });

  it("after a rotation both sign for a day, parted by a space; then the new one alone", async () => {
    service.clock.nowMs = Date.now();
    const { secret: old } = await createHook(service, "a.test");
    const rotated = await service.call(`${path}/1/rotate-secret`, { method: "POST" });
    expectAnswer(rotated, operations.rotateWebhookSecret, 201);
    await service.call(`${path}/1/test`, { method: "POST" });
    const [both] = world.got;
    for (const secret of [old, rotated.body.secret]) {
      expect(new Webhook(secret).verify(both?.text ?? "", { ...both?.headers })).toMatchObject({
        type: "webhook.test",
      });
    }
    expect(both?.headers["webhook-signature"]).toMatch(/^v1,[^ ]+ v1,[^ ]+$/);
    service.clock.nowMs += 24 * 3_600_000;
    await service.call(`${path}/1/test`, { method: "POST" });
    expect(world.got[1]?.headers["webhook-signature"]).toMatch(/^v1,[^ ]+$/);
  });

  it("survive a rotation of JWT_SECRET: opened by the previous one, sealed anew when used", async () => {
    await createHook(service, "a.test");
    const next = "another-secret-of-more-than-thirty-two-bytes";
    const previous = service;
    const both = serviceOf(world, { JWT_SECRET: next, JWT_SECRET_PREVIOUS: env.JWT_SECRET ?? "" });
    await emitOpened(1);
    expect((await both.call("/api/ops/jobs/webhooks/runs", { method: "POST" })).body.processed).toBe(1);
    const only = serviceOf(world, { JWT_SECRET: next });
    expect((await only.call(`${path}/1`)).body.url).toBe("https://a.test/hook");
    // And where it is gone, nothing is sent, and the answer says why.
    expect((await previous.call(`${path}/1`)).body.url).toBeNull();
    await emit([opened(2)]);
    await previous.call("/api/ops/jobs/webhooks/runs", { method: "POST" });
    expect(world.got).toHaveLength(1);
    expect((await previous.call(`${path}/1`)).body).toMatchObject({ pause_reason: "secret_unreadable" });
    expectProblem(await previous.call(`${path}/1/rotate-secret`, { method: "POST" }), 409);
    expectProblem(await previous.call(`${path}/1/test`, { method: "POST" }), 409);
  });
});

describe("the test button", () => {
  it("sends at once and says what came of it", async () => {
    await createHook(service, "a.test");
    await createHook(service, "down.test");
    const good = await service.call(`${path}/1/test`, { method: "POST" });
    expectAnswer(good, operations.testWebhook, 200);
    expect(good.body).toMatchObject({ delivered: true, status: 204, error: null });
    expect(world.got[0]?.body).toMatchObject({ type: "webhook.test", data: { webhook: { id: 1 } } });
    const bad = await service.call(`${path}/2/test`, { method: "POST" });
    expect(bad.body).toMatchObject({ delivered: false, status: 500, error: "server_error" });
    expect((await service.call(`${path}/2`)).body.failures).toBe(0);
    expectProblem(await service.call(`${path}/9/test`, { method: "POST" }), 404);
  });
});

describe("replay", () => {
  beforeEach(async () => {
    await createHook(service, "a.test");
    for (let n = 1; n <= 5; n++) await emit([opened(n)], nowMs + n * 600_000);
    service.clock.nowMs += 3_600_000;
    await runMinute(service, world);
    await env.DB.prepare("UPDATE deliveries SET state = 'dead', attempts = 8 WHERE event_id IN (2, 4)").run();
    world.got.splice(0);
  });
  const replay = async (body: object) => {
    const reply = await service.call(`${path}/1/replay`, { body });
    expectAnswer(reply, operations.replayWebhook, 200);
    await runMinute(service, world);
    const sent = world.got.map((got) => got.body.data.case);
    world.got.splice(0);
    return [reply.body.replayed, sent];
  };

  it("of what was given up, of what came since, of what is named; under the same ids", async () => {
    expect(await replay({ dead_only: true })).toEqual([2, [2, 4]]);
    expect(await replay({ dead_only: true })).toEqual([0, []]);
    expect(await replay({ since: new Date(nowMs + 3 * 600_000).toISOString() })).toEqual([3, [3, 4, 5]]);
    expect(await replay({ since: new Date(nowMs + 3 * 600_000 + 1).toISOString() })).toEqual([2, [4, 5]]);
    expect(await replay({ event_ids: [1, 5, 99] })).toEqual([2, [1, 5]]);
    expect(await replay({ since: "2020-01-01T00:00:00Z", after: 3 })).toEqual([2, [4, 5]]);
    expectProblem(await service.call(`${path}/1/replay`, { body: {} }), 400);
    const attempts = (await deliveriesOf(1)).map(({ state }) => state);
    expect(attempts).toEqual(Array(5).fill("delivered"));
  });

  it("lists what is pending in the order of its time, the rest newest first, page by page", async () => {
    await service.call(`${path}/1/replay`, { body: { event_ids: [1, 3] } });
    const pages = async (query: string) => {
      const ids: number[] = [];
      for (let cursor = ""; ; ) {
        const { body } = await service.call(`${path}/1/deliveries?limit=1${query}${cursor}`);
        ids.push(...body.deliveries.map((row: { event_id: number }) => row.event_id));
        if (body.next_cursor === null) return ids;
        cursor = `&cursor=${body.next_cursor}`;
      }
    };
    expect(await pages("")).toEqual([5, 4, 3, 2, 1]);
    expect(await pages("&state=pending")).toEqual([1, 3]);
    expect(await pages("&state=dead")).toEqual([4, 2]);
    expect(await pages("&state=delivered")).toEqual([5]);
  });
});

describe("what is kept", () => {
  it("events and deliveries for thirty days, to the millisecond, the newest event for good", async () => {
    await createHook(service, "a.test");
    await emitOpened(3);
    await runMinute(service, world);
    const day = 86_400_000;
    service.clock.nowMs = nowMs + 30 * day - 1;
    await runJobs(service, "housekeeping");
    expect(await deliveriesOf(1)).toHaveLength(3);
    service.clock.nowMs += 1;
    await runJobs(service, "housekeeping");
    expect((await deliveriesOf(1)).map(({ event_id }) => event_id)).toEqual([3]);
    await emit([opened(4)], service.clock.nowMs);
    await runMinute(service, world);
    expect((await deliveriesOf(1)).map(({ event_id }) => event_id)).toEqual([3, 4]);
  });
});
