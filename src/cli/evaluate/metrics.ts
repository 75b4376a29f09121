/** How well scores separate cheaters from clean players. Scores are numbers, higher is more suspect; ties are ties. */
import { type Interval, wilson } from "../../detection/interval.ts";

export { type Interval, wilson } from "../../detection/interval.ts";
export { midranks, rocAuc } from "../../detection/roc.ts";

/**
 * The score that at most `share` of the clean players exceed. One counts as caught strictly above it, so that ties
 * never let more false positives through than asked for.
 */
export function thresholdAt(clean: readonly number[], share: number): number {
  const sorted = Float64Array.from(clean).sort().reverse();
  // The tiny part undoes what 0.001 x 3000 lacks of 3 in binary.
  return sorted[Math.floor(share * sorted.length + 1e-9)] ?? Number.NEGATIVE_INFINITY;
}

/** Share of scores strictly above the threshold. */
export function shareAbove(scores: readonly number[], threshold: number): Interval {
  return wilson(scores.filter((score) => score > threshold).length, scores.length);
}

/** Share of scores at the threshold or above, and how many that are. */
export function shareAt(scores: readonly number[], threshold: number): Interval & { readonly count: number } {
  const count = scores.filter((score) => score >= threshold).length;
  return { ...wilson(count, scores.length), count };
}

export interface RocPoint {
  /** Shares of clean players and of cheaters at or above one score. */
  readonly falsePositives: number;
  readonly recall: number;
}

/** The ROC curve from (0, 0) to (1, 1), one point a distinct score. */
export function rocCurve(cheaters: readonly number[], clean: readonly number[]): RocPoint[] {
  const all = [
    ...cheaters.map((score) => ({ score, cheater: true })),
    ...clean.map((score) => ({ score, cheater: false })),
  ].sort((a, b) => b.score - a.score);
  const points: RocPoint[] = [{ falsePositives: 0, recall: 0 }];
  let caught = 0;
  let accused = 0;
  for (const [i, { score, cheater }] of all.entries()) {
    if (cheater) caught += 1;
    else accused += 1;
    if (all[i + 1]?.score === score) continue;
    points.push({ falsePositives: accused / clean.length, recall: caught / cheaters.length });
  }
  return points;
}

/** P(X >= k) for X binomial over n at p: how surprising k accused are if the promise p holds. */
export function binomialUpperTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (p <= 0) return 0;
  let logTerm = n * Math.log1p(-p);
  let below = Math.exp(logTerm);
  for (let i = 1; i < k; i++) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    below += Math.exp(logTerm);
  }
  return Math.max(0, 1 - below);
}
