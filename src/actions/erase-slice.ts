/** The job `erasures`: what an erased player leaves goes slice by slice, each one batch with where the next goes on. */
import { batch, type Db, type Statement } from "../db/client.ts";
import {
  deleteEvents,
  deleteReports,
  deleteSessions,
  finishErasure,
  moveErasure,
} from "../db/erasure-slices.ts";
import {
  anonymizeReports,
  deleteAnswers,
  deleteTold,
  eraseMutes,
  erasePayloads,
  selectAnswerPage,
  selectOutboxPage,
  selectPayloads,
  selectReportPage,
} from "../db/erasure-traces.ts";
import { type Erasure, type ErasureStage, erasureStages, nextErasure } from "../db/erasures.ts";

/** Rows that a slice deletes: with their indexes, four thousand rows are written at most. */
const deletedAtOnce = 500;
/** Rows that a slice looks at. */
const readAtOnce = 1_000;
/** Bodies are long. */
const bodiesAtOnce = 200;
/** How long events wait that are not told to everybody yet: a receiver may be away for days. */
const untoldWaitMs = 3_600_000;

/** What a slice writes, and where the next goes on; null: the stage is over. */
interface Slice {
  readonly writes: readonly Statement[];
  readonly position: string | null;
  /** Holds a stage that has come to its end before it could do everything. */
  readonly waitMs?: number;
}

type Stage = (db: Db, erasure: Erasure) => Promise<Slice>;

/** A stage that deletes the player's own rows: it is over with the slice that finds none. */
const deleting =
  (deleteOf: (db: Db, playerId: number, limit: number) => Statement[], table: string): Stage =>
  async (db, { player_id }) => {
    const [row] = await db.$client
      .prepare(`SELECT 1 AS more FROM "${table}" WHERE player_id = ? LIMIT 1`)
      .bind(player_id)
      .all()
      .then(({ results }) => results);
    const writes = row === undefined ? [] : deleteOf(db, player_id, deletedAtOnce);
    return { writes, position: row === undefined ? null : "[]" };
  };

const placeOf = <T>(position: string | null, start: T): T =>
  position === null ? start : (JSON.parse(position) as T);
const ending = <T>(rows: readonly T[], limit: number, keyOf: (row: T) => unknown): string | null => {
  const last = rows.at(-1);
  return rows.length < limit || last === undefined ? null : JSON.stringify(keyOf(last));
};

const reporter: Stage = async (db, erasure) => {
  if (erasure.ref === null) return { writes: [], position: null };
  const from = placeOf<[number, string]>(erasure.position, [0, ""]);
  const page = await selectReportPage(db, erasure, from, readAtOnce);
  const mine = page.filter((row) => row.mine === 1);
  const mutes = erasure.position === null ? [eraseMutes(db, erasure)] : [];
  return {
    writes: [...mutes, ...anonymizeReports(db, mine)],
    position: ending(page, readAtOnce, (row) => [row.player_id, row.id]),
  };
};

/** One target after another; of each from the time on that was reached. */
const trail: Stage = async (db, erasure) => {
  const [place, sinceMs] = placeOf<[number, number]>(erasure.position, [0, 0]);
  const target = (JSON.parse(erasure.targets) as string[])[place];
  if (target === undefined) return { writes: [], position: null };
  const page = await selectPayloads(db, target, sinceMs, deletedAtOnce);
  const ids = page.map(({ id }) => id);
  const position = ending(page, deletedAtOnce, ({ at }) => [place, at]) ?? JSON.stringify([place + 1, 0]);
  return { writes: ids.length > 0 ? [erasePayloads(db, ids)] : [], position };
};

const answers: Stage = async (db, erasure) => {
  const [after] = placeOf<[string]>(erasure.position, [""]);
  const page = await selectAnswerPage(db, erasure, after, bodiesAtOnce);
  const mine = page.filter((row) => row.mine === 1).map(({ key }) => key);
  const position = ending(page, bodiesAtOnce, ({ key }) => [key]);
  return { writes: mine.length > 0 ? [deleteAnswers(db, mine)] : [], position };
};

/** Walked again from the beginning as long as something about the player is still to be told. */
const outbox: Stage = async (db, erasure) => {
  const [after, left] = placeOf<[number, number]>(erasure.position, [0, 0]);
  const page = await selectOutboxPage(db, erasure, after, readAtOnce);
  const mine = page.filter((row) => row.mine === 1);
  const told = mine.filter(({ untold }) => untold === 0).map(({ id }) => id);
  const untold = left + mine.length - told.length;
  const writes = deleteTold(db, told);
  const position = ending(page, readAtOnce, ({ id }) => [id, untold]);
  return position === null && untold > 0
    ? { writes, position: JSON.stringify([0, 0]), waitMs: untoldWaitMs }
    : { writes, position };
};

const stages: Readonly<Record<Exclude<ErasureStage, "done">, Stage>> = {
  sessions: deleting(deleteSessions, "sessions"),
  events: deleting(deleteEvents, "events"),
  reports: deleting(deleteReports, "reports"),
  reporter,
  trail,
  answers,
  outbox,
};

/** The stage after this one; null: it was the last. */
function stageAfter(stage: ErasureStage): ErasureStage | null {
  const next = erasureStages[erasureStages.indexOf(stage) + 1];
  return next === undefined || next === "done" ? null : next;
}

function moved(db: Db, erasure: Erasure, { position, waitMs = 0 }: Slice, nowMs: number): Statement {
  const next = position === null ? stageAfter(erasure.stage) : erasure.stage;
  if (next === null) return finishErasure(db, erasure, nowMs);
  return moveErasure(db, erasure, { stage: next, position, dueAtMs: nowMs + waitMs });
}

/**
 * Does one slice of the erasure that waits longest. Two runs at once do each slice twice at most, which changes nothing.
 * @returns whether there was one
 */
export async function eraseSlice(db: Db, nowMs: number): Promise<boolean> {
  const erasure = await nextErasure(db, nowMs);
  if (erasure === null || erasure.stage === "done") return false;
  const slice = await stages[erasure.stage](db, erasure);
  await batch(db, [...slice.writes, moved(db, erasure, slice, nowMs)]);
  return true;
}
