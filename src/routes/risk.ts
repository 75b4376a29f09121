/** What we think of one player, and why. A marked player is settled first, then everything shows what is stored. */
import { type Context, Hono } from "hono";
import { eventAnswer, playerAnswer, sessionAnswer } from "../actions/answers.ts";
import { settlePlayer } from "../actions/score-players.ts";
import { batch } from "../db/client.ts";
import { selectEvents } from "../db/events.ts";
import {
  findPlayerWithStandings,
  idOf,
  type PlayerKey,
  type PlayerWithStandings,
  selectPlayer,
  selectStandings,
} from "../db/players.ts";
import { newestOf, selectNewestSessions } from "../db/sessions.ts";
import type { AppEnv } from "../env.ts";
import { readPrimary } from "../http/near.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { pathKey, playerKey, withinReach } from "../http/player.ts";
import { body, json, param, query } from "../http/validate.ts";
import { aggregatesAnswer, anomaliesOf, historyAnswer, riskAnswer } from "./risk-answers.ts";

async function read(c: Context<AppEnv>, key: PlayerKey): Promise<PlayerWithStandings> {
  const found = await findPlayerWithStandings(c.var.db, key);
  return withinReach(c, found, ({ player }) => player.game);
}

const recentSessions = 5;
const recentEvents = 10;

/** All that is known of a player, in one round trip. */
async function readBehavior(c: Context<AppEnv>, key: PlayerKey) {
  const { db } = c.var;
  const [players, standings, sessions, events] = await batch(db, [
    selectPlayer(db, key),
    selectStandings(db, key),
    selectNewestSessions(db, idOf(key), recentSessions),
    selectEvents(db, idOf(key), recentEvents),
  ]);
  const player = withinReach(c, players[0] ?? null, ({ game }) => game);
  return { player, standings, sessions: newestOf(sessions, recentSessions), events };
}

/** What is stored of a player, settled first if evidence changed since its last score: then only the score is read anew. */
async function settled<T extends PlayerWithStandings>(
  c: Context<AppEnv>,
  key: PlayerKey,
  readIt: (c: Context<AppEnv>, key: PlayerKey) => Promise<T>,
): Promise<T> {
  const found = await readIt(c, key);
  if (found.standings.every(({ changed_at }) => changed_at === null)) return found;
  readPrimary(c);
  await settlePlayer(c.var.db, found.player.id, c.var.nowMs);
  return { ...found, ...(await read(c, key)) };
}

export const risk = new Hono<AppEnv>()
  .get(
    operations.getPlayerRisk.path,
    param(operations.getPlayerRisk),
    query(operations.getPlayerRisk),
    async (c) => {
      const key = pathKey(c, c.req.valid("param").player, c.req.valid("query").game);
      return c.json(riskAnswer(await settled(c, key, read)));
    },
  )
  .get(
    operations.getRiskHistory.path,
    param(operations.getRiskHistory),
    query(operations.getRiskHistory),
    async (c) => {
      const key = pathKey(c, c.req.valid("param").player, c.req.valid("query").game);
      return c.json(historyAnswer(await settled(c, key, read)));
    },
  )
  .get(
    operations.getBehavior.path,
    param(operations.getBehavior),
    query(operations.getBehavior),
    async (c) => {
      const key = pathKey(c, c.req.valid("param").player, c.req.valid("query").game);
      const { player, standings, sessions, events } = await settled(c, key, readBehavior);
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
      const { standings } = await settled(c, key, read);
      return c.json({ anomalies: anomaliesOf(standings) });
    },
  );
