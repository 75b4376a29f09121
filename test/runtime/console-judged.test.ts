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
