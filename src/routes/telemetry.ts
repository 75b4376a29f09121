/** What game servers send: sessions in bulk or one by one, logs, reports. */
import { type Context, Hono } from "hono";
import { ingestSessions } from "../actions/ingest-sessions.ts";
import { recordSession } from "../actions/record-session.ts";
import { reportPlayer } from "../actions/report-player.ts";
import { type ScannedEntry, scanLog } from "../actions/scan-log.ts";
import { sha256Hex } from "../auth/digest.ts";
import { listNamedPlayers, type PlayerRow } from "../db/players.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { spendOwnPermit } from "../http/permits.ts";
import { getPlayer, pathKey, playerKey } from "../http/player.ts";
import { badRequest } from "../http/problem.ts";
import { covers, reachOf } from "../http/reach.ts";
import { BulkEnvelope, type ScanRequest } from "../http/schemas/requests.ts";
import { body, invalid, json, param, query } from "../http/validate.ts";
import { parseSessionRow } from "../telemetry/session.ts";

type Entry = ScanRequest["entries"][number];

/** A repeated line is the same line: without a time of its own it is the same for the UTC day it is sent on. */
async function digestOf(entry: Entry, nowMs: number): Promise<string> {
  const day = entry.recorded_at ?? new Date(nowMs).toISOString().slice(0, 10);
  const given = Object.entries(entry).filter(([, value]) => value != null);
  const sorted = given.sort(([a], [b]) => (a < b ? -1 : 1));
  return (await sha256Hex(JSON.stringify([day, sorted]))).slice(0, 32);
}

async function scannedEntry(
  c: Context<AppEnv>,
  entry: Entry,
  line: number,
  player: PlayerRow | null,
): Promise<ScannedEntry> {
  const { nowMs } = c.var;
  return {
    ...entry,
    named: entry.player_id,
    player,
    line,
    detectedAtMs: Math.min(entry.recorded_at ? Date.parse(entry.recorded_at) : nowMs, nowMs),
    sessionId: entry.session_id ?? null,
    digest: await digestOf(entry, nowMs),
  };
}

export const telemetry = new Hono<AppEnv>()
  .post(operations.ingestSessions.path, body(operations.ingestSessions), once(), async (c) => {
    const envelope = BulkEnvelope.safeParse(await c.req.json());
    if (!envelope.success) throw invalid(envelope.error.issues);
    if (c.var.actor) await spendOwnPermit(c, c.var.actor, "rows", envelope.data.sessions.length);
    return c.json(await ingestSessions(actionContext(c), envelope.data.sessions));
  })
  .post(
    operations.scanLog.path,
    query(operations.scanLog),
    body(operations.scanLog),
    json(operations.scanLog),
    once(),
    async (c) => {
      const { entries } = c.req.valid("json");
      const { game } = c.req.valid("query");
      const keys = entries.map((entry) => playerKey(c, entry.player_id, game));
      const reach = reachOf(c);
      const named = await listNamedPlayers(c.var.db, keys);
      const players = named.map((player) => (player && covers(reach, player.game) ? player : null));
      const scanned = await Promise.all(
        entries.map((entry, line) => scannedEntry(c, entry, line, players[line] ?? null)),
      );
      return c.json(await scanLog(actionContext(c), scanned));
    },
  )
  .post(
    operations.reportPlayer.path,
    query(operations.reportPlayer),
    body(operations.reportPlayer),
    json(operations.reportPlayer),
    once(),
    async (c) => {
      const { player_id, reason, severity, notes, reporter } = c.req.valid("json");
      const player = await getPlayer(c, playerKey(c, player_id, c.req.valid("query").game));
      const report = {
        reason: reason ?? "manual_report",
        severity: severity ?? "medium",
        notes: notes ?? null,
        reporter: reporter ?? null,
      };
      return c.json(await reportPlayer(actionContext(c), player, report), 201);
    },
  )
  .post(
    operations.recordSession.path,
    param(operations.recordSession),
    query(operations.recordSession),
    body(operations.recordSession),
    json(operations.recordSession),
    once(),
    async (c) => {
      const player = await getPlayer(c, pathKey(c, c.req.valid("param").player, c.req.valid("query").game));
      const ctx = actionContext(c);
      const row = {
        ...c.req.valid("json"),
        player_id: player.id,
        session_id: c.req.valid("json").session_id ?? ctx.newId(),
        recorded_at: c.req.valid("json").recorded_at ?? new Date(c.var.nowMs).toISOString(),
      };
      const parsed = parseSessionRow(row, { nowMs: c.var.nowMs }, Date.parse);
      if ("fault" in parsed) throw badRequest([parsed.fault]);
      const { status, body: answer } = await recordSession(ctx, player, parsed.session);
      return c.json(answer, status);
    },
  );
