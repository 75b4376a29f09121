/** The stream for mirrors: where a reader stands, and what it is told next. */
import type { Db } from "../../db/client.ts";
import { type ChangeRow, findChanges, findHead, isNarrowed } from "../../db/decision-stream.ts";
import type { DecisionMemory } from "../../decisions/memory.ts";
import { Problem } from "../../http/problem.ts";

/** Where a reader stands: the last change, where a new mirror's start ended, and up to when it has been told all. */
export type StreamCursor = readonly [seq: number, startHead: number, completeAtMs: number];

const dayMs = 86_400_000;
/** A reader that has been away for longer starts anew; housekeeping keeps changes for a day more. */
const maxAwayMs = 30 * dayMs;

const startAnew = (detail: string) =>
  new Problem(410, "cursor_gone", `${detail} Start anew: empty the mirror and ask without since.`);

interface Reader {
  readonly db: Db;
  readonly nowMs: number;
  /** Null: all games. */
  readonly games: readonly string[] | null;
}

/** Nobody learns the id of a player of a game that is not theirs. */
function shown({ seq, kind, body }: ChangeRow, games: readonly string[] | null) {
  const { home, player_id, ...decision } = JSON.parse(body) as { home: string; player_id: number };
  const isTheirs = games === null || games.includes(home);
  return { seq, kind, decision: { ...decision, player_id: isTheirs ? player_id : null } };
}

/** Each page but the last of what holds stays in it; a full page of changes ends at its last one. */
function nextCursor(
  { nowMs }: Reader,
  at: StreamCursor | null,
  page: { readonly rows: readonly ChangeRow[]; readonly head: number; readonly isFull: boolean },
): StreamCursor {
  const last = page.rows.at(-1);
  const startHead = at?.[1] ?? page.head;
  const completeAtMs = at?.[2] ?? nowMs;
  const isStarting = at === null || at[0] < startHead;
  if (isStarting) return [page.isFull && last ? last.seq : startHead, startHead, completeAtMs];
  if (!page.isFull || last === undefined) return [page.head, startHead, nowMs];
  return [last.seq, startHead, Math.max(completeAtMs, last.at ?? 0)];
}

/**
 * The next page of a reader. @throws Problem 410 for a cursor that is too old to be told everything that it missed, or
 * that is ahead of the stream: then the database was put back to an earlier day
 */
export async function readStream(reader: Reader, at: StreamCursor | null, limit: number) {
  const { db, games, nowMs } = reader;
  if (at !== null && at[2] < nowMs - maxAwayMs) throw startAnew("This cursor is older than what is kept.");
  const place = at === null ? null : { seq: at[0], startHead: at[1] };
  const page = await findChanges(db, games, place, limit);
  if (at !== null && at[0] > page.head) throw startAnew("This cursor is ahead of the stream.");
  const isTheirs = ({ game }: ChangeRow) =>
    games === null || isNarrowed(games) || game === "*" || games.includes(game);
  const cursor = nextCursor(reader, at, page);
  const hasMore = page.isFull || cursor[0] < page.head;
  return {
    changes: page.rows.filter(isTheirs).map((row) => shown(row, games)),
    cursor,
    head: page.head,
    hasMore,
  };
}

export type StreamPage = Awaited<ReturnType<typeof readStream>>;

/** How a reader waits for the next change. */
export interface Waiting {
  readonly memory: Pick<DecisionMemory<never>, "head" | "sawHead" | "mayLook">;
  now(): number;
  pause(ms: number): Promise<void>;
  readonly waitMs: number;
}

const lookEveryMs = 1_000;

/** The end of the stream, by one query a second of this isolate, however many wait. */
async function lookAhead(db: Db, { memory, now }: Waiting): Promise<number> {
  if (memory.mayLook(now())) memory.sawHead(await findHead(db));
  return memory.head();
}

/** As {@link readStream}; where there is nothing yet, as soon as there is something or the time is up. */
export async function awaitChanges(
  reader: Reader,
  at: StreamCursor | null,
  limit: number,
  waiting: Waiting,
): Promise<StreamPage> {
  const untilMs = waiting.now() + waiting.waitMs;
  let page = await readStream(reader, at, limit);
  // Looks are counted too: a clock that stands still must not hold a request for ever.
  for (let looks = Math.ceil(waiting.waitMs / lookEveryMs); looks > 0; looks--) {
    if (page.changes.length > 0 || page.hasMore || waiting.now() >= untilMs) break;
    await waiting.pause(Math.min(lookEveryMs, untilMs - waiting.now()));
    if ((await lookAhead(reader.db, waiting)) > page.head) {
      page = await readStream({ ...reader, nowMs: waiting.now() }, page.cursor, limit);
    }
  }
  return page;
}
