/** The overview's figures: that they are what is stored, that they lead to lists of as many, and what they cost. */
import { beforeEach, describe, expect, it } from "vitest";
import { countOverview } from "../../src/actions/watch/count-overview.ts";
import { createDb } from "../../src/db/client.ts";
import { createMeter, meterD1 } from "../../src/db/meter.ts";
import { costOfPage, visit } from "./console-pages.ts";
import { countNow, crowd, dayMs, today } from "./overview-crowd.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";
import { cronAt } from "./watching.ts";

const small = { games: 2, modes: 2, players: 60, cases: 70, decisions: 70, days: 30, detectors: 3 };
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const plain = (text: string) => text.replaceAll("&amp;", "&");
const main = (body: string) => body.slice(body.indexOf("<main"), body.indexOf("</main>"));
/** A section of the page by the id of its heading. */
const section = (body: string, id: string) =>
  main(body)
    .split("<section ")
    .find((part) => part.startsWith(`aria-labelledby="${id}"`)) ?? "";
const textOf = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

/** Every number that is a link: what it says, and where it leads. */
const countsIn = (body: string) =>
  [...main(body).matchAll(/<a href="(\/[^"]+)">([\d,]+)<\/a>/g)].map(([, href = "", text = ""]) => ({
    href: plain(href),
    n: Number(text.replaceAll(",", "")),
  }));

/** How many rows a list has, over all of its pages. */
async function lengthOf(path: string): Promise<number> {
  let n = 0;
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, body } = await visit(service, next);
    expect([next, status]).toEqual([next, 200]);
    n += body.match(/<tr data-row/g)?.length ?? 0;
    next = /<a href="([^"]+)" rel="next">/.exec(body)?.[1]?.replaceAll("&amp;", "&");
  }
  return n;
}

const numberFrom = async (text: string) =>
  (await all<{ n: number }>(`SELECT ${text} AS n`))[0]?.n ?? Number.NaN;

/** As people see them: a claim whose lease has run out is open again. */
const openCases = (where: string, atMs: number) =>
  numberFrom(`(SELECT count(*) FROM cases WHERE ${where} AND (state = 'open'
    OR state = 'claimed' AND lease_until <= ${atMs}))`);

