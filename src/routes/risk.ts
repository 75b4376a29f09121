/** What we think of one player, and why. A marked player is settled first, then everything shows what is stored. */
import { type Context, Hono } from "hono";
import {
  anomalyAnswer,
  eventAnswer,
  isoOf,
  playerAnswer,
  pointsOf,
  sessionAnswer,
} from "../actions/answers.ts";
import { pointsOfHistory } from "../actions/risk-history.ts";
import { settlePlayer, storedScore } from "../actions/score-players.ts";
import { selectEvents } from "../db/events.ts";
import {
  findPlayerWithStandings,
  type PlayerKey,
  type PlayerWithStandings,
  type StandingRow,
} from "../db/players.ts";
import { listSessions } from "../db/sessions.ts";
import { bandOf } from "../detection/bands.ts";
import type { Aggregates, LedgerLine, Score } from "../detection/risk.ts";
import type { AppEnv } from "../env.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { pathKey, playerKey } from "../http/player.ts";
import { notFound } from "../http/problem.ts";
import { body, json, param, query } from "../http/validate.ts";

async function read(c: Context<AppEnv>, key: PlayerKey): Promise<PlayerWithStandings> {
  const found = await findPlayerWithStandings(c.var.db, key);
  if (!found) throw notFound("The player");
  return found;
}

/** What is stored of a player, settled first if evidence changed since its last score. */
async function settled(c: Context<AppEnv>, key: PlayerKey): Promise<PlayerWithStandings> {
  const found = await read(c, key);
  if (found.standings.every(({ changed_at }) => changed_at === null)) return found;
  await settlePlayer(c.var.db, found.player.id, c.var.nowMs);
  return read(c, key);
}

const scoresOf = (standings: readonly StandingRow[]): Score[] =>
  standings.map(({ result }) => storedScore(result)).filter((score) => score !== null);

/** The anomalies of all modes, those of the riskiest first; what an event shows counts in each mode and stands once. */
function anomaliesOf(standings: readonly StandingRow[]) {
  const byRisk = [...standings].sort((a, b) => b.top - a.top || b.risk - a.risk);
  const shown = scoresOf(byRisk).flatMap(({ anomalies }) => anomalies.map(anomalyAnswer));
  return [...new Map(shown.map((anomaly) => [JSON.stringify(anomaly), anomaly])).values()];
}

function lineAnswer(line: LedgerLine) {
  return {
    kind: line.kind,
    id: line.id,
    group: line.group,
    points: pointsOf(line.points),
    sentence: line.sentence,
    observed: line.observed,
    unit: line.unit,
    median: line.median,
    exposure: line.exposure,
    since: line.sinceMs === null ? null : isoOf(line.sinceMs),
    session_ids: line.sessionIds,
  };
}

/** Mean of per-mode means, weighted by their sessions; null where no mode measured it. */
function weighted(parts: readonly Aggregates[], pick: (part: Aggregates) => number | null): number | null {
  let sum = 0;
  let sessions = 0;
  for (const part of parts) {
    const value = pick(part);
    if (value === null) continue;
    sum += value * part.sessions;
    sessions += part.sessions;
  }
  return sessions === 0 ? null : Math.round((sum / sessions) * 1e4) / 1e4;
}

function aggregatesAnswer(standings: readonly StandingRow[]) {
  const parts = scoresOf(standings).map(({ aggregates }) => aggregates);
  return {
    sessions: parts.reduce((sum, part) => sum + part.sessions, 0),
    avg_duration_minutes: weighted(parts, (part) => part.avgDurationMinutes),
    avg_actions_per_minute: weighted(parts, (part) => part.avgActionsPerMinute),
    avg_headshot_rate: weighted(parts, (part) => part.avgHeadshotRate),
  };
}

function riskAnswer({ player, standings }: PlayerWithStandings) {
  const top = storedScore(standings.find((standing) => standing.top === 1)?.result ?? null);
  const shown = playerAnswer(player);
  return {
    player: shown,
    risk_score: shown.risk_score,
    anomalies: anomaliesOf(standings),
    event_count: player.event_count,
    ledger: (top?.ledger ?? []).map(lineAnswer),
    band: shown.band,
    confidence: shown.confidence,
    calibrated: shown.calibrated,
    as_of: shown.as_of,
    versions: top?.versions ?? null,
    modes: standings.map(({ mode, risk, as_of }) => ({
      mode,
      risk_score: pointsOf(risk),
      as_of: as_of === null ? null : isoOf(as_of),
    })),
  };
}

function historyAnswer({ player, standings }: PlayerWithStandings) {
  return {
    player: playerAnswer(player),
    modes: standings.map(({ mode, history }) => ({
      mode,
      history: pointsOfHistory(history).map((point) => ({
        as_of: isoOf(point.asOfMs),
        risk_score: pointsOf(point.risk),
        band: bandOf(point.risk),
        confidence: point.confidence,
        versions: point.versions,
      })),
    })),
  };
}

const recentSessions = 5;
const recentEvents = 10;

export const risk = new Hono<AppEnv>()
  .get(
    operations.getPlayerRisk.path,
    param(operations.getPlayerRisk),
    query(operations.getPlayerRisk),
    async (c) => {
      const key = pathKey(c.req.valid("param").player, c.req.valid("query").game);
      return c.json(riskAnswer(await settled(c, key)));
    },
  )
  .get(
    operations.getRiskHistory.path,
    param(operations.getRiskHistory),
    query(operations.getRiskHistory),
    async (c) => {
      const key = pathKey(c.req.valid("param").player, c.req.valid("query").game);
      return c.json(historyAnswer(await settled(c, key)));
    },
  )
  .get(
    operations.getBehavior.path,
    param(operations.getBehavior),
    query(operations.getBehavior),
    async (c) => {
      const { player, standings } = await settled(
        c,
        pathKey(c.req.valid("param").player, c.req.valid("query").game),
      );
      const [sessions, events] = await Promise.all([
        listSessions(c.var.db, player.id, recentSessions),
        selectEvents(c.var.db, player.id, recentEvents),
      ]);
      return c.json({
        player: playerAnswer(player),
        aggregates: aggregatesAnswer(standings),
        recent_sessions: sessions.map(sessionAnswer),
        recent_events: events.map(eventAnswer),
        anomalies: anomaliesOf(standings),
      });
    },
  )
  .post(
    operations.detectAnomalies.path,
    query(operations.detectAnomalies),
    body(operations.detectAnomalies),
    json(operations.detectAnomalies),
    once(),
    async (c) => {
      const key = playerKey(c.req.valid("json").player_id, c.req.valid("query").game);
      const { standings } = await settled(c, key);
      return c.json({ anomalies: anomaliesOf(standings) });
    },
  );
