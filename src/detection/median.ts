/** Medians by selection (Hoare's), which puts no more in order than the middle needs. */

/** Parts `values[low..high]` by its value at `k`: gives where the larger ones begin and where the smaller ones end. */
function part(values: Float64Array, low: number, high: number, k: number): readonly [number, number] {
  const pivot = values[k] ?? 0;
  let i = low;
  let j = high;
  while (i <= j) {
    while ((values[i] ?? 0) < pivot) i += 1;
    while ((values[j] ?? 0) > pivot) j -= 1;
    if (i > j) break;
    const swapped = values[i] ?? 0;
    values[i++] = values[j] ?? 0;
    values[j--] = swapped;
  }
  return [i, j];
}

/** Moves the value of rank `k` to its place: what is before it is not larger, what is behind it not smaller. */
function select(values: Float64Array, k: number): void {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const [i, j] = part(values, low, high, k);
    if (j < k) low = i;
    if (k < i) high = j;
  }
}

/** Median of some values, which it puts in another order. */
export function medianOf(values: Float64Array): number {
  const middle = values.length >> 1;
  select(values, middle);
  const upper = values[middle] ?? 0;
  if (values.length % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < middle; i++) lower = Math.max(lower, values[i] ?? 0);
  return (upper + lower) / 2;
}
