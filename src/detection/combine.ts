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

/**
 * Weight of the members of a group after the strongest. They see the same symptom: were they independent it would be
 * 1, were they one measure 0. Chosen by us; between 0.2 and 0.5 the order on CS2CD hardly changes.
 */
const groupDiscount = 0.25;

const strongestFirst = (a: Contribution, b: Contribution): number =>
  b.trace.surprise - a.trace.surprise || (a.detector.id < b.detector.id ? -1 : 1);

/** The terms of S, strongest first; within a group all but the strongest are discounted. */
export function termsOf(contributions: readonly Contribution[]): Term[] {
  const seen = new Set<Group>();
  const terms = contributions.toSorted(strongestFirst).map((contribution) => {
    const group = contribution.detector.family;
    const weight = seen.has(group) ? groupDiscount : 1;
    seen.add(group);
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
