/**
 * One counter and its isolates, with messages that take their time, answers that are lost, evictions, isolates that die
 * and clocks that lose time. Only what the isolates do is recorded; time is the counter's.
 */
import {
  type Account,
  askFor,
  createLeaseBook,
  decide,
  enter,
  type LeaseBook,
} from "../../src/rate-limit/lease-book.ts";
import { type CounterState, emptyCounter, grant, leaseMs, marginMs } from "../../src/rate-limit/leases.ts";
import type { Policy } from "../../src/rate-limit/policy.ts";

export const startMs = 1_800_000_000_000;

/** What comes next; shares are of the period. */
export interface Step {
  readonly gapShare: number;
  readonly isolate: number;
  readonly permits: number;
  /** So many such requests at once. */
  readonly times: number;
  /** How long a message to the counter and its answer take, if it has to be asked. */
  readonly thereShare: number;
  readonly backShare: number;
  readonly isLost: boolean;
  readonly mishap: "none" | "eviction" | "death" | "step back" | "drift";
}

export interface Admission {
  readonly atMs: number;
  readonly permits: number;
}

interface Event {
  readonly atMs: number;
  readonly run: () => void;
}

export function createModel(policy: Policy, isolates: number) {
  const periodMs = policy.periodSeconds * 1000;
  const margin = marginMs(leaseMs(periodMs));
  const books: LeaseBook[] = Array.from({ length: isolates }, () => createLeaseBook());
  // Clocks that differ by far: only durations may matter.
  const offsets = books.map((_, place) => (place - 1) * 7_654_321);
  const driftedAt = books.map(() => Number.NEGATIVE_INFINITY);
  const admissions: Admission[] = [];
  let calls = 0;
  let ids = 0;
  let state: CounterState = emptyCounter(policy, startMs);
  let stored = structuredClone(state);
  let queue: Event[] = [];
  let nowMs = startMs;

  const clockOf = (isolate: number) => nowMs + (offsets[isolate] ?? 0);
  const accountOf = (isolate: number): Account | undefined => books[isolate]?.account(policy, "key");
  function later(inMs: number, run: () => void): void {
    if (inMs === 0) run();
    else queue.push({ atMs: nowMs + Math.round(inMs), run });
  }

  function advanceTo(atMs: number): void {
    for (;;) {
      const [next] = queue.filter((event) => event.atMs <= atMs).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      queue = queue.filter((event) => event !== next);
      nowMs = next.atMs;
      next.run();
    }
    nowMs = atMs;
  }

  const mishaps: Record<Step["mishap"], (isolate: number) => void> = {
    none: () => {},
    eviction: () => {
      state = structuredClone(stored);
    },
    death: (isolate) => {
      books[isolate] = createLeaseBook();
    },
    // Further than any run lasts, so that whoever asks next sees it.
    "step back": (isolate) => {
      offsets[isolate] = (offsets[isolate] ?? 0) - 1_000 * periodMs;
    },
    // As much as may be lost in the life of one lease, unseen.
    drift: (isolate) => {
      if (nowMs - (driftedAt[isolate] ?? 0) < leaseMs(periodMs)) return;
      driftedAt[isolate] = nowMs;
      offsets[isolate] = (offsets[isolate] ?? 0) - margin;
    },
  };

  function request({ isolate, permits, thereShare, backShare, isLost }: Step): void {
    const account = accountOf(isolate);
    if (!account) return;
    const decided = decide(account, permits, clockOf(isolate));
    if (decided?.allowed) admissions.push({ atMs: nowMs, permits });
    if (decided) return;
    const askedMs = clockOf(isolate);
    const ask = structuredClone(askFor(account, permits, askedMs));
    later(thereShare * periodMs, () => {
      calls += 1;
      const { isChanged, ...answer } = grant(state, policy, nowMs, ask, () => `lease-${++ids}`);
      if (isChanged) stored = structuredClone(state);
      if (answer.verdict.allowed) admissions.push({ atMs: nowMs, permits });
      if (isLost) return;
      later(backShare * periodMs, () => enter(account, ask, answer, askedMs, clockOf(isolate)));
    });
  }

  return {
    admissions,
    calls: () => calls,
    play(step: Step): void {
      advanceTo(nowMs + Math.round(step.gapShare * periodMs));
      mishaps[step.mishap](step.isolate);
      for (let n = 0; n < step.times; n++) request(step);
    },
    finish: () => advanceTo(nowMs + 10 * periodMs),
  };
}

/** The most permits in any closed interval as long as the period: tried from every admission on. */
export function busiest(admissions: readonly Admission[], periodMs: number): number {
  const sorted = [...admissions].sort((a, b) => a.atMs - b.atMs);
  let most = 0;
  let sum = 0;
  let first = 0;
  for (const { atMs, permits } of sorted) {
    sum += permits;
    for (; (sorted[first]?.atMs ?? atMs) < atMs - periodMs; first++) sum -= sorted[first]?.permits ?? 0;
    most = Math.max(most, sum);
  }
  return most;
}
