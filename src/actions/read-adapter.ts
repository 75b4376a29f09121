/** What a game server emits, through its adapter: rows and the stream's new state, in one batch. */
import {
  countStreams,
  countUnparsed,
  findStream,
  moveStream,
  type StreamKey,
  type StreamRow,
} from "../db/adapters.ts";
import { batch, isGuardViolation, type Statement } from "../db/client.ts";
import type { KnownEvent } from "../db/writes.ts";
import { conflict } from "../http/problem.ts";
import type {
  Adapter,
  AdapterEvent,
  AdapterInput,
  AdapterResult,
  JsonValue,
} from "../telemetry/adapters/adapter.ts";
import type { OldestMs } from "../telemetry/retention.ts";
import { type Session, type SessionRow, timeFault } from "../telemetry/session.ts";
import { eventsOf } from "./adapter-events.ts";
import type { AuditEntry } from "./audit.ts";
import { type ActionContext, commit, retryOnRace } from "./context.ts";
import { type Rejection, rejection } from "./ingest/answer.ts";
import type { Fresh, Kind, Placed } from "./ingest/kind.ts";
import { planOf } from "./ingest/plan.ts";
import { refKey } from "./ingest/players.ts";
import { sessionKind } from "./ingest/sessions.ts";
import { eventWrites, withoutStored } from "./record-events.ts";

/** Streams that a key may have open at once: servers and matches. Past it, something opens a new one each time. */
const maxStreams = 500;

export interface AdapterOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
  readonly players_created: number;
  readonly events_accepted: number;
  readonly events_duplicates: number;
  /** Of {@link rejected}, how many were events. */
  readonly events_rejected: number;
  readonly result: AdapterResult;
}

interface Rows {
  readonly fresh: readonly Fresh<Session>[];
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
}

/** An adapter's sessions as the bulk endpoint would take them. */
async function sessionsOf(
  ctx: ActionContext,
  kind: Kind<Session>,
  rows: readonly SessionRow[],
): Promise<Rows> {
  const placed: Placed<Session>[] = [];
  const rejected: Rejection[] = [];
  rows.forEach((row, index) => {
    const parsed = kind.parse(row);
    if ("fault" in parsed) rejected.push(rejection(kind.member, index, parsed.fault));
    else placed.push({ index, value: parsed.value });
  });
  if (placed.length === 0) return { fresh: [], duplicates: 0, rejected };
  const plan = await planOf(ctx, kind, placed, new Map());
  return { ...plan, rejected: [...rejected, ...plan.rejected] };
}

const createdBy = (fresh: readonly Fresh<Session>[]): number =>
  new Set(
    fresh.filter(({ playerId }) => playerId === null).map(({ game, value }) => refKey(game, value.ref ?? "")),
  ).size;

/** Where a result is stored: whose it is, and how the stream stood when it was read. */
export interface Place {
  readonly key: Omit<StreamKey, "stream"> & { readonly stream: string | null };
  readonly was: StreamRow | null;
}

function bookkeeping(ctx: ActionContext, { key, was }: Place, result: AdapterResult): Statement[] {
  const { keyId, adapter, stream } = key;
  const state = result.state === null ? null : JSON.stringify(result.state);
  const { db, nowMs, reach } = ctx;
  return [
    ...(stream === null
      ? []
      : moveStream(db, { key: { keyId, adapter, stream }, was, state, games: reach.games, nowMs })),
    ...(result.unparsed.length > 0 ? [countUnparsed(db, key, result.unparsed, nowMs)] : []),
  ];
}

function entryOf(key: Place["key"], sessions: number, events: number): AuditEntry {
  return {
    action: "telemetry.adapter",
    target: `adapter:${key.adapter}`,
    details: { key: key.keyId, sessions, events },
  };
}

/** Events from before events are kept, by their place. */
function lateEvents(ctx: ActionContext, events: readonly AdapterEvent[], { events: oldestMs }: OldestMs) {
  const late = new Map<number, Rejection>();
  for (const [index, { occurred_at }] of events.entries()) {
    const atMs = Math.min(Date.parse(occurred_at), ctx.nowMs);
    const fault = timeFault("occurred_at", atMs, { nowMs: ctx.nowMs, oldestMs });
    if (fault !== null) late.set(index, rejection("events", index, fault));
  }
  return late;
}

/**
 * Stores what an adapter made of a request: sessions, events, and the stream's state, all or nothing. A request that
 * only moves the stream on is no write that the audit trail tells of.
 */
export async function storeResult(
  ctx: ActionContext,
  place: Place,
  result: AdapterResult,
  oldestMs: OldestMs,
): Promise<AdapterOutcome> {
  const kind = sessionKind(ctx, oldestMs.sessions);
  const { fresh, duplicates, rejected } = await sessionsOf(ctx, kind, result.sessions);
  const late = lateEvents(ctx, result.events, oldestMs);
  const kept = result.events.filter((_, index) => !late.has(index));
  const events: readonly KnownEvent[] = await eventsOf(ctx, kept);
  const freshEvents = await withoutStored(ctx, events);
  const rows = [...(fresh.length > 0 ? kind.writes(ctx, fresh) : []), ...eventWrites(ctx, freshEvents)];
  const writes = [...rows, ...bookkeeping(ctx, place, result)];
  const entry = entryOf(place.key, fresh.length, freshEvents.length);
  if (rows.length === 0) await batch(ctx.db, writes);
  else await commit(ctx, writes, { status: 200, body: null }, entry);
  return {
    accepted: fresh.length,
    duplicates,
    rejected: [...rejected, ...late.values()],
    players_created: createdBy(fresh),
    events_accepted: freshEvents.length,
    events_duplicates: events.length - freshEvents.length,
    events_rejected: late.size,
    result,
  };
}

/** @throws Problem 409 for a key that opens a stream too many */
async function openStream(ctx: ActionContext, adapter: Adapter, input: AdapterInput, keyId: number) {
  const stream = adapter.streamOf(input);
  const key = { keyId, adapter: adapter.card.id, stream };
  if (stream === null) return { key, was: null };
  const was = await findStream(ctx.db, { ...key, stream });
  if (was === null && (await countStreams(ctx.db, key, maxStreams)) >= maxStreams) {
    throw conflict(
      "too_many_streams",
      `The key has ${maxStreams} streams open. Idle ones close by themselves.`,
    );
  }
  return { key, was };
}

/** Reads a request. Of two requests of one stream at once, one is read again from where the other left it. */
export function readAdapter(
  ctx: ActionContext,
  adapter: Adapter,
  input: AdapterInput,
  keyId: number,
  oldestMs: OldestMs,
): Promise<AdapterOutcome> {
  return retryOnRace(async () => {
    const place = await openStream(ctx, adapter, input, keyId);
    const state = place.was === null ? null : (JSON.parse(place.was.state) as JsonValue);
    return storeResult(ctx, place, adapter.read(input, state), oldestMs);
  }, isGuardViolation);
}
