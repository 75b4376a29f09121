/** `build.distribution_changed`: in the batch that folds the counts which show it. It stops the scope's automation. */
import { type BuildCount, deleteBuilds, keptBuilds, listBuilds, storeBuilds } from "../../db/build-counts.ts";
import type { Db, Statement } from "../../db/client.ts";
import { type ScopeName, type ScopeWarning, storeWarnings } from "../../db/scope-warnings.ts";
import type { ScopeDelta } from "../../db/standings.ts";
import { type Baseline, priorBaselineOf } from "../../detection/baseline.ts";
import { mergeMoves, type Shift, shiftsOf } from "../../detection/build-shift.ts";
import type { Profile } from "../../detection/profile.ts";
import { isoOf } from "../answers.ts";
import { loadProfiles } from "../profiles.ts";
import { emitWrites } from "../webhooks/emit.ts";

/** A scope as it is folded. */
export interface FoldedScope extends ScopeName {
  readonly deltas: readonly ScopeDelta[];
  /** Null: it has none of its own yet. */
  readonly baseline: Baseline | null;
}

interface Renewed {
  readonly kept: readonly BuildCount[];
  readonly dropped: readonly BuildCount[];
  readonly shifted: readonly { readonly build: BuildCount; readonly shifts: readonly Shift[] }[];
}

/** A scope's builds with what came in. */
function renewed(scope: FoldedScope, profile: Profile, known: readonly BuildCount[], nowMs: number): Renewed {
  const baseline = scope.baseline ?? priorBaselineOf(profile);
  const news = Map.groupBy(
    scope.deltas.flatMap(({ builds }) => Object.entries(builds ?? {})),
    ([build]) => build,
  );
  const moved = [...news].map(([build, parts]): BuildCount => {
    const was = known.find((one) => one.build === build);
    const moves = mergeMoves([...(was ? [was.moves] : []), ...parts.map(([, one]) => one)]);
    const { game, mode } = scope;
    return { game, mode, build, countedMs: nowMs, moves, toldMs: was?.toldMs ?? null };
  });
  const shifted = moved.flatMap((build) => {
    const shifts = build.toldMs === null ? shiftsOf(build.moves, baseline, profile) : [];
    return shifts.length > 0 ? [{ build: { ...build, toldMs: nowMs }, shifts }] : [];
  });
  const told = new Map(shifted.map(({ build }) => [build.build, build]));
  const others = known.filter(({ build }) => !news.has(build));
  const all = [...moved.map((one) => told.get(one.build) ?? one), ...others].sort(
    (a, b) => b.countedMs - a.countedMs || b.moves.firstMs - a.moves.firstMs,
  );
  const kept = all.slice(0, keptBuilds).filter(({ build }) => news.has(build));
  const dropped = all.slice(keptBuilds).filter((one) => others.includes(one));
  return { kept, dropped, shifted };
}

const three = (value: number): number => Number(value.toPrecision(3));

const dataOf = ({ game, mode, build, moves }: BuildCount, shifts: readonly Shift[]) => ({
  game,
  mode,
  build,
  first_session_at: isoOf(moves.firstMs),
  moved: shifts.map(({ metric, players, spreads, beyond }) => ({
    metric,
    players,
    spreads: three(spreads),
    beyond_95: three(beyond),
  })),
  automation_paused: true,
});

/** What a fold adds of builds. Nothing is read where no player came to another build. */
export async function buildNews(db: Db, scopes: readonly FoldedScope[], nowMs: number): Promise<Statement[]> {
  const concerned = scopes.filter(({ deltas }) => deltas.some(({ builds }) => builds !== undefined));
  if (concerned.length === 0) return [];
  const games = concerned.map(({ game }) => game);
  const [known, profileOf] = await Promise.all([listBuilds(db, concerned), loadProfiles(db, games)]);
  const all = concerned.map((scope) =>
    renewed(
      scope,
      profileOf(scope.game).profile,
      known.filter(({ game, mode }) => game === scope.game && mode === scope.mode),
      nowMs,
    ),
  );
  const dropped = all.flatMap((one) => one.dropped);
  const told = all.flatMap(({ shifted }) =>
    shifted.map(({ build, shifts }) => ({ build, data: dataOf(build, shifts) })),
  );
  const warnings = told.map(({ build: { game, mode, build }, data }): ScopeWarning => {
    const details = JSON.stringify(data);
    return { game, mode, kind: "build", subject: build, since: nowMs, told_at: nowMs, pauses: 1, details };
  });
  const events = told.map(({ data }) => ({
    ...{ type: "build.distribution_changed" as const, game: data.game, data },
  }));
  return [
    ...storeBuilds(
      db,
      all.flatMap((one) => one.kept),
    ),
    ...(dropped.length > 0 ? [deleteBuilds(db, dropped)] : []),
    ...(warnings.length > 0 ? [storeWarnings(db, warnings)] : []),
    ...emitWrites(db, nowMs, events),
  ];
}
