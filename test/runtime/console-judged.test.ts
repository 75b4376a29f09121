/** What people and players said of a player: pages of cases, decisions and reports, each once, as text, and the cost. */
import { beforeAll, describe, expect, it } from "vitest";
import { costOfPage, visit } from "./console-pages.ts";
import { createPlayer } from "./samples.ts";
import { createService, env, freshDatabase, nowMs } from "./service.ts";

const count = 120;
const service = createService();
let player = 0;

beforeAll(async () => {
  await freshDatabase();
  player = await createPlayer(service, { username: "Nightjar", game: "cs2", ref: "r" });
  const of = `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${count})`;
  await env.DB.batch(
    [
      `${of} INSERT INTO cases (id, player_id, game, mode, state, origin, review, opened_at, opened_by, risk,
        confidence, baseline_version, evidence_hash, priority, verdict)
        SELECT i, ${player}, 'cs2', 'm', 'decided', 'detection', 'first', ${nowMs}, 'system:cron', 9000, 'sufficient',
          0, 'h', 1, 'cleared' FROM c`,
      `${of} INSERT INTO decisions (id, player_id, place, subject, home, game, type, starts_at, reason, origin, made_by,
        made_at, emitted) SELECT i, ${player}, i, 'r', 'cs2', 'cs2', 'watch', 0, 'seen', 'person', 'user:ann', 0, 'added' FROM c`,
      `${of} INSERT INTO events (player_id, detected_at, id, event_type, severity, source, notes)
        SELECT ${player}, i, 'e' || i, 'wall_hack', 'high', 'report', '<script>alert(' || i || ')</script>' FROM c`,
      `${of} INSERT INTO reports (player_id, id, game, reason, severity, reporter, session_id, reported_at, weight,
        resolved_at, outcome, case_id) SELECT ${player}, 'e' || i, 'cs2', 'wall_hack', 'high', 'rival', 's', i, 0.5, 1,
          'confirmed', 1 FROM c`,
    ].map((text) => env.DB.prepare(text)),
  );
});

async function walk(tab: string, pattern: RegExp): Promise<number[]> {
  const ids: number[] = [];
  for (let next: string | null = `/players/${player}?tab=${tab}`; next !== null; ) {
    const { status, body } = await visit(service, next);
    expect([next, status]).toEqual([next, 200]);
    ids.push(...[...body.matchAll(pattern)].map(([, id]) => Number(id)));
    next = /<a href="([^"]+)" rel="next">/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;
  }
  return ids;
}
const linkOf = (body: string, rel: string): string | null =>
  new RegExp(`<a href="([^"]+)" rel="${rel}">`).exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;

/** The pages' bodies on the way to the last page, and on the way back by "Previous". */
async function thereAndBack(tab: string, pattern: RegExp) {
  const idsOf = (body: string) => [...body.matchAll(pattern)].map(([id]) => id);
  const there: string[][] = [];
  const back: string[][] = [];
  let last = "";
  for (let next: string | null = `/players/${player}?tab=${tab}`; next !== null; ) {
    last = (await visit(service, next, "admin")).body;
    there.push(idsOf(last));
    next = linkOf(last, "next");
  }
  for (let previous = linkOf(last, "prev"); previous !== null; ) {
    const { body } = await visit(service, previous, "admin");
    back.unshift(idsOf(body));
    previous = linkOf(body, "prev");
  }
  return { there, back };
}

describe("the way back", () => {
  beforeAll(async () => {
    const rename = (n: number) =>
      service.call(`/api/players/${player}`, { method: "PATCH", body: { username: `Name ${n}` } });
    for (let n = 0; n < 55; n++) await rename(n);
  }, 60_000);

  it.each([
    ["cases", /href="\/cases\/\d+"/g, 3],
    ["decisions", /href="\/decisions\/\d+"/g, 3],
    ["reports", /<bdi>&lt;script&gt;alert\(\d+\)/g, 3],
    ["events", /<bdi>&lt;script&gt;alert\(\d+\)/g, 3],
    ["audit", /Name \d+/g, 2],
  ])("of %s shows the pages that were seen, to the first", async (tab, pattern, pages) => {
    const { there, back } = await thereAndBack(tab, pattern);
    expect(there).toHaveLength(pages);
    expect(new Set(there.flat()).size).toBeGreaterThan(50);
    expect(back).toEqual(there.slice(0, -1));
  });

  it("is not made up: a trail that is none leads nowhere", async () => {
    const second = linkOf((await visit(service, `/players/${player}?tab=cases`)).body, "next") ?? "";
    const url = new URL(second, "http://x");
    for (const trail of ["", "<script>", "a..b", "x".repeat(1_501), "https://evil.example"]) {
      url.searchParams.set("trail", trail);
      const { status, body } = await visit(service, `${url.pathname}${url.search}`);
      expect([trail, status, linkOf(body, "prev")]).toEqual([trail, 200, null]);
      expect(body).not.toContain("evil.example");
      expect(body).toContain(">First</a>");
    }
    url.searchParams.set("trail", "nonsense");
    const wrong = await visit(
      service,
      linkOf((await visit(service, `${url.pathname}${url.search}`)).body, "prev") ?? "",
    );
    expect(wrong.status).toBe(400);
  });
});
const every = Array.from({ length: count }, (_, i) => count - i);

describe.each([
  ["cases", /class="player-link" href="\/cases\/(\d+)"/g],
  ["decisions", /class="player-link" href="\/decisions\/(\d+)"/g],
  ["reports", /<bdi>&lt;script&gt;alert\((\d+)\)/g],
] as const)("%s", (tab, pattern) => {
  it("are all there, once, newest first", async () => {
    expect(await walk(tab, pattern)).toEqual(every);
  });

  it("cost two round trips, 300 rows, 100 KB", async () => {
    const { trips, read, written, gzipped } = await costOfPage(`/players/${player}?tab=${tab}`);
    expect([trips, written]).toEqual([2, 0]);
    expect(read).toBeLessThanOrEqual(300);
    expect(gzipped).toBeLessThan(100_000);
  });
});

it("a report says which case resolved it, and not as what: that may be hidden there", async () => {
  const { body } = await visit(service, `/players/${player}?tab=reports`);
  expect(body).toContain('<a href="/cases/1">in case 1</a>');
  expect(body).not.toContain("confirmed");
});
