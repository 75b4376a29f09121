/** Telemetry as game servers already emit it. */
import { type Context, Hono } from "hono";
import { isoOf } from "../actions/answers.ts";
import { type AdapterOutcome, readAdapter } from "../actions/read-adapter.ts";
import { selectUnparsed } from "../db/adapters.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { readBytes } from "../http/bytes.ts";
import * as operations from "../http/operations.ts";
import { notFound, Problem } from "../http/problem.ts";
import { reachOf } from "../http/reach.ts";
import { body, json, param, query } from "../http/validate.ts";
import type { Adapter } from "../telemetry/adapters/adapter.ts";
import { findAdapter, adapters as registered } from "../telemetry/adapters/registry.ts";
import { oldestMsOf, retentionOf } from "../telemetry/retention.ts";

/** Adapters that people send through for a try keep their streams under this key. */
const peoplesKeyId = 0;

const keyIdOf = (c: Context<AppEnv>): number =>
  c.var.actor?.kind === "key" ? Number(c.var.actor.subject) : peoplesKeyId;

/** The schema has checked that there is one. */
function getAdapter(id: string): Adapter {
  const adapter = findAdapter(id);
  if (!adapter) throw notFound("The adapter");
  return adapter;
}

/** Senders that name no type are taken at their word about the path. */
function requireType(c: Context<AppEnv>, { card }: Adapter): void {
  const [mediaType = ""] = (c.req.header("content-type") ?? "").split(";");
  const sent = mediaType.trim().toLowerCase();
  if (sent === "" || card.contentTypes.includes(sent)) return;
  const detail = `The adapter ${card.id} takes ${card.contentTypes.join(", ")}.`;
  throw new Problem(415, "unsupported_media_type", detail);
}

const answerOf = ({ result, events_rejected: _, ...outcome }: AdapterOutcome) => ({
  ...outcome,
  lines: {
    read: result.counts.read,
    parsed: result.counts.parsed,
    ignored: result.counts.ignored,
    never_stored: result.counts.neverStored,
    unparsed: result.counts.unparsed,
  },
});

/** A range is missing before this one: the sender is to send again, and then it is taken as it is. */
const again = () =>
  new Problem(503, "range_missing", "An earlier part has not arrived. Send this again.", {
    headers: { "retry-after": "1" },
  });

async function receive(c: Context<AppEnv>, adapterId: string, server: string | undefined) {
  const adapter = getAdapter(adapterId);
  requireType(c, adapter);
  const { games, defaultGame } = reachOf(c);
  const input = {
    body: await readBytes(c.req.raw, adapter.card.maxBodyBytes),
    headers: c.req.header(),
    receivedAtMs: c.var.nowMs,
    server,
    game: games?.length === 1 ? defaultGame : undefined,
  };
  const outcome = await readAdapter(
    actionContext(c),
    adapter,
    input,
    keyIdOf(c),
    oldestMsOf(c.var.nowMs, retentionOf(c.env)),
  );
  const { tally } = c.var;
  tally.add("ingestRows", ["sessions", "accepted"], outcome.accepted);
  tally.add("ingestRows", ["sessions", "duplicate"], outcome.duplicates);
  tally.add("ingestRows", ["sessions", "rejected"], outcome.rejected.length - outcome.events_rejected);
  tally.add("ingestRows", ["events", "accepted"], outcome.events_accepted);
  tally.add("ingestRows", ["events", "duplicate"], outcome.events_duplicates);
  tally.add("ingestRows", ["events", "rejected"], outcome.events_rejected);
  if (outcome.result.ack === "again") throw again();
  if (adapter.card.okStatus === 204) return c.body(null, 204);
  return c.json(outcome.result.reply ?? answerOf(outcome));
}

export const adapters = new Hono<AppEnv>()
  .get(operations.listAdapters.path, (c) =>
    c.json({
      adapters: registered.map(({ card }) => ({
        id: card.id,
        title: card.title,
        games: card.games,
        content_types: card.contentTypes,
        key_header: card.keyHeader,
        yields: card.yields,
        unverified: card.unverified,
      })),
    }),
  )
  .get(
    operations.listUnparsed.path,
    param(operations.listUnparsed),
    query(operations.listUnparsed),
    async (c) => {
      const { adapter } = c.req.valid("param");
      const own = c.var.actor?.kind === "key";
      const keyId = own ? keyIdOf(c) : (c.req.valid("query").key ?? peoplesKeyId);
      const rows = await selectUnparsed(c.var.db, { keyId, adapter });
      return c.json({
        patterns: rows.map((row) => ({
          key: row.key_id,
          pattern: row.pattern,
          count: row.count,
          first_at: isoOf(row.first_at),
          last_at: isoOf(row.last_at),
        })),
      });
    },
  )
  .post(operations.readAdapter.path, param(operations.readAdapter), query(operations.readAdapter), (c) =>
    receive(c, c.req.valid("param").adapter, c.req.valid("query").server),
  )
  .post(
    operations.readAdapterByPath.path,
    param(operations.readAdapterByPath),
    query(operations.readAdapterByPath),
    (c) => receive(c, c.req.valid("param").adapter, c.req.valid("query").server),
  )
  .post(operations.explainLines.path, body(operations.explainLines), json(operations.explainLines), (c) => {
    const { adapter, lines } = c.req.valid("json");
    const bytes = new TextEncoder().encode(lines.join("\n"));
    return c.json({ lines: getAdapter(adapter).explain(bytes) });
  });
