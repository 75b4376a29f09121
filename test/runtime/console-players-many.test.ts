/** The list of players among thousands: by mode, and what each way of asking costs. */
import { beforeAll, describe, expect, it } from "vitest";
import { costOfPage, visit } from "./console-pages.ts";
import { crowd, fillPlayers, hostile, linkOf, list, service } from "./players-crowd.ts";
import { costOf, env, nowMs } from "./service.ts";

beforeAll(fillPlayers, 60_000);

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
