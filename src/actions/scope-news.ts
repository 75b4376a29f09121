/** What a batch of scores tells the baseline job: what moved in each scope's histograms, and metrics nobody declared. */
import type { Db, Statement } from "../db/client.ts";
import type { LoadedStanding } from "../db/evidence.ts";
import { appendDeltas, type StoredScore } from "../db/standings.ts";
import {
  deltaOfAll,
  type HistogramDelta,
  isEmptyDelta,
  mergeDeltas,
  type Placed,
} from "../detection/baseline.ts";
import type { Profile } from "../detection/profile.ts";
import { undeclaredIn, type VersionedProfile } from "./profiles.ts";
import { countsOf, type StandingCounts } from "./watch/standing-counts.ts";

/** A standing with its new score, and what that was judged by. */
export interface Rescored {
  readonly loaded: LoadedStanding;
  readonly score: StoredScore;
  readonly measure: {
    readonly judgedBy: VersionedProfile;
    /** Metrics that the scope is known to carry undeclared. */
    readonly undeclared: ReadonlySet<string>;
    /** The profile of an earlier declaration; null where it is not kept. */
    readonly earlier: (version: number) => Profile | null;
  };
  /** What it adds to the counts of its scope; absent: nothing. */
  readonly counts?: StandingCounts;
}

/** Where nobody stands: rescoring from somewhere to here only takes out. */
const nowhere: Placed = {
  statistics: { shape: 0, size: 0, nats: 0, besideNats: 0, cells: {}, proofs: {} },
};

/**
 * The score as it is stored, which says what was put into the histograms. Of an excluded player that is nothing: the
 * rescoring that excludes it takes out what stood, later ones find nothing, and the one that lets it in again puts it in.
 */
export const placedScore = (score: StoredScore, excluded: boolean): StoredScore =>
  excluded ? { ...score, ...nowhere } : score;

/**
 * The declaration that a standing's old cells were put in by. The cells of pairs depend on it: taken out by another
 * one, they would leave something behind.
 */
const versionBefore = ({ loaded, measure }: Rescored): number =>
  loaded.previous?.versions.profile ?? measure.judgedBy.version;

function deltaOfScope(rescored: readonly Rescored[]): HistogramDelta {
  const parts = [...Map.groupBy(rescored, versionBefore)].map(([version, group]) => {
    const [first] = group;
    const moves = group.map(({ loaded, score }) => ({ before: loaded.previous, after: score }));
    if (first === undefined) return {};
    const { judgedBy, earlier } = first.measure;
    const old = earlier(version);
    if (version === judgedBy.version || old === null) return deltaOfAll(moves, judgedBy.profile);
    return mergeDeltas(
      deltaOfAll(
        moves.map(({ before }) => ({ before, after: nowhere })),
        old,
      ),
      deltaOfAll(
        moves.map(({ after }) => ({ before: null, after })),
        judgedBy.profile,
      ),
    );
  });
  return mergeDeltas(...parts);
}

function newlyUndeclared(rescored: readonly Rescored[]): string[] {
  const found = new Set<string>();
  for (const { loaded, measure } of rescored) {
    for (const name of undeclaredIn(measure.judgedBy.profile, loaded.sessions)) {
      if (!measure.undeclared.has(name)) found.add(name);
    }
  }
  return [...found];
}

/** Appends the news of all scopes; nothing for a batch that has none. */
export function appendNews(db: Db, scored: readonly Rescored[]): Statement[] {
  const scopes = Map.groupBy(scored, ({ loaded }) => `${loaded.game}\n${loaded.mode}`);
  const deltas = [...scopes.values()].flatMap((rescored) => {
    const [first] = rescored;
    const delta = deltaOfScope(rescored);
    const undeclared = newlyUndeclared(rescored);
    const counts = countsOf(rescored.flatMap(({ counts }) => counts ?? []));
    if (first === undefined || (isEmptyDelta(delta) && undeclared.length === 0 && counts === null)) return [];
    return [{ game: first.loaded.game, mode: first.loaded.mode, delta, undeclared, ...counts }];
  });
  return appendDeltas(db, deltas);
}
