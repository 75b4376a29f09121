/** The page on a case: what it shows to whom, what forms do, that others' verdicts stay hidden, and what it costs. */
import { beforeEach, describe, expect, it } from "vitest";
import { caseRow, hold, hour, insertCase, insertDecision, judge, review, setShare } from "./case-fixtures.ts";
import { honestRows, openedCase } from "./cases.ts";
import { costOfPage, submit, visit } from "./console-pages.ts";
import { send } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

const hostile = "<script>alert(1)</script>";
const escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await setShare(0);
});

async function page(path = "/cases/1", role: "viewer" | "analyst" | "admin" = "analyst"): Promise<string> {
  const { status, body } = await visit(service, path, role);
  expect([path, status]).toEqual([path, 200]);
  return body;
}
/** A case as the sweep opens it; then the clock goes back to where sign-ins are good. */
async function swept(): Promise<string> {
  const id = await openedCase(service);
  service.clock.nowMs = nowMs;
  return `/cases/${id}`;
}

const flashOf = (reply: { headers: Headers }) => decodeURIComponent(reply.headers.get("set-cookie") ?? "");

describe("a case that the sweep opened", () => {
  it("shows the frozen ledger, its sessions, the hash, and two honest players of the scope", async () => {
    for (const honest of ["h1", "h2", "h3"]) await send(service, honestRows(0, 8, honest));
    const path = await swept();
    const body = await page(path);
    const frozen = JSON.parse(
      (await all<{ content: string }>("SELECT content FROM case_evidence"))[0]?.content ?? "",
    );
    const [, total = ""] = /<tfoot>.*?class="cell-points">([\d.]+)</s.exec(body) ?? [];
    expect(Number(total)).toBe(frozen.score.risk / 100);
    expect(body).toContain("unchanged");
    expect(body).toContain("Sessions concerned");
    const [, table = ""] = /<table class="comparison numbers">(.*?)<\/table>/s.exec(body) ?? [];
    expect(table).toContain("nearest in");
    expect([...table.matchAll(/class="player-link"/g)]).toHaveLength(2);
    expect(table).toContain("Reaction time");
    // A score that moves on, and evidence that somebody touches.
    await run("UPDATE standings SET risk = 1");
    expect(await page(path)).toContain(`class="cell-points">${total}<`);
    await run("UPDATE case_evidence SET content = replace(content, '\"format\":1', '\"format\":2')");
    expect(await page(path)).toContain("does not match");
  }, 30_000);

  it("says so where there is nobody to compare with", async () => {
    expect(await page(await swept())).toContain("Nobody to compare with");
  }, 30_000);
});

describe("the verdict", () => {
  it("is given by whoever holds the case, and leads to the next one", async () => {
    await insertCase();
    await insertCase({ id: 2, playerId: 2 });
    expect(await page()).toContain("Claim the case to give a verdict.");
    await submit(service, "/cases/1/claim", {});
    expect(await page()).toContain('action="/cases/1/verdict"');
    const fields = { verdict: "confirmed", reason: "Tracks heads.", policy: "cheating", next: "1" };
    const given = await submit(service, "/cases/1/verdict", fields);
    expect([given.status, given.headers.get("location")]).toEqual([303, "/cases/2"]);
    expect(flashOf(given)).toContain("Case 1 is decided: confirmed. A decision was made.");
    expect(await caseRow()).toMatchObject({ state: "decided", verdict: "confirmed" });
    expect(await caseRow(2)).toMatchObject({ state: "claimed", holder: "user:pat" });
    expect(await all("SELECT type, case_id, made_by FROM decisions")).toEqual([
      { type: "ban", case_id: 1, made_by: "user:pat" },
    ]);
    const last = await submit(service, "/cases/2/verdict", {
      verdict: "cleared",
      reason: "Luck.",
      next: "1",
    });
    expect(last.headers.get("location")).toBe("/queue");
  });

  it("is refused without a reason, a lease, the role or our own page", async () => {
    await insertCase();
    const fields = { verdict: "cleared", reason: "Luck." };
    expect((await submit(service, "/cases/1/verdict", fields)).status).toBe(409);
    await hold(1, "pat");
    expect((await submit(service, "/cases/1/verdict", { ...fields, reason: " " })).status).toBe(400);
    expect((await submit(service, "/cases/1/verdict", { ...fields, verdict: "guilty" })).status).toBe(400);
    expect((await submit(service, "/cases/1/verdict", fields, "viewer")).status).toBe(403);
    const site = { "sec-fetch-site": "cross-site" };
    expect((await submit(service, "/cases/1/verdict", fields, "analyst", site)).status).toBe(403);
    expect(await caseRow()).toMatchObject({ state: "claimed", verdict: null });
  });

  it("is no viewer's, nor that of somebody who had it before or made the appealed decision", async () => {
    await insertCase();
    const shown = await page("/cases/1", "viewer");
    expect(shown).toContain("Analysts review them.");
    expect(shown).not.toContain('<form method="post" action="/cases');
    await run("UPDATE cases SET assignee = 'user:ann'");
    expect(await page()).toContain("The case is assigned to somebody else.");
    await run("UPDATE cases SET assignee = NULL");
    await review(service, "ann", "confirmed");
    await insertDecision({ madeBy: "user:pat" });
    await service.call("/api/decisions/1/appeal", { body: { statement: hostile } });
    const appealed = await page();
    expect(appealed).toContain("You made the decision that is appealed.");
    expect(appealed).toContain(`<blockquote class="notes"><bdi>${escaped}</bdi></blockquote>`);
    expect(appealed).toContain("Blind: earlier verdicts are hidden");
  });
});