describe("numbers", () => {
  it.each(["/", "/?game=g1"])(
    "of %s lead to lists that show as many",
    async (path) => {
      await crowd(small);
      await countNow();
      const { body } = await visit(service, path);
      const counts = countsIn(body).filter(({ href }) => /^\/(queue\?|players\?band|decisions\?)/.test(href));
      const own = counts.filter(({ href }) => !/^\/queue(\?game=g1)?$/.test(href));
      expect(new Set(own.map(({ href }) => href.split("?")[0]))).toEqual(
        new Set(["/queue", "/players", "/decisions"]),
      );
      expect(own.length).toBeGreaterThanOrEqual(10);
      for (const { href, n } of own) expect([href, await lengthOf(href)]).toEqual([href, n]);
      const links = [...main(body).matchAll(/href="(\/[^"#]*)/g)].map(([, href = ""]) => plain(href));
      for (const href of new Set(links))
        expect([href, (await visit(service, href)).status]).toEqual([href, 200]);
    },
    60_000,
  );

  it("of cases are live while they are few, and as cron counted them where they are many", async () => {
    await crowd({ ...small, cases: 60 });
    const few = section((await visit(service, "/")).body, "waiting");
    expect(textOf(few)).toContain("under a day 3 1 to 3 days 7 3 to 7 days 13 over a week 37");
    expect(textOf(few)).toContain("48 first reviews, 12 of appeals");
    await crowdMore();
    const uncounted = (await visit(service, "/")).body;
    expect(textOf(uncounted)).toMatch(/Open cases \d\d\+/);
    await countNow(nowMs - 60_000);
    const many = (await visit(service, "/")).body;
    expect(textOf(section(many, "waiting"))).toContain("Counted 2026-11-01 11:59 UTC");
    const open = await openCases("true", nowMs - 60_000);
    expect(textOf(many)).toContain(`Open cases ${open} oldest opened 17 d ago`);
  });

  /** One case more than the page counts itself. */
  const crowdMore = () =>
    run(`INSERT INTO cases (id, player_id, game, mode, state, origin, review, opened_at, opened_by, risk, confidence,
        baseline_version, evidence_hash, priority) VALUES (61, 1, 'g1', 'x', 'open', 'manual', 'first', ${nowMs},
        'user:ann', 1, 'insufficient', 0, 'h', 0)`);
});

describe("trends", () => {
  it("are the sums of the tables of days, of all games and of one", async () => {
    await crowd(small);
    await countNow();
    for (const [path, where] of [
      ["/", "true"],
      ["/?game=g1", "game = 'g1'"],
    ] as const) {
      const { body } = await visit(service, path);
      const days = [...body.matchAll(/<tr data-x="(\d+)" data-y="(\d+)"/g)].map(([, x, y]) => [
        Number(x),
        Number(y),
      ]);
      const stored = async (table: string, column: string) =>
        (
          await all<{ day: number; n: number }>(`SELECT day, sum(${column}) AS n FROM ${table}
          WHERE ${where} AND day > ${today - 28} GROUP BY day ORDER BY day`)
        ).map(({ day, n }) => [day, n]);
      expect(days.slice(0, 28)).toEqual(await stored("activity_days", "sessions"));
      expect(days.slice(28)).toEqual(await stored("detector_days", "newly_flagged"));
    }
  });

  it("come to know sessions of long ago within two hours and a quarter, and what is new at once", async () => {
    await crowd(small);
    await countNow();
    const sessionsOf = async (day: number) => {
      const [row] = await all<{ value: string }>("SELECT value FROM metric_blocks WHERE name = 'overview'");
      return JSON.parse(row?.value ?? "{}").days[day]["*"][0];
    };
    const [late, now] = [await sessionsOf(today - 20), await sessionsOf(today)];
    await run(`UPDATE activity_days SET sessions = sessions + 1000 WHERE game = 'g0' AND mode = 'm0'
      AND day IN (${today - 20}, ${today})`);
    await countNow(nowMs + 300_000);
    expect([await sessionsOf(today), await sessionsOf(today - 20)]).toEqual([now + 1_000, late]);
    for (let slot = 2; slot <= 26; slot++) await countNow(nowMs + slot * 300_000);
    expect(await sessionsOf(today - 20)).toBe(late + 1_000);
    await countNow(nowMs + 3 * dayMs);
    const [row] = await all<{ value: string }>("SELECT value FROM metric_blocks WHERE name = 'overview'");
    expect(Object.keys(JSON.parse(row?.value ?? "{}").days)).toHaveLength(28);
  });
});

describe("quality and jobs", () => {
  it("show precision with its interval, and no figure where nobody has judged", async () => {
    await run(`INSERT INTO quality_flags (game, month, detector, version, flags, confirmed, cleared) VALUES
      ('*', '2026-11', 'aim.change', 1, 9, 5, 1), ('*', '2026-11', 'aim.change', 2, 3, 3, 1),
      ('*', '2026-11', 'log.anomaly', 1, 2, 0, 0), ('*', '2026-10', 'aim.change', 1, 900, 0, 0)`);
    const quality = textOf(section((await visit(service, "/")).body, "quality"));
    // Wilson's interval of 8 of 10.
    expect(quality).toMatch(/aim.change 12 10 80 % 49 to 94 %/);
    expect(quality).toMatch(/log.anomaly 2 0 no verdict yet/);
  });

  it("say which job failed, is late or never ran, and warn before everything else", async () => {
    await cronAt("*/5 * * * *", nowMs - 60_000);
    const well = (await visit(service, "/")).body;
    expect(textOf(section(well, "jobs"))).toMatch(/rescore well 1 min ago 0 ms 0/);
    expect(well).not.toContain("notice-error");
    expect(textOf(well)).toContain("Jobs 5 of 9 ran well, 4 not due yet");
    await run(`UPDATE metric_blocks SET value = json_set(value, '$.rescore.ok', json('false'), '$.rescore.remaining',
      1234, '$.audit.at', ${nowMs - 16 * 60_000}) WHERE name = 'jobs'`);
    const { body } = await visit(service, "/");
    expect(textOf(section(body, "jobs"))).toMatch(/rescore failed .* 1,234 .*audit late 16 min ago/);
    expect(textOf(main(body))).toMatch(/rescore failed when it ran last; audit has not ended .* Open cases/);
    expect(textOf(body)).toContain("2 need a look");
  });
});

/** What counting costs cron. */
async function costOfCount(atMs: number) {
  const meter = createMeter();
  await countOverview(createDb(meterD1(env.DB, meter)), atMs);
  return { read: meter.rowsRead, written: meter.rowsWritten };
}

describe("a page and a count", () => {
  const large = {
    games: 20,
    modes: 5,
    players: 4_000,
    cases: 5_000,
    decisions: 2_000,
    days: 28,
    detectors: 20,
  };

  it("cost no more than they may, with 20 games of 5 modes and 5,000 cases", async () => {
    await crowd(large);
    await countNow();
    for (const path of ["/", "/?game=g7"]) {
      const { trips, read, written, gzipped, reply } = await costOfPage(path);
      expect(reply.status).toBe(200);
      const open = await openCases(path === "/" ? "true" : "game = 'g7'", nowMs);
      expect(open).toBeGreaterThan(100);
      expect(textOf(reply.body)).toContain(`Open cases ${open.toLocaleString("en-US")} oldest`);
      expect({ trips, written }).toEqual({ trips: 2, written: 0 });
      expect(read).toBeLessThanOrEqual(300);
      expect(gzipped).toBeLessThan(100_000);
    }
    const { read, written } = await costOfCount(nowMs + 300_000);
    // 5,000 cases with two rows each, and three days of 100 scopes with 20 detectors.
    expect(read).toBeLessThan(25_000);
    expect(written).toBe(1);
    expect(await numberFrom("(SELECT at FROM metric_blocks WHERE name = 'overview')")).toBe(nowMs + 300_000);
  }, 120_000);
});

describe("the game", () => {
  it("is offered where there are two, kept in the links, and ignored where it is none", async () => {
    await crowd(small);
    await countNow();
    const { body } = await visit(service, "/?game=g1");
    expect(body).toMatch(/<option value="g1" selected/);
    expect(section(body, "watchlist")).toContain("/players?game=g1");
    for (const game of ["%3Cscript%3E", "", "x".repeat(5_000)]) {
      const reply = await visit(service, `/?game=${game}`);
      expect([reply.status, reply.body.includes('<option value="" selected')]).toEqual([200, false]);
      expect(textOf(reply.body)).toContain("Players 60");
    }
    expect((await visit(service, "/?game=nobodys")).body).toContain("Nothing waits");
  });
});
