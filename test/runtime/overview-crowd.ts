/** A service with much in it, as the overview counts it: straight into the tables. */
import { countOverview } from "../../src/actions/watch/count-overview.ts";
import { createDb } from "../../src/db/client.ts";
import { dayOf } from "../../src/db/days.ts";
import { env, nowMs } from "./service.ts";

export const today = dayOf(nowMs);
export const dayMs = 86_400_000;

export const countNow = (atMs = nowMs) => countOverview(createDb(env.DB), atMs);

const upTo = (count: number) =>
  `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${count})`;
const insert = (count: number, text: string) => env.DB.prepare(`${upTo(count)} ${text}`);

export interface Crowd {
  readonly games: number;
  readonly modes: number;
  readonly players: number;
  readonly cases: number;
  readonly decisions: number;
  readonly days: number;
  readonly detectors: number;
}

/** In each game players of every band, and cases of every state; of those that are claimed, some leases have run out. */
function judged({ games, players, cases, decisions }: Crowd): D1PreparedStatement[] {
  const game = `'g' || (i % ${games})`;
  const turn = `i / ${games} % 5`;
  const risk = `CASE i / ${games} % 10 WHEN 0 THEN 9500 WHEN 1 THEN 7500 WHEN 2 THEN 7000 WHEN 3 THEN 4000
    ELSE 3999 END`;
  const state = `CASE ${turn} WHEN 1 THEN 'claimed' WHEN 2 THEN 'appealed' ELSE 'open' END`;
  return [
    insert(
      players,
      `INSERT INTO players (id, game, ref, username, name_key, created_at)
        SELECT i, ${game}, 'r' || i, 'p' || i, 'p' || i, 0 FROM c`,
    ),
    insert(
      players,
      `INSERT INTO standings (player_id, mode, game, top, risk, confidence, as_of)
        SELECT i, 'm0', ${game}, 1, ${risk}, iif(i % 3, 'sufficient', 'insufficient'), ${nowMs} FROM c`,
    ),
    env.DB.prepare(`UPDATE totals SET players = ${players}, latest_escalations = (SELECT json_group_array(json_array(
        id, 'm0', 'low', 'critical', 9500, ${nowMs})) FROM (SELECT id FROM players ORDER BY id LIMIT 10))`),
    insert(
      cases,
      `INSERT INTO cases (id, player_id, game, mode, state, origin, review, opened_at, opened_by, risk, confidence,
          baseline_version, evidence_hash, priority, holder, lease_until)
        SELECT i, 1 + i % ${players}, ${game}, 'm' || i, ${state}, 'detection', iif(${turn} = 2, 'appeal', 'first'),
          ${nowMs} - i * 7 * 3600000, 'system:cron', 9000, 'sufficient', 0, 'h', 1.0 / i,
          iif(${turn} = 1, 'user:ann', NULL), iif(${turn} = 1, ${nowMs} + iif(i % 3, 1, -1) * 60000, NULL) FROM c`,
    ),
    insert(
      decisions,
      `INSERT INTO decisions (id, player_id, place, subject, home, game, type, starts_at, reason, origin, made_by,
          made_at, ended_at, end_kind, emitted)
        SELECT i, 1, i, 'r1', 'g0', iif(i % 4 = 0, '*', ${game}), iif(i % 3, 'ban', 'watch'), 0, 'seen',
          iif(i % 2, 'person', 'automatic'), 'user:ann', ${nowMs} - (${decisions} - i) * 3 * 3600000,
          iif(i % 5 = 0, 1, NULL), iif(i % 5 = 0, 'revoked', NULL), 'added' FROM c`,
    ),
  ];
}

function watched({ games, modes, days, detectors }: Crowd): D1PreparedStatement[] {
  const scopes = games * modes;
  const scope = `'g' || (i % ${games}), 'm' || (i / ${games} % ${modes})`;
  return [
    insert(
      scopes * days,
      `INSERT INTO activity_days (game, mode, day, sessions, events)
        SELECT ${scope}, ${today} - (i - 1) / ${scopes}, i, 0 FROM c WHERE true
        ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions`,
    ),
    insert(
      scopes * days * detectors,
      `INSERT INTO detector_days (game, mode, day, detector, version, judged, flagged, newly_flagged)
        SELECT ${scope}, ${today} - (i - 1) / ${scopes * detectors}, 'd' || (i / ${scopes} % ${detectors}), 1, 100,
          i % 7, i % 3 FROM c WHERE true
        ON CONFLICT DO UPDATE SET newly_flagged = newly_flagged + excluded.newly_flagged`,
    ),
    insert(
      detectors,
      `INSERT INTO quality_flags (game, month, detector, version, flags, confirmed, cleared)
        SELECT '*', '2026-11', 'd' || i, 1, 10 + i, i, 2 FROM c`,
    ),
  ];
}

/** Puts all of it into the database. */
export async function crowd(of: Crowd): Promise<void> {
  await env.DB.batch([...judged(of), ...watched(of)]);
}
