/**
 * Flag rates: is the share of a scope's players that a detector finds suspect what it was on the days before? Days differ
 * by more than chance has it, so counts are taken for beta-binomial: the rate of a day is itself drawn.
 */

/** Standings judged in some time, and how many of them were found suspect. */
export interface Judgements {
  readonly judged: number;
  readonly flagged: number;
}

/** What a detector said in a scope on one day. */
export interface RateDay extends Judgements {
  /** Since the epoch. */
  readonly day: number;
}

/** What is usual: the mean rate, and by how much (sd of its logit) days differ beyond counting noise. */
export interface UsualRate {
  readonly rate: number;
  readonly daySd: number;
  readonly days: number;
  readonly judged: number;
}

/** Days that a rate is compared with. */
export const historyDays = 28;
/** Fewer days say nothing about how days differ. Chosen by us. */
const leastDays = 7;
/** Fewer judgements before, or now, say nothing. Chosen by us. */
export const leastJudged = { before: 200, now: 50 } as const;

/**
 * How days are assumed to differ, as if seen on `days` days: a quarter up or down. Chosen by us; keeps a scope whose few
 * days happened to be alike from being sure of itself. Favours silence.
 */
const assumed = { daySd: 0.25, days: 7 } as const;
/** Standard errors by which the variance of days is taken for larger than it was: days have longer tails than a beta. */
const spare = 4;
/** Judgements that the nominal rate counts as: 1 in 55 at the least that detectors show people. */
const nominal = { flagged: 1, judged: 55 } as const;

const sumOf = (days: readonly Judgements[], of: (day: Judgements) => number): number =>
  days.reduce((sum, day) => sum + of(day), 0);

/**
 * Variance of the days' logits beyond counting noise, by the method of moments: the squared deviations of counts in
 * excess of the binomial's, over what one unit of variance would add.
 */
function dayVariance(days: readonly Judgements[], rate: number): number {
  const unit = rate * (1 - rate);
  const squares = sumOf(days, ({ judged, flagged }) => (flagged - judged * rate) ** 2);
  const chance = unit * sumOf(days, ({ judged }) => judged);
  const perUnit = unit * unit * sumOf(days, ({ judged }) => judged * Math.max(0, judged - 1));
  return perUnit > 0 ? Math.max(0, (squares - chance) / perUnit) : 0;
}

/** What is usual by these days; null where they are too few. */
export function usualRate(days: readonly RateDay[]): UsualRate | null {
  const known = days.filter(({ judged }) => judged > 0);
  const judged = sumOf(known, (day) => day.judged);
  if (known.length < leastDays || judged < leastJudged.before) return null;
  const rate = (sumOf(known, ({ flagged }) => flagged) + nominal.flagged) / (judged + nominal.judged);
  const own = dayVariance(known, rate) * known.length;
  const seen = known.length + assumed.days;
  const variance = ((own + assumed.daySd ** 2 * assumed.days) / seen) * (1 + spare * Math.sqrt(2 / seen));
  return { rate, daySd: Math.sqrt(variance), days: known.length, judged };
}

/** Counts of less than so much of the likeliest one's weight are left out. */
const negligible = 1e-12;

/** Weights of the counts around the likeliest, up to a constant: beta-binomial of mean `a / (a + b)`. */
function weightsAround(
  n: number,
  a: number,
  b: number,
): { readonly first: number; readonly weights: number[] } {
  const stepUp = (k: number) => ((n - k) * (k + a)) / ((k + 1) * (n - k - 1 + b));
  const middle = Math.min(n, Math.max(0, Math.round((n * a) / (a + b))));
  const above = [1];
  for (let k = middle; k < n && (above.at(-1) ?? 0) > negligible; k++) {
    above.push((above.at(-1) ?? 0) * stepUp(k));
  }
  const below: number[] = [];
  for (let k = middle; k > 0 && (below.at(-1) ?? 1) > negligible; k--) {
    below.push((below.at(-1) ?? 1) / stepUp(k - 1));
  }
  return { first: middle - below.length, weights: [...below.reverse(), ...above] };
}

