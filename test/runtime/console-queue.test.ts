/** The queue: what waits, in order, page by page; claiming from it; and what it costs. */
import { beforeEach, describe, expect, it } from "vitest";
import { caseRow, hold, hour, insertCase } from "./case-fixtures.ts";
import { costOfPage, submit, visit } from "./console-pages.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const idsOf = (body: string) => [...body.matchAll(/href="\/cases\/(\d+)"/g)].map(([, id]) => Number(id));
const nextOf = (body: string) =>
  /<a href="([^"]+)" rel="next">/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;

/** Many cases in two games, of every state, with priorities that tell them apart. */
async function crowd(count = 400): Promise<void> {
  const of = `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${count})`;
  const state =
    "CASE i % 5 WHEN 0 THEN 'decided' WHEN 1 THEN 'claimed' WHEN 2 THEN 'appealed' ELSE 'open' END";
  await env.DB.batch([
    env.DB.prepare(`${of} INSERT INTO players (id, game, ref, username, name_key, created_at)
      SELECT i, 'g' || (i % 2), 'r' || i, 'p' || i, 'p' || i, 0 FROM c`),
    env.DB.prepare(`${of} INSERT INTO cases (id, player_id, game, mode, state, origin, review, opened_at, opened_by,
        risk, confidence, baseline_version, evidence_hash, priority, holder, lease_until, verdict)
      SELECT i, i, 'g' || (i % 2), 'm', ${state}, 'detection', 'first', ${nowMs} - i * 60000, 'system:cron', 9000,
        'sufficient', 0, 'h', 1.0 / i, iif(i % 5 IN (1, 2), 'user:ann', NULL),
        iif(i % 5 IN (1, 2), ${nowMs} + iif(i % 2, 1, -1) * 60000, NULL), iif(i % 5 = 0, 'cleared', NULL) FROM c`),
  ]);
}

describe("the list", () => {
  it("has each case that waits once, the most urgent first, and narrows by game and state", async () => {
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
    const every = Array.from({ length: 400 }, (_, i) => i + 1);
    expect(await walk("/queue")).toEqual(every.filter((i) => i % 5 !== 0));
    expect(await walk("/queue?game=g1&state=appealed")).toEqual(
      every.filter((i) => i % 2 === 1 && i % 5 === 2),
    );
    expect(await walk("/queue?state=claimed")).toEqual(every.filter((i) => i % 2 === 1 && i % 5 === 1));
    expect(await walk("/queue?state=decided&game=g0")).toEqual(every.filter((i) => i % 10 === 0).reverse());
  }, 30_000);

  it("says who holds what until when, how old a case is, and which review it waits for", async () => {
    await insertCase({ review: "second" });
    await hold(1, "ann");
    const { body } = await visit(service, "/queue");
    expect(body).toMatch(/held by <bdi>ann<\/bdi> until <time datetime="2026-11-01T13:00/);
    expect(body).toContain("second review, blind");
    expect(body).toContain("1 h ago");
  });

  it("keeps hostile names text", async () => {
    await insertCase();
    await env.DB.prepare("UPDATE players SET username = '<script>alert(1)</script>'").run();
    const { body } = await visit(service, "/queue");
    expect(body).toContain("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>");
    expect(body).not.toContain("<script>");
  });

  it("says what to do where nothing waits", async () => {
    expect((await visit(service, "/queue")).body).toContain("Nothing waits");
    expect((await visit(service, "/queue?state=decided")).body).toContain("No case matches");
  });
});

describe("claiming", () => {
  it("leads to the most urgent case, which is then the claimer's, and says when there is none", async () => {
    await insertCase();
    const claimed = await submit(service, "/queue/claim", {});
    expect([claimed.status, claimed.headers.get("location")]).toEqual([303, "/cases/1"]);
    expect(await caseRow()).toMatchObject({ state: "claimed", holder: "user:pat" });
    expect((await visit(service, "/queue", "analyst")).body).toContain(
      'You hold <a href="/cases/1">case 1, <bdi>player</bdi></a>',
    );
    await env.DB.prepare("UPDATE cases SET holder = 'user:ann', lease_until = ?")
      .bind(nowMs + hour)
      .run();
    const none = await submit(service, "/queue/claim", { game: "cs2" });
    expect([none.status, none.headers.get("location")]).toEqual([303, "/queue?game=cs2"]);
    expect(decodeURIComponent(none.headers.get("set-cookie") ?? "")).toContain("Nothing waits");
  });

  it("is for analysts, from our own pages", async () => {
    await insertCase();
    expect((await submit(service, "/queue/claim", {}, "viewer")).status).toBe(403);
    const elsewhere = await submit(service, "/queue/claim", {}, "analyst", {
      "sec-fetch-site": "cross-site",
    });
    expect(elsewhere.status).toBe(403);
    expect(await all("SELECT holder FROM cases")).toEqual([{ holder: null }]);
    expect((await visit(service, "/queue", "viewer")).body).not.toContain("Claim next");
    expect((await visit(service, "/queue", "analyst")).body).toContain("Claim next");
  });
});

describe("what it costs", () => {
  it.each(["/queue", "/queue?game=g1", "/queue?state=open", "NEXT", "/queue?state=decided"])(
    "%s: two round trips, 300 rows, 100 KB",
    async (asked) => {
      await crowd(2_000);
      const path = asked === "NEXT" ? (nextOf((await visit(service, "/queue")).body) ?? "") : asked;
      const { trips, read, written, gzipped, reply } = await costOfPage(path);
      expect([reply.status, trips, written]).toEqual([200, 2, 0]);
      expect(read).toBeLessThanOrEqual(300);
      expect(gzipped).toBeLessThan(100_000);
    },
  );
});
