/** Combining: findings become the non-negative terms whose sum is the combined surprise S. */
import type { Detector, Trace } from "./detector.ts";
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

/** The terms of S, strongest first; within a group all but the strongest are discounted by what they repeat. */
export function termsOf(
  contributions: readonly Contribution[],
  correlationOf: CorrelationOf = () => null,
): Term[] {
  const seen = new Map<Group, Detector[]>();
  const terms = contributions.toSorted(strongestFirst).map((contribution) => {
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
  return terms.sort((a, b) => b.nats - a.nats || strongestFirst(a, b));
}

/** S: the combined surprise in nats. */
export const combinedSurprise = (terms: readonly Term[]): number =>
  terms.reduce((sum, term) => sum + term.nats, 0);

/** S without its strongest group and without people's reports, which never corroborate. */
export function corroboratingNats(terms: readonly Term[]): number {
  const byGroup = new Map<Group, number>();
  for (const { detector, nats } of terms)
    byGroup.set(detector.family, (byGroup.get(detector.family) ?? 0) + nats);
  byGroup.delete("report");
  const sums = [...byGroup.values()].sort((a, b) => b - a);
  return sums.slice(1).reduce((sum, nats) => sum + nats, 0);
}
