/** The job `retention`: rows past their retention go slice by slice, each one batch with where the next goes on. */
import { sql } from "drizzle-orm";
import { batch, type Db, isGuardViolation, type Statement } from "../db/client.ts";
import {
  deleteCases,
  deleteDecisions,
  selectWalkedCases,
  selectWalkedDecisions,
  type WalkedRow,
} from "../db/prune-cases.ts";
import { deleteOldEvents, selectOldEvents } from "../db/prune-events.ts";
import { selectWalkedHistories, storeHistories } from "../db/prune-history.ts";
import { deleteOldSessions, markLosing, selectWalked } from "../db/prune-sessions.ts";
import { moveWalk, nextWalk, type Walk, type WalkKind } from "../db/retention-walks.ts";
import { type PrunedBeforeMs, prunedBeforeMs, type Retention } from "../telemetry/retention.ts";
import { withoutPointsBefore } from "./risk-history.ts";

/** Rows that a slice deletes. */
const deletedAtOnce = 500;
/** Standings that a slice looks at, and those of them that it takes sessions from: two hundred rows are read of each. */
const standingsAtOnce = 500;
const losingAtOnce = 100;
/** A standing's history takes some kilobytes. */
const historiesAtOnce = 200;
/** Each comes with the rows of its case. */
const casesAtOnce = 50;
const decisionsAtOnce = 500;

const dayMs = 86_400_000;
/** Rounds begin when few play: 03:43 UTC. */
const beginsMs = (3 * 60 + 43) * 60_000;
/** Histories are the longest to read, and nothing waits for them. */
const everyDays: Readonly<Record<WalkKind, number>> = {
  sessions: 1,
  events: 1,
  cases: 1,
  decisions: 1,
  history: 7,
};

/** When the round after one that ends now begins. */
function nextRoundMs(kind: WalkKind, nowMs: number): number {
  const today = Math.floor((nowMs - beginsMs) / dayMs) * dayMs + beginsMs;
  return today + everyDays[kind] * dayMs;
}

interface Slice {
  readonly writes: readonly Statement[];
  /** Where the statement stands in `writes` whose changes are the rows that went; null: none. */
  readonly counted: number | null;
}

/** What a slice is given: its walk, and before when rows of its kind are old. */
interface Given {
  readonly db: Db;
  readonly walk: Walk;
  readonly before: PrunedBeforeMs;
  readonly nowMs: number;
}

const placeOf = <T>({ position }: Walk, start: T): T =>
  position === null ? start : (JSON.parse(position) as T);

/** The walk's move to a key, or to the next round; where the statement before changed `fullAt` rows it stays: there are more. */
function move({ db, walk, nowMs }: Given, next: unknown, fullAt: number | null = null): Statement {
  const position = next === null ? null : JSON.stringify(next);
  const dueAtMs = next === null ? nextRoundMs(walk.kind, nowMs) : walk.due_at;
  if (fullAt === null) return moveWalk(db, walk, { position: sql`${position}`, dueAtMs: sql`${dueAtMs}` });
  const isFull = sql`changes() >= ${fullAt}`;
  return moveWalk(db, walk, {
    position: sql`iif(${isFull}, position, ${position})`,
    dueAtMs: sql`iif(${isFull}, due_at, ${dueAtMs})`,
  });
}

async function sessions(given: Given): Promise<Slice> {
  const { db, walk, before, nowMs } = given;
  const page = await selectWalked(
    db,
    placeOf<[number, string]>(walk, [0, ""]),
    before.sessions,
    standingsAtOnce,
  );
  const olds = page.filter(({ old }) => old === 1);
  const taken = olds.slice(0, losingAtOnce);
  const last = taken.length < olds.length ? taken.at(-1) : page.at(-1);
  const isLast = last === undefined || (page.length < standingsAtOnce && taken.length === olds.length);
  const next = isLast ? null : [last.player_id, last.mode];
  if (taken.length === 0) return { writes: [move(given, next)], counted: null };
  const deletes = deleteOldSessions(db, taken, before.sessions, deletedAtOnce);
  const writes = [...deletes, move(given, next, deletedAtOnce), ...markLosing(db, taken, nowMs)];
  return { writes, counted: deletes.length - 1 };
}

