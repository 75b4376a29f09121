/**
 * Leases: permits that one isolate may hand out by itself for a while. Pure; the counter's side.
 *
 * Why no closed interval of a period ever holds more admissions than the limit, by the counter's clock:
 * 1. A decision is made only while everything counted in the window and everything leased fit the limit together.
 * 2. A permit is counted at a time no earlier than it was used and no later than the decision that reads it. Those
 *    of the request that asks are used when the counter decides, and counted then. Leased ones count in full until
 *    they are settled, each at its age plus the margin, or now if that is earlier; and at the lease's end, all of
 *    them, if they never are.
 * 3. An isolate measures the age of a lease by its own clock from before it asked, so its ages are never shorter than
 *    by the counter's clock but for the margin, as long as its own loses no more in the life of one lease. It stops
 *    a margin before the end, and at once where it sees its clock go back further.
 * 4. Take any closed interval and the last decision that gave out a permit used in it. Every other permit used in it
 *    was given out before, so that decision saw it: leased, or counted within the period before itself (2). Together
 *    they fitted the limit (1).
 * An isolate that dies, an answer that is lost and a settlement that is late leave a lease unsettled: too much is
 * counted, and too late. The same holds for what an eviction forgets, because nothing is handed out before it is stored.
 */
import type { Verdict } from "./verdict.ts";
import {
  advance,
  emptyWindow,
  msToNextSlot,
  type Quota,
  record,
  slotsPerPeriod,
  take,
  type WindowState,
} from "./window.ts";

/** From here on isolates lease; below, each request asks the counter. */
export const leasedFrom = 1_000;

export interface Lease {
  readonly id: string;
  readonly permits: number;
  readonly grantedMs: number;
  /** When it counts as used in full. */
  readonly untilMs: number;
}

/** Everything that a counter knows; plain data, changed in place, and stored whole. */
export interface CounterState {
  readonly window: WindowState;
  /** Outstanding, the first to end first. */
  leases: Lease[];
}

/** How often a lease was used: permits by the age, in ms, that the lease had at the last of them. */
export type Usage = readonly (readonly [ageMs: number, permits: number])[];

export interface LeaseAsk {
  /** For the request that asks; all or none, and counted at once. */
  readonly needed: number;
  /** All that the isolate could use, `needed` included. */
  readonly wanted: number;
  /** A lease that the isolate gives back. */
  readonly settle?: { readonly id: string; readonly used: Usage } | undefined;
}

export interface LeaseAnswer {
  /** For the request that asked; what is leased with it counts as left. */
  readonly verdict: Verdict;
  /** Whether one more would be granted beyond the lease. */
  readonly beyond: Verdict;
  /** Permits beyond those needed; null where there are none to spare. */
  readonly lease: { readonly id: string; readonly permits: number } | null;
  /** Until then a refused request would be refused again, unless another isolate settles. */
  readonly slotEndsInMs: number;
}

/**
 * Half a period: what a lost lease withholds is back after one and a half. Measured by us: with a cap of 30 s, steady
 * traffic against 1,000 an hour asked for one request in three.
 */
export const leaseMs = (periodMs: number): number => Math.floor(periodMs / 2);
/** What an isolate's clock may lose in the life of one lease; chosen by us, far above any drift. */
export const marginMs = (lifeMs: number): number => Math.ceil(lifeMs / 10);

/** Stored in one row with the window: bounded, so that the row is. Beyond it requests get what they need, no lease. */
const maxLeases = 256;

export const emptyCounter = (quota: Quota, nowMs: number): CounterState => ({
  window: emptyWindow(quota, nowMs),
  leases: [],
});

/**
 * Permits that may be leased beyond those needed: a sixteenth of what is left, so that blocks shrink near the limit,
 * but not below what each slot frees there, or steady traffic near the limit would ask for each permit.
 */
export function spareFor(remaining: number, limit: number): number {
  return Math.min(remaining, Math.max(Math.floor(remaining / 16), Math.ceil(limit / slotsPerPeriod)));
}

/** Brings the window to the present, and counts the leases that ended in between. */
function present(state: CounterState, quota: Quota, nowMs: number): void {
  advance(state.window, quota, nowMs);
  const isOver = ({ untilMs }: Lease) => untilMs <= state.window.latestMs;
  for (const lease of state.leases.filter(isOver))
    record(state.window, quota, nowMs, lease.permits, lease.untilMs);
  state.leases = state.leases.filter((lease) => !isOver(lease));
}

/** Permits without a lease (0: only looks), as if what is leased were used. */
export function takeNow(state: CounterState, quota: Quota, nowMs: number, permits: number): Verdict {
  present(state, quota, nowMs);
  return take(state.window, quota, nowMs, permits, state.leases);
}

/** Takes a lease back: what was used is counted where it was used, the rest is free at once. False where it has ended. */
function settle(state: CounterState, quota: Quota, nowMs: number, { id, used }: { id: string; used: Usage }) {
  const lease = state.leases.find((one) => one.id === id);
  if (!lease) return false;
  state.leases = state.leases.filter((one) => one !== lease);
  const late = marginMs(lease.untilMs - lease.grantedMs);
  for (const [ageMs, permits] of used)
    record(state.window, quota, nowMs, permits, lease.grantedMs + ageMs + late);
  return true;
}

function lend({ window, leases }: CounterState, permits: number, id: string): Lease[] {
  const grantedMs = window.latestMs;
  const lease = { id, permits, grantedMs, untilMs: grantedMs + leaseMs(window.periodMs) };
  return [...leases, lease].sort((a, b) => a.untilMs - b.untilMs);
}

/** Permits for a request and a lease beyond it; `isChanged` where the state has to be stored before the answer leaves. */
export function grant(
  state: CounterState,
  quota: Quota,
  nowMs: number,
  ask: LeaseAsk,
  newId: () => string,
): LeaseAnswer & { readonly isChanged: boolean } {
  present(state, quota, nowMs);
  const isSettled = ask.settle !== undefined && settle(state, quota, nowMs, ask.settle);
  const first = take(state.window, quota, nowMs, ask.needed, state.leases);
  const spare = state.leases.length < maxLeases ? spareFor(first.remaining, quota.limit) : 0;
  const permits = first.allowed ? Math.max(0, Math.min(ask.wanted - ask.needed, spare)) : 0;
  const id = permits > 0 ? newId() : null;
  if (id !== null) state.leases = lend(state, permits, id);
  const look = (limit: number) => take(state.window, { ...quota, limit }, nowMs, 0, state.leases);
  // Who asked sees its lease as permits that are left.
  const { remaining, resetSeconds } = id === null ? first : look(quota.limit + permits);
  return {
    verdict: { ...first, remaining, resetSeconds },
    beyond: look(quota.limit),
    lease: id === null ? null : { id, permits },
    slotEndsInMs: msToNextSlot(state.window),
    isChanged: isSettled || first.allowed,
  };
}
