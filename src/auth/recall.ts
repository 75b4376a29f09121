/** What an isolate remembers of the store for a few seconds, so that not every request has to ask. */

export interface Recall<T> {
  /** Undefined: nothing is remembered, or it is too old. */
  find(key: string, nowMs: number): T | undefined;
  remember(key: string, value: T, nowMs: number): void;
  forget(key: string): void;
}

/** Keeps at most `maxEntries`, the latest; each for less than `ttlMs` in either direction of the clock. */
export function createRecall<T>(ttlMs: number, maxEntries: number): Recall<T> {
  const entries = new Map<string, { readonly value: T; readonly atMs: number }>();
  return {
    find(key, nowMs) {
      const entry = entries.get(key);
      return entry !== undefined && Math.abs(nowMs - entry.atMs) < ttlMs ? entry.value : undefined;
    },
    remember(key, value, nowMs) {
      entries.delete(key);
      entries.set(key, { value, atMs: nowMs });
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
    forget(key) {
      entries.delete(key);
    },
  };
}
