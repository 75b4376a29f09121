/** Players and lists, from indexes alone. */

import { type Context, Hono } from "hono";
import { z } from "zod";
import { eventAnswer, playerAnswer, sessionAnswer } from "../actions/answers.ts";
import { createPlayer } from "../actions/create-player.ts";
import { renamePlayer } from "../actions/rename-player.ts";
import { batch, type Statement } from "../db/client.ts";
import { type StoredEvent, selectEvents } from "../db/events.ts";
import { idOf, type ListedPlayer, type PlayerKey, selectByRisk, selectPlayer } from "../db/players.ts";
import { newestOf, selectNewestSessions } from "../db/sessions.ts";
import { selectTotals } from "../db/totals.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { getPlayer, pathKey, withinReach } from "../http/player.ts";
import { listedGame, reachOf, requireGame } from "../http/reach.ts";
import { body, json, param, query } from "../http/validate.ts";
import { listPlayersPage, riskCursors } from "./player-list.ts";

const maxRisk = 10_000;
const place = z.tuple([z.int(), z.string().max(400)]);
const sessionCursors = cursorsOf("sessions", place);
const eventCursors = cursorsOf("events", place);

function suspiciousAnswer(row: ListedPlayer) {
  const event = row.recent_event === null ? null : (JSON.parse(row.recent_event) as StoredEvent);
  return { ...playerAnswer(row), recent_event: event ? eventAnswer(event) : null };
}

/** What a statement says of a player, in one round trip with the player. @throws Problem 404 */
async function playerWith<T>(c: Context<AppEnv>, key: PlayerKey, statement: Statement<T[]>): Promise<T[]> {
  const [[player], rows] = await batch(c.var.db, [selectPlayer(c.var.db, key), statement]);
  withinReach(c, player ?? null, ({ game }) => game);
  return rows;
}

export const players = new Hono<AppEnv>()
  .get(operations.listSuspicious.path, query(operations.listSuspicious), async (c) => {
    const { risk_threshold, game, limit, cursor } = c.req.valid("query");
    const filter = { game: listedGame(c, game), minRisk: Math.ceil(risk_threshold * 100), maxRisk };
    const after = riskCursors.read(cursor);
    const [rows, totals] = await batch(c.var.db, [
      selectByRisk(c.var.db, filter, { limit, after, withEvent: true }),
      selectTotals(c.var.db),
    ]);
    return c.json({
      players: rows.map(suspiciousAnswer),
      count: rows.length,
      next_cursor: nextCursor(rows, limit, (row) => riskCursors.write({ risk: row.risk ?? 0, id: row.id })),
      pending: totals[0]?.pending ?? 0,
    });
  })
  .get(operations.listPlayers.path, query(operations.listPlayers), async (c) =>
    c.json(
      await listPlayersPage(c.var.db, {
        ...c.req.valid("query"),
        game: listedGame(c, c.req.valid("query").game),
      }),
    ),
  )
  .post(
    operations.createPlayer.path,
    body(operations.createPlayer),
    json(operations.createPlayer),
    once(),
    async (c) => {
      const { username, game, ref } = c.req.valid("json");
      const playedGame = requireGame(c, game ?? reachOf(c).defaultGame);
      const player = { game: playedGame, ref: ref ?? null, username: username ?? ref ?? "" };
      return c.json(await createPlayer(actionContext(c), player), 201);
    },
  )
  .get(operations.getPlayer.path, param(operations.getPlayer), query(operations.getPlayer), async (c) => {
    const key = pathKey(c, c.req.valid("param").player, c.req.valid("query").game);
    return c.json(playerAnswer(await getPlayer(c, key)));
  })
  .patch(
    operations.renamePlayer.path,
    param(operations.renamePlayer),
    query(operations.renamePlayer),
    body(operations.renamePlayer),
    json(operations.renamePlayer),
    async (c) => {
      const player = await getPlayer(c, pathKey(c, c.req.valid("param").player, c.req.valid("query").game));
      return c.json(await renamePlayer(actionContext(c), player, c.req.valid("json").username));
    },
  )
  .get(
    operations.listPlayerSessions.path,
    param(operations.listPlayerSessions),
    query(operations.listPlayerSessions),
    async (c) => {
      const { game, limit, cursor } = c.req.valid("query");
      const position = sessionCursors.read(cursor);
      const key = pathKey(c, c.req.valid("param").player, game);
      const before = position && { recordedAtMs: position[0], sessionId: position[1] };
      const found = await playerWith(c, key, selectNewestSessions(c.var.db, idOf(key), limit, before));
      const rows = newestOf(found, limit);
      return c.json({
        sessions: rows.map(sessionAnswer),
        next_cursor: nextCursor(rows, limit, (row) =>
          sessionCursors.write([row.recordedAtMs, row.sessionId]),
        ),
      });
    },
  )
  .get(
    operations.listPlayerEvents.path,
    param(operations.listPlayerEvents),
    query(operations.listPlayerEvents),
    async (c) => {
      const { game, limit, cursor } = c.req.valid("query");
      const position = eventCursors.read(cursor);
      const key = pathKey(c, c.req.valid("param").player, game);
      const before = position && { detectedAtMs: position[0], id: position[1] };
      const rows = await playerWith(c, key, selectEvents(c.var.db, idOf(key), limit, before));
      return c.json({
        events: rows.map(eventAnswer),
        next_cursor: nextCursor(rows, limit, (row) => eventCursors.write([row.detected_at, row.id])),
      });
    },
  );
