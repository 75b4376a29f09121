/** The list of players: what it finds, in which order, page by page, as a file, and what it costs. */
import { beforeAll, describe, expect, it } from "vitest";
import { exportPlayers } from "../../src/console/players/export.ts";
import { PlayersPageQuery } from "../../src/console/players/query.ts";
import { createDb } from "../../src/db/client.ts";
import { cookieOf, costOfPage, visit } from "./console-pages.ts";
import { idOf, send, sessionRow } from "./samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

const hourMs = 3_600_000;
const crowd = 130;
const hostile = ["<script>alert(1)</script>", "‮gnp.exe", '=HYPERLINK("https://evil.example")', 'a,"b"'];
let service: Service;

/** Players of three games with names, ids of their own, risks and times that tell them apart. */
beforeAll(async () => {
  await freshDatabase();
  service = createService();
  const rows = Array.from({ length: crowd }, (_, n) =>
    sessionRow(n, `7656-${String(n).padStart(3, "0")}`, { game: ["cs2", "rust", "tf2"][n % 3] }),
  );
  await send(service, rows);
  for (const [n, username] of hostile.entries()) {
    await service.call("/api/players", { body: { username, ref: `hostile-${n}` } });
  }
  await runJobs(service);
  await env.DB.batch([
    env.DB.prepare(
      "UPDATE players SET username = 'Player ' || substr('000' || id, -3), name_key = 'player ' || substr('000' || id, -3) WHERE id <= ?",
    ).bind(crowd),
    env.DB.prepare("UPDATE players SET last_seen_at = ? - id * ?").bind(nowMs, hourMs),
    env.DB.prepare(
      "UPDATE standings SET risk = 10000 - player_id * 70, confidence = iif(player_id % 2, 'sufficient', 'insufficient')",
    ),
  ]);
}, 60_000);

/** The ids that a page lists, in its order. */
const idsOf = (body: string): number[] =>
  [...body.matchAll(/class="player-link" href="\/players\/(\d+)"/g)].map(([, id]) => Number(id));
const linkOf = (body: string, rel: "next" | "prev"): string | null =>
  new RegExp(`<a href="([^"]+)" rel="${rel}">`).exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;

async function list(path: string): Promise<{ ids: number[]; body: string }> {
  const { status, body } = await visit(service, path);
  expect([path, status]).toEqual([path, 200]);
  return { ids: idsOf(body), body };
}

/** All pages from the first to the last. */
async function walk(path: string): Promise<number[][]> {
  const pages: number[][] = [];
  for (let next: string | null = path; next !== null; ) {
    const { ids, body } = await list(next);
    pages.push(ids);
    next = linkOf(body, "next");
  }
  return pages;
}

const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, place) => place + from);

describe("the order", () => {
  it.each([
    ["/players?game=cs2&band=critical", [1, 4, 7, 10, 13]],
    [
      "/players?band=suspicious&confidence=sufficient",
      [15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41],
    ],
    ["/players?q=player+00", upTo(9)],
    ["/players?q=PLAYER+00", upTo(9)],
    ["/players?q=player+00&dir=down", upTo(9).reverse()],
    ["/players?q=7656-00&game=rust", [2, 5, 8]],
    // Five by id, game after game: more of it finds more.
    ["/players?q=7656-12", [121, 122, 124, 127, 130]],
    ["/players?q=17", [17]],
    ["/players?seen=day", upTo(24)],
    ["/players?seen=day&dir=up", upTo(24).reverse()],
    ["/players?q=nobody", []],
    // Empty fields of the form, and values that are none.
    ["/players?q=&game=&band=critical&confidence=&seen=&sort=x&after=", upTo(14)],
  ])("%s", async (path, ids) => {
    expect((await list(path)).ids).toEqual(ids);
  });
});

