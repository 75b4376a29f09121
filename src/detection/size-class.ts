/** Size classes: players are compared with players whose record is about as long, and one more session makes no jump. */

/** Upper ends of the classes, in sessions; the last class has none. Chosen by us: each about 1.7 times the one before. */
export const classTops = [1, 2, 4, 7, 12, 20, 35, 60] as const;
export const classCount = classTops.length + 1;
const lastTop = 100;

/** The class of a record of `sessions` sessions, 0..classCount - 1. */
export function classOf(sessions: number): number {
  const found = classTops.findIndex((top) => sessions <= top);
  return found < 0 ? classTops.length : found;
}

/** Where a class stands on the axis of log sessions: the middle of its ends. */
export function classMiddle(index: number): number {
  const low = (classTops[index - 1] ?? 0) + 1;
  return (Math.log(low) + Math.log(classTops[index] ?? lastTop)) / 2;
}

/** Something fitted for players around one length of record; `at` is log sessions. */
export interface Band {
  readonly at: number;
}

/** Reads a number off bands in ascending order of `at`, linear in log sessions, constant beyond the ends. */
export function interpolated<T extends Band>(
  bands: readonly T[],
  sessions: number,
  read: (band: T) => number,
): number {
  const x = Math.log(Math.max(1, sessions));
  let below = bands[0];
  if (below === undefined) return Number.NaN;
  for (const band of bands) {
    if (band.at >= x) {
      if (band === below || band.at === below.at) return read(band);
      const share = (x - below.at) / (band.at - below.at);
      return share <= 0 ? read(below) : read(below) + share * (read(band) - read(below));
    }
    below = band;
  }
  return read(below);
}
