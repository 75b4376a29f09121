/** How games learn decisions: a gate asks of players, a mirror follows the stream. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { isoOf } from "../actions/answers.ts";
import { checkPlayers } from "../actions/decisions/check-players.ts";
import { awaitChanges } from "../actions/decisions/read-stream.ts";
import type { Asked } from "../db/checks.ts";
import type { PlayerKey } from "../db/players.ts";
import { subjectOfRef } from "../decisions/subject.ts";
import type { AppEnv } from "../env.ts";
import { cursorsOf } from "../http/cursor.ts";
import * as operations from "../http/operations.ts";
import { pathKey, playerKey } from "../http/player.ts";
import { covers, reachOf, requireGame } from "../http/reach.ts";
import { body, json, query } from "../http/validate.ts";

/** A game that is named must be the caller's; an id that is not looks like one that nobody has. */
function askedOf(c: Context<AppEnv>, key: PlayerKey): Asked {
  if ("id" in key) return key;
  return { game: requireGame(c, key.game), ref: key.ref, subject: subjectOfRef(key.ref) };
}

function check(c: Context<AppEnv>, asked: readonly Asked[]) {
  const reach = reachOf(c);
  const { db, nowMs, decisionMemory: memory } = c.var;
  return checkPlayers({ db, memory, nowMs }, asked, (game) => covers(reach, game));
}

const whole = z.int().min(0);
const streamCursors = cursorsOf("decisions", z.tuple([whole, whole, whole]));

export const decisionChecks = new Hono<AppEnv>()
  .get(operations.checkPlayer.path, query(operations.checkPlayer), async (c) => {
    const { player, game } = c.req.valid("query");
    const [answer] = await check(c, [askedOf(c, pathKey(c, player, game))]);
    return c.json({ ...answer, as_of: isoOf(c.var.nowMs) });
  })
  .post(
    operations.checkPlayers.path,
    body(operations.checkPlayers),
    json(operations.checkPlayers),
    async (c) => {
      const { players, game } = c.req.valid("json");
      const results = await check(
        c,
        players.map((named) => askedOf(c, playerKey(c, named, game))),
      );
      return c.json({ results, as_of: isoOf(c.var.nowMs) });
    },
  )
  .get(operations.streamDecisions.path, query(operations.streamDecisions), async (c) => {
    const { since, limit, wait } = c.req.valid("query");
    const { db, nowMs, now, pause, decisionMemory: memory } = c.var;
    const { games } = reachOf(c);
    const at = streamCursors.read(since === "0" ? undefined : since);
    const waiting = { memory, now, pause, waitMs: wait * 1_000 };
    const { changes, cursor, hasMore } = await awaitChanges({ db, nowMs, games }, at, limit, waiting);
    return c.json({ changes, cursor: streamCursors.write([...cursor]), has_more: hasMore });
  });
