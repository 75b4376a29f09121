/** What reads cost, by D1's own counters, in a database large enough to betray a scan; and twice as large. */
import { beforeAll, describe, expect, it } from "vitest";
import { expectCountersRight } from "./recount.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Reply, runJobs } from "./service.ts";

const service = createService();
/** The player that has a quarter of all sessions. */
const heavy = 1;

/** Numbers 0 to n - 1 as `i`. */
const count = (n: number) =>
  `WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < ${n - 1})`;

/** 300 players with 20,000 sessions, 5,000 of them of one player, and 3,000 events: every fifth player is suspect. */
async function addPopulation(generation: number): Promise<void> {
  const first = generation * 300 + 1;
  const owner = `iif(i % 4 = 0, ${generation === 0 ? heavy : first}, ${first} + (i / 4 * 3 + i % 4) % 300)`;
  const statements = [
    `${count(300)} INSERT INTO players (id, game, ref, username, name_key, created_at, last_seen_at)
      SELECT ${first} + i, 'g' || (i % 2), 'r' || (${first} + i), 'p' || (${first} + i), 'p' || (${first} + i), ${nowMs}, 0 FROM c`,
    `${count(20_000)} INSERT INTO sessions (player_id, mode, recorded_at, session_id, duration_minutes,
        actions_per_minute, headshot_rate, reaction_time_ms, kills, deaths, headshots, shots_fired, shots_hit, metrics)
      SELECT ${owner}, 'default', ${nowMs} - i * 60000, 's' || i, 20, 100 + i % 9, 0.25, 230 + i % 40, 12, 10, 3, 200, 50,
        '{"damage_per_round":71.5}' FROM c`,
    `${count(3_000)} INSERT INTO events (player_id, detected_at, id, event_type, severity, source)
      SELECT ${first} + i % 300, ${nowMs} - i * 1000, 'e' || i,
        CASE WHEN i % 5 <> 0 THEN 'manual_report' WHEN i < 1500 THEN 'aimbot_lock' ELSE 'headshot_spike' END, 'medium',
        iif(i % 5 = 0, 'log', 'report') FROM c`,
    `INSERT INTO standings (player_id, mode, game, revision, changed_at, due_at, top)
      SELECT id, 'default', game, 1, ${nowMs}, ${nowMs}, 1 FROM players WHERE id >= ${first}`,
    `UPDATE players SET recent_event = (SELECT json_object('player_id', e.player_id, 'detected_at', e.detected_at,
        'id', e.id, 'event_type', e.event_type, 'severity', e.severity, 'source', e.source, 'session_id', e.session_id,
        'notes', e.notes, 'reporter', e.reporter)
      FROM events e WHERE e.player_id = players.id ORDER BY e.detected_at DESC, e.id DESC LIMIT 1)`,
    "UPDATE players SET event_count = (SELECT count(*) FROM events e WHERE e.player_id = players.id), last_seen_at = (SELECT max(recorded_at) FROM sessions s WHERE s.player_id = players.id)",
    "DELETE FROM patterns",
    "INSERT INTO patterns SELECT event_type, count(*) FROM events GROUP BY 1",
    `UPDATE totals SET players = (SELECT count(*) FROM players), sessions = (SELECT count(*) FROM sessions),
      events = (SELECT count(*) FROM events), pending = (SELECT count(*) FROM standings WHERE changed_at IS NOT NULL),
      actions_per_minute_sum = (SELECT total(actions_per_minute) FROM sessions),
      actions_per_minute_n = (SELECT count(actions_per_minute) FROM sessions),
      headshot_rate_sum = (SELECT total(headshot_rate) FROM sessions),
      headshot_rate_n = (SELECT count(headshot_rate) FROM sessions),
      latest_sessions = (SELECT json_group_array(json(k)) FROM (SELECT json_array(player_id, mode, recorded_at, session_id) AS k
        FROM sessions ORDER BY recorded_at DESC LIMIT 5))`,
  ];
  await env.DB.batch(statements.map((text) => env.DB.prepare(text)));
  await runJobs(service);
  await expectCountersRight();
}

interface Budget {
  readonly name: string;
  readonly path: string;
  /** Rows read at most, given the length of the list that was answered. */
  readonly atMost: (length: number) => number;
  readonly list?: string;
}

