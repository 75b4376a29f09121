/** How well scores separate cheaters from clean players. Scores are numbers, higher is more suspect; ties are ties. */

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of a standard normal. */
const z95 = 1.959_963_984_540_054;

/** A share with its 95 % interval by Wilson (1927); for n = 0 the share is NaN and the interval everything. */
export function wilson(k: number, n: number, z = z95): Interval {
  if (n === 0) return { value: Number.NaN, low: 0, high: 1 };
  const value = k / n;
  const spread = 1 + (z * z) / n;
  const middle = (value + (z * z) / (2 * n)) / spread;
  const half = (z / spread) * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n));
  return {
    value,
    low: k === 0 ? 0 : Math.max(0, middle - half),
    high: k === n ? 1 : Math.min(1, middle + half),
  };
}

/** Ranks from 1, equal values sharing the mean of theirs; in the order of `values`. */
export function midranks(values: readonly number[]): Float64Array {
  const order = Uint32Array.from(values, (_, index) => index).sort(
    (a, b) => (values[a] ?? 0) - (values[b] ?? 0),
  );
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    const value = values[order[from] ?? 0];
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === value) to++;
    for (let i = from; i < to; i++) ranks[order[i] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/**
 * Area under the ROC curve with its 95 % interval: the chance that a cheater scores above a clean player, a tie
 * counting half. The variance is DeLong's (1988), from midranks (Sun and Xu 2014). Null where a side is empty.
 */
export function rocAuc(cheaters: readonly number[], clean: readonly number[]): Interval | null {
  if (cheaters.length === 0 || clean.length === 0) return null;
  const among = midranks([...cheaters, ...clean]);
  const own = midranks(cheaters);
  const ownClean = midranks(clean);
  // Of each player: the share of the other side on the right side of them.
  const wins = cheaters.map((_, i) => ((among[i] ?? 0) - (own[i] ?? 0)) / clean.length);
  const losses = clean.map(
    (_, i) => 1 - ((among[cheaters.length + i] ?? 0) - (ownClean[i] ?? 0)) / cheaters.length,
  );
  const value = meanOf(wins);
  const half = z95 * Math.sqrt(varianceOf(wins) / wins.length + varianceOf(losses) / losses.length);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

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