/** The least count that leaves at most `part` below, by its place among weights. */
function placeFrom(weights: readonly number[], part: number): number {
  let place = 0;
  let below = weights[0] ?? 0;
  while (place < weights.length - 1 && below <= part) below += weights[++place] ?? 0;
  return place;
}

/** The counts of 0..n that leave at most `tail` of the probability below, and at most `tail` above. */
function countsWithin(n: number, a: number, b: number, tail: number): readonly [low: number, high: number] {
  const { first, weights } = weightsAround(n, a, b);
  const part = weights.reduce((sum, weight) => sum + weight, 0) * tail;
  const low = first + placeFrom(weights, part);
  const high = first + weights.length - 1 - placeFrom(weights.toReversed(), part);
  return [low, high];
}

/** The rates that are expected of so many judgements. */
export interface ExpectedRate {
  readonly low: number;
  readonly high: number;
}

/**
 * What is expected of `judged` standings over `days` days, each side left with a probability of at most `tail`. The mean is
 * known from the days before only, which widens it too.
 */
export function expectedRate(usual: UsualRate, judged: number, days: number, tail: number): ExpectedRate {
  const { rate, daySd } = usual;
  const unit = rate * (1 - rate);
  const between = daySd ** 2 * (1 / days + 1 / usual.days) + 1 / (unit * (usual.judged + nominal.judged));
  const precision = Math.max(2, 1 / (unit * between) - 1);
  const [low, high] = countsWithin(judged, rate * precision, (1 - rate) * precision, tail);
  return { low: low / judged, high: high / judged };
}

/** A time whose rate is looked at. */
export interface RateWindow extends Judgements {
  readonly days: number;
}

/** A longer one gathers at least so many judgements, over three days or more; a week at most. */
const gathered = { judged: 1_000, from: 3, to: 7 } as const;

function windowOf(days: readonly RateDay[], today: number, length: number): RateWindow {
  const within = days.filter(({ day }) => day > today - length && day <= today);
  return {
    days: length,
    judged: sumOf(within, ({ judged }) => judged),
    flagged: sumOf(within, ({ flagged }) => flagged),
  };
}

/** Today, and the days that tell what one day's noise hides. */
export function windowsOf(days: readonly RateDay[], today: number): readonly [RateWindow, RateWindow] {
  let long = windowOf(days, today, gathered.from);
  while (long.judged < gathered.judged && long.days < gathered.to) {
    long = windowOf(days, today, long.days + 1);
  }
  return [windowOf(days, today, 1), long];
}

/** Where a rate stands: within what is expected, or beyond. */
export interface RateFinding extends RateWindow {
  readonly side: "within" | "high" | "low";
  readonly rate: number;
  readonly expected: ExpectedRate;
  readonly usual: UsualRate;
}

/** Windows looked at, and sides of an interval. */
const looksOfOne = 4;

/**
 * Chance of a false warning that one scope is granted a day, over all detectors, windows and sides; divided further where
 * more than ten scopes are played. Chosen by us.
 */
const falseWarnings = { aScopeDay: 0.000_5, manyScopes: 10 } as const;

/** The probability left to each side of each look. */
export const tailOf = (detectors: number, scopes: number): number =>
  (falseWarnings.aScopeDay * Math.min(1, falseWarnings.manyScopes / scopes)) / (detectors * looksOfOne);

function lookAt(window: RateWindow, usual: UsualRate, tail: number): RateFinding {
  const expected = expectedRate(usual, window.judged, window.days, tail);
  const rate = window.flagged / window.judged;
  const side = rate > expected.high ? "high" : rate < expected.low ? "low" : "within";
  return { ...window, side, rate, expected, usual };
}

/**
 * The rate of a detector in a scope today: of its windows the one that is beyond what is expected, else the longest. Null
 * where too little was judged, now or before.
 */
export function judgeRate(days: readonly RateDay[], today: number, tail: number): RateFinding | null {
  const findings = windowsOf(days, today).flatMap((window) => {
    if (window.judged < leastJudged.now) return [];
    const first = today - window.days + 1;
    const before = days.filter(({ day }) => day < first && day >= first - historyDays);
    const usual = usualRate(before);
    return usual === null ? [] : [lookAt(window, usual, tail)];
  });
  return findings.find(({ side }) => side !== "within") ?? findings.at(-1) ?? null;
}
