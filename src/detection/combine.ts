/** Combining: findings become the non-negative terms whose sum is the combined surprise S. */
import type { Detector, Trace } from "./detector.ts";
import { type GroupWeights, weightOf } from "./group-weights.ts";
import type { Group } from "./risk.ts";

/** What one detector added, with its group. */
export interface Contribution {
  readonly detector: Detector;
  readonly trace: Trace;
  readonly proof: boolean;
}

/** A contribution as it enters S. */
export interface Term extends Contribution {
  /** Nats after the discount within its group, >= 0. */
  readonly nats: number;
}

/** Correlation of two members of a group for which the scope has none of its own. Chosen by us. */
const usualCorrelation = 0.5;

/**
 * Weight of a member after the stronger ones of its group, by its correlation with the one it resembles most: 1 for
 * independent members, 0 for one measure twice. For equal z the surprise of two normals rises by (1 - r) / (1 + r).
 */
export const memberWeight = (correlation: number): number => (1 - correlation) / (1 + correlation);

const strongestFirst = (a: Contribution, b: Contribution): number =>
  b.trace.surprise - a.trace.surprise || (a.detector.id < b.detector.id ? -1 : 1);

type CorrelationOf = (a: Detector, b: Detector) => number | null;

/** Discounts, within each group, all but the strongest by what they repeat. */
function withinGroups(contributions: readonly Contribution[], correlationOf: CorrelationOf): Term[] {
  const seen = new Map<Group, Detector[]>();
  return contributions.toSorted(strongestFirst).map((contribution) => {
    const { detector } = contribution;
    const stronger = seen.get(detector.family) ?? [];
    const most = stronger.reduce(
      (r, other) => Math.max(r, correlationOf(other, detector) ?? usualCorrelation),
      0,
    );
    seen.set(detector.family, [...stronger, detector]);
    const weight = stronger.length === 0 ? 1 : memberWeight(most);
    return { ...contribution, nats: weight * contribution.trace.surprise };
  });
}

/**
 * Weight of the groups of statistics beside the strongest one. A cheat shows in one group most of all, while chance shows
 * a little in each: adding all groups in full buries the one under the many. In records too short to judge only blatant
 * cheats show at all, and they show everywhere. Chosen by us, measured in docs/detection.md.
 */
export const besideWeight = { judged: 0.2, short: 1 } as const;
/** Logs and reports are other people's word, not chance that adds up: they count in full. */
const isStatistic = ({ detector, proof }: Contribution): boolean =>
  !proof && detector.family !== "log" && detector.family !== "report";

function sumsByGroup(terms: readonly Term[]): Map<Group, number> {
  const sums = new Map<Group, number>();
  for (const { detector, nats } of terms) sums.set(detector.family, (sums.get(detector.family) ?? 0) + nats);
  return sums;
}

/** The group with the most nats; of equal ones the first met. */
function strongestGroup(terms: readonly Term[]): Group | null {
  let strongest: Group | null = null;
  let most = 0;
  for (const [group, nats] of sumsByGroup(terms)) {
    if (nats <= most) continue;
    strongest = group;
    most = nats;
  }
  return strongest;
}

const weighted = (term: Term, weights: GroupWeights): Term =>
  isStatistic(term) ? { ...term, nats: weightOf(weights, term.detector.family) * term.nats } : term;

/**
 * The terms of S, strongest first: discounted within each group by what they repeat, weighted by group, and to `beside`
 * outside of the strongest group.
 */
export function termsOf(
  contributions: readonly Contribution[],
  correlationOf: CorrelationOf = () => null,
  beside: number = besideWeight.judged,
  weights: GroupWeights = {},
): Term[] {
  const terms = withinGroups(contributions, correlationOf).map((term) => weighted(term, weights));
  const strongest = strongestGroup(terms.filter(isStatistic));
  return terms
    .map((term) =>
      isStatistic(term) && term.detector.family !== strongest ? { ...term, nats: beside * term.nats } : term,
    )
    .sort((a, b) => b.nats - a.nats || strongestFirst(a, b));
}

/** S: the combined surprise in nats. */
export const combinedSurprise = (terms: readonly Term[]): number =>
  terms.reduce((sum, term) => sum + term.nats, 0);

/** S without its strongest group and without people's reports, which never corroborate. */
export function corroboratingNats(terms: readonly Term[]): number {
  const byGroup = sumsByGroup(terms);
  byGroup.delete("report");
  const sums = [...byGroup.values()].sort((a, b) => b - a);
  return sums.slice(1).reduce((sum, nats) => sum + nats, 0);
}
