/** One slice of the baseline job: fold deltas into histograms, renew baselines, mark standings of new versions. */
import { batch, type Db, expectChanges, isGuardViolation } from "../db/client.ts";
import { addDetectorDays } from "../db/days.ts";
import {
  deleteDeltas,
  findUnmarkedScope,
  foldScopes,
  keepBaselines,
  listDeltas,
  listScopePlayers,
  listScopes,
  listStaleScopes,
  markScopePlayers,
  moveMark,
  type PendingDeltas,
  type RenewedScope,
  type Scope,
  storeBaselines,
} from "../db/scopes.ts";
import type { ScopeDelta } from "../db/standings.ts";
import {
  addDelta,
  type Histogram,
  playersIn,
  priorBaselineOf,
  refreshedBaseline,
} from "../detection/baseline.ts";
import type { Profile } from "../detection/profile.ts";
import { loadProfiles } from "./profiles.ts";
import { type NewlySuspended, suspensionWrites } from "./suspended-proofs.ts";
import { buildNews } from "./watch/build-news.ts";
import { lookAtFlagRates } from "./watch/flag-rates.ts";

/** Deltas folded, scopes renewed and standings marked in one slice: a delta weighs up to 50 KB, a histogram 200 KB. */
const deltasPerSlice = 40;
/** Histograms held at once while folding. */
const foldedPerSlice = 64;
const scopesPerSlice = 10;
const marksPerSlice = 1_000;
/** Undeclared metrics listed of one scope. */
const maxUndeclared = 64;

const keyOf = (scope: { game: string; mode: string }) => `${scope.game}\n${scope.mode}`;

/** Adds what a scope's deltas say to what is known of it. */
function fold(known: Scope | undefined, deltas: readonly ScopeDelta[]) {
  let histogram: Histogram = known?.histogram ?? {};
  const undeclared = new Set(known?.undeclared ?? []);
  for (const delta of deltas) {
    histogram = addDelta(histogram, delta.delta);
    for (const name of delta.undeclared) if (undeclared.size < maxUndeclared) undeclared.add(name);
  }
  return { histogram, undeclared: [...undeclared].sort() };
}

/** What deltas say of the days of detectors. */
const daysIn = (deltas: readonly ScopeDelta[]) =>
  deltas.flatMap(({ game, mode, flags }) => (flags === undefined ? [] : [{ game, mode, ...flags }]));

/** The oldest rows that name no more scopes than a slice can hold; one row names at most as many as a batch has standings. */
function foldable(rows: readonly PendingDeltas[]): readonly PendingDeltas[] {
  const scopes = new Set<string>();
  const end = rows.findIndex(({ deltas }, place) => {
    for (const delta of deltas) scopes.add(keyOf(delta));
    return place > 0 && scopes.size > foldedPerSlice;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/** Folds the oldest deltas. @returns whether none are left */
async function foldDeltas(db: Db, nowMs: number): Promise<boolean> {
  const oldest = await listDeltas(db, deltasPerSlice);
  if (oldest.length === 0) return true;
  const pending = foldable(oldest);
  const deltas = pending.flatMap((row) => row.deltas);
  const groups = [...Map.groupBy(deltas, keyOf).values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ game: first.game, mode: first.mode, group }] : [];
  });
  const known = new Map((await listScopes(db, groups)).map((scope) => [keyOf(scope), scope]));
  const folded = groups.map(({ game, mode, group }) => ({
    game,
    mode,
    ...fold(known.get(keyOf({ game, mode })), group),
    ratesDue: group.some(({ flags }) => flags !== undefined),
  }));
  const ids = pending.map(({ id }) => id);
  const scopes = groups.map(({ game, mode, group }) => {
    const baseline = known.get(keyOf({ game, mode }))?.baseline ?? null;
    return { game, mode, deltas: group, baseline };
  });
  const news = await buildNews(db, scopes, nowMs);
  try {
    await batch(db, [
      ...foldScopes(db, folded),
      ...addDetectorDays(db, daysIn(deltas)),
      ...news,
      deleteDeltas(db, ids),
      db.all(expectChanges(ids.length)),
    ]);
  } catch (error) {
    // Another run folded the same deltas first: nothing of ours was written, and nothing is lost.
    if (!isGuardViolation(error)) throw error;
    return false;
  }
  return pending === oldest && oldest.length < deltasPerSlice;
}

/** The scope with a new baseline, or as it is where the present one is as good. */
function renew(scope: Scope, profile: Profile): RenewedScope {
  const players = playersIn(scope.histogram);
  const current = scope.baseline ?? priorBaselineOf(profile);
  const baseline = refreshedBaseline(current, scope.histogram, players, profile);
  const kept = { ...scope, players, versionBefore: scope.version };
  return baseline === null ? kept : { ...kept, baseline, version: baseline.version };
}

/** The days that a new baseline suspends proofs on and the one before it did not. */
function newlySuspended(before: readonly Scope[], moved: readonly RenewedScope[]): NewlySuspended[] {
  const known = new Map(before.map((scope) => [keyOf(scope), scope.baseline?.suspended ?? {}]));
  return moved.flatMap((scope) =>
    Object.entries(scope.baseline?.suspended ?? {}).flatMap(([detector, all]) => {
      const had = new Set(known.get(keyOf(scope))?.[detector]);
      const days = all.filter((day) => !had.has(day));
      return days.length > 0 ? [{ scope, detector, days }] : [];
    }),
  );
}

/** Renews the baselines of scopes whose histograms changed. @returns how many got a new version */
async function renewBaselines(db: Db, nowMs: number): Promise<number> {
  const scopes = await listStaleScopes(db, scopesPerSlice);
  if (scopes.length === 0) return 0;
  const profileOf = await loadProfiles(
    db,
    scopes.map(({ game }) => game),
  );
  const renewed = scopes.map((scope) => renew(scope, profileOf(scope.game).profile));
  const moved = renewed.filter(({ version, versionBefore }) => version > versionBefore);
  const keep = moved.length > 0 ? [keepBaselines(db, moved, nowMs)] : [];
  // Ahead of what it tells of: only there can it be seen which scopes this very batch will store.
  const told = suspensionWrites(db, nowMs, newlySuspended(scopes, moved));
  const results = await batch(db, [...told, storeBaselines(db, renewed, nowMs), ...keep]);
  const stored = results[told.length] as Awaited<ReturnType<typeof storeBaselines>>;
  const versions = new Set(stored.map((scope) => `${keyOf(scope)}\n${scope.version}`));
  return moved.filter((scope) => versions.has(`${keyOf(scope)}\n${scope.version}`)).length;
}

async function markNextPlayers(db: Db, nowMs: number): Promise<void> {
  const scope = await findUnmarkedScope(db);
  if (scope === null) return;
  const playerIds = await listScopePlayers(db, scope, marksPerSlice);
  const after = playerIds.length < marksPerSlice ? null : (playerIds.at(-1) ?? null);
  await batch(db, [...markScopePlayers(db, scope.mode, playerIds, nowMs), moveMark(db, scope, after)]);
}

/** A baseline is renewed from whole histograms alone: while deltas wait, they are folded first. */
export async function refreshBaselines(db: Db, nowMs: number): Promise<number> {
  const isFolded = await foldDeltas(db, nowMs);
  const renewed = isFolded ? await renewBaselines(db, nowMs) : 0;
  if (isFolded) await lookAtFlagRates(db, nowMs);
  await markNextPlayers(db, nowMs);
  return renewed;
}