const budgets: readonly Budget[] = [
  { name: "player-risk, heavy, unmarked", path: `/api/security/player-risk/${heavy}`, atMost: () => 200 },
  { name: "player-risk by ref", path: `/api/security/player-risk/@r${heavy}?game=g0`, atMost: () => 200 },
  { name: "behavior, unmarked", path: `/api/players/${heavy}/behavior`, atMost: () => 200 },
  { name: "player", path: `/api/players/${heavy}`, atMost: () => 5 },
  { name: "dashboard", path: "/api/security/dashboard", atMost: () => 100 },
  { name: "stats", path: "/api/analytics/stats", atMost: () => 100 },
  { name: "patterns", path: "/api/analytics/cheat-patterns", atMost: () => 100 },
  ...[1, 10, 50].flatMap((limit) => [
    {
      name: `suspicious, ${limit}`,
      path: `/api/players/suspicious?limit=${limit}`,
      list: "players",
      atMost: (n: number) => 2 * n + 4,
    },
    {
      name: `suspicious of a game, ${limit}`,
      path: `/api/players/suspicious?game=g1&limit=${limit}`,
      list: "players",
      atMost: (n: number) => 2 * n + 4,
    },
    {
      name: `players by risk, ${limit}`,
      path: `/api/players?limit=${limit}`,
      list: "players",
      atMost: (n: number) => 3 * n + 5,
    },
    {
      name: `players of a game, ${limit}`,
      path: `/api/players?game=g0&limit=${limit}`,
      list: "players",
      atMost: (n: number) => 3 * n + 5,
    },
    {
      name: `players between risks, ${limit}`,
      path: `/api/players?min_risk=0.01&max_risk=69&limit=${limit}`,
      list: "players",
      atMost: (n: number) => 3 * n + 5,
    },
    {
      name: `players of a band, ${limit}`,
      path: `/api/players?band=low&confidence=sufficient&limit=${limit}`,
      list: "players",
      atMost: (n: number) => 3 * n + 5,
    },
    {
      name: `players by last sight, ${limit}`,
      path: `/api/players?sort=last_seen&limit=${limit}`,
      list: "players",
      atMost: (n: number) => 4 * n + 5,
    },
    {
      name: `players of a game by last sight, ${limit}`,
      path: `/api/players?sort=last_seen&game=g1&limit=${limit}`,
      list: "players",
      atMost: (n: number) => 4 * n + 5,
    },
    {
      name: `players by name, ${limit}`,
      path: `/api/players?name=p1&limit=${limit}`,
      list: "players",
      atMost: (n: number) => 4 * n + 5,
    },
    {
      name: `players of a game by name, ${limit}`,
      path: `/api/players?name=p1&game=g0&limit=${limit}`,
      list: "players",
      atMost: (n: number) => 4 * n + 5,
    },
    {
      name: `sessions, ${limit}`,
      path: `/api/players/${heavy}/sessions?limit=${limit}`,
      list: "sessions",
      atMost: (n: number) => 2 * n + 10,
    },
    {
      name: `events, ${limit}`,
      path: `/api/players/${heavy}/events?limit=${limit}`,
      list: "events",
      atMost: (n: number) => 2 * n + 10,
    },
  ]),
];

async function measure({ path, list }: Budget): Promise<{ reply: Reply; read: number; length: number }> {
  const reply = await service.call(path);
  expect(reply.status, path).toBe(200);
  return { reply, read: costOf(reply).read, length: list ? reply.body[list].length : 0 };
}

/** How many pages of a list are followed. */
const maxPages = 8;

beforeAll(async () => {
  await freshDatabase();
  await addPopulation(0);
}, 120_000);

/** Rows read per budget, by name, while the database was small. */
const small = new Map<string, { read: number; length: number }>();

describe("20,000 sessions", () => {
  it("are what was asked for", async () => {
    expect((await service.call("/api/analytics/stats")).body.totals.sessions).toBe(20_000);
    expect((await service.call("/api/players/suspicious?limit=100")).body.count).toBe(60);
    const { results } = await env.DB.prepare(
      `SELECT count(*) AS n FROM sessions WHERE player_id = ${heavy}`,
    ).all();
    expect(results[0]?.n).toBeGreaterThanOrEqual(5_000);
  });

  it.each(budgets)("$name", async (budget) => {
    const { reply, read, length } = await measure(budget);
    small.set(budget.name, { read, length });
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThanOrEqual(budget.atMost(length));
    let cursor = reply.body.next_cursor;
    for (let page = 2; cursor && page <= maxPages; page++) {
      const next = await measure({ ...budget, path: `${budget.path}&cursor=${cursor}` });
      expect(next.read, `page ${page}`).toBeLessThanOrEqual(budget.atMost(next.length));
      cursor = next.reply.body.next_cursor;
    }
  });

  it("a marked player is settled within the same 200 rows, whichever read does it", async () => {
    const reads = [
      { path: `/api/security/player-risk/${heavy}` },
      { path: `/api/players/${heavy}/behavior` },
      { path: "/api/analytics/detect-anomalies", body: { player_id: heavy } },
    ];
    // The heavy player is a suspect, whose cases are looked at with each rescoring.
    const ofCases = 10;
    // The first one opens its case, which costs rows of its own.
    await service.call("/api/security/report", { body: { player_id: heavy } });
    await service.call(`/api/security/player-risk/${heavy}`);
    for (const { path, ...call } of reads) {
      await service.call("/api/security/report", { body: { player_id: heavy } });
      const settled = costOf(await service.call(path, call));
      const stored = costOf(await service.call(path, call));
      expect(settled.written, path).toBeGreaterThan(0);
      expect(stored.written, path).toBe(0);
      expect(settled.read, path).toBeLessThanOrEqual(200 + ofCases);
      expect(settled.read, path).toBeGreaterThan(stored.read);
      small.set(path, { read: settled.read, length: 0 });
    }
  });

  it("a sweep reads in proportion to the players due, not to their history", async () => {
    const { body: none } = await service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
    expect(none).toMatchObject({ processed: 0, remaining: 0 });
    for (const player_id of [heavy, 2, 3, 4])
      await service.call("/api/security/report", { body: { player_id } });
    const run = await service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
    expect(run.body).toMatchObject({ processed: 4, remaining: 0 });
    expect(costOf(run).read).toBeLessThanOrEqual(4 * 200);
  });
});

describe("40,000 sessions", () => {
  beforeAll(async () => addPopulation(1), 120_000);

  it.each(budgets)("$name costs what it did", async (budget) => {
    const { read, length } = await measure(budget);
    expect(read).toBeLessThanOrEqual(budget.atMost(length));
    const before = small.get(budget.name) ?? { read: 0, length: 0 };
    // A longer answer may cost its own rows more, a database that is larger may not.
    expect(read).toBeLessThanOrEqual(before.read + 4 + 3 * Math.max(0, length - before.length));
  });

  it("a marked player costs what it did", async () => {
    const path = `/api/security/player-risk/${heavy}`;
    await service.call("/api/security/report", { body: { player_id: heavy } });
    expect(costOf(await service.call(path)).read).toBeLessThanOrEqual((small.get(path)?.read ?? 0) + 4);
  });
});
