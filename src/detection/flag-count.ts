/** What detectors say of a scope's players, counted by day: a standing at most once a day, and only for new sessions. */

/** What the detectors said in one score, by id: those that could judge, and of these those that found it suspect. */
export interface Said {
  readonly judged: readonly string[];
  readonly suspect: readonly string[];
}

/** How far a standing is counted. */
export interface Counted {
  /** The last day that it was counted on, since the epoch. */
  readonly day: number;
  /** The time of its newest session then. */
  readonly toMs: number;
  /** The detectors that found it suspect; null: not known. */
  readonly flags: readonly string[] | null;
}

/** A standing that is scored now. */
export interface CountedScore {
  readonly was: Counted | null;
  /** The time of its newest session; null: it has none. */
  readonly newestMs: number | null;
  readonly day: number;
  readonly said: Said;
  /** Confirmed by a person: it would be flagged for ever, and says nothing of the scope. */
  readonly excluded: boolean;
}

/**
 * How far the standing is counted after this score, and whether the score counts. The first one of a day that rests on
 * a session newer than those counted does; another one of the same day does not, so that nobody weighs more by playing
 * or being looked at more. A score without new sessions (a new baseline, fading) counts nothing, and what it finds is
 * not new later on.
 */
export function countScore({ was, newestMs, day, said, excluded }: CountedScore): {
  readonly counted: Counted | null;
  readonly counts: boolean;
} {
  if (newestMs === null) return { counted: was, counts: false };
  const isFresh = was === null || newestMs > was.toMs;
  if (!isFresh) return { counted: { ...was, flags: said.suspect }, counts: false };
  const isFirst = was === null || day > was.day;
  if (excluded) {
    return { counted: { day: was?.day ?? -1, toMs: newestMs, flags: said.suspect }, counts: false };
  }
  return isFirst
    ? { counted: { day, toMs: newestMs, flags: said.suspect }, counts: true }
    : { counted: { ...was, toMs: newestMs }, counts: false };
}

/** Of one detector: its version, the standings that it could judge, that it found suspect, and that it newly did. */
export type FlagCount = readonly [version: number, judged: number, flagged: number, newlyFlagged: number];

/** By detector, of one day. */
export interface DayFlags {
  readonly day: number;
  readonly detectors: Readonly<Record<string, FlagCount>>;
}

/** A score that counts. */
export interface CountingScore {
  readonly said: Said;
  readonly versions: Readonly<Record<string, number>>;
  /** The detectors that had found it suspect before; null: not known. */
  readonly before: readonly string[] | null;
  /** The versions of the score before; null: it is the first. */
  readonly versionsBefore: Readonly<Record<string, number>> | null;
}

/** What another version finds is not new. */
const isNew = (id: string, { before, versions, versionsBefore }: CountingScore): boolean =>
  versionsBefore === null || (before !== null && !before.includes(id) && versionsBefore[id] === versions[id]);

/** The counts of some standings of a scope on a day; null where none counts. */
export function flagsOfDay(day: number, scores: readonly CountingScore[]): DayFlags | null {
  if (scores.length === 0) return null;
  const detectors = new Map<string, [number, number, number, number]>();
  for (const score of scores) {
    const suspect = new Set(score.said.suspect);
    for (const id of score.said.judged) {
      const count = detectors.get(id) ?? [score.versions[id] ?? 0, 0, 0, 0];
      detectors.set(id, count);
      count[1] += 1;
      if (!suspect.has(id)) continue;
      count[2] += 1;
      if (isNew(id, score)) count[3] += 1;
    }
  }
  return { day, detectors: Object.fromEntries(detectors) };
}
