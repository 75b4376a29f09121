/**
 * No statement walks a table that grows. What SQLite would do is asked of each statement that writes, jobs and pages
 * send: an index that is not used shows in no answer, only on the bill.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { registry } from "../../src/db/registry.ts";
import { accessTable } from "../../src/http/access.ts";
import { runCron } from "../../src/jobs/run.ts";
import { visit } from "./console-pages.ts";
import { aroundD1, type D1Call } from "./fault.ts";
import { sessionRows } from "./samples.ts";
import { createService, env, nowMs, type Service } from "./service.ts";
import { account, freshService, writes } from "./writes.ts";

/** What a few people declare, or one row each of something: their number does not follow from play. */
const small = [
  ...["totals", "games", "game_versions", "scopes", "baseline_versions", "users", "api_keys", "webhooks"],
  ...["metric_blocks", "retention_walks", "outbox_position", "adapter_unparsed", "patterns", "agreements"],
];
const growing = registry.map(({ name }) => name).filter((name) => !small.includes(name));

/** By text: the values of the first call. */
const statements = new Map<string, readonly unknown[]>();
const DB = aroundD1(env.DB, ({ texts, values }: D1Call, real) => {
  for (const [place, text] of texts.entries())
    if (!statements.has(text)) statements.set(text, values[place] ?? []);
  return real();
});

const crons = ["* * * * *", "*/5 * * * *", "17 * * * *", "43 3 * * *"];
const pathOf = (key: string) =>
  key
    .slice(4)
    .replaceAll(/:(game|mode)/g, "default")
    .replaceAll(/:[a-z]+/g, "1");

/** Everything that reads, of somebody and of nobody. */
async function readAll(service: Service): Promise<void> {
  for (const [key, { cookie }] of Object.entries(accessTable)) {
    if (!key.startsWith("GET ") || key === "GET /api/decisions/stream") continue;
    await (cookie ? visit(service, pathOf(key), "admin") : service.call(pathOf(key)));
  }
}

beforeAll(async () => {
  for (const { call } of writes) {
    await freshService();
    const [path, options] = await call();
    await createService({ ...account, DB }).call(path, options);
  }
  await freshService();
  const watched = createService({ ...account, DB });
  await watched.call("/api/telemetry/sessions", { body: { sessions: sessionRows(0, 40) } });
  await watched.call("/api/cases", { body: { player_id: 1 } });
  const bindings = { DB, RATE_LIMITER: env.RATE_LIMITER };
  for (const cron of [...crons, ...crons]) {
    // Without a sealer the audit's own job says that it failed; its statements are those of the list of writes.
    await runCron(bindings, cron, { now: () => nowMs + 86_400_000, log: () => {} }).catch(() => {});
  }
  await readAll(watched);
}, 300_000);

/** The tables that grow of which a plan's line says that all rows are walked: by their name, or by their name here. */
function walkedIn(detail: string, text: string): string[] {
  const [, walked] = /^SCAN (\w+)(?!.* VIRTUAL TABLE)/.exec(detail) ?? [];
  if (walked === undefined) return [];
  return growing.filter(
    (table) => table === walked || new RegExp(`\\b${table}\\s+(AS\\s+)?${walked}\\b`).test(text),
  );
}

describe("the statements of writes, jobs and pages", () => {
  it("are many", () => {
    expect(statements.size).toBeGreaterThan(300);
  });

  it("walk no table that grows, but for a bounded part of it", async () => {
    const found: string[] = [];
    for (const [text, values] of statements) {
      const asked = env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`).bind(...values);
      const { results } = await asked.all<{ detail: string }>();
      const walked = results.flatMap(({ detail }) => walkedIn(detail, text));
      // What is read in the order of an index ends at its limit.
      if (walked.length > 0 && !/\bLIMIT\b/.test(text)) {
        found.push(`${walked.join(", ")}: ${text.replaceAll(/\s+/g, " ").slice(0, 300)}`);
      }
    }
    expect(found).toEqual([]);
  });
});
