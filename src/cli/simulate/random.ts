/** Repeatable randomness with a stream of its own for every player: adding players changes nobody else. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** Is an event with this probability there? */
  chance(probability: number): boolean;
  /** Successes in `trials` at `share` each. */
  binomial(trials: number, share: number): number;
  /** Events at this mean. */
  poisson(mean: number): number;
}

/** sfc32 by Chris Doty-Humphrey (PractRand): 128 bits of state, so streams of one seed do not overlap. */
function sfc32(seed: number, stream: number): () => number {
  let a = seed | 0;
  let b = stream | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmup = 0; warmup < 15; warmup++) next();
  return next;
}

/** Above this variance or mean a count is as good as normal, and a loop would cost more than it tells. */
const normalFrom = 25;

/** The stream number `stream` of `seed`. */
export function createRandom(seed: number, stream: number): Random {
  const next = sfc32(seed, stream);
  const between = (low: number, high: number) => low + (high - low) * next();
  const chance = (probability: number) => next() < probability;
  // Box-Muller; 1 - next() keeps the logarithm finite.
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const binomial = (trials: number, share: number) => {
    const variance = trials * share * (1 - share);
    if (variance > normalFrom) {
      const drawn = Math.round(trials * share + Math.sqrt(variance) * normal());
      return Math.min(trials, Math.max(0, drawn));
    }
    let successes = 0;
    for (let trial = 0; trial < trials; trial++) if (next() < share) successes++;
    return successes;
  };
  const poisson = (mean: number) => {
    if (mean > normalFrom) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let events = 0;
    for (let product = next(); product > limit; product *= next()) events++;
    return events;
  };
  return { next, between, normal, chance, binomial, poisson };
}

/** A new array in random order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    const item = order[last] as T;
    order[last] = order[other] as T;
    order[other] = item;
  }
  return order;
}
