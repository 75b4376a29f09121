/** What game servers send: sessions in bulk or one by one, logs, reports. */
import { type Context, Hono } from "hono";
import type { IngestAnswer } from "../actions/ingest/answer.ts";
import { eventKind } from "../actions/ingest/events.ts";
import { ingest } from "../actions/ingest/ingest.ts";
import type { Kind, Named } from "../actions/ingest/kind.ts";
import { sessionKind } from "../actions/ingest/sessions.ts";
import { recordSession } from "../actions/record-session.ts";
import { reportPlayer } from "../actions/report-player.ts";
import { type ScannedEntry, scanLog } from "../actions/scan-log.ts";
import { sha256Hex } from "../auth/digest.ts";
import { listNamedPlayers, type PlayerRow } from "../db/players.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { bulkRows } from "../http/bulk/rows.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { spendOwnPermit } from "../http/permits.ts";
import { getPlayer, pathKey, playerKey } from "../http/player.ts";
import { badRequest, Problem } from "../http/problem.ts";
import { covers, reachOf } from "../http/reach.ts";
import type { ScanRequest } from "../http/schemas/requests.ts";
import { body, json, param, query } from "../http/validate.ts";
import { oldestMsOf, retentionOf } from "../telemetry/retention.ts";
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

const isDryRun = (c: Context<AppEnv>): boolean => c.req.query("dry_run") === "true";

/** Counts what became of rows; the members of a problem say it of a request that broke off. */
function countRows(c: Context<AppEnv>, kind: string, answer: Partial<IngestAnswer>): void {
  const { accepted = 0, duplicates = 0, rejected = [] } = answer;
  const { tally } = c.var;
  tally.add("ingestRows", [kind, "accepted"], accepted);
  tally.add("ingestRows", [kind, "duplicate"], duplicates);
  tally.add("ingestRows", [kind, "rejected"], rejected.length);
}

/** Takes the request's rows; of a stream it is known only as it goes how many they are. */
async function takeRows<T extends Named>(c: Context<AppEnv>, kind: Kind<T>): Promise<Response> {
  const { rows } = c.var;
  if (rows === null) throw new Error("The route reads no rows.");
  const spend = (count: number) =>
    c.var.actor ? spendOwnPermit(c, c.var.actor, "rows", count) : Promise.resolve();
  // Of a stream each chunk is asked for before it is decided; a refusal says how far the request got.
  if (rows.count !== null) await spend(rows.count);
  const options = { dryRun: isDryRun(c), ...(rows.count === null ? { admit: spend } : {}) };
  try {
    const answer = await ingest(actionContext(c), kind, rows.parts, options);
    if (!options.dryRun) countRows(c, kind.member, answer);
    return c.json(answer);
  } catch (error) {
    if (error instanceof Problem && !options.dryRun) countRows(c, kind.member, error.members);
    throw error;
  }
}

const oldestMs = (c: Context<AppEnv>) => oldestMsOf(c.var.nowMs, retentionOf(c.env));

export const telemetry = new Hono<AppEnv>()
  .post(
    operations.ingestSessions.path,
    query(operations.ingestSessions),
    bulkRows("sessions", operations.ingestSessions),
    once(isDryRun),
    (c) => takeRows(c, sessionKind(actionContext(c), oldestMs(c).sessions)),
  )
  .post(
    operations.ingestEvents.path,
    query(operations.ingestEvents),
    bulkRows("events", operations.ingestEvents),
    once(isDryRun),
    (c) => takeRows(c, eventKind(actionContext(c), oldestMs(c).events)),
  )
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
      return c.json(await scanLog(actionContext(c), scanned, oldestMs(c).events));
    },
  )
  .post(
    operations.reportPlayer.path,
    query(operations.reportPlayer),
    body(operations.reportPlayer),
    json(operations.reportPlayer),
    once(),
    async (c) => {
      const { player_id, reason, severity, notes, reporter, session_id, party } = c.req.valid("json");
      const player = await getPlayer(c, playerKey(c, player_id, c.req.valid("query").game));
      const report = {
        reason: reason ?? "manual_report",
        severity: severity ?? "medium",
        notes: notes ?? null,
        reporter: reporter ?? null,
        sessionId: session_id ?? null,
        party: party ?? null,
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
      const parsed = parseSessionRow(row, { nowMs: c.var.nowMs, oldestMs: oldestMs(c).sessions }, Date.parse);
      if ("fault" in parsed) throw badRequest([parsed.fault]);
      const { status, body: answer } = await recordSession(ctx, player, parsed.session);
      const outcome = status === 201 ? { accepted: 1 } : { duplicates: 1 };
      countRows(c, "sessions", outcome);
      return c.json(answer, status);
    },
  );
