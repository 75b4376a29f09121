/** Reports by players: read by player, and their reporters by game. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { isoOf } from "../actions/answers.ts";
import { getReporter, reporterAnswer, setReporterMute } from "../actions/reports/mute-reporter.ts";
import { selectReporters } from "../db/reporters.ts";
import { type ListedReport, selectReports } from "../db/reports.ts";
import { reportWeight } from "../decisions/credibility.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import * as operations from "../http/operations.ts";
import { getPlayer, pathKey } from "../http/player.ts";
import { badRequest } from "../http/problem.ts";
import { listedGame, reachOf, requireGame } from "../http/reach.ts";
import { body, json, param, query } from "../http/validate.ts";

const reportCursors = cursorsOf("reports", z.tuple([z.int(), z.string().max(400)]));
const reporterCursors = cursorsOf("reporters", z.tuple([z.string().max(64), z.string().max(400)]));

const gameOf = (c: Context<AppEnv>, asked: string | undefined): string =>
  requireGame(c, asked ?? reachOf(c).defaultGame);

const reportAnswer = (playerId: number, row: ListedReport) => ({
  ...row,
  player_id: playerId,
  reported_at: isoOf(row.reported_at),
  session_known: row.session_known === 1,
  weight: Math.round(reportWeight(row.weight, row.session_known === 1) * 1e4) / 1e4,
  resolved_at: row.resolved_at === null ? null : isoOf(row.resolved_at),
});

const dayMs = 86_400_000;

/** @throws Problem 400 for a time that has passed */
function endOf(
  { until, days = 0 }: { until?: string | undefined; days?: number | undefined },
  nowMs: number,
) {
  const untilMs = until === undefined ? nowMs + days * dayMs : Date.parse(until);
  if (untilMs > nowMs) return untilMs;
  throw badRequest([{ pointer: "/until", code: "out_of_range", detail: "until must lie ahead." }]);
}

export const reports = new Hono<AppEnv>()
  .get(
    operations.listPlayerReports.path,
    param(operations.listPlayerReports),
    query(operations.listPlayerReports),
    async (c) => {
      const { game, limit, cursor } = c.req.valid("query");
      const position = reportCursors.read(cursor);
      const player = await getPlayer(c, pathKey(c, c.req.valid("param").player, game));
      const before = position && { reportedAtMs: position[0], id: position[1] };
      const rows = await selectReports(c.var.db, player.id, limit, before);
      return c.json({
        reports: rows.map((row) => reportAnswer(player.id, row)),
        next_cursor: nextCursor(rows, limit, (row) => reportCursors.write([row.reported_at, row.id])),
      });
    },
  )
  .get(operations.listReporters.path, query(operations.listReporters), async (c) => {
    const { game, limit, cursor } = c.req.valid("query");
    const position = reporterCursors.read(cursor);
    const after = position && { game: position[0], reporter: position[1] };
    const rows = await selectReporters(c.var.db, listedGame(c, game), limit, after);
    return c.json({
      reporters: rows.map((row) => reporterAnswer(row, c.var.nowMs)),
      next_cursor: nextCursor(rows, limit, (row) => reporterCursors.write([row.game, row.reporter])),
    });
  })
  .get(
    operations.getReporter.path,
    param(operations.getReporter),
    query(operations.getReporter),
    async (c) => {
      const named = { game: gameOf(c, c.req.valid("query").game), reporter: c.req.valid("param").reporter };
      return c.json(reporterAnswer(await getReporter(c.var, named), c.var.nowMs));
    },
  )
  .put(
    operations.muteReporter.path,
    param(operations.muteReporter),
    body(operations.muteReporter),
    json(operations.muteReporter),
    async (c) => {
      const { game, reason, ...span } = c.req.valid("json");
      const named = { game: gameOf(c, game), reporter: c.req.valid("param").reporter };
      const mute = { untilMs: endOf(span, c.var.nowMs), reason };
      return c.json(await setReporterMute(actionContext(c), named, mute));
    },
  )
  .delete(
    operations.unmuteReporter.path,
    param(operations.unmuteReporter),
    query(operations.unmuteReporter),
    async (c) => {
      const named = { game: gameOf(c, c.req.valid("query").game), reporter: c.req.valid("param").reporter };
      return c.json(await setReporterMute(actionContext(c), named, { untilMs: null, reason: null }));
    },
  );
