/** From every earlier migration, with rows in every table of that time: all of it is there afterwards, and works. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { visit } from "../console-pages.ts";
import { expectCountersRight } from "../recount.ts";
import { idOf, send, sessionRow } from "../samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs } from "../service.ts";
import { all, appendBulk, run, trail } from "../trail.ts";
import { insertRows, readRows, readTables } from "./rows.ts";

/** Tables whose rows a migration throws away, as it says: everybody signs in once more. */
const emptied: Readonly<Record<string, readonly string[]>> = { "0002_access.sql": ["refresh_tokens"] };

const steps = env.MIGRATIONS.map(({ name }, place) => [name, place + 1] as const);

/** An empty database as it was after so many migrations. */
async function databaseAt(count: number): Promise<void> {
  // Forgets the sign-ins of the test before.
  await freshDatabase();
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS.slice(0, count));
}

describe("every row of every table of a database at", () => {
  it.each(steps)("%s is there after the newest migration, with the values that it had", async (_, count) => {
    await databaseAt(count);
    const tables = await readTables();
    await env.DB.batch(tables.flatMap(insertRows));
    const late = env.MIGRATIONS.slice(count).flatMap(({ name }) => emptied[name] ?? []);
    const kept = tables.filter(({ name }) => !late.includes(name));
    const before = await readRows(kept);
    expect(Object.values(before).filter((rows) => rows.length === 0)).toEqual([]);
    await applyD1Migrations(env.DB, env.MIGRATIONS);
    const after = await readRows(kept);
    // A migration may add rows that it counted from others; none is lost or changed by it.
    for (const { name } of kept)
      expect(after[name], name).toEqual(expect.arrayContaining([...(before[name] ?? [])]));
  });
});

const players = 20;
const sessions = 12;
const minuteMs = 60_000;

/** Players with sessions and a report each, by the columns that the first migration made. */
const population = [
  `INSERT INTO players (game, ref, username, name_key, created_at, last_seen_at, event_count)
    WITH RECURSIVE p(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM p WHERE i < ${players})
    SELECT 'default', 'p' || i, 'Player ' || i, 'player ' || i, ${nowMs}, ${nowMs - minuteMs}, 1 FROM p`,
  `INSERT INTO sessions (player_id, mode, recorded_at, session_id, kills, deaths, headshots, headshot_rate, actions_per_minute)
    WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${sessions})
    SELECT id, 'default', ${nowMs} - n * ${minuteMs}, 's' || n, 40, 10, 8 + (id * 7 + n) % 20, 0.25, 60 + (id * 13 + n) % 60
    FROM players, s`,
  `INSERT INTO events (player_id, detected_at, id, event_type, severity, source)
    SELECT id, ${nowMs - minuteMs}, 'e' || id, 'manual_report', 'low', 'report' FROM players`,
  `INSERT INTO standings (player_id, mode, game, top, revision, changed_at, due_at)
    SELECT id, 'default', 'default', 1, 1, ${nowMs}, ${nowMs} FROM players`,
  "INSERT INTO patterns SELECT event_type, count(*) FROM events GROUP BY 1",
  `UPDATE totals SET players = ${players}, events = ${players}, pending = ${players}, sessions = ${players * sessions},
    actions_per_minute_sum = (SELECT sum(actions_per_minute) FROM sessions), actions_per_minute_n = ${players * sessions},
    headshot_rate_sum = ${(players * sessions) / 4}, headshot_rate_n = ${players * sessions},
    latest_sessions = (SELECT json_group_array(json_array(player_id, mode, recorded_at, session_id))
      FROM (SELECT * FROM sessions ORDER BY recorded_at DESC LIMIT 5))`,
];

describe("the service on a database that was at", () => {
  it.each(steps)("%s scores, answers, takes rows, shows pages, and its trail verifies", async (_, count) => {
    await databaseAt(count);
    await run(...population);
    const [trailed] = await all("SELECT 1 FROM sqlite_schema WHERE name = 'audit_entries'");
    const entries = trailed ? 30 : 0;
    if (trailed) await appendBulk(entries);
    // The event of everybody is known from 0003 on; before, nothing kept it.
    const seen = "SELECT 1 FROM pragma_table_info('players') WHERE name = 'recent_event'";
    if ((await all(seen)).length > 0) {
      await run(`UPDATE players SET recent_event = (SELECT json_object('player_id', e.player_id, 'detected_at', e.detected_at,
        'id', e.id, 'event_type', e.event_type, 'severity', e.severity, 'source', e.source, 'session_id', e.session_id,
        'notes', e.notes, 'reporter', e.reporter) FROM events e WHERE e.player_id = players.id)`);
    }
    await applyD1Migrations(env.DB, env.MIGRATIONS);
    const service = createService();
    await runJobs(service);
    await runJobs(service, "baselines");
    await send(service, [sessionRow(500, "p3", { mode: "default" })]);
    await runJobs(service);
    await expectCountersRight();
    const { body } = await service.call("/api/players?limit=5");
    expect(body.players).toHaveLength(5);
    expect((await service.call(`/api/security/player-risk/${await idOf(service, "p3")}`)).status).toBe(200);
    const page = await visit(service, "/players");
    expect(page.status).toBe(200);
    expect(page.body).toContain("Player 7");
    await trail.seal(1_000);
    const verified = await trail.verify(0, 1_000);
    expect(verified).toMatchObject({ head: "ok", problems: [], unsealed: 0 });
    expect(verified.checked).toBeGreaterThan(entries);
  });
});
