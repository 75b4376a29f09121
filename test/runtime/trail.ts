/** The audit trail under test: entries, the real sealer, and an attacker who can write to the database. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect } from "vitest";
import { auditWrites } from "../../src/actions/audit.ts";
import { AuditSealer } from "../../src/audit/sealer.ts";
import { openTrail, type Trail } from "../../src/audit/trail.ts";
import type { Verification } from "../../src/audit/verify.ts";
import { batch, createDb } from "../../src/db/client.ts";
import { createMeter } from "../../src/db/meter.ts";
import { env, nowMs } from "./service.ts";

export const meter = createMeter();

const opened = openTrail(env, meter);
if (opened === null) throw new Error("No sealer is bound.");
export const trail: Trail = opened;

/** `n` entries, a second apart. */
export async function append(n: number, fromMs = nowMs): Promise<void> {
  const db = createDb(env.DB);
  const origin = { principal: "user:ann", address: "192.0.2.1", requestId: "r" };
  for (let i = 0; i < n; i++) {
    const entry = { action: "player.rename", target: `player:${i % 7}`, details: { to: `n${i}` } } as const;
    await batch(db, await auditWrites({ db, nowMs: fromMs + i * 1_000, origin }, entry));
  }
}

/** Many entries at once, without payloads. */
export const appendBulk = (n: number, atMs = nowMs) =>
  env.DB.prepare(
    `INSERT INTO audit_entries (at, action, actor, payload_digest)
      WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${n})
      SELECT ${atMs}, 'job.run', 'system:cron', 'd' || i FROM c`,
  ).run();

export const all = async <T = Record<string, unknown>>(text: string): Promise<T[]> =>
  (await env.DB.prepare(text).all<T>()).results;
export const run = (...texts: readonly string[]) => env.DB.batch(texts.map((text) => env.DB.prepare(text)));

/** What somebody with access to the database does first. */
export async function dropTriggers(): Promise<void> {
  const triggers = await all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'");
  await run(...triggers.map(({ name }) => `DROP TRIGGER ${name}`));
}

/** Makes the chain of 450 entries in blocks of 200, 200 and 50; the first hundred have payloads. */
export async function sealedChain(): Promise<void> {
  await append(100);
  await appendBulk(350);
  expect(await trail.seal(1_000)).toBe(450);
}

/** All pages of a verification. */
export async function verifyAll(limit = 1_000): Promise<Verification> {
  let page = await trail.verify(0, limit);
  const problems = [...page.problems];
  let checked = page.checked;
  while (page.next !== null) {
    page = await trail.verify(page.next, limit);
    problems.push(...page.problems);
    checked += page.checked;
  }
  return { ...page, problems, checked };
}

export async function expectSound(checked: number): Promise<void> {
  expect(await verifyAll()).toMatchObject({ checked, head: "ok", problems: [], unsealed: 0, next: null });
}

export const sealer = () => {
  const namespace = env.AUDIT_SEALER;
  if (namespace === undefined) throw new Error("No sealer is bound.");
  return namespace.get(namespace.idFromName("audit"));
};
export const evict = () => evictDurableObject(sealer());

/** A sealer on the storage of the real one, with another database. */
export const withDatabase = <T>(DB: D1Database, use: (sealer: AuditSealer) => Promise<T>): Promise<T> =>
  runInDurableObject(sealer(), (_, state) => use(new AuditSealer(state, { DB })));

type Rows = Readonly<Record<string, readonly unknown[]>>;
const unrelated = /^(sqlite_|_cf_|d1_|audit_denials|idempotency_keys)/;

/** All that is stored, the trail apart. */
export async function snapshot(): Promise<{ trail: Record<string, unknown>[]; domain: Rows }> {
  const tables = await all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const domain: Record<string, unknown[]> = {};
  for (const { name } of tables) if (!unrelated.test(name)) domain[name] = await all(`SELECT * FROM ${name}`);
  const { audit_entries: entries = [], ...rest } = domain;
  return { trail: entries as Record<string, unknown>[], domain: rest };
}