describe("pages", () => {
  it.each([
    "/players",
    "/players?dir=up",
    "/players?sort=seen",
    "/players?sort=seen&dir=up",
    "/players?sort=name",
    "/players?sort=name&dir=down",
  ])("%s: each player once, and back the same way", async (path) => {
    const pages = await walk(path);
    const all = pages.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(crowd + hostile.length);
    // To the last page, and from there back to the first.
    let { body } = await list(path);
    for (let next = linkOf(body, "next"); next !== null; next = linkOf(body, "next"))
      ({ body } = await list(next));
    const back: number[][] = [idsOf(body)];
    for (let previous = linkOf(body, "prev"); previous !== null; previous = linkOf(body, "prev")) {
      ({ body } = await list(previous));
      back.unshift(idsOf(body));
      // A page that was come back to goes on as it did.
      expect(idsOf((await list(linkOf(body, "next") ?? "")).body)).toEqual(back[1]);
    }
    expect(back).toEqual(pages);
  });

  it("keeps the filters, and refuses a cursor of another list with a page", async () => {
    const { body } = await list("/players?sort=seen&dir=up");
    const next = linkOf(body, "next") ?? "";
    expect(next).toMatch(/sort=seen&dir=up&after=/);
    const other = next.replace("sort=seen", "sort=name");
    const reply = await visit(service, other);
    expect([reply.status, reply.headers.get("content-type")]).toEqual([400, "text/html; charset=UTF-8"]);
    expect(reply.body).toContain("The cursor is not one of this list.");
  });
});

describe("filters that no index serves together", () => {
  it.each([
    ["/players?q=player&band=critical", "/players?q=player", "/players?band=critical"],
    [
      "/players?seen=day&band=critical&game=cs2",
      "/players?game=cs2&seen=day",
      "/players?game=cs2&band=critical",
    ],
    ["/players?q=player&seen=day", "/players?q=player", "/players?seen=day"],
    ["/players?sort=name&band=low", "/players?sort=name", "/players?band=low"],
  ])("%s leads to what does", async (path, kept, other) => {
    const { body, ids } = await list(path);
    expect(ids).toEqual([]);
    expect(body).toContain("no index serves them together");
    const ways = [...body.matchAll(/<a href="([^"]+)">Keep /g)].map(([, href = ""]) =>
      href.replaceAll("&amp;", "&"),
    );
    expect(ways).toEqual([kept, other]);
    for (const way of ways) expect((await list(way)).body).not.toContain("no index serves");
  });
});

describe("the export", () => {
  const exported = (query: string) => visit(service, `/players/export?${query}`, "viewer");

  it("is the filtered list, in its order, as NDJSON", async () => {
    const { body, headers } = await exported("format=ndjson&game=cs2&band=critical");
    expect(headers.get("content-disposition")).toBe('attachment; filename="players.ndjson"');
    const rows = body
      .trimEnd()
      .split("\n")
      .map((line: string) => JSON.parse(line));
    expect(rows.map(({ id }: { id: number }) => id)).toEqual([1, 4, 7, 10, 13]);
    expect(rows[0]).toMatchObject({ game: "cs2", risk_score: 99.3, band: "critical", ref: "7656-000" });
  });

  it("is all of it, however many pages that takes", async () => {
    for (const query of ["format=csv", "format=csv&sort=seen&dir=up", "format=csv&q=p"]) {
      const { body } = await exported(query);
      const ids = body
        .trimEnd()
        .split("\r\n")
        .slice(1)
        .map((line: string) => Number(line.split(",")[0]));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(crowd);
    }
  });

  it("as CSV is quoted, and nothing in it is a formula", async () => {
    const { body, headers } = await exported("format=csv&sort=name");
    expect(headers.get("content-type")).toContain("text/csv");
    expect(body).toMatch(/^id,game,ref,username,mode,risk_score,/);
    expect(body).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
    expect(body).toContain('"a,""b"""');
    expect(body).not.toMatch(/(^|,|\n)"?[=@+]/);
  });

  it("is in the audit trail", async () => {
    await exported("format=csv&band=critical");
    const { body } = await service.call("/api/audit?action=player.export&limit=1");
    expect(body.entries[0]).toMatchObject({
      actor: "user:pat",
      details: { format: "csv", band: "critical" },
    });
  });

  it("breaks off rather than pass for whole", async () => {
    const origin = { principal: "user:pat", address: null, requestId: null };
    const reach = { games: null, defaultGame: "default" };
    const ctx = { db: createDb(env.DB), nowMs, completion: null, origin, reach, newId: () => "id" };
    const read = async (most: number) =>
      new Response(await exportPlayers(ctx, PlayersPageQuery.parse({}), "csv", most)).text();
    expect((await read(crowd + hostile.length)).trimEnd().split("\r\n")).toHaveLength(
      crowd + hostile.length + 1,
    );
    await expect(read(crowd)).rejects.toThrow("more players than an export holds");
  });

  it("refuses filters that no index serves together", async () => {
    expect((await exported("format=csv&q=p&band=low")).status).toBe(400);
  });
});

describe("who may look", () => {
  it("the signed-in; anybody else gets the form, which leads back", async () => {
    const reply = await service.call("/players?band=critical", { role: null });
    expect(reply.status).toBe(401);
    expect(reply.body).toContain('action="/sign-in?next=%2Fplayers%3Fband%3Dcritical"');
    expect(reply.body).not.toContain("<script");
    const next = "/sign-in?next=%2Fplayers%3Fband%3Dcritical";
    const raw = "username=security_console&password=letmein123";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const signedIn = await service.call(next, { role: null, raw, headers });
    expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, "/players?band=critical"]);
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/api/players",
    "/players/../api",
    "javascript:x",
  ])("a sign-in never leads to %s", async (next) => {
    const raw = "username=security_console&password=letmein123";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const path = `/sign-in?next=${encodeURIComponent(next)}`;
    const reply = await service.call(path, { role: null, raw, headers });
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/"]);
  });

  it("not game servers", async () => {
    const cookie = await cookieOf("ingest");
    expect((await service.call("/players", { role: null, headers: { cookie } })).status).toBe(401);
  });
});