describe("blind reviews", () => {
  it("show nothing of what others said or commented until the case is decided", async () => {
    await setShare(1);
    await insertCase();
    await hold(1, "ann");
    await service.call("/api/cases/1/comments", { subject: "ann", body: { text: "a comment by the first" } });
    expect(await page()).toContain("a comment by the first");
    await judge(service, "ann", "confirmed", { body: { reason: "words of the first reviewer" } });
    for (const role of ["viewer", "analyst", "admin"] as const) {
      const body = await page("/cases/1", role);
      expect(body).toContain("second review, blind");
      for (const hidden of ["a comment by the first", "words of the first", "confirmed</span>"]) {
        expect(body).not.toContain(hidden);
      }
    }
    await submit(service, "/cases/1/claim", {});
    const said = await submit(service, "/cases/1/verdict", { verdict: "confirmed", reason: "My own." });
    expect(flashOf(said)).toContain("Case 1 is decided");
    const decided = await page();
    for (const told of ["a comment by the first", "words of the first", "My own."]) {
      expect(decided).toContain(told);
    }
  });

  it("say that somebody else reviews it too, and no more", async () => {
    await setShare(1);
    await insertCase();
    await hold(1, "pat");
    const said = await submit(service, "/cases/1/verdict", { verdict: "cleared", reason: "Luck." });
    expect(flashOf(said)).toContain("Somebody else reviews it too.");
    const body = await page();
    expect(body).toContain("You have reviewed this case.");
    expect(body).toContain("Luck.");
  });
});

describe("notes", () => {
  it("are added, and stay text", async () => {
    await insertCase();
    await run(`UPDATE players SET username = '${hostile}'`);
    await submit(service, "/cases/1/comments", { text: hostile });
    await submit(service, "/cases/1/tags", { tags: `Clip, ${hostile}, clip` });
    await service.call("/api/cases/1/links/1", { method: "PUT", body: { note: hostile } });
    const body = await page();
    expect(body).toContain(`<bdi>${escaped}</bdi>`);
    expect(body).not.toContain("<script>alert");
    expect(await all("SELECT tags FROM cases")).toEqual([{ tags: JSON.stringify([hostile, "clip"]) }]);
  });

  it("give the case back, and take it again", async () => {
    await insertCase();
    await hold(1, "pat");
    const freed = await submit(service, "/cases/1/release", {});
    expect(freed.headers.get("location")).toBe("/queue");
    expect(await caseRow()).toMatchObject({ state: "open", holder: null });
    expect(flashOf(freed)).toContain('"action":"/cases/1/claim"');
  });
});

it("answers 404 with a page for what is no case", async () => {
  for (const path of ["/cases/1", "/cases/x", "/cases/0"]) {
    expect((await visit(service, path, "analyst")).status).toBe(404);
  }
});

describe("what it costs", () => {
  it("two round trips, 300 rows, 100 KB, with all that a case can have", async () => {
    await insertCase({ playerId: 500, holder: "user:ann", leaseUntilMs: nowMs + hour });
    const of = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 999)";
    await env.DB.batch(
      [
        `${of} INSERT OR IGNORE INTO players (id, game, ref, username, name_key, created_at)
          SELECT i, 'cs2', 'p' || i, 'p', 'p', 0 FROM c`,
        `${of} INSERT OR IGNORE INTO standings (player_id, mode, game, top, as_of, result)
          SELECT i, 'premier', 'cs2', 1, 1, '{"statistics":{"cells":{"accuracy":[1,-40,1]}}}' FROM c`,
        `${of} INSERT INTO case_comments (case_id, at, id, author, text)
          SELECT 1, i, 'c' || i, 'user:ann', 'text ' || i FROM c WHERE i <= 200`,
        `${of} INSERT INTO case_links (case_id, player_id, linked_at, linked_by)
          SELECT 1, i, 0, 'user:ann' FROM c WHERE i <= 50`,
        `INSERT INTO reviews (case_id, reviewer, round, review, verdict, reason, reviewed_at)
          VALUES (1, 'user:a', 1, 'first', 'cleared', 'r', 0), (1, 'user:b', 1, 'second', 'confirmed', 'r', 0)`,
      ].map((text) => env.DB.prepare(text)),
    );
    await insertDecision({ playerId: 500 });
    await service.call("/api/decisions/1/appeal", { body: { statement: "No." } });
    const { trips, read, written, gzipped, reply } = await costOfPage("/cases/1");
    expect([reply.status, trips, written]).toEqual([200, 2, 0]);
    expect(read).toBeLessThanOrEqual(300);
    expect(gzipped).toBeLessThan(100_000);
  });
});
