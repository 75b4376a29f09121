/** What we think of one player, and why. A marked player is settled first, then everything shows what is stored. */
import { type Context, Hono } from "hono";
import { eventAnswer, playerAnswer, sessionAnswer } from "../actions/answers.ts";
import { settlePlayer } from "../actions/score-players.ts";
import { selectEvents } from "../db/events.ts";
import { findPlayerWithStandings, type PlayerKey, type PlayerWithStandings } from "../db/players.ts";
import { listSessions } from "../db/sessions.ts";
import type { AppEnv } from "../env.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { pathKey, playerKey, withinReach } from "../http/player.ts";
import { body, json, param, query } from "../http/validate.ts";
import { aggregatesAnswer, anomaliesOf, historyAnswer, riskAnswer } from "./risk-answers.ts";

async function read(c: Context<AppEnv>, key: PlayerKey): Promise<PlayerWithStandings> {
  const found = await findPlayerWithStandings(c.var.db, key);
  return withinReach(c, found, ({ player }) => player.game);
}

/** What is stored of a player, settled first if evidence changed since its last score. */
async function settled(c: Context<AppEnv>, key: PlayerKey): Promise<PlayerWithStandings> {
  const found = await read(c, key);
  if (found.standings.every(({ changed_at }) => changed_at === null)) return found;
  await settlePlayer(c.var.db, found.player.id, c.var.nowMs);
  return read(c, key);
}

const recentSessions = 5;
const recentEvents = 10;

export const risk = new Hono<AppEnv>()
  .get(
    operations.getPlayerRisk.path,
    param(operations.getPlayerRisk),
    query(operations.getPlayerRisk),
    async (c) => {
      const key = pathKey(c, c.req.valid("param").player, c.req.valid("query").game);
      return c.json(riskAnswer(await settled(c, key)));
    },
  )
  .get(
    operations.getRiskHistory.path,
    param(operations.getRiskHistory),
    query(operations.getRiskHistory),
    async (c) => {
      const key = pathKey(c, c.req.valid("param").player, c.req.valid("query").game);
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
        pathKey(c, c.req.valid("param").player, c.req.valid("query").game),
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
      const key = playerKey(c, c.req.valid("json").player_id, c.req.valid("query").game);
      const { standings } = await settled(c, key);
      return c.json({ anomalies: anomaliesOf(standings) });
    },
  );