async function events(given: Given): Promise<Slice> {
  const { db, before, nowMs } = given;
  const old = await selectOldEvents(db, before.events, deletedAtOnce);
  if (old.length === 0) return { writes: [move(given, null)], counted: null };
  const deletes = deleteOldEvents(db, old, nowMs);
  const writes = old.length < deletedAtOnce ? [...deletes, move(given, null)] : deletes;
  return { writes, counted: deletes.length - 1 };
}

type Select = (db: Db, after: number, beforeMs: number, limit: number) => PromiseLike<WalkedRow[]>;
type Delete = (db: Db, ids: readonly number[], beforeMs: number) => Statement[];

/** A kind that is walked by its ids. Ids are in the order of time: what comes after a row that is young is younger. */
const byId =
  (select: Select, deleteRows: Delete, limit: number) =>
  async (given: Given): Promise<Slice> => {
    const { db, walk, before } = given;
    const [after] = placeOf<[number]>(walk, [0]);
    const page = await select(db, after, before.cases, limit);
    const last = page.at(-1);
    const isLast = page.length < limit || last === undefined || last.at >= before.cases;
    const ids = page.filter(({ old }) => old === 1).map(({ id }) => id);
    const deletes = ids.length > 0 ? deleteRows(db, ids, before.cases) : [];
    const writes = [...deletes, move(given, isLast ? null : [last.id])];
    return { writes, counted: ids.length > 0 ? deletes.length - 1 : null };
  };

async function history(given: Given): Promise<Slice> {
  const { db, walk, before } = given;
  const from = placeOf<[number, string]>(walk, [0, ""]);
  const page = await selectWalkedHistories(db, from, before.history, historiesAtOnce);
  const last = page.at(-1);
  const next = page.length < historiesAtOnce || last === undefined ? null : [last.player_id, last.mode];
  const shorter = page.flatMap((row) =>
    row.history === null ? [] : [{ ...row, history: withoutPointsBefore(row.history, before.history) }],
  );
  if (shorter.length === 0) return { writes: [move(given, next)], counted: null };
  return { writes: [storeHistories(db, shorter), move(given, next)], counted: 0 };
}

const slices: Readonly<Record<WalkKind, (given: Given) => Promise<Slice>>> = {
  sessions,
  events,
  cases: byId(selectWalkedCases, deleteCases, casesAtOnce),
  decisions: byId(selectWalkedDecisions, deleteDecisions, decisionsAtOnce),
  history,
};

/** What a slice deleted, by the metrics' name of it. */
export interface Pruned {
  readonly kind: WalkKind;
  readonly rows: number;
  /** What the slice failed of, if it did; then it deleted nothing. */
  readonly error?: unknown;
}

/** Lost races in a row after which a slice is left to the next run. */
const maxAttempts = 5;

/**
 * Does one slice of the kind that waits longest, but for those in `except`; null: nothing is due. What it deletes and what it counts are found
 * within its batch, so that two runs at once do no harm: each row goes once, and is counted once.
 */
export async function pruneSlice(
  db: Db,
  nowMs: number,
  kept: Retention,
  except: readonly WalkKind[] = [],
): Promise<Pruned | null> {
  const before = prunedBeforeMs(nowMs, kept);
  for (let tries = 1; ; tries++) {
    const walk = await nextWalk(db, nowMs, except);
    if (walk === null) return null;
    try {
      const { writes, counted } = await slices[walk.kind]({ db, walk, before, nowMs });
      const results = await batch(db, writes);
      const rows = counted === null ? 0 : (results[counted] as D1Result).meta.changes;
      return { kind: walk.kind, rows };
    } catch (error) {
      if (!isGuardViolation(error) || tries >= maxAttempts) return { kind: walk.kind, rows: 0, error };
    }
  }
}
