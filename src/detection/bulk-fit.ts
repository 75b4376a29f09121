/**
 * Fits in the bulk: between the 30th and the 60th percentile a scope is honest even where a fifth of it cheats, so
 * centre, spread and tail are read there and carried outward.
 */
import { type Binned, quantile, shareAbove } from "./quantile.ts";
import { type Band, classCount, classMiddle } from "./size-class.ts";

export const window = { from: 0.3, to: 0.6 } as const;
/** Standard normal quantiles of the window, for a spread in sds. */
const normalFrom = -0.524401;
const normalWidth = 0.777748;

/** Centre and sd of a normal with the window's quantiles. */
export function normalFit(
  values: Binned,
  width: number,
): { readonly centre: number; readonly spread: number } {
  const low = quantile(values, window.from, width);
  const spread = (quantile(values, window.to, width) - low) / normalWidth;
  return { centre: low - normalFrom * spread, spread };
}

/** Log of the survival ratio over the window: an exponential tail falls by this much in it. */
export const windowNats = Math.log((1 - window.from) / (1 - window.to));
/** Nats at the lower end of the window. */
export const startNats = -Math.log(1 - window.from);

/** Start and scale (per nat) of an exponential tail. */
export interface ExponentialTail {
  readonly start: number;
  readonly scale: number;
}

/** An exponential tail through the window of those that are left when a share of the values, the largest, is not counted. */
function tailThrough(values: Binned, width: number, displaced: number): ExponentialTail {
  const start = quantile(values, window.from * (1 - displaced), width);
  const end = quantile(values, window.to * (1 - displaced), width);
  return { start, scale: (end - start) / windowNats };
}

/** Share of the tail beyond which values are counted that it does not expect; chosen by us, beyond any window. */
const expectedBeyond = 0.02;
/**
 * Displaced values for each in excess beyond: not all who left the bulk went that far. Chosen by us: with 1 to 20 % of
 * cheaters about a third of the promise stays used, docs/detection.md.
 */
const displacedPerExcess = 1.8;
/** At most so many may be displaced: above it nobody knows which are the ordinary ones. */
const mostDisplaced = 0.25;
const displacedRounds = 6;

/**
 * An exponential tail through the window of the ordinary values. Values that stand beyond the tail in excess of what it
 * expects are displaced out of the bulk (two-group model, Efron 2004, doi:10.1198/016214504000000089), so the window is
 * taken among the rest; without an excess nothing changes.
 */
export function exponentialFit(values: Binned, width: number): ExponentialTail {
  let tail = tailThrough(values, width, 0);
  for (let round = 0; round < displacedRounds; round++) {
    const from = tail.start + tail.scale * (-Math.log(expectedBeyond) - startNats);
    const excess = shareAbove(values, from, width) - expectedBeyond;
    tail = tailThrough(values, width, Math.min(mostDisplaced, Math.max(0, displacedPerExcess * excess)));
  }
  return tail;
}

/** Least players in a band. */
export const leastPerBand = 300;

/** Joins neighbouring size classes until each band holds enough players; the last joins the one before if it must. */
export function bandsOf(classes: readonly Binned[]): (Band & { readonly values: Binned })[] {
  const groups: number[][] = [];
  let open: number[] = [];
  let n = 0;
  for (let index = 0; index < classCount; index++) {
    const own = classes[index]?.n ?? 0;
    if (own === 0) continue;
    open.push(index);
    n += own;
    if (n < leastPerBand) continue;
    groups.push(open);
    open = [];
    n = 0;
  }
  if (open.length > 0) {
    const last = groups.pop() ?? [];
    groups.push([...last, ...open]);
  }
  return groups.map((members) => joined(members, classes));
}

function joined(members: readonly number[], classes: readonly Binned[]): Band & { readonly values: Binned } {
  const counts = new Map<number, number>();
  let n = 0;
  let at = 0;
  for (const index of members) {
    const part = classes[index];
    if (part === undefined) continue;
    for (const [bin, count] of part.counts) counts.set(bin, (counts.get(bin) ?? 0) + count);
    n += part.n;
    at += part.n * classMiddle(index);
  }
  return { at: n > 0 ? at / n : 0, values: { counts: [...counts].sort(([a], [b]) => a - b), n } };
}
