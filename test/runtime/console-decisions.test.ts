/** Decisions in the console: the list, one with both explanations, ending it, the link to its appeal, and the cost. */
import { beforeEach, describe, expect, it } from "vitest";
import { insertCase, insertDecision } from "./case-fixtures.ts";
import { costOfPage, submit, visit } from "./console-pages.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

const hostile = "<script>alert(1)</script>";
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const idsOf = (body: string) => [...body.matchAll(/href="\/decisions\/(\d+)"/g)].map(([, id]) => Number(id));
const nextOf = (body: string) =>
  /<a href="([^"]+)" rel="next">/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;

/** Many decisions in two games and everywhere, of which every third is over; every fourth is player 4's. */
async function crowd(count = 300): Promise<void> {
  const of = `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${count})`;
  const player = "iif(i % 4 = 0, 4, i)";
  const game = "CASE i % 3 WHEN 0 THEN 'g0' WHEN 1 THEN 'g1' ELSE '*' END";
  await env.DB.batch([
    env.DB.prepare(`${of} INSERT INTO players (id, game, ref, username, name_key, created_at)
      SELECT i, 'g' || (i % 2), 'r' || i, 'p' || i, 'p' || i, 0 FROM c`),
    env.DB.prepare(`${of} INSERT INTO decisions (id, player_id, place, subject, home, game, type, starts_at, reason,
        origin, made_by, made_at, ended_at, end_kind, emitted)
      SELECT i, ${player}, i, 'r' || ${player}, 'g0', ${game}, 'ban', 0, 'seen', 'person', 'user:ann', ${nowMs},
        iif(i % 5 = 0, 1, NULL), iif(i % 5 = 0, 'revoked', NULL), 'added' FROM c`),
  ]);
}

describe("the list", () => {
  it("has each once, newest first, by game and state, or of a player", async () => {
    await crowd();
    const walk = async (path: string) => {
      const ids: number[] = [];
      for (let next: string | null = path; next !== null; ) {
        const { status, body } = await visit(service, next);
        expect([next, status]).toEqual([next, 200]);
        ids.push(...idsOf(body));
        next = nextOf(body);
      }
      return ids;
    };
    const every = Array.from({ length: 300 }, (_, i) => 300 - i);
    expect(await walk("/decisions")).toEqual(every);
    expect(await walk("/decisions?game=g1&state=live")).toEqual(
      every.filter((i) => i % 3 === 1 && i % 5 !== 0),
    );
    expect(await walk("/decisions?game=*&state=ended")).toEqual(
      every.filter((i) => i % 3 === 2 && i % 5 === 0),
    );
    expect(await walk("/decisions?player=4")).toEqual(every.filter((i) => i % 4 === 0));
  });

  it("is looked through for type, origin and the week, a stretch a page, and says when a stretch had none", async () => {
    await crowd();
    await run(`UPDATE decisions SET made_at = ${nowMs} - (300 - id) * 3600000,
      type = iif(id % 50 = 7, 'kick', type), origin = iif(id < 100, 'automatic', 'person')`);
    const every = Array.from({ length: 300 }, (_, i) => 300 - i);
    const walk = async (path: string) => {
      const ids: number[] = [];
      for (let next: string | null = path; next !== null; ) {
        const { trips, read, reply } = await costOfPage(next);
        expect([next, reply.status, trips, read <= 300]).toEqual([next, 200, 2, true]);
        ids.push(...idsOf(reply.body));
        next = nextOf(reply.body);
      }
      return ids;
    };
    expect(await walk("/decisions?type=kick")).toEqual(every.filter((i) => i % 50 === 7));
    expect(await walk("/decisions?origin=automatic")).toEqual(every.filter((i) => i < 100));
    // 168 hours and the one that is exactly as old.
    expect(await walk("/decisions?made=week")).toEqual(every.slice(0, 169));
    expect(await walk("/decisions?game=g1&made=week&type=kick")).toEqual(
      every.slice(0, 169).filter((i) => i % 50 === 7 && i % 3 === 1),
    );
    const { body } = await visit(service, "/decisions?origin=automatic");
    expect(body).toContain("None among the 60 looked through. There are older ones.");
    expect((await visit(service, "/decisions?player=4&type=kick")).body).toContain("listed all together");
    expect((await visit(service, "/decisions?type=nonsense&made=never")).status).toBe(200);
  });

  it("says which filters do not go together, and what to do without decisions", async () => {
    expect((await visit(service, "/decisions")).body).toContain("No decisions here");
    expect((await visit(service, "/decisions?state=live")).body).toContain("Choose a game");
    expect((await visit(service, "/decisions?player=4&game=g0")).body).toContain("listed all together");
  });
});

