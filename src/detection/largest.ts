/** The largest of some weights: which sessions are named beside a finding. */

/** Indices, from `from` on, of the `most` largest weights above 0, largest first; of equal ones the last first. */
export function largestOf(weights: ArrayLike<number>, most: number, from = 0): readonly number[] {
  const largest: number[] = [];
  for (let i = from; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (!(weight > 0)) continue;
    let place = largest.length;
    while (place > 0 && (weights[largest[place - 1] ?? 0] ?? 0) <= weight) place -= 1;
    if (place >= most) continue;
    for (let j = Math.min(largest.length, most - 1); j > place; j--) largest[j] = largest[j - 1] ?? 0;
    largest[place] = i;
  }
  return largest;
}
