/** The sealer: one chain whoever calls at once, whenever it crashes, and a key that never leaves it. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { AuditSealer } from "../../src/audit/sealer.ts";
import { failingD1, watchedD1 } from "./fault.ts";
import { env, freshDatabase } from "./service.ts";
import {
  all,
  append,
  appendBulk,
  evict,
  expectSound,
  meter,
  run,
  sealer,
  trail,
  verifyAll,
  withDatabase,
} from "./trail.ts";

beforeEach(freshDatabase);

const seals = () => all<{ first_id: number; last_id: number }>("SELECT first_id, last_id FROM audit_seals");

/** A D1 that does what it is asked where `pattern` appears, and whose answer is lost. */
const forgetfulD1 = (pattern: RegExp) =>
  watchedD1(env.DB, async (texts, values) => {
    if (!texts.some((text) => pattern.test(text))) return;
    await env.DB.batch(texts.map((text, place) => env.DB.prepare(text).bind(...(values[place] ?? []))));
    throw new Error("D1_ERROR: network connection lost");
  });

describe("sealing", () => {
  it("of an empty trail does nothing", async () => {
    expect(await trail.seal(1_000)).toBe(0);
    expect(await verifyAll()).toMatchObject({ head: "none", checked: 0, problems: [], sealedThrough: 0 });
    expect(await seals()).toEqual([]);
  });

  it("takes blocks of 200 in the order of ids, up to its limit, and goes on", async () => {
    await appendBulk(450);
    expect(await trail.countUnsealed()).toBe(450);
    expect(await trail.seal(250)).toBe(250);
    expect(await trail.countUnsealed()).toBe(200);
    await evict();
    expect(await trail.seal(1_000)).toBe(200);
    expect(await seals()).toEqual([
      { first_id: 1, last_id: 200 },
      { first_id: 201, last_id: 250 },
      { first_id: 251, last_id: 450 },
    ]);
    await expectSound(450);
  });

  it("by several at once is one chain, each entry in one seal", async () => {
    await appendBulk(1_000);
    const [a = 0, b = 0, c = 0] = await Promise.all([trail.seal(700), trail.seal(700), trail.seal(700)]);
    expect(a + b + c).toBe(1_000);
    expect(await seals()).toHaveLength(6);
    await expectSound(1_000);
  });

  it("while entries come in leaves no gap", async () => {
    const writers = Promise.all(Array.from({ length: 4 }, () => append(25)));
    for (let n = 0; n < 8; n++) await trail.seal(13);
    await writers;
    await trail.seal(1_000);
    await expectSound(100);
  });

  it("writes one row a block", async () => {
    await appendBulk(200);
    const before = { ...meter };
    await trail.seal(200);
    expect(meter.rowsWritten - before.rowsWritten).toBe(1);
    expect(meter.rowsRead - before.rowsRead).toBeLessThanOrEqual(210);
  });
});

describe("ids", () => {
  it("have no gaps: a batch that fails gives its id back", async () => {
    await append(2);
    const insert = "INSERT INTO audit_entries (at, action, actor, payload_digest) VALUES (1, 'x', 'y', 'z')";
    await expect(run(insert, insert, "SELECT json('guard')")).rejects.toThrow(/malformed JSON/);
    await expect(run(insert, "INSERT INTO totals SELECT * FROM totals")).rejects.toThrow(/UNIQUE/);
    await expect(run(insert.replace("'x'", "NULL"))).rejects.toThrow(/NOT NULL/);
    await append(1);
    expect((await all("SELECT id FROM audit_entries ORDER BY id")).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(await verifyAll()).toMatchObject({ problems: [], unsealed: 3 });
  });
});

describe("a crash", () => {
  beforeEach(() => append(5));

  const crashes: readonly (readonly [string, () => D1Database])[] = [
    ["before the entries are read", () => failingD1(env.DB, /FROM audit_entries/)],
    ["before the seal is in D1", () => failingD1(env.DB, /INSERT INTO audit_seals/)],
    ["after the seal is in D1, before the head is moved", () => forgetfulD1(/INSERT INTO audit_seals/)],
  ];
  it.each(crashes)("%s: the chain goes on, each entry in one seal", async (_, database) => {
    await trail.seal(2);
    await expect(withDatabase(database(), (one) => one.seal(2))).rejects.toThrow(/D1_ERROR/);
    await evict();
    await append(5);
    await trail.seal(1_000);
    await expectSound(10);
    expect((await seals()).every(({ last_id }, place, list) => list[place + 1]?.first_id !== last_id)).toBe(
      true,
    );
  });

  it.each(crashes)("%s: verification finds nothing wrong, whoever comes first", async (_, database) => {
    await expect(withDatabase(database(), (one) => one.seal(2))).rejects.toThrow(/D1_ERROR/);
    await abortAllDurableObjects();
    expect(await verifyAll()).toMatchObject({ problems: [] });
  });

  it("that comes again and again: the same seal is written", async () => {
    for (let n = 0; n < 3; n++) {
      await append(1);
      const failing = failingD1(env.DB, /INSERT INTO audit_seals/);
      await expect(withDatabase(failing, (one) => one.seal(1_000))).rejects.toThrow(/D1_ERROR/);
    }
    await trail.seal(1_000);
    expect((await seals())[0]).toEqual({ first_id: 1, last_id: 6 });
    await expectSound(8);
  });

  it("before the sealer's own storage took it: nothing is in D1", async () => {
    await runInDurableObject(sealer(), async (_, state) => {
      const { put } = state.storage.kv;
      state.storage.kv.put = (name, value) => {
        if (name === "chain") throw new Error("storage failed");
        put.call(state.storage.kv, name, value);
      };
      await expect(new AuditSealer(state, { DB: env.DB }).seal(9)).rejects.toThrow("storage failed");
    });
    expect(await seals()).toEqual([]);
    await evict();
    expect(await trail.seal(9)).toBe(5);
    await expectSound(5);
  });

  it("an operation that fails does not hold up the next", async () => {
    const DB = failingD1(env.DB, /INSERT INTO audit_seals/, { times: 1 });
    await withDatabase(DB, async (one) => {
      const outcomes = await Promise.allSettled([one.seal(9), one.seal(9), one.verify(0, 9)]);
      expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    });
    await expectSound(5);
  });
});

describe("the key", () => {
  it("is random, survives evictions, and is nowhere in D1", async () => {
    const keyOf = () => runInDurableObject(sealer(), (_, { storage }) => storage.kv.get<string>("key"));
    await append(1);
    await trail.seal(1);
    const key = await keyOf();
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
    await evict();
    await trail.countUnsealed();
    expect(await keyOf()).toBe(key);
    expect(JSON.stringify(await all("SELECT * FROM audit_seals"))).not.toContain(key);
    await freshDatabase();
    await append(1);
    await trail.seal(1);
    expect(await keyOf()).not.toBe(key);
  });
});
