/** Bulk telemetry in: whole chunks, each row once, one transaction a chunk. */
import { parseSessionRow, type Session } from "../telemetry/session.ts";
import type { AuditEntry } from "./audit.ts";
import { type ActionContext, commit, retryOnRace } from "./context.ts";
import {
  type FreshSession,
  type Placed,
  planOf,
  type Rejection,
  readKnown,
  rejection,
} from "./ingest-plan.ts";
import { touchedBy, writesOf } from "./ingest-writes.ts";

/** accepted + duplicates + rejected = rows sent. */
export interface IngestAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
  readonly players_created: number;
}

/** D1 takes 2 MB a value and a bound list is one value: half of that leaves room for every encoding. */
const chunkBytes = 1_000_000;
/** Roughly what a stored row weighs as JSON; each metric adds its name and number. */
const rowBytes = (session: Session) => 700 + (session.metrics ? Object.keys(session.metrics).length * 90 : 0);

/** Cuts rows into chunks that one statement can carry. */
function chunksOf(placed: readonly Placed[]): Placed[][] {
  const chunks: Placed[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of placed) {
    bytes += rowBytes(row.session);
    if (bytes > chunkBytes) {
      chunks.push([]);
      bytes = rowBytes(row.session);
    }
    chunks.at(-1)?.push(row);
  }
  return chunks;
}

const sum = (a: IngestAnswer, b: IngestAnswer): IngestAnswer => ({
  accepted: a.accepted + b.accepted,
  duplicates: a.duplicates + b.duplicates,
  rejected: [...a.rejected, ...b.rejected].sort((x, y) => x.index - y.index),
  players_created: a.players_created + b.players_created,
});

/** What the trail says of a chunk: how much, and of which games; whose sessions they are, the sessions say. */
function entryOf(fresh: readonly FreshSession[], created: number): AuditEntry {
  const games = [...new Set(fresh.map(({ game }) => game))].sort();
  return {
    action: "telemetry.ingest",
    target: games.length === 1 ? `game:${games[0]}` : null,
    details: { accepted: fresh.length, players_created: created, games: games.slice(0, 20) },
  };
}

/** Writes one chunk; `before` is the answer so far, and the last chunk carries the whole answer's record. */
function ingestChunk(
  ctx: ActionContext,
  chunk: readonly Placed[],
  before: IngestAnswer,
  isLast: boolean,
): Promise<IngestAnswer> {
  return retryOnRace(async () => {
    const { fresh, duplicates, rejected } = planOf(chunk, await readKnown(ctx, chunk), ctx.reach);
    const touched = touchedBy(fresh);
    const created = touched.filter(({ playerId }) => playerId === null).length;
    const answer = sum(before, { accepted: fresh.length, duplicates, rejected, players_created: created });
    const writes = fresh.length > 0 ? writesOf(ctx, fresh, touched) : [];
    const to = isLast ? ctx : { ...ctx, completion: null };
    await commit(to, writes, { status: 200, body: answer }, entryOf(fresh, created));
    return answer;
  });
}

/**
 * Takes rows as they were sent. A bad row is rejected with its pointer and sinks no other; a row that is stored
 * already, or stands twice in the request, is a duplicate and changes nothing.
 * @throws Problem 503 where other senders kept writing the same rows
 */
export async function ingestSessions(ctx: ActionContext, rows: readonly unknown[]): Promise<IngestAnswer> {
  const placed: Placed[] = [];
  const rejected: Rejection[] = [];
  rows.forEach((row, index) => {
    const parsed = parseSessionRow(row, { nowMs: ctx.nowMs }, Date.parse, ctx.reach.defaultGame);
    if ("fault" in parsed) rejected.push(rejection(index, parsed.fault));
    else placed.push({ index, session: parsed.session });
  });
  let answer: IngestAnswer = { accepted: 0, duplicates: 0, rejected, players_created: 0 };
  const chunks = chunksOf(placed);
  if (chunks.length === 0) await commit(ctx, [], { status: 200, body: answer }, entryOf([], 0));
  for (const [place, chunk] of chunks.entries()) {
    answer = await ingestChunk(ctx, chunk, answer, place === chunks.length - 1);
  }
  return answer;
}