describe("hostile text", () => {
  it("stays text in names and in searches", async () => {
    for (const path of ["/players?sort=name", `/players?q=${encodeURIComponent("<script>x")}`]) {
      const { body } = await list(path);
      expect(body).not.toMatch(/<script>|<img src=x/);
      expect(body).not.toContain("=x onerror");
    }
    expect(await idOf(service, "hostile-0")).toBeGreaterThan(crowd);
  });
});

/** As many again, many times over: what a page reads must not follow. */
const multitude = 5_000;

describe("what it costs among thousands", () => {
  beforeAll(async () => {
    const each = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${multitude})`;
    const game = "CASE i % 3 WHEN 0 THEN 'cs2' WHEN 1 THEN 'rust' ELSE 'tf2' END";
    await env.DB.batch([
      env.DB.prepare(`${each} INSERT INTO players (id, game, ref, username, name_key, created_at, last_seen_at)
        SELECT 1000 + i, ${game}, '7656-x' || i, 'P' || i, 'p' || i, 0, ${nowMs} - i FROM n`),
      env.DB.prepare(`${each} INSERT INTO standings (player_id, mode, game, top, risk, confidence, as_of)
        SELECT 1000 + i, 'm' || (i % 4), ${game}, 1, i % 4000, iif(i % 2, 'sufficient', 'insufficient'), ${nowMs} FROM n`),
      ...Array.from({ length: 60 }, (_, n) =>
        env.DB.prepare(
          "INSERT INTO scopes (game, mode, histogram, undeclared, folds, stale) VALUES (?, ?, '', '[]', 0, 0)",
        ).bind(`game-${n}`, `mode-${n}`),
      ),
      env.DB.prepare("UPDATE standings SET mode = 'most' WHERE player_id > 5500"),
      env.DB.prepare("UPDATE standings SET mode = 'rare' WHERE player_id IN (2000, 3000, 4000)"),
    ]);
  }, 60_000);

  /** All pages from the first, and then all the way back by the links to the page before. */
  async function thereAndBack(path: string) {
    const [there, back]: [number[], number[]] = [[], []];
    let [here, pages]: [string | null, number] = [path, 0];
    for (let next: string | null = path; next !== null; pages += 1) {
      const { ids, body } = await list(next);
      there.push(...ids);
      [here, next] = [next, linkOf(body, "next")];
    }
    for (let page: string | null = here; page !== null; ) {
      const { ids, body } = await list(page);
      back.unshift(...ids);
      page = linkOf(body, "prev");
    }
    return { there, back, pages };
  }
  const withMode = async (mode: string, more = "") => {
    const { results } = await env.DB.prepare(
      `SELECT player_id AS id FROM standings WHERE top = 1 AND mode = ? ${more} ORDER BY risk DESC, player_id DESC`,
    )
      .bind(mode)
      .all<{ id: number }>();
    return results.map(({ id }) => id);
  };

  it("by mode: everybody once, there and back, whatever a page looks through", async () => {
    const rare = await thereAndBack("/players?mode=rare");
    expect(rare.there).toEqual(await withMode("rare"));
    expect(rare.there).toHaveLength(3);
    expect(rare.back).toEqual(rare.there);
    expect(rare.pages).toBe(Math.floor((multitude + crowd + hostile.length) / 120) + 1);
    const many = await thereAndBack("/players?mode=m1&game=cs2&dir=up");
    expect(many.there).toEqual((await withMode("m1", "AND game = 'cs2'")).reverse());
    expect(many.back).toEqual(many.there);
    expect((await thereAndBack("/players?mode=most")).there).toEqual(await withMode("most"));
    const filtered = await thereAndBack("/players?mode=m3&band=elevated&confidence=sufficient");
    expect(filtered.there).toEqual([]);
  }, 60_000);

  it("by mode: a page that is full ends at somebody who is shown, and is left and found again", async () => {
    let page = await list("/players?mode=most");
    while (page.ids.length < 50) page = await list(linkOf(page.body, "next") ?? "");
    const after = await list(linkOf(page.body, "next") ?? "");
    const again = await list(linkOf(after.body, "prev") ?? "");
    expect(again.ids).toEqual(page.ids);
    const onceMore = await list(linkOf(again.body, "next") ?? "");
    expect(onceMore.ids).toEqual(after.ids);
    expect(new Set([...page.ids, ...after.ids]).size).toBe(page.ids.length + after.ids.length);
  });

  it("by mode: says what it looked through, and leads on from a page without anybody", async () => {
    const { ids, body } = await list("/players?mode=rare");
    expect(ids).toEqual([]);
    expect(body).toContain("Nobody among these");
    expect(body).toContain("None of the 120 players");
    expect(body).toMatch(/<option value="rare" selected="?">/);
    const { body: some } = await list("/players?mode=m1");
    expect(some).toContain("among the 120 looked through, more may follow");
    const { body: none } = await list("/players?mode=nobody&band=critical");
    expect(none).toContain("Nobody matches");
  });

  it("by mode: the API's list and the export have the same players", async () => {
    const ids: number[] = [];
    let cursor = "";
    do {
      const reply = await service.call(`/api/players?mode=m1&game=cs2&limit=40${cursor}`);
      expect(reply.status).toBe(200);
      expect(costOf(reply).read).toBeLessThanOrEqual(401);
      ids.push(...reply.body.players.map(({ id }: { id: number }) => id));
      cursor = reply.body.next_cursor === null ? "" : `&cursor=${reply.body.next_cursor}`;
    } while (cursor !== "");
    const expected = await withMode("m1", "AND game = 'cs2'");
    expect(expected.length).toBeGreaterThan(300);
    expect(ids).toEqual(expected);
    const { body } = await visit(service, "/players/export?format=ndjson&mode=m1&game=cs2");
    const exported = String(body)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    expect(exported).toEqual(expected);
  }, 60_000);

  it("by mode: not with a search or another order, which both lists say", async () => {
    const { body } = await list("/players?mode=m1&q=p");
    expect(body).toContain("Mode cannot be combined with the search");
    for (const other of ["name=p", "sort=last_seen"]) {
      const reply = await service.call(`/api/players?mode=m1&${other}`);
      expect(reply.status).toBe(400);
      expect(reply.body.errors).toMatchObject([{ pointer: "/mode", code: "unsupported_combination" }]);
    }
  });

  it.each([
    "/players",
    "/players?sort=seen",
    "/players?q=7656",
    "/players?q=p",
    "/players?q=1",
    "/players?game=cs2&band=low",
    "/players?q=p&band=low",
    "/players?q=p&dir=down&game=rust",
    "/players?seen=day",
    "/players?sort=seen&dir=up",
    "/players?band=low&dir=up",
    "/players?mode=m1",
    "/players?mode=m1&game=cs2&band=low&dir=up",
    "/players?mode=rare",
    "/players?mode=most",
    "/players?mode=nobody",
  ])("%s: two round trips, 300 rows, 100 KB", async (path) => {
    const { trips, read, written, gzipped, reply } = await costOfPage(path);
    expect([path, trips, written]).toEqual([path, 2, 0]);
    expect(read).toBeLessThanOrEqual(300);
    expect(gzipped).toBeLessThan(100_000);
    // The page after it costs no more.
    const next = linkOf(reply.body, "next");
    if (next !== null) expect((await costOfPage(next)).read).toBeLessThanOrEqual(300);
  });
});
