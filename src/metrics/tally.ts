/** What one isolate counted and has not stored yet. Plain memory: counting costs no call and no write. */
import { type CounterId, durationBoundsSeconds } from "./families.ts";

/** Series by key, {@link keyOf}, to what is to be added to them. */
export type Counts = Readonly<Record<string, number>>;

/** When what was counted is stored: after so long or so many requests, whichever comes first. */
export interface Pace {
  readonly everyMs: number;
  readonly requests: number;
}

export interface Tally {
  add(id: CounterId, labels: readonly string[], by?: number): void;
  /** A request was answered. */
  request(route: string, status: number, tookMs: number): void;
  isDue(nowMs: number, pace: Pace): boolean;
  /** Everything since the last time; it is the caller's now. */
  take(nowMs: number): Counts;
  /** What was taken and could not be stored. */
  giveBack(counts: Counts): void;
}

/** The key of a series: its counter and the values of its labels. */
export const keyOf = (id: string, labels: readonly string[]): string => JSON.stringify([id, ...labels]);

export function partsOf(key: string): { id: string; labels: readonly string[] } {
  const [id = "", ...labels] = JSON.parse(key) as string[];
  return { id, labels };
}

const bucketKeys = [...durationBoundsSeconds.map(String), "+Inf"].map((bound) => keyOf("durations", [bound]));
export const durationSumKey = keyOf("durationSum", []);
export const durationKeyOf = (place: number): string => bucketKeys[place] ?? "";

export function createTally(): Tally {
  let counts = new Map<string, number>();
  let requests = 0;
  let takenMs: number | null = null;
  const raise = (key: string, by: number) => {
    if (by > 0) counts.set(key, (counts.get(key) ?? 0) + by);
  };
  return {
    add: (id, labels, by = 1) => raise(keyOf(id, labels), by),
    request(route, status, tookMs) {
      requests += 1;
      raise(keyOf("requests", [route, String(status)]), 1);
      const place = durationBoundsSeconds.findIndex((bound) => tookMs <= bound * 1_000);
      raise(durationKeyOf(place < 0 ? durationBoundsSeconds.length : place), 1);
      raise(durationSumKey, tookMs / 1_000);
    },
    isDue(nowMs, pace) {
      takenMs ??= nowMs;
      return counts.size > 0 && (requests >= pace.requests || nowMs - takenMs >= pace.everyMs);
    },
    take(nowMs) {
      const taken = Object.fromEntries(counts);
      counts = new Map();
      requests = 0;
      takenMs = nowMs;
      return taken;
    },
    giveBack(taken) {
      for (const [key, by] of Object.entries(taken)) raise(key, by);
    },
  };
}
