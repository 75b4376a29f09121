/** Pruning: what is older than its retention leaves in whole blocks, and the rest still verifies. */
import { beforeEach, describe, expect, it } from "vitest";
import { failingD1, watchedD1 } from "./fault.ts";
import { createService, env, freshDatabase, nowMs, runJobs } from "./service.ts";
import {
  all,
  append,
  appendBulk,
  dropTriggers,
  evict,
  run,
  trail,
  verifyAll,
  withDatabase,
} from "./trail.ts";

const dayMs = 86_400_000;
const idsLeft = async () =>
  (await all<{ id: number }>("SELECT id FROM audit_entries ORDER BY id")).map(({ id }) => id);
const checkpoints = () => all("SELECT last_id, entries, made_at FROM audit_checkpoints");

beforeEach(async () => {
  await freshDatabase();
  // Three blocks of different ages, and what is not sealed.
  await appendBulk(3, nowMs - 400 * dayMs);
  await trail.seal(9);
  await appendBulk(3, nowMs - 399 * dayMs);
  await trail.seal(9);
  await appendBulk(3, nowMs - 10 * dayMs);
  await trail.seal(9);
  await appendBulk(2, nowMs - 401 * dayMs);
});

describe("pruning", () => {
  it("deletes whole sealed blocks, leaves a checkpoint, and the rest verifies", async () => {
    expect(await trail.countPrunable(nowMs - 399.5 * dayMs)).toBe(3);
    expect(await trail.prune(nowMs - 399.5 * dayMs, nowMs)).toBe(3);
    expect(await idsLeft()).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await checkpoints()).toEqual([{ last_id: 3, entries: 3, made_at: nowMs }]);
    expect(await verifyAll()).toMatchObject({ checked: 6, head: "ok", problems: [], unsealed: 2 });
    await evict();
    expect(await trail.prune(nowMs - 365 * dayMs, nowMs + 1)).toBe(3);
    expect(await checkpoints()).toEqual([{ last_id: 6, entries: 6, made_at: nowMs + 1 }]);
    expect(await trail.prune(nowMs - 365 * dayMs, nowMs + 2)).toBe(0);
    expect(await verifyAll()).toMatchObject({ checked: 3, head: "ok", problems: [] });
  });

  it("never takes what is not sealed, however old, and the chain goes on from an empty table", async () => {
    expect(await trail.prune(nowMs, nowMs)).toBe(9);
    expect(await idsLeft()).toEqual([10, 11]);
    expect(await verifyAll()).toMatchObject({ head: "ok", problems: [], unsealed: 2 });
    await trail.seal(9);
    expect(await trail.prune(nowMs, nowMs)).toBe(2);
    await append(1);
    await trail.seal(9);
    expect(await verifyAll()).toMatchObject({ checked: 1, head: "ok", problems: [], sealedThrough: 12 });
  });

  it("takes a bounded slice", async () => {
    for (let n = 0; n < 4; n++) await trail.seal(1);
    await appendBulk(5, 1);
    for (let n = 0; n < 5; n++) await trail.seal(1);
    expect(await trail.prune(nowMs, nowMs)).toBe(11);
    expect(await trail.prune(nowMs, nowMs)).toBe(5);
  });

  const crashes: readonly (readonly [string, () => D1Database])[] = [
    ["before", () => failingD1(env.DB, /DELETE FROM audit_entries/)],
    [
      "after",
      () =>
        watchedD1(env.DB, async (texts, values) => {
          if (!texts.some((text) => text.includes("DELETE FROM audit_entries"))) return;
          await env.DB.batch(texts.map((text, at) => env.DB.prepare(text).bind(...(values[at] ?? []))));
          throw new Error("D1_ERROR: network connection lost");
        }),
    ],
  ];
  it.each(crashes)("that crashes %s D1 deleted is made good by whoever comes next", async (_, database) => {
    const before = nowMs - 365 * dayMs;
    await trail.prune(nowMs - 399.5 * dayMs, nowMs);
    await expect(withDatabase(database(), (one) => one.prune(before, nowMs))).rejects.toThrow(/D1_ERROR/);
    await evict();
    expect(await verifyAll()).toMatchObject({ checked: 3, head: "ok", problems: [] });
    expect(await idsLeft()).toEqual([7, 8, 9, 10, 11]);
    expect(await checkpoints()).toEqual([{ last_id: 6, entries: 6, made_at: nowMs }]);
  });
});

describe("an attacker", () => {
  beforeEach(async () => {
    await dropTriggers();
    await trail.prune(nowMs - 399.5 * dayMs, nowMs);
  });

  it.each([
    [
      "alters a checkpoint",
      "UPDATE audit_checkpoints SET entries = 2",
      { kind: "checkpoint_altered", id: 3 },
    ],
    ["removes a checkpoint", "DELETE FROM audit_checkpoints", { kind: "checkpoint_altered", id: 3 }],
    [
      "adds one",
      "INSERT INTO audit_checkpoints VALUES (9, 9, 'x', 1, 'y')",
      { kind: "checkpoint_altered", id: 9 },
    ],
    [
      "puts an entry where pruned ones were",
      "INSERT INTO audit_entries (id, at, action, actor, payload_digest) VALUES (2, 1, 'x', 'y', 'z')",
      { kind: "inserted", id: 2 },
    ],
  ])("%s, and is found", async (_, statement, problem) => {
    await run(statement);
    expect((await verifyAll()).problems).toEqual([expect.objectContaining(problem)]);
  });

  it("cannot have evidence deleted by calling it old", async () => {
    await run("UPDATE audit_seals SET last_at = 0 WHERE last_id >= 6");
    expect(await trail.prune(nowMs - 399.4 * dayMs, nowMs)).toBe(0);
    expect(await trail.countPrunable(nowMs)).toBe(0);
    expect(await idsLeft()).toContain(4);
  });
});

describe("housekeeping", () => {
  it("prunes entries and counted refusals by the retention", async () => {
    const minute = Math.floor(nowMs / 60_000);
    const keptMinutes = 365 * 1_440;
    await run(
      `INSERT INTO audit_denials VALUES (${minute - keptMinutes - 1}, 'k', 'old', 1, 1)`,
      `INSERT INTO audit_denials VALUES (${minute - keptMinutes}, 'k', 'young', 1, 1)`,
    );
    const service = createService();
    await runJobs(service, "housekeeping");
    expect(await all("SELECT who FROM audit_denials")).toEqual([{ who: "young" }]);
    expect((await idsLeft()).slice(0, 2)).toEqual([7, 8]);
    const shorter = createService({ AUDIT_RETENTION_DAYS: "9" });
    await runJobs(shorter, "housekeeping");
    expect((await idsLeft())[0]).toBe(10);
    expect(await all("SELECT who FROM audit_denials")).toEqual([]);
    expect((await verifyAll()).problems).toEqual([]);
  });

  it("takes denials a thousand at a time", async () => {
    await run(`INSERT INTO audit_denials
      WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1500) SELECT 1, 'k', 'w' || i, 1, 1 FROM c`);
    const { body } = await createService().call("/api/ops/jobs/housekeeping/runs", { method: "POST" });
    expect(body).toMatchObject({ processed: 1_006, remaining: 500 });
  });

  it("without a sealer deletes no entry", async () => {
    const unsealed = createService({ AUDIT_SEALER: undefined as never });
    const { body } = await unsealed.call("/api/ops/jobs/housekeeping/runs", { method: "POST" });
    expect(body).toMatchObject({ processed: 0, remaining: 0 });
    expect(await idsLeft()).toContain(1);
  });
});
