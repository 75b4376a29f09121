/** One slice of the baseline job: fold deltas into histograms, renew baselines, mark standings of new versions. */
import { batch, type Db, expectChanges, isGuardViolation } from "../db/client.ts";
import {
  deleteDeltas,
  findUnmarkedScope,
  listDeltas,
  listScopePlayers,
  listScopes,
  markScopePlayers,
  moveMark,
  type PendingDelta,
  type Scope,
  storeScopes,
} from "../db/scopes.ts";
import { addDelta, playersIn, priorBaseline, refreshedBaseline } from "../detection/baseline.ts";

/** Deltas folded and standings marked in one slice. */
const deltasPerSlice = 200;
const marksPerSlice = 1_000;

const keyOf = (scope: { game: string; mode: string }) => `${scope.game}\n${scope.mode}`;

function fold(
  known: Scope | undefined,
  deltas: readonly PendingDelta[],
): { scope: Scope; isNew: boolean } | null {
  const [first] = deltas;
  if (!first) return null;
  let histogram = known?.histogram ?? null;
  for (const { delta } of deltas) histogram = addDelta(histogram, delta);
  if (histogram === null) return null;
  const players = playersIn(histogram);
  const renewed = refreshedBaseline(known?.baseline ?? priorBaseline, histogram, players);
  const baseline = renewed ?? known?.baseline ?? null;
  const version = renewed?.version ?? known?.version ?? 0;
  return {
    scope: { game: first.game, mode: first.mode, version, players, histogram, baseline },
    isNew: renewed !== null,
  };
}

async function foldDeltas(db: Db, nowMs: number): Promise<number> {
  const deltas = await listDeltas(db, deltasPerSlice);
  if (deltas.length === 0) return 0;
  const groups = Map.groupBy(deltas, keyOf);
  const keys = [...groups.values()].flatMap(([first]) =>
    first ? [{ game: first.game, mode: first.mode }] : [],
  );
  const known = new Map((await listScopes(db, keys)).map((scope) => [keyOf(scope), scope]));
  const folded = [...groups].flatMap(([key, group]) => fold(known.get(key), group) ?? []);
  try {
    await batch(db, [
      storeScopes(
        db,
        folded.map(({ scope }) => scope),
        nowMs,
      ),
      deleteDeltas(
        db,
        deltas.map(({ id }) => id),
      ),
      db.all(expectChanges(deltas.length)),
    ]);
  } catch (error) {
    // Another run folded the same deltas first: nothing of ours was written, and nothing is lost.
    if (isGuardViolation(error)) return 0;
    throw error;
  }
  return folded.filter(({ isNew }) => isNew).length;
}

async function markNextPlayers(db: Db, nowMs: number): Promise<void> {
  const scope = await findUnmarkedScope(db);
  if (scope === null) return;
  const playerIds = await listScopePlayers(db, scope, marksPerSlice);
  const after = playerIds.length < marksPerSlice ? null : (playerIds.at(-1) ?? null);
  await batch(db, [...markScopePlayers(db, scope.mode, playerIds, nowMs), moveMark(db, scope, after)]);
}

/** @returns how many scopes got a new baseline version */
export async function refreshBaselines(db: Db, nowMs: number): Promise<number> {
  const renewed = await foldDeltas(db, nowMs);
  await markNextPlayers(db, nowMs);
  return renewed;
}
