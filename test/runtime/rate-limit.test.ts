import {
  abortAllDurableObjects,
  env,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { RateLimiter } from "../../src/rate-limit/durable-object.ts";
import { createLeaseBook } from "../../src/rate-limit/lease-book.ts";
import type { CounterState } from "../../src/rate-limit/leases.ts";
import { createLimiter } from "../../src/rate-limit/limiter.ts";
import type { Policy } from "../../src/rate-limit/policy.ts";

const { RATE_LIMITER: namespace } = env as unknown as { RATE_LIMITER: DurableObjectNamespace<RateLimiter> };
const startMs = 1_800_000_000_000;
const ten: Policy = { name: "ten", limit: 10, periodSeconds: 60 };
/** A period and the slot beyond it: everything counted is free again. */
const windowMs = 61_000;

const counterOf = (policy: Policy, key: string) =>
  namespace.get(namespace.idFromName(`${policy.name}:${key}`));

/** How many of `count` simultaneous callers are let in. */
async function admitted(policy: Policy, key: string, nowMs: number, count: number): Promise<number> {
  const limiter = createLimiter(namespace, { nowMs });
  const verdicts = await Promise.all(Array.from({ length: count }, () => limiter.take(key, policy)));
  return verdicts.filter(({ allowed }) => allowed).length;
}

/** Writes of the counter's row from now on, counted at the storage itself. */
async function countWrites(policy: Policy, key: string): Promise<() => number> {
  let writes = 0;
  await runInDurableObject(counterOf(policy, key), (_instance, { storage }) => {
    const put = storage.kv.put.bind(storage.kv);
    storage.kv.put = (name, value) => {
      writes++;
      put(name, value);
    };
  });
  return () => writes;
}

const stored = (policy: Policy, key: string) =>
  runInDurableObject(counterOf(policy, key), async (_instance, { storage }) => ({
    rows: [...storage.kv.list()],
    alarmMs: await storage.getAlarm(),
  }));

describe("twenty parallel callers at a limit of ten", () => {
  it("get exactly ten, window after window, the object evicted between them", async () => {
    for (const nowMs of [startMs, startMs + windowMs, startMs + 2 * windowMs]) {
      expect(await admitted(ten, "between", nowMs, 20)).toBe(10);
      expect(await admitted(ten, "between", nowMs + windowMs - 1, 20)).toBe(0);
      await evictDurableObject(counterOf(ten, "between"));
    }
  });

  it("get exactly ten when the object is evicted in the middle of the window", async () => {
    for (const offsetMs of [0, 500, 20_000, 59_000]) {
      expect(await admitted(ten, "middle", startMs + offsetMs, 2)).toBe(2);
      await evictDurableObject(counterOf(ten, "middle"));
    }
    expect(await admitted(ten, "middle", startMs + 59_000, 20)).toBe(2);
  });

  it("get exactly ten when the object is aborted at once after its answers", async () => {
    expect(await admitted(ten, "abort", startMs, 7)).toBe(7);
    await abortAllDurableObjects();
    expect(await admitted(ten, "abort", startMs, 20)).toBe(3);
  });

  it("and each key and each policy has its own ten", async () => {
    const other = { ...ten, name: "other" };
    expect(await admitted(ten, "one", startMs, 20)).toBe(10);
    expect(await admitted(ten, "two", startMs, 20)).toBe(10);
    expect(await admitted(other, "one", startMs, 20)).toBe(10);
  });

  it("by the real clock too", async () => {
    const limiter = createLimiter(namespace, {});
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => limiter.take("real", ten)));
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect(await limiter.take("real", ten, 0)).toMatchObject({ allowed: false, remaining: 0 });
  });
});

describe("storage", () => {
  it.each([
    { limit: 10, takes: 10, writes: 10 },
    { limit: 100, takes: 100, writes: 100 },
    // Without a lease book every permit is asked for, and written.
    { limit: 1_000, takes: 200, writes: 200 },
  ])("limit $limit: $writes writes for $takes permits", async ({ limit, takes, writes }) => {
    const policy = { name: `writes-${limit}`, limit, periodSeconds: 60 };
    const written = await countWrites(policy, "a");
    expect(await admitted(policy, "a", startMs, takes)).toBe(takes);
    expect(written()).toBe(writes);
    expect((await stored(policy, "a")).rows).toHaveLength(1);
  });

  it("refused requests and looks write nothing", async () => {
    const limiter = createLimiter(namespace, { nowMs: startMs });
    const written = await countWrites(ten, "refused");
    await limiter.take("refused", ten, 0);
    expect(await stored(ten, "refused")).toEqual({ rows: [], alarmMs: null });
    await admitted(ten, "refused", startMs, 10);
    expect(await admitted(ten, "refused", startMs + 1_000, 500)).toBe(0);
    await limiter.take("refused", ten, 11);
    await limiter.take("refused", ten, 0);
    expect(written()).toBe(10);
  });
});