describe("one decision", () => {
  it("has the reason and both explanations, as text", async () => {
    await insertCase();
    await insertDecision();
    await run(`UPDATE decisions SET reason = '${hostile}'`);
    await run(`UPDATE players SET username = '${hostile}'`);
    const { body } = await visit(service, "/decisions/1");
    expect(body).toContain("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>");
    expect(body).not.toContain("<script>alert");
    const [, player = "", analyst = ""] =
      /What the player may read<\/h2>(.*?)<\/section>.*?For analysts alone<\/h2>(.*?)<\/section>/s.exec(
        body,
      ) ?? [];
    expect(player).toContain("You can no longer play.");
    expect(player).not.toContain("61.2");
    expect(analyst).toContain("61.2");
    expect((await visit(service, "/decisions/2")).status).toBe(404);
  });

  it("is ended with a reason, by analysts, from our own pages; what is over can only be expunged", async () => {
    await insertCase();
    await insertDecision();
    const order = { as: "revoked", reason: "A mistake." };
    expect((await submit(service, "/decisions/1/end", order, "viewer")).status).toBe(403);
    const site = { "sec-fetch-site": "cross-site" };
    expect((await submit(service, "/decisions/1/end", order, "analyst", site)).status).toBe(403);
    expect((await submit(service, "/decisions/1/end", { as: "revoked", reason: "" })).status).toBe(400);
    expect((await visit(service, "/decisions/1", "viewer")).body).not.toContain("/decisions/1/end");
    const ended = await submit(service, "/decisions/1/end", order);
    expect([ended.status, ended.headers.get("location")]).toEqual([303, "/decisions/1"]);
    expect(await all("SELECT end_kind, end_reason, ended_by FROM decisions")).toEqual([
      { end_kind: "revoked", end_reason: "A mistake.", ended_by: "user:pat" },
    ]);
    const { body } = await visit(service, "/decisions/1", "analyst");
    expect(body).toContain("Ended: <bdi>A mistake.</bdi>");
    expect(body).not.toContain('value="revoked"');
    expect((await submit(service, "/decisions/1/end", order)).status).toBe(409);
    expect((await submit(service, "/decisions/1/end", { ...order, as: "expunged" })).status).toBe(303);
    expect((await visit(service, "/decisions/1", "analyst")).body).not.toContain("/decisions/1/end");
  });

  it("gives out a link that files the one appeal, and shows the appeal", async () => {
    await insertCase();
    await insertDecision();
    const made = await submit(service, "/decisions/1/appeal-link", {});
    expect(made.status).toBe(200);
    const [, path = ""] = /readonly(?:="")? value="https?:\/\/[^/]+(\/appeals\/[^"]+)"/.exec(made.body) ?? [];
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const raw = new URLSearchParams({ statement: hostile }).toString();
    const filed = await service.call(path, { role: null, method: "POST", raw, headers: form });
    expect(filed.status).toBeLessThan(400);
    const { body } = await visit(service, "/decisions/1", "analyst");
    expect(body).toContain("&lt;script&gt;");
    expect(body).not.toContain("/decisions/1/appeal-link");
    expect((await submit(service, "/decisions/1/appeal-link", {})).status).toBe(409);
  });
});

describe("what it costs", () => {
  it.each([
    "/decisions",
    "/decisions?game=g1",
    "/decisions?game=g0&state=live",
    "/decisions?player=4",
    "ONE",
  ])("%s: two round trips, 300 rows, 100 KB", async (asked) => {
    await crowd(1_000);
    if (asked === "ONE") {
      await insertCase({ playerId: 2_000 });
      await insertDecision({ id: 2_000, playerId: 2_000 });
    }
    const path = asked === "ONE" ? "/decisions/2000" : asked;
    const { trips, read, written, gzipped, reply } = await costOfPage(path);
    expect([reply.status, trips, written]).toEqual([200, 2, 0]);
    expect(read).toBeLessThanOrEqual(300);
    expect(gzipped).toBeLessThan(100_000);
  });
});
