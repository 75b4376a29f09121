/** When fading alone will have changed a score: the sweep need not look before. */
import { bandOf } from "./bands.ts";
import { halfLifeDays } from "./fade.ts";
import { limitedRisk, type Standing, type Weights } from "./ledger.ts";
import type { RiskMap } from "./risk-map.ts";

const dayMs = 86_400_000;
/** A point, in hundredths. */
const point = 100;
/** Not looked at beyond: twenty half-lives leave a millionth. */
const horizonDays = 20 * halfLifeDays;
/** Halvings of the horizon: the answer is exact to half an hour. */
const searchSteps = 18;

/**
 * The first time at which the score, left alone, will differ by a whole point or stand in another band; null if never.
 * All terms but proofs fade by the same half-life, so the score only falls and bisection finds the time.
 */
export function dueAt(
  weights: Weights,
  standing: Standing,
  map: RiskMap,
  risk: number,
  asOfMs: number,
): number | null {
  const { nats, proofNats, besideNats } = weights;
  const changed = (days: number): boolean => {
    const left = 0.5 ** (days / halfLifeDays);
    const faded = { nats: nats * left, proofNats, besideNats: besideNats * left };
    const later = limitedRisk(faded, standing, map).risk;
    return risk - later >= point || bandOf(later) !== bandOf(risk);
  };
  if (risk < point || !changed(horizonDays)) return null;
  let low = 0;
  let high = horizonDays;
  for (let i = 0; i < searchSteps; i++) {
    const middle = (low + high) / 2;
    if (changed(middle)) high = middle;
    else low = middle;
  }
  return asOfMs + Math.ceil(high * dayMs);
}
