/** Change: the largest step up between the sessions before and after one moment. */

/** Variance (in session sds squared) by which weeks of form, learning and hardware move means anyway. Chosen by us. */
const wanderVariance = 0.12;
/** Sessions looked at on either side: near ones alone, so that a slow climb shows as little. */
const windowSessions = 16;

export interface Step {
  /** Index, in the series, of the first session after the step. */
  readonly split: number;
  /** Height over its own uncertainty and the usual wandering. */
  readonly z: number;
  /** Height in sds of one session. */
  readonly height: number;
  /** Sessions that the series says something about. */
  readonly n: number;
}

/** Places and running sum of the values that are there. */
function runningSum(series: Float64Array): { readonly places: number[]; readonly sums: number[] } {
  const places: number[] = [];
  const sums = [0];
  for (let i = 0; i < series.length; i++) {
    const z = series[i] ?? Number.NaN;
    if (Number.isNaN(z)) continue;
    places.push(i);
    sums.push((sums.at(-1) ?? 0) + z);
  }
  return { places, sums };
}

/** The largest step up with at least `least` sessions on either side; null with fewer than twice that many. */
export function largestStep(series: Float64Array, least: number): Step | null {
  const { places, sums } = runningSum(series);
  const n = places.length;
  let best: Step | null = null;
  for (let k = least; k <= n - least; k++) {
    const before = Math.min(k, windowSessions);
    const after = Math.min(n - k, windowSessions);
    const middle = sums[k] ?? 0;
    const height = ((sums[k + after] ?? 0) - middle) / after - (middle - (sums[k - before] ?? 0)) / before;
    const z = height / Math.sqrt(1 / before + 1 / after + wanderVariance);
    if (best === null || z > best.z) best = { split: places[k] ?? 0, z, height, n };
  }
  return best;
}