describe("leases", () => {
  const thousand: Policy = { name: "thousand", limit: 1_000, periodSeconds: 60 };
  const isolate = (nowMs: number, book = createLeaseBook()) =>
    createLimiter(namespace, { book, now: () => nowMs, nowMs });

  it("are stored before they are handed out: an eviction forgets none", async () => {
    for (let n = 0; n < 5; n++) {
      const limiter = isolate(startMs);
      await limiter.take("stored", thousand, 50);
      await limiter.take("stored", thousand, 1);
      await evictDurableObject(counterOf(thousand, "stored"));
    }
    const row = (await stored(thousand, "stored")).rows[0]?.[1] as { state: CounterState } | undefined;
    const leased = (row?.state.leases ?? []).reduce((sum, { permits }) => sum + permits, 0);
    expect(leased).toBeGreaterThan(100);
    const { remaining } = await isolate(startMs).take("stored", thousand, 0);
    expect(remaining).toBe(1_000 - 5 * 51 - leased);
  });

  it("cost one write a call, however many requests they serve", async () => {
    const written = await countWrites(thousand, "writes");
    let calls = 0;
    const book = createLeaseBook();
    const limiter = createLimiter(namespace, {
      book,
      now: () => startMs,
      nowMs: startMs,
      onCall: () => calls++,
    });
    for (let n = 0; n < 500; n++) await limiter.take("writes", thousand);
    expect(calls).toBeLessThanOrEqual(30);
    expect(written()).toBe(calls);
  });

  it("keep their counter until the last of them has ended and left the window", async () => {
    const limiter = isolate(startMs);
    await limiter.take("kept", thousand, 50);
    await limiter.take("kept", thousand, 1);
    const [, row] = (await stored(thousand, "kept")).rows[0] as [string, { lastUseMs: number }];
    expect(row.lastUseMs).toBeGreaterThan(Date.now() + 25_000);
  });
});

describe("the alarm", () => {
  /** Moves the stored last use into the past: as if real time had passed. */
  const age = (policy: Policy, key: string, byMs: number) =>
    runInDurableObject(counterOf(policy, key), (_instance, { storage }) => {
      const row = storage.kv.get<{ lastUseMs: number }>("counter");
      if (row) storage.kv.put("counter", { ...row, lastUseMs: row.lastUseMs - byMs });
    });

  it("is set once, by the real clock, whatever clock is injected", async () => {
    const beforeMs = Date.now();
    await admitted(ten, "alarm", startMs, 1);
    const first = await stored(ten, "alarm");
    expect(first.alarmMs).toBeGreaterThanOrEqual(beforeMs + windowMs);
    expect(first.alarmMs).toBeLessThanOrEqual(Date.now() + windowMs);
    await admitted(ten, "alarm", startMs + 1_000, 5);
    await evictDurableObject(counterOf(ten, "alarm"));
    await admitted(ten, "alarm", startMs + 2_000, 1);
    expect((await stored(ten, "alarm")).alarmMs).toBe(first.alarmMs);
  });

  it("that comes early keeps the counts and comes again", async () => {
    await admitted(ten, "early", startMs, 4);
    expect(await runDurableObjectAlarm(counterOf(ten, "early"))).toBe(true);
    expect((await stored(ten, "early")).alarmMs).toBeGreaterThan(Date.now());
    await evictDurableObject(counterOf(ten, "early"));
    expect(await admitted(ten, "early", startMs, 20)).toBe(6);
  });

  it("drops idle state and sets nothing further; the key then starts afresh", async () => {
    await admitted(ten, "idle", startMs, 10);
    await age(ten, "idle", windowMs);
    await evictDurableObject(counterOf(ten, "idle"));
    expect(await runDurableObjectAlarm(counterOf(ten, "idle"))).toBe(true);
    expect(await stored(ten, "idle")).toEqual({ rows: [], alarmMs: null });
    expect(await admitted(ten, "idle", startMs, 20)).toBe(10);
    expect((await stored(ten, "idle")).alarmMs).not.toBeNull();
  });

  it("is not put off by looks", async () => {
    await admitted(ten, "looks", startMs, 10);
    await age(ten, "looks", windowMs);
    await evictDurableObject(counterOf(ten, "looks"));
    const look = await createLimiter(namespace, { nowMs: startMs + windowMs }).take("looks", ten, 0);
    expect(look).toMatchObject({ allowed: true, remaining: 10 });
    await runDurableObjectAlarm(counterOf(ten, "looks"));
    expect(await stored(ten, "looks")).toEqual({ rows: [], alarmMs: null });
  });

  it("keeps what is one second short of idle", async () => {
    await admitted(ten, "short", startMs, 10);
    await age(ten, "short", windowMs - 1_000);
    await evictDurableObject(counterOf(ten, "short"));
    await runDurableObjectAlarm(counterOf(ten, "short"));
    expect((await stored(ten, "short")).rows).toHaveLength(1);
  });
});
