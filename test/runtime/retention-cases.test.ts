/** Cases and decisions past their retention go whole; what is open, or in force, never does. */
import { beforeEach, describe, expect, it } from "vitest";
import { deleteCases } from "../../src/db/prune-cases.ts";
import { setShare } from "./case-fixtures.ts";
import { aPlayer, dayMs, end, expectDecisionsWhole, made } from "./decisions.ts";
import { watchedD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await setShare(0);
});

const post = async (path: string, body: object, subject = "ann") => {
  const reply = await service.call(path, { role: "analyst", subject, body });
  expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
  return reply.body;
};

/** A case with a comment and a link, decided unless nothing is said; the banned have a decision. */
async function aCase(
  ref: string,
  verdict: "confirmed" | "cleared" | null,
  decision?: object,
): Promise<number> {
  const player = await aPlayer(service, ref);
  const { id } = await post("/api/cases", { player_id: player }, "opener");
  await post(`/api/cases/${id}/comments`, { text: "Seen." });
  await service.call(`/api/cases/${id}/links/${await aPlayer(service, `${ref}-friend`)}`, {
    method: "PUT",
    body: {},
  });
  if (verdict === null) return id;
  await post("/api/cases/claim", {});
  await post(`/api/cases/${id}/verdict`, {
    verdict,
    reason: "Seen.",
    ...(decision === undefined ? {} : { decision }),
  });
  service.clock.nowMs += 6_000;
  return id;
}

