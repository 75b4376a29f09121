/** Repeatable randomness: the same seed gives the same numbers on every machine. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** A whole number in [low, high]. */
  whole(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** Successes in `trials` at `share` each. */
  binomial(trials: number, share: number): number;
  /** A new array in random order. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Mulberry32: 32 bits of state are plenty for a few hundred thousand draws. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function createRandom(seed: number): Random {
  const next = mulberry32(seed);
  const between = (low: number, high: number) => low + (high - low) * next();
  const whole = (low: number, high: number) => Math.floor(between(low, high + 1));
  // Box-Muller; 1 - next() keeps the logarithm finite.
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const binomial = (trials: number, share: number) => {
    let successes = 0;
    for (let trial = 0; trial < trials; trial++) if (next() < share) successes++;
    return successes;
  };
  const shuffle = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, key: next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  return { next, between, whole, normal, binomial, shuffle };
}
