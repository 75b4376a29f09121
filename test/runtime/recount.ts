/** The maintained counters against a recount of the tables. */
import { expect } from "vitest";
import { env } from "./service.ts";

const all = async <T>(text: string): Promise<T[]> => (await env.DB.prepare(text).all<T>()).results;

interface Counters {
  readonly players: number;
  readonly sessions: number;
  readonly events: number;
  readonly pending: number;
  readonly high_risk: number;
  readonly risk_sum: number;
  readonly actions_per_minute_n: number;
  readonly headshot_rate_n: number;
}

/** Not counted: refusals are meant to be, and the tests' own sign-ins come and go. */
const uncounted = ["audit_denials", "auth_sessions"];

/** How many rows each table holds. */
export async function tableCounts(): Promise<Record<string, number>> {
  const tables = await all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'd1_%'",
  );
  const names = tables.filter(({ name }) => !uncounted.includes(name));
  const counts = await env.DB.batch<{ n: number }>(
    names.map(({ name }) => env.DB.prepare(`SELECT count(*) AS n FROM ${name}`)),
  );
  return Object.fromEntries(names.map(({ name }, place) => [name, counts[place]?.results[0]?.n ?? -1]));
}

/** Fails unless every maintained counter equals what the tables hold; who was pruned was seen later than what is left. */
export async function expectCountersRight({ isPruned = false } = {}): Promise<void> {
  const [recounted] = await all<Counters>(`SELECT
    (SELECT count(*) FROM players) AS players,
    (SELECT count(*) FROM sessions) AS sessions,
    (SELECT count(*) FROM events) AS events,
    (SELECT count(*) FROM standings WHERE changed_at IS NOT NULL) AS pending,
    (SELECT count(*) FROM standings WHERE top = 1 AND risk >= 7000) AS high_risk,
    (SELECT coalesce(sum(risk), 0) FROM standings WHERE top = 1) AS risk_sum,
    (SELECT count(actions_per_minute) FROM sessions) AS actions_per_minute_n,
    (SELECT count(headshot_rate) FROM sessions) AS headshot_rate_n`);
  const [totals] = await all<Counters>("SELECT * FROM totals");
  expect(totals).toMatchObject(recounted ?? {});
  await expectSumsRight();
  await expectPerPlayerRight(isPruned);
  await expectLatestRight();
}

async function expectSumsRight(): Promise<void> {
  const [sums] = await all<{ maintained: number; recounted: number; heads: number; headsAgain: number }>(
    `SELECT t.actions_per_minute_sum AS maintained, t.headshot_rate_sum AS heads,
      (SELECT total(actions_per_minute) FROM sessions) AS recounted,
      (SELECT total(headshot_rate) FROM sessions) AS headsAgain FROM totals t`,
  );
  expect(sums?.maintained).toBeCloseTo(sums?.recounted ?? Number.NaN, 6);
  expect(sums?.heads).toBeCloseTo(sums?.headsAgain ?? Number.NaN, 6);
  const patterns = await all("SELECT pattern, occurrences FROM patterns WHERE occurrences <> 0 ORDER BY 1");
  expect(patterns).toEqual(
    await all("SELECT event_type AS pattern, count(*) AS occurrences FROM events GROUP BY 1 ORDER BY 1"),
  );
}

/** Fails unless days count what is stored; not so once rows were pruned, erased or put in by hand. */
export async function expectDaysRight(): Promise<void> {
  const counted = await all("SELECT day, game, mode, sessions, events FROM activity_days ORDER BY 1, 2, 3");
  expect(counted).toEqual(
    await all(`SELECT day, game, mode, sum(sessions) AS sessions, sum(events) AS events FROM (
        SELECT recorded_at / 86400000 AS day, p.game, mode, 1 AS sessions, 0 AS events
          FROM sessions x JOIN players p ON p.id = x.player_id
        UNION ALL SELECT detected_at / 86400000, p.game, '', 0, 1 FROM events e JOIN players p ON p.id = e.player_id)
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`),
  );
}

/** Rows of a player that is being erased are still to go, and belong to nobody. */
const notErasing = (row: string) =>
  `NOT EXISTS (SELECT 1 FROM erasures r WHERE r.player_id = ${row}.player_id AND r.finished_at IS NULL)`;

/** Each list is of players whose counter, last sight or standings are wrong: empty. */
async function expectPerPlayerRight(isPruned: boolean): Promise<void> {
  const wrong = await all(`SELECT p.id FROM players p
    WHERE p.event_count <> (SELECT count(*) FROM events e WHERE e.player_id = p.id)`);
  expect(wrong, "players.event_count").toEqual([]);
  const stale = await all(`SELECT p.id, p.recent_event FROM players p
    WHERE p.recent_event IS NOT (SELECT json_object('player_id', e.player_id, 'detected_at', e.detected_at, 'id', e.id,
      'event_type', e.event_type, 'severity', e.severity, 'source', e.source, 'session_id', e.session_id,
      'notes', e.notes, 'reporter', e.reporter)
      FROM events e WHERE e.player_id = p.id ORDER BY e.detected_at DESC, e.id DESC LIMIT 1)`);
  expect(stale, "players.recent_event").toEqual([]);
  const unseen = await all(`SELECT p.id FROM players p
    WHERE p.last_seen_at ${isPruned ? "<" : "<>"} coalesce((SELECT max(recorded_at) FROM sessions s WHERE s.player_id = p.id), 0)`);
  expect(unseen, "players.last_seen_at").toEqual([]);
  const tops = await all(`SELECT p.id FROM players p
    WHERE (SELECT count(*) FROM standings s WHERE s.player_id = p.id AND s.top = 1) <> 1
      OR (SELECT max(s.risk) FROM standings s WHERE s.player_id = p.id)
        <> (SELECT s.risk FROM standings s WHERE s.player_id = p.id AND s.top = 1)`);
  expect(tops, "standings.top").toEqual([]);
  const orphans = await all(`SELECT player_id FROM standings s WHERE NOT EXISTS
      (SELECT 1 FROM players p WHERE p.id = s.player_id AND p.game = s.game)
    UNION ALL SELECT player_id FROM sessions x WHERE ${notErasing("x")} AND NOT EXISTS
      (SELECT 1 FROM standings s WHERE s.player_id = x.player_id AND s.mode = x.mode)
    UNION ALL SELECT player_id FROM events e WHERE ${notErasing("e")}
      AND NOT EXISTS (SELECT 1 FROM players p WHERE p.id = e.player_id)`);
  expect(orphans, "rows without their player or standing").toEqual([]);
}

async function expectLatestRight(): Promise<void> {
  const times = await all<{ at: number }>(
    `SELECT recorded_at AS at FROM sessions x WHERE ${notErasing("x")} ORDER BY recorded_at DESC LIMIT 5`,
  );
  const kept = await all<{ at: number }>(
    "SELECT x.recorded_at AS at FROM totals t, json_each(t.latest_sessions) k JOIN sessions x ON x.player_id = k.value->>0 AND x.mode = k.value->>1 AND x.recorded_at = k.value->>2 AND x.session_id = k.value->>3 ORDER BY 1 DESC",
  );
  expect(kept, "totals.latest_sessions").toEqual(times);
}
