/**
 * The map from S to risk: the tail of S among the scope's players, fitted in the bulk and carried outward with the
 * upper bound of its scale and a safety factor. Risk is a fixed function of that tail probability.
 */
import { bandsOf, exponentialFit, startNats } from "./bulk-fit.ts";
import { natsWidth } from "./cells.ts";
import type { Histogram } from "./histogram.ts";
import { type Binned, binned } from "./quantile.ts";
import { type Band, classCount, interpolated } from "./size-class.ts";

/** The tail of S for one length of record: P(S > s) = 0.7 exp(-(s - start) / scale) from `start` on. */
export interface TailBand extends Band {
  readonly start: number;
  readonly scale: number;
  readonly n: number;
}

export interface RiskMap {
  /** Players behind it, and the shape of the baseline that their S was computed by. */
  readonly players: number;
  readonly shape: number;
  readonly bands: readonly TailBand[];
  /** Nats beside the strongest group that only the top fifth of the scope has. */
  readonly corroboration: number;
}

/**
 * Published: the upper bound of the scale is multiplied by this. Below 1 because a sum of surprises falls faster than the
 * exponential through its bulk; measured so that a third of the promise is kept, docs/detection.md.
 */
export const safetyFactor = 0.9;
/** One-sided 95 %: relative error of a scale from the window is 1.85 / sqrt(n) (delta method on two binned quantiles). */
const boundSds = 1.645;
const relativeError = 1.85;
/**
 * S of one term alone falls by e each nat, so no tail is steeper; with the safety factor that is one nat again. Where a
 * group weighs more than 1, by e each so many nats: the bulk does not show it, because the bulk is all groups together.
 */
const leastScale = 1 / safetyFactor;
/** Players that the prior tail counts as. */
const priorPlayers = 100;

/** Before a scope has players: short and long records of simulated honest players, rounded outward. */
const priorBands: readonly TailBand[] = [
  { at: Math.log(1), start: 1, scale: 2.6, n: 0 },
  { at: Math.log(100), start: 1, scale: 2.6, n: 0 },
];
export const priorMap: RiskMap = { players: 0, shape: 0, bands: priorBands, corroboration: 2 };

/** The upper bound of a scale over the scale itself. */
const boundOf = (n: number): number => 1 + (boundSds * relativeError) / Math.sqrt(n + priorPlayers);

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

function tailOf({ at, values }: Band & { readonly values: Binned }, heaviest: number): TailBand {
  const prior = priorMap.bands[0] ?? { start: 0, scale: 1 };
  const fit = exponentialFit(values, natsWidth);
  const weight = values.n / (values.n + priorPlayers);
  const scale = weight * fit.scale + (1 - weight) * prior.scale;
  return {
    at: rounded(at),
    start: rounded(weight * fit.start + (1 - weight) * prior.start),
    scale: rounded(Math.max(heaviest * leastScale, scale) * boundOf(values.n)),
    n: values.n,
  };
}

/**
 * The map of a scope from the S of its players under baselines of `shape`; null while too few of them have one.
 * @param heaviest the largest weight of a group in S, at least 1
 */
export function fittedMap(
  histogram: Histogram,
  shape: number,
  players: number,
  heaviest = 1,
): RiskMap | null {
  const classes = Array.from({ length: classCount }, (_, i) => binned([histogram[`nats:${shape}@${i}`]]));
  const n = classes.reduce((sum, part) => sum + part.n, 0);
  if (n === 0 || n < 0.95 * players) return null;
  const beside = binned([histogram[`beside:${shape}`]]);
  const fifth = beside.counts.length === 0 ? 0 : topFifth(beside);
  const weight = n / (n + priorPlayers);
  return {
    players: n,
    shape,
    bands: bandsOf(classes).map((band) => tailOf(band, heaviest)),
    corroboration: rounded(weight * fifth + (1 - weight) * priorMap.corroboration),
  };
}

