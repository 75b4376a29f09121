/** Closes what senders left open: a stream that has been silent for as long as its adapter says. */
import { countIdleStreams, type StreamRow, selectIdleStreams } from "../db/adapters.ts";
import type { Db } from "../db/client.ts";
import { isGuardViolation, isUniqueViolation } from "../db/client.ts";
import type { ActionContext } from "../env.ts";
import type { Adapter, JsonValue } from "../telemetry/adapters/adapter.ts";
import { adapters } from "../telemetry/adapters/registry.ts";
import type { OldestMs } from "../telemetry/retention.ts";
import { defaultGame } from "../telemetry/session.ts";
import { storeResult } from "./read-adapter.ts";

/** Nobody asked for it: what it writes is the cron's, within the games of the key that sent it. */
function contextOf(db: Db, row: StreamRow, nowMs: number): ActionContext {
  const games = row.games === null ? null : (JSON.parse(row.games) as string[]);
  const [only] = games ?? [];
  return {
    db,
    nowMs,
    completion: null,
    origin: { principal: "system:cron", address: null, requestId: null },
    reach: { games, defaultGame: games?.length === 1 && only ? only : defaultGame },
    newId: () => crypto.randomUUID(),
  };
}

/** When it is, and how far back telemetry may lie. */
export interface At {
  readonly nowMs: number;
  readonly oldestMs: OldestMs;
}

/** Whether the stream was closed; false where a request moved it on meanwhile. */
async function flushOne(db: Db, adapter: Adapter, row: StreamRow, { nowMs, oldestMs }: At): Promise<boolean> {
  const result = adapter.flush(JSON.parse(row.state) as JsonValue, nowMs);
  const key = { keyId: row.key_id, adapter: row.adapter, stream: row.stream };
  try {
    // What a flush leaves (how far a log was read) is kept for a late resend; a second silence ends it.
    const isDone = JSON.stringify(result.state) === row.state;
    const left = isDone ? { ...result, state: null } : result;
    await storeResult(contextOf(db, row, nowMs), { key, was: row }, left, oldestMs);
    return true;
  } catch (error) {
    if (isGuardViolation(error) || isUniqueViolation(error)) return false;
    throw error;
  }
}

interface Silence {
  readonly adapter: Adapter;
  /** Streams that last moved before this are idle. */
  readonly beforeMs: number;
}

const silencesAt = (nowMs: number): Silence[] =>
  adapters.flatMap((adapter) => {
    const { idleMs } = adapter.card;
    return idleMs === null ? [] : [{ adapter, beforeMs: nowMs - idleMs }];
  });

/** Closes at most `limit` idle streams; answers how many. */
export async function flushStreams(db: Db, at: At, limit: number, isOver: () => boolean): Promise<number> {
  let closed = 0;
  for (const { adapter, beforeMs } of silencesAt(at.nowMs)) {
    for (const row of await selectIdleStreams(db, adapter.card.id, beforeMs, limit - closed)) {
      if (isOver()) return closed;
      if (await flushOne(db, adapter, row, at)) closed += 1;
    }
  }
  return closed;
}

/** More are not counted. */
const maxCounted = 1_000;

/** How many streams are idle. */
export const countIdle = (db: Db, nowMs: number): Promise<number> =>
  countIdleStreams(
    db,
    silencesAt(nowMs).map(({ adapter, beforeMs }) => ({ adapter: adapter.card.id, beforeMs })),
    maxCounted,
  );
