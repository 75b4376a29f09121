/**
 * Bulk telemetry in: whole chunks, each row once, one transaction a chunk. While one chunk is written the next is read,
 * and no more than these two are ever held.
 */
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { addedTo, brokenOff, emptyAnswer, type IngestAnswer } from "./answer.ts";
import { type Chunk, chunkRows, createChunker } from "./chunks.ts";
import type { Fresh, Kind, Named } from "./kind.ts";
import { planOf, type Seen } from "./plan.ts";
import { refKey } from "./players.ts";

/** Rows as they arrive: parts of the request, each with its rows in order. */
export type RowParts = AsyncIterable<Iterable<unknown>> | Iterable<Iterable<unknown>>;

export interface IngestOptions {
  /** Decide everything, store nothing. */
  readonly dryRun?: boolean;
  /** Asked before rows are decided; refuses by throwing. */
  readonly admit?: (rows: number) => Promise<void>;
  /** Valid rows of a chunk; 2,000 unless a test wants many chunks of few rows. */
  readonly chunkRows?: number;
  /** Told how many valid rows are held, whenever that grows; for tests. */
  readonly onHeld?: (rows: number) => void;
}

/** Players that rows name and that are not there yet, each once. */
function newPlayersOf<T extends Named>(fresh: readonly Fresh<T>[]): Set<string> {
  const created = new Set<string>();
  for (const { playerId, game, value } of fresh) {
    if (playerId === null) created.add(refKey(game, value.ref ?? ""));
  }
  return created;
}

/** What the trail says of a chunk: how much, and of which games; whose rows they are, the rows say. */
function entryOf<T extends Named>({ action }: Kind<T>, fresh: readonly Fresh<T>[], created: number) {
  const games = [...new Set(fresh.map(({ game }) => game))].sort();
  const target = games.length === 1 ? `game:${games[0]}` : null;
  return {
    action,
    target,
    details: { accepted: fresh.length, players_created: created, games: games.slice(0, 20) },
  };
}

/** Decides chunks one after the other, and remembers how far it got. */
class Decider<T extends Named> {
  answer: IngestAnswer = emptyAnswer;
  /** Index of the last row decided; -1: none yet. */
  through = -1;
  /** Valid rows of the chunk that is being decided. */
  held = 0;
  readonly #ctx: ActionContext;
  readonly #kind: Kind<T>;
  readonly #options: IngestOptions;
  /** What a dry run would have stored and created by now. */
  readonly #seen: Seen = new Map();
  readonly #created = new Set<string>();

  constructor(ctx: ActionContext, kind: Kind<T>, options: IngestOptions) {
    this.#ctx = ctx;
    this.#kind = kind;
    this.#options = options;
  }

  /** `end` is given with the last chunk: the fields that the whole request had too many. */
  async decide(chunk: Chunk<T>, end: Pick<IngestAnswer, "unknown_fields"> | null): Promise<void> {
    const { admit, dryRun } = this.#options;
    const rows = chunk.through + 1 - chunk.from;
    this.held = chunk.placed.length;
    if (rows > 0) await admit?.(rows);
    this.answer = dryRun ? await this.#foresee(chunk, end) : await this.#write(chunk, end);
    this.through = chunk.through;
    this.held = 0;
  }

  async #foresee(chunk: Chunk<T>, end: Partial<IngestAnswer> | null): Promise<IngestAnswer> {
    const { fresh, duplicates, rejected } = await planOf(this.#ctx, this.#kind, chunk.placed, this.#seen);
    const before = this.#created.size;
    for (const key of newPlayersOf(fresh)) this.#created.add(key);
    const more = {
      accepted: fresh.length,
      duplicates,
      rejected: [...chunk.rejected, ...rejected],
      players_created: this.#created.size - before,
    };
    return { ...addedTo(this.answer, more), ...end, dry_run: true };
  }

  #write(chunk: Chunk<T>, end: Partial<IngestAnswer> | null): Promise<IngestAnswer> {
    const ctx = end ? this.#ctx : { ...this.#ctx, completion: null };
    const kind = this.#kind;
    return retryOnRace(async () => {
      const { fresh, duplicates, rejected } = await planOf(ctx, kind, chunk.placed, new Map());
      const created = newPlayersOf(fresh).size;
      const more = { accepted: fresh.length, duplicates, players_created: created };
      const answer = {
        ...addedTo(this.answer, { ...more, rejected: [...chunk.rejected, ...rejected] }),
        ...end,
      };
      const writes = fresh.length > 0 ? kind.writes(ctx, fresh) : [];
      await commit(ctx, writes, { status: 200, body: answer }, entryOf(kind, fresh, created));
      return answer;
    });
  }
}

async function run<T extends Named>(
  kind: Kind<T>,
  parts: RowParts,
  decider: Decider<T>,
  { onHeld, chunkRows: most = chunkRows }: IngestOptions,
): Promise<IngestAnswer> {
  const chunker = createChunker(kind, most);
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const rows of parts) {
      for (const row of rows) {
        const full = chunker.take(row);
        if (full !== null) {
          await writing;
          writing = decider.decide(full, null);
          // Whoever waits for it next is told; until then nobody listens.
          writing.catch(() => {});
        }
        onHeld?.(decider.held + chunker.filling());
      }
    }
  } finally {
    await writing;
  }
  await decider.decide(chunker.rest(), { unknown_fields: chunker.unknownFields() });
  return decider.answer;
}

/**
 * Takes rows as they were sent. A bad row is rejected with its pointer and sinks no other; a row that is stored
 * already, or stands twice in the request, is a duplicate and changes nothing; other content under a taken id is refused.
 * @throws Problem that tells how far it got: 503 where the store failed, 413 for too many rows, or as `parts` fail
 */
export async function ingest<T extends Named>(
  ctx: ActionContext,
  kind: Kind<T>,
  parts: RowParts,
  options: IngestOptions = {},
): Promise<IngestAnswer> {
  const decider = new Decider(ctx, kind, options);
  try {
    return await run(kind, parts, decider, options);
  } catch (error) {
    throw brokenOff(error, decider.answer, decider.through);
  }
}
