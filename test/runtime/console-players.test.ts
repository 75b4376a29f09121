/** The list of players: what it finds, in which order, page by page, as a file, and what it costs. */
import { beforeAll, describe, expect, it } from "vitest";
import { exportPlayers } from "../../src/console/players/export.ts";
import { PlayersPageQuery } from "../../src/console/players/query.ts";
import { createDb } from "../../src/db/client.ts";
import { cookieOf, visit } from "./console-pages.ts";
import { crowd, fillPlayers, hostile, idsOf, linkOf, list, service, upTo, walk } from "./players-crowd.ts";
import { idOf } from "./samples.ts";
import { env, nowMs } from "./service.ts";

beforeAll(fillPlayers, 60_000);

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
