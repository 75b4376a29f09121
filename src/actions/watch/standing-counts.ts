/** What one score adds to the counts of its scope: what detectors said today, and how its player moved to new builds. */
import { dayOf } from "../../db/days.ts";
import type { LoadedStanding } from "../../db/evidence.ts";
import type { ScopeDelta, StoredScore } from "../../db/standings.ts";
import { type BuildMoves, mergeMoves, movesOf, pairsOf } from "../../detection/build-shift.ts";
import type { Evidence } from "../../detection/evidence.ts";
import {
  type Counted,
  type CountingScore,
  countScore,
  flagsOfDay,
  type Said,
} from "../../detection/flag-count.ts";
import type { Profile } from "../../detection/profile.ts";

/** A standing with its new score. */
interface Scored {
  readonly loaded: LoadedStanding;
  readonly score: StoredScore;
  readonly said: Said;
  readonly evidence: Evidence;
  readonly profile: Profile;
}

export interface StandingCounts {
  readonly day: number;
  /** How far the standing is counted now. */
  readonly counted: Counted | null;
  /** Null: it was counted today already, or has no new session. */
  readonly counting: CountingScore | null;
  readonly builds: readonly (readonly [build: string, moves: BuildMoves])[];
}

/** A standing that was scored before anything was counted: what came before that score is not new. */
const wasBefore = ({ previous }: LoadedStanding): Counted | null =>
  previous === null ? null : { day: -1, toMs: previous.asOfMs, flags: null };

/** Builds that one score adds to: the latest. */
const buildsAtOnce = 2;

function buildsOf({ loaded, evidence, profile }: Scored, countedToMs: number): StandingCounts["builds"] {
  if (loaded.excluded) return [];
  const pairs = pairsOf(loaded.sessions, countedToMs).slice(-buildsAtOnce);
  return pairs.map((pair) => [pair.build, movesOf(pair, evidence, profile)]);
}

/** Counts nothing of an excluded player. */
export function countStanding(scored: Scored): StandingCounts {
  const { loaded, score, said } = scored;
  const { excluded, previous } = loaded;
  const was = loaded.counted ?? wasBefore(loaded);
  const day = dayOf(score.asOfMs);
  const newestMs = loaded.sessions[0]?.recordedAtMs ?? null;
  const { counted, counts } = countScore({ was, newestMs, day, said, excluded });
  const counting = {
    said,
    versions: score.versions.detectors,
    before: was?.flags ?? null,
    versionsBefore: previous?.versions.detectors ?? null,
  };
  const builds = buildsOf(scored, was?.toMs ?? 0);
  return { day, counted, counting: counts ? counting : null, builds };
}

/** Builds that one batch adds to of a scope: the latest. */
const buildsPerDelta = 6;

function mergedBuilds(all: readonly StandingCounts[]): Readonly<Record<string, BuildMoves>> {
  const groups = Map.groupBy(
    all.flatMap(({ builds }) => builds),
    ([build]) => build,
  );
  const merged = [...groups].map(
    ([build, own]) => [build, mergeMoves(own.map(([, moves]) => moves))] as const,
  );
  return Object.fromEntries(merged.sort(([, a], [, b]) => b.firstMs - a.firstMs).slice(0, buildsPerDelta));
}

/** The counts of some standings of one scope, scored at the same time; null where they add nothing. */
export function countsOf(all: readonly StandingCounts[]): Pick<ScopeDelta, "flags" | "builds"> | null {
  const flags = flagsOfDay(
    all[0]?.day ?? 0,
    all.flatMap(({ counting }) => counting ?? []),
  );
  const builds = mergedBuilds(all);
  const hasBuilds = Object.keys(builds).length > 0;
  if (flags === null && !hasBuilds) return null;
  return { ...(flags && { flags }), ...(hasBuilds && { builds }) };
}
