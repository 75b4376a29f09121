/** The page on a player: what each view shows and costs, who may do what, and that hostile text stays text. */
import { beforeAll, describe, expect, it } from "vitest";
import { cookieOf, costOfPage, submit, visit } from "./console-pages.ts";
import { failingD1 } from "./fault.ts";
import { blatantEntry, createPlayer, idOf, iso, scan, send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

const dayMs = 86_400_000;
let service: Service;
let suspect = 0;
let plain = 0;
const tabs = ["score", "metrics", "sessions", "events", "cases", "decisions", "reports", "audit"] as const;

/** A suspect with more of everything than a page shows, in two modes, among some honest players. */
beforeAll(async () => {
  await freshDatabase();
  service = createService();
  const honest = Array.from({ length: 200 }, (_, n) => sessionRow(n, `p${n % 20}`));
  await send(service, honest);
  const long = Array.from({ length: 130 }, (_, n) => ({
    ...sessionRow(n, "suspect", {
      headshots: n < 60 ? 11 : 3,
      shots_hit: (n < 60 ? 120 : 50) + (n % 9),
      shots_fired: 200 + n,
      server: "eu-1",
    }),
    session_id: `long-${String(n).padStart(3, "0")}`,
    recorded_at: iso(nowMs - (n + 1) * (dayMs / 4)),
  }));
  await send(service, long);
  await send(service, [sessionRow(500, "suspect", { mode: "casual" })]);
  suspect = await idOf(service, "suspect");
  plain = await createPlayer(service, { username: "Newcomer" });
  await scan(
    service,
    Array.from({ length: 60 }, (_, n) => ({
      player_id: suspect,
      ...blatantEntry,
      recorded_at: iso(nowMs - n * 60_000),
    })),
  );
  await runJobs(service);
  // The first baseline moves the scores, and the second counts those that it moved.
  for (const job of ["baselines", "rescore", "baselines"]) await runJobs(service, job);
}, 60_000);

const page = async (path: string, role: "viewer" | "analyst" | "admin" = "viewer") => {
  const { status, body } = await visit(service, path, role);
  expect([path, status]).toEqual([path, 200]);
  return body as string;
};

describe("what it costs", () => {
  // As of a scope with half a million sessions: 399 keys.
  beforeAll(async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
        UPDATE scopes SET histogram = json_patch(histogram,
          (SELECT json_group_object('pair:' || i, json('{"1":1}')) FROM n))`,
    ).run();
  });

  it.each(tabs)("%s: two round trips, 300 rows, 100 KB", async (tab) => {
    const { trips, read, written, gzipped, reply } = await costOfPage(`/players/${suspect}?tab=${tab}`);
    expect([reply.status, trips, written]).toEqual([200, 2, 0]);
    expect(read).toBeLessThanOrEqual(300);
    expect(gzipped).toBeLessThan(100_000);
  });
});

describe("the score", () => {
  it("is the sum of its lines, each of which opens its evidence", async () => {
    // Settles the player first: the page shows what is stored.
    const { body: risk } = await service.call(`/api/security/player-risk/${suspect}`);
    const body = await page(`/players/${suspect}`);
    const [, table = ""] = /<table class="waterfall">(.*?)<\/table>/s.exec(body) ?? [];
    const [lines = "", foot = ""] = table.split("<tfoot>");
    const points = [...lines.matchAll(/class="cell-points">([+−])([\d.]+)</g)].map(
      ([, sign, value]) => (sign === "−" ? -1 : 1) * Math.round(Number(value) * 100),
    );
    expect(points.length).toBe(risk.ledger.length);
    expect(points.reduce((sum, part) => sum + part, 0)).toBe(Math.round(risk.risk_score * 100));
    expect(foot).toContain(risk.risk_score.toFixed(2));
    // Each bar begins where the one before ended: the sum of those above it.
    const starts = [...lines.matchAll(/class="part" x="([\d.]+)"/g)].map(([, x]) =>
      Math.round(Number(x) * 100),
    );
    const sums = points.map(
      (part, place) => points.slice(0, place).reduce((sum, one) => sum + one, 0) + Math.min(0, part),
    );
    expect(starts).toEqual(sums);
    expect(lines.match(/<details>/g)).toHaveLength(points.length);
    for (const { sentence } of risk.ledger) expect(lines).toContain(sentence.replaceAll("'", "&#39;"));
  });

  it("has its history and its place among the others as tables", async () => {
    const body = await page(`/players/${suspect}`);
    expect(body).toMatch(/data-chart="steps".*<tr data-x="\d+" data-y="[\d.]+">/s);
    expect(body).toMatch(/players with any number of sessions show as much or more/);
    expect(body.match(/data-here="1"/g)).toHaveLength(1);
  });

  it("of somebody new says what to do", async () => {
    const body = await page(`/players/${plain}`);
    expect(body).toMatch(/No score yet|Nothing counts against this player/);
    expect(body).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("that is behind says so", async () => {
    await scan(service, [{ player_id: plain, ...blatantEntry }]);
    expect(await page(`/players/${plain}`)).toContain("within five minutes");
  });
});

describe("the metrics", () => {
  it("are timelines over the honest range, with suspect sessions and their onset", async () => {
    const body = await page(`/players/${suspect}?tab=metrics&mode=default`);
    const [, figure = ""] = /<h3 id="metric-headshot_rate">(.*?)<\/figure>/s.exec(body) ?? [];
    expect(figure.match(/<tr data-x=/g)).toHaveLength(100);
    expect(figure).toMatch(/data-suspect="1"/);
    expect(figure).toMatch(/data-onset="\d+"/);
    for (const [, y, median, low, high, rare] of figure.matchAll(
      /data-y="([\d.e-]+)" data-median="([\d.]+)" data-low="([\d.]+)" data-high="([\d.]+)" data-rare="([\d.]+)"/g,
    )) {
      expect(Number(y)).toBeLessThanOrEqual(1);
      expect([Number(low), Number(median), Number(high), Number(rare)]).toEqual(
        [Number(low), Number(median), Number(high), Number(rare)].toSorted((a, b) => a - b),
      );
    }
    expect(body).not.toMatch(/NaN|Infinity|data-\w+="undefined"/);
  });
});

describe("lists", () => {
  it.each([
    ["sessions", 130],
    ["events", 180],
  ] as const)("%s: each once, page after page", async (tab, count) => {
    const seen: string[] = [];
    const row = tab === "sessions" ? /<bdi>(long-\d+)<\/bdi>/g : /data-row="true">(.*?)<\/time>/gs;
    for (let path: string | null = `/players/${suspect}?tab=${tab}&mode=default`; path !== null; ) {
      const body = await page(path);
      const [, table = ""] = /<tbody>(.*)<\/tbody>/s.exec(body) ?? [];
      seen.push(...[...table.matchAll(row)].map(([, key = ""]) => key));
      path = /<a href="([^"]+)" rel="next">/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;
    }
    expect(new Set(seen).size).toBe(count);
    expect(seen.length).toBe(count);
  });

  it("shows the mode that is asked for, and 404 for none of the player's", async () => {
    const body = await page(`/players/${suspect}?tab=sessions&mode=casual`);
    expect(body).toContain("s500");
    expect(body).not.toContain("long-000");
    expect((await visit(service, `/players/${suspect}?mode=nowhere`)).status).toBe(404);
  });
});

describe("who may do what", () => {
  it.each([
    ["viewer", false, false],
    ["analyst", true, false],
    ["admin", true, true],
  ] as const)("%s", async (role, acts, audits) => {
    const body = await page(`/players/${suspect}`, role);
    expect(body.includes('action="/players/')).toBe(acts);
    expect(body.includes("tab=audit")).toBe(audits);
    expect((await visit(service, `/players/${suspect}?tab=audit`, role)).status).toBe(audits ? 200 : 403);
  });

  it("a viewer's form is refused, and nothing is written", async () => {
    const reply = await submit(
      service,
      `/players/${suspect}/rename`,
      { username: "x", reason: "y" },
      "viewer",
    );
    expect(reply.status).toBe(403);
    expect(await page(`/players/${suspect}`)).not.toContain("<h1><bdi>x</bdi>");
  });

  it.each(["0", "abc", "-1", "1e3", "99999999", "9".repeat(16), "%00"])(
    "no player %s: a page says so",
    async (id) => {
      const { status, body } = await visit(service, `/players/${id}`);
      expect(status).toBe(404);
      expect(body).toContain("The player was not found.");
    },
  );
});

describe("trouble", () => {
  it("of the store is a page too, with the request's id, and is logged once", async () => {
    const broken = createService({ DB: failingD1(env.DB, /FROM standings s WHERE/) });
    const { status, body, headers } = await visit(broken, `/players/${suspect}`);
    expect([status, headers.get("content-type")]).toEqual([500, "text/html; charset=UTF-8"]);
    expect(body).toContain("Something went wrong on our side.");
    expect(body).toContain(headers.get("x-request-id"));
    expect(broken.log.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  it("of a path that is none is a page for browsers, and a problem for others", async () => {
    const html = { accept: "text/html,application/xhtml+xml" };
    const reply = await service.call("/nothing", { role: null, headers: html });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
    expect((await service.call("/api/nothing", { headers: html })).body.status).toBe(404);
    expect((await service.call("/nothing", { role: null })).body.status).toBe(404);
  });
});

describe("hostile text", () => {
  it("stays text wherever others wrote it", async () => {
    const hostile = "<script>alert(1)</script>";
    const id = await createPlayer(service, {
      username: hostile,
      game: "cs2",
      ref: "‮\"'><img src=x onerror=x>",
    });
    const notes = `${"</textarea></dd>"}${hostile}${"‮x".repeat(900)}`;
    await service.call("/api/security/report", {
      body: { player_id: id, reason: hostile, severity: "high", notes, reporter: hostile },
    });
    await send(service, [
      sessionRow(0, undefined, {
        player: undefined,
        player_id: id,
        session_id: hostile,
        server: hostile,
        mode: "m",
      }),
    ]);
    await runJobs(service);
    for (const tab of tabs) {
      const body = await page(`/players/${id}?tab=${tab}`, "admin");
      expect(body).not.toMatch(/<script(?! src="\/)|<img src=x|<\/textarea><\/dd>/);
      expect(body).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    }
  });

  it("a forged toast is shown as text, and one that leads elsewhere not at all", async () => {
    const shown = async (flash: unknown) => {
      const cookie = `${await cookieOf("viewer")}; __Host-flash=${encodeURIComponent(JSON.stringify(flash))}`;
      return (await service.call("/players", { role: null, headers: { cookie } })).body as string;
    };
    expect(await shown({ text: "<b>x</b>" })).toContain("&lt;b&gt;x&lt;/b&gt;");
    for (const action of ["https://evil.example/", "//evil.example", "javascript:x"]) {
      expect(await shown({ text: "x", undo: { action, fields: {} } })).not.toContain('class="toast"');
    }
  });
});
