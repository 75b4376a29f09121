/** Surprise: minus the natural log of a tail probability, in nats. 3 nats is 1 in 20, 6.9 nats 1 in 1,000. */

const erfcSeries = [
  1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
] as const;

/** Complementary error function, relative error below 1.2e-7 (Numerical Recipes, 2nd ed., section 6.2, `erfcc`). */
function erfc(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + 0.5 * z);
  let series = 0.17087277;
  for (let i = erfcSeries.length - 1; i >= 0; i--) series = (erfcSeries[i] ?? 0) + t * series;
  const tail = t * Math.exp(-z * z - 1.26551223 + t * series);
  return x >= 0 ? tail : 2 - tail;
}

/** P(Z >= z) for a standard normal. */
export const normalShareAbove = (z: number): number => 0.5 * erfc(z / Math.SQRT2);

// Beyond three standard deviations no model of players is Gaussian: the tail goes on exponentially from there,
// at the Gaussian's own hazard at 3, so one extreme metric never outweighs everything else.
const bendZ = 3;
const bendNats = 6.60773;
const bendSlope = 3.2831;

/** -ln P(Z >= z) for a standard normal up to z = 3, exponential (linear in nats) beyond. */
export function upperTailNats(z: number): number {
  if (z > bendZ) return bendNats + bendSlope * (z - bendZ);
  return -Math.log(0.5 * erfc(z / Math.SQRT2));
}

/**
 * -ln of a tail probability that honest players keep whatever the shape of their tail: exponential from the window in
 * the bulk (30th to 60th percentile) on, so that what is told to people is an upper bound.
 */
export function boundedTailNats(z: number): number {
  const from = -0.524401;
  return z <= from ? upperTailNats(z) : 0.356675 + ((z - from) * 0.559616) / 0.777748;
}
