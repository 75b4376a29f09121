/**
 * A sliding window of counts: never more than `limit` permits in any interval as long as the period, ends
 * included. The period is cut into slots; the slots that a closed period can touch are the current one and
 * the 60 before it, and a permit is granted only while their sum is below the limit. Errs towards refusing: a
 * permit stays counted for up to one slot (1/60 of the period) too long. Memory does not grow with the limit.
 */
import type { Policy } from "./policy.ts";
import type { Verdict } from "./verdict.ts";

export type Quota = Pick<Policy, "limit" | "periodSeconds">;

/** Changed in place by the functions below; plain data, so that it can be stored. */
export interface WindowState {
  periodMs: number;
  /** The latest time seen. An earlier one counts as this one, so a clock that goes back frees nothing. */
  latestMs: number;
  /** Permits by slot, the newest first; slotsPerPeriod + 1 entries. */
  counts: number[];
}

/** Stored windows depend on it: with another value, old rows must be dropped or converted. */
export const slotsPerPeriod = 60;

/** A window in which nothing was counted yet. */
export function emptyWindow(quota: Quota, nowMs: number): WindowState {
  return { periodMs: quota.periodSeconds * 1000, latestMs: wholeMs(nowMs), counts: noCounts() };
}

/** Permits that are out of the window's sight: they count in full, and in the window from `untilMs` on. */
export interface Held {
  readonly permits: number;
  readonly untilMs: number;
}

/**
 * Asks for permits and counts them when they are granted: all or none. `permits` 0 only looks. What is `held`, in
 * the order of `untilMs`, is as good as used.
 */
export function take(
  state: WindowState,
  quota: Quota,
  nowMs: number,
  permits = 1,
  held: readonly Held[] = [],
): Verdict {
  if (!Number.isInteger(permits) || permits < 0) throw new RangeError("permits: a whole number, 0 or more");
  advance(state, quota, nowMs);
  const usedBefore = usedPermits(state) + held.reduce((sum, part) => sum + part.permits, 0);
  const wanted = Math.max(permits, 1);
  const allowed = usedBefore + wanted <= quota.limit;
  if (allowed) addTo(state, 0, permits);
  const used = allowed ? usedBefore + permits : usedBefore;
  const remaining = Math.max(0, quota.limit - used);
  const secondsUntil = (freed: number) => secondsUntilFreed(state, nowMs, freed, held);
  return {
    allowed,
    limit: quota.limit,
    remaining,
    resetSeconds: secondsUntil(remaining > 0 ? used : used - quota.limit + 1),
    retryAfterSeconds: allowed ? 0 : Math.max(1, secondsUntil(used + wanted - quota.limit)),
  };
}

/** Counts permits that were handed out elsewhere, whatever the limit: as used at `atMs`, or now if that is earlier. */
export function record(state: WindowState, quota: Quota, nowMs: number, permits: number, atMs = nowMs): void {
  advance(state, quota, nowMs);
  const ageOf = (ms: number) => slotOf(state.latestMs, state.periodMs) - slotOf(ms, state.periodMs);
  const age = Math.max(0, ageOf(wholeMs(atMs)));
  if (age <= slotsPerPeriod) addTo(state, age, permits);
}

/** How long the current slot still lasts, at least 1: until then nothing that is counted becomes free. */
export function msToNextSlot(state: WindowState): number {
  return slotStartMs(slotOf(state.latestMs, state.periodMs) + 1, state.periodMs) - state.latestMs;
}

/** How long after its last permit a window is certainly empty again. */
export function lifetimeMs(state: WindowState): number {
  return Math.ceil((state.periodMs * (slotsPerPeriod + 1)) / slotsPerPeriod);
}

/** Brings the window to the present; an earlier time than the latest seen counts as that. */
export function advance(state: WindowState, quota: Quota, nowMs: number): void {
  const periodMs = quota.periodSeconds * 1000;
  if (periodMs !== state.periodMs) convert(state, periodMs);
  const laterMs = Math.max(state.latestMs, wholeMs(nowMs));
  const passed = Math.min(slotOf(laterMs, periodMs) - slotOf(state.latestMs, periodMs), slotsPerPeriod + 1);
  if (passed > 0)
    state.counts = [...noCounts().slice(0, passed), ...state.counts].slice(0, slotsPerPeriod + 1);
  state.latestMs = laterMs;
}

/**
 * Re-cuts the counts for another period, each at the latest moment its slot can mean. What had already left
 * a shorter window stays forgotten: it was granted under the shorter period's rule.
 */
function convert(state: WindowState, periodMs: number): void {
  const counts = noCounts();
  const newest = slotOf(state.latestMs, state.periodMs);
  for (const [age, count] of state.counts.entries()) {
    const endMs = Math.min(slotStartMs(newest - age + 1, state.periodMs) - 1, state.latestMs);
    const newAge = slotOf(state.latestMs, periodMs) - slotOf(endMs, periodMs);
    if (newAge <= slotsPerPeriod) counts[newAge] = (counts[newAge] ?? 0) + count;
  }
  state.counts = counts;
  state.periodMs = periodMs;
}

/** Seconds from the caller's own clock until `permits` of those counted and held (or all) have left the window. */
function secondsUntilFreed(
  state: WindowState,
  nowMs: number,
  permits: number,
  held: readonly Held[],
): number {
  let freed = 0;
  let freeAtMs = nowMs;
  for (const { count, slot } of [...countedBySlot(state), ...heldBySlot(state, held)]) {
    if (freed >= permits) break;
    freed += count;
    freeAtMs = slotStartMs(slot + slotsPerPeriod + 1, state.periodMs);
  }
  return Math.ceil((freeAtMs - nowMs) / 1000);
}

/** What is counted, the oldest first. */
function countedBySlot({ counts, latestMs, periodMs }: WindowState) {
  const newest = slotOf(latestMs, periodMs);
  return counts
    .map((count, age) => ({ count, slot: newest - age }))
    .filter(({ count }) => count > 0)
    .reverse();
}

/** What is held joins the window later than all that is in it. */
const heldBySlot = ({ periodMs }: WindowState, held: readonly Held[]) =>
  held.map(({ permits, untilMs }) => ({ count: permits, slot: slotOf(untilMs, periodMs) }));

/** Slots are counted from the epoch. The product stays below 2^53, so both directions are exact. */
function slotOf(ms: number, periodMs: number): number {
  return Math.floor((ms * slotsPerPeriod) / periodMs);
}

/** The first whole millisecond of a slot. */
function slotStartMs(slot: number, periodMs: number): number {
  return Math.ceil((slot * periodMs) / slotsPerPeriod);
}

function wholeMs(nowMs: number): number {
  if (!Number.isFinite(nowMs)) throw new RangeError("nowMs: milliseconds since the epoch");
  return Math.floor(nowMs);
}

function addTo(state: WindowState, age: number, permits: number): void {
  state.counts[age] = (state.counts[age] ?? 0) + permits;
}

function usedPermits(state: WindowState): number {
  return state.counts.reduce((sum, count) => sum + count, 0);
}

function noCounts(): number[] {
  return new Array<number>(slotsPerPeriod + 1).fill(0);
}
