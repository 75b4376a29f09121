/** The promise: how many honest players stand at a risk or above, promised and counted. */
import { binomialUpperTail, type Interval, shareAt } from "./metrics.ts";

/** Of honest players at most this share at this risk (points) or above; DETECTION.md, "The promise". */
export const promises = [
  { risk: 40, share: 1e-2 },
  { risk: 70, share: 1e-3 },
  { risk: 90, share: 1e-4 },
] as const;

/** One-sided 95 %. */
const significance = 0.05;

export interface PromiseLine {
  readonly risk: number;
  readonly promised: number;
  readonly observed: Interval & { readonly count: number };
  readonly n: number;
  /** Is the count significantly above the promise (one-sided binomial, 95 %)? */
  readonly broken: boolean;
}

export function promiseLines(clean: readonly number[]): PromiseLine[] {
  return promises.map(({ risk, share }) => {
    const observed = shareAt(clean, risk);
    const broken = binomialUpperTail(observed.count, clean.length, share) < significance;
    return { risk, promised: share, observed, n: clean.length, broken };
  });
}

/** The promised share at any risk: log-linear between the promised points, everybody at 0. */
export function promisedShare(risk: number): number {
  let from: { risk: number; share: number } = { risk: 0, share: 1 };
  for (const to of promises) {
    if (risk <= to.risk) {
      const way = (risk - from.risk) / (to.risk - from.risk);
      return from.share * (to.share / from.share) ** way;
    }
    from = to;
  }
  return from.share;
}

export interface CalibrationPoint {
  readonly risk: number;
  readonly promised: number;
  readonly observed: Interval;
}

/** Promised against observed share of clean players at every fifth point of risk. */
export function calibrationOf(clean: readonly number[]): CalibrationPoint[] {
  return Array.from({ length: 19 }, (_, i) => 5 * (i + 1)).map((risk) => ({
    risk,
    promised: promisedShare(risk),
    observed: shareAt(clean, risk),
  }));
}