const underCases = ["case_evidence", "case_comments", "case_links", "reviews"] as const;
const countOf = async (table: string) =>
  (await all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n;
const caseIds = async () =>
  (await all<{ id: number }>("SELECT id FROM cases ORDER BY id")).map(({ id }) => id);
const decisionIds = async () =>
  (await all<{ id: number }>("SELECT id FROM decisions ORDER BY id")).map(({ id }) => id);
const prune = () => runJobs(service, "retention");

/** Seven hundred and thirty days, and a week. */
const caseDays = 737;
const travel = (days: number) => {
  service.clock.nowMs = nowMs + days * dayMs;
};

async function expectWhole(): Promise<void> {
  await expectCountersRight({ isPruned: true });
  const wrong = await all(`
    SELECT 'evidence' AS what, case_id AS id FROM case_evidence WHERE case_id NOT IN (SELECT id FROM cases)
    UNION ALL SELECT 'comment', case_id FROM case_comments WHERE case_id NOT IN (SELECT id FROM cases)
    UNION ALL SELECT 'link', case_id FROM case_links WHERE case_id NOT IN (SELECT id FROM cases)
    UNION ALL SELECT 'review', case_id FROM reviews WHERE case_id NOT IN (SELECT id FROM cases)
    UNION ALL SELECT * FROM (SELECT 'sample', case_id FROM verdict_samples WHERE case_id NOT IN (SELECT id FROM cases)
      UNION ALL SELECT 'cause', decision_id FROM decision_causes WHERE decision_id NOT IN (SELECT id FROM decisions)
      UNION ALL SELECT 'appeal', id FROM appeals WHERE decision_id NOT IN (SELECT id FROM decisions)
      UNION ALL SELECT 'decision', id FROM decisions WHERE case_id IS NOT NULL AND case_id NOT IN (SELECT id FROM cases))`);
  expect(wrong).toEqual([]);
}

const ban = { policy: "cheating" };

describe("a case past its retention", () => {
  it("goes with all that stands under it; neither an open one nor one whose decision is in force does", async () => {
    const cleared = await aCase("a", "cleared");
    const open = await aCase("b", null);
    await post("/api/cases/claim", {}, "bob");
    const banned = await aCase("c", "confirmed", ban);
    const over = await aCase("d", "confirmed", ban);
    await end(service, 2);
    await expectDecisionsWhole();
    expect(await caseIds()).toEqual([cleared, open, banned, over]);
    await run(
      "INSERT OR REPLACE INTO verdict_samples SELECT game, id, 1, '[]' FROM cases WHERE state = 'decided'",
    );
    await run("INSERT INTO decision_causes SELECT 'reaction.floor', 1, id FROM decisions");
    const quality = await all("SELECT * FROM quality_cases");
    travel(caseDays - 0.01);
    await prune();
    expect(await caseIds()).toEqual([cleared, open, banned, over]);
    travel(caseDays + 1);
    await prune();
    expect(await caseIds()).toEqual([open, banned]);
    expect(await decisionIds()).toEqual([1]);
    for (const table of underCases) expect(await countOf(table), table).toBe(table === "reviews" ? 1 : 2);
    expect([await countOf("verdict_samples"), await countOf("decision_causes")]).toEqual([1, 1]);
    expect(await all("SELECT * FROM quality_cases")).toEqual(quality);
    await expectWhole();
    // Ended two years late, it goes two years after that.
    await end(service, 1);
    travel(caseDays + 3);
    await prune();
    expect(await caseIds()).toEqual([open, banned]);
    travel(2 * caseDays + 3);
    await prune();
    expect(await caseIds()).toEqual([open]);
    expect(await decisionIds()).toEqual([]);
    await expectWhole();
  });

  it("stays while an appeal is pending, and as long again after it", async () => {
    const id = await aCase("a", "confirmed", ban);
    await end(service, 1);
    travel(caseDays + 1);
    await post("/api/decisions/1/appeal", { statement: "It was my brother." }, "filer");
    await prune();
    expect(await caseIds()).toEqual([id]);
    await post("/api/cases/claim", {}, "carl");
    await post(`/api/cases/${id}/verdict`, { verdict: "cleared", reason: "It was." }, "carl");
    travel(2 * caseDays);
    await prune();
    expect([await caseIds(), await countOf("appeals")]).toEqual([[id], 1]);
    travel(2 * caseDays + 3);
    await prune();
    expect([await caseIds(), await decisionIds(), await countOf("appeals")]).toEqual([[], [], 0]);
    await expectWhole();
  });

  it("that is appealed in the very moment stays whole", async () => {
    const id = await aCase("a", "confirmed", ban);
    await end(service, 1);
    travel(caseDays + 1);
    let isDone = false;
    const DB = watchedD1(env.DB, async (texts) => {
      if (isDone || !texts.some((text) => /DELETE FROM cases/.test(text))) return;
      isDone = true;
      await post("/api/decisions/1/appeal", { statement: "It was my brother." }, "filer");
    });
    const overtaken = createService({ DB });
    overtaken.clock.nowMs = service.clock.nowMs;
    await runJobs(overtaken, "retention");
    expect(isDone).toBe(true);
    expect([await caseIds(), await countOf("appeals"), await countOf("reviews")]).toEqual([[id], 1, 1]);
    await expectWhole();
  });

  it("goes in slices of fifty", async () => {
    const text = (
      n: number,
    ) => `INSERT INTO cases (player_id, game, mode, state, origin, review, opened_at, opened_by, risk,
      confidence, baseline_version, evidence_hash, priority, verdict, decided_at) WITH RECURSIVE c(i) AS (SELECT 1
      UNION ALL SELECT i + 1 FROM c WHERE i < ${n}) SELECT 1, 'cs2', 'm', 'decided', 'manual', 'first', ${nowMs}, 'a', 0,
      'sufficient', 0, 'h', 0, 'cleared', ${nowMs} + i % 2 * ${dayMs} FROM c`;
    await env.DB.prepare(text(180)).run();
    travel(caseDays + 0.5);
    expect(await prune()).toBeGreaterThan(2);
    expect(await countOf("cases")).toBe(90);
    travel(caseDays + 1.5);
    await prune();
    expect(await countOf("cases")).toBe(0);
  });
});

describe("a decision of no case", () => {
  it("goes once it has long been over; one in force, or that is still to begin, never does", async () => {
    const player_id = await aPlayer(service);
    const over = await made(service, { player_id, type: "watch", days: 1 });
    const ban = await made(service, { player_id, type: "ban" });
    const later = await made(service, {
      player_id,
      type: "suspend",
      starts_at: new Date(nowMs + 1_500 * dayMs).toISOString(),
      days: 1,
    });
    const revoked = await made(service, { player_id, type: "trust_pool", days: 1 });
    await end(service, revoked.id);
    travel(3);
    await runJobs(service, "decisions");
    travel(caseDays + 1);
    await prune();
    expect(await decisionIds()).toEqual([over.id, ban.id, later.id]);
    travel(caseDays + 5);
    await prune();
    expect(await decisionIds()).toEqual([ban.id, later.id]);
    await expectWhole();
    const again = await made(service, { player_id, type: "watch" });
    expect(again.id).toBeGreaterThan(revoked.id);
  });
});

it("deletes no case that has moved on since it was read", async () => {
  const id = await aCase("a", "cleared");
  const { batch, createDb, isGuardViolation } = await import("../../src/db/client.ts");
  const db = createDb(env.DB);
  const failed = await batch(db, deleteCases(db, [id, 999], nowMs + 10_000)).catch((error: unknown) => error);
  expect(isGuardViolation(failed)).toBe(true);
  expect(await countOf("case_evidence")).toBe(1);
  await batch(db, deleteCases(db, [id], nowMs + 10_000));
  expect(await countOf("case_evidence")).toBe(0);
});