/** How S of the same players changes with the weights of groups: as ratios, new over old. */
export interface Rescaling {
  readonly start: number;
  readonly scale: number;
  readonly corroboration: number;
  readonly heaviest: number;
}

/** An estimate of the map that a refresh would fit once S has changed so. */
export const rescaledMap = (map: RiskMap, by: Rescaling): RiskMap => ({
  ...map,
  corroboration: map.corroboration * by.corroboration,
  bands: map.bands.map((band) => ({
    ...band,
    start: band.start * by.start,
    scale: Math.max(by.heaviest * leastScale * boundOf(band.n), band.scale * by.scale),
  })),
});

export function topFifth({ counts, n }: Binned): number {
  let below = 0;
  for (const [bin, count] of counts) {
    below += count;
    if (below >= 0.8 * n) return (bin + 1) * natsWidth;
  }
  return 0;
}

/** Where the tail begins, and its scale with the safety factor. */
interface Tail {
  readonly start: number;
  readonly scale: number;
}

const tails = new WeakMap<RiskMap, Map<number, Tail>>();

/** The tail for records of `sessions` sessions; there are few lengths, so each is read off the bands once. */
function tailFor(map: RiskMap, sessions: number): Tail {
  const known = tails.get(map) ?? new Map<number, Tail>();
  tails.set(map, known);
  const found = known.get(sessions);
  if (found !== undefined) return found;
  const start = interpolated(map.bands, sessions, (band) => band.start);
  const scale = interpolated(map.bands, sessions, (band) => band.scale) * safetyFactor;
  const tail = { start: Math.max(0.01, start), scale };
  known.set(sessions, tail);
  return tail;
}

/** Minus the log of the share of honest players with as much, for a record of `sessions` sessions. */
export function tailNats(map: RiskMap, nats: number, sessions: number): number {
  const { start, scale } = tailFor(map, sessions);
  return nats <= start ? (startNats * nats) / start : startNats + (nats - start) / scale;
}

/**
 * Tail nats at the edges of the bands. Of the promised 1 in 100 two fifths; of 1 in 1,000 and 1 in 10,000 a fifth, because
 * S falls more slowly far out than the exponential through its bulk. Measured in docs/detection.md.
 */
const knots = [
  [0, 0],
  [Math.log(250), 4_000],
  [Math.log(5_000), 7_000],
  [Math.log(50_000), 9_000],
] as const;
/** Beyond 90, a point more takes ever longer. */
const approach = 2.6;

/** Risk in hundredths (not rounded) of tail nats: strictly rising, 4,000 at 1 in 250, 7,000 at 1 in 5,000, 9,000 at 1 in 50,000. */
export function riskOfTail(nats: number): number {
  const [lastAt, lastRisk] = knots[3];
  if (nats >= lastAt) return 10_000 - (10_000 - lastRisk) * Math.exp(-(nats - lastAt) / approach);
  for (let i = 1; i < knots.length; i++) {
    const [from, low] = knots[i - 1] ?? knots[0];
    const [to, high] = knots[i] ?? knots[3];
    if (nats < to) return low + ((high - low) * (nats - from)) / (to - from);
  }
  return lastRisk;
}

/** Risk in hundredths of S for a record of `sessions` sessions. */
export const mappedRisk = (map: RiskMap, nats: number, sessions: number): number =>
  riskOfTail(tailNats(map, nats, sessions));

/** Does `next` move some score that players of the scope have by a point or more? */
export function movesScores(current: RiskMap, next: RiskMap): boolean {
  if (Math.abs(current.corroboration - next.corroboration) > 0.25) return true;
  for (const { at } of next.bands) {
    const sessions = Math.exp(at);
    for (let nats = 0; nats <= 60; nats += 0.5) {
      if (Math.abs(mappedRisk(current, nats, sessions) - mappedRisk(next, nats, sessions)) >= 100)
        return true;
    }
  }
  return false;
}
