/** What an isolate remembers of decisions for a few seconds, so that a full lobby or many waiting mirrors cost little. */

/** A check may be this old, and never older. */
const checkTtlMs = 5_000;
const maxChecks = 10_000;
/** How often the end of the stream is looked at while somebody waits for it. */
const headEveryMs = 1_000;

export interface DecisionMemory<T> {
  /** Undefined: nothing is remembered, or it is too old. */
  findCheck(key: string, nowMs: number): T | undefined;
  /** Is given to {@link rememberCheck}: what was read before decisions changed here is not remembered after. */
  generation(): number;
  rememberCheck(key: string, value: T, atMs: number, generation: number): void;
  /** Decisions have changed in this isolate. */
  forgetChecks(): void;
  /** The end of the stream as it was last seen. */
  head(): number;
  sawHead(seq: number): void;
  /** Whether the caller is to look at the end of the stream: of all that ask within a second, one. */
  mayLook(nowMs: number): boolean;
}

/** Its own for each isolate. Times are the caller's clock, in either direction. */
export function createDecisionMemory<T>(): DecisionMemory<T> {
  const checks = new Map<string, { readonly value: T; readonly atMs: number }>();
  let generation = 0;
  let head = 0;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return {
    findCheck(key, nowMs) {
      const entry = checks.get(key);
      return entry !== undefined && Math.abs(nowMs - entry.atMs) < checkTtlMs ? entry.value : undefined;
    },
    generation: () => generation,
    rememberCheck(key, value, atMs, readIn) {
      if (readIn !== generation) return;
      checks.delete(key);
      checks.set(key, { value, atMs });
      const [oldest] = checks.keys();
      if (checks.size > maxChecks && oldest !== undefined) checks.delete(oldest);
    },
    forgetChecks() {
      generation += 1;
      checks.clear();
    },
    head: () => head,
    sawHead(seq) {
      head = seq;
    },
    mayLook(nowMs) {
      if (Math.abs(nowMs - lookedAtMs) < headEveryMs) return false;
      lookedAtMs = nowMs;
      return true;
    },
  };
}
