/** Several requests at once, over parcels that are read no faster than they are sent. */
import type { Parcel } from "./parcels.ts";

export interface PoolOptions {
  readonly concurrency: number;
  /** Parcels may be decided this far ahead of the first undecided one, so that what waits for it stays bounded. */
  readonly maxAhead: number;
  readonly settled: () => number;
  readonly stop: AbortSignal;
}

/**
 * Hands each parcel to `deliver` with its place. After a failure or a stop nothing new begins; what is under way ends first.
 * @throws the first failure
 */
export async function deliverAll(
  parcels: AsyncIterable<Parcel>,
  deliver: (parcel: Parcel, place: number) => Promise<void>,
  { concurrency, maxAhead, settled, stop }: PoolOptions,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const isOver = () => stop.aborted || failures.length > 0;
  const isFull = (place: number) => underWay.size >= concurrency || place - settled() >= maxAhead;
  let place = 0;
  try {
    for await (const parcel of parcels) {
      while (!isOver() && isFull(place)) await Promise.race(underWay);
      if (isOver()) break;
      const task = deliver(parcel, place++)
        .catch((error) => void failures.push(error))
        .finally(() => underWay.delete(task));
      underWay.add(task);
    }
  } finally {
    await Promise.all(underWay);
  }
  if (failures.length > 0) throw failures[0];
}
