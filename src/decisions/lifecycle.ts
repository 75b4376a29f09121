/** When a decision begins, holds and is over. */
import type { DecisionEnd, DecisionType } from "./decision.ts";

const dayMs = 86_400_000;
export const daysToMs = (days: number): number => Math.round(days * dayMs);

/** From when to when; null: without an end. Milliseconds, the end excluded. */
export interface Term {
  readonly startsAtMs: number;
  readonly expiresAtMs: number | null;
}

/** Whether it holds by the clock alone. */
export const holdsAt = ({ startsAtMs, expiresAtMs }: Term, nowMs: number): boolean =>
  startsAtMs <= nowMs && (expiresAtMs === null || nowMs < expiresAtMs);

export const decisionStates = ["scheduled", "live", "ended"] as const;
export type DecisionState = (typeof decisionStates)[number];

/** What a decision is now; its time counts, whether or not anybody has written down that it is over. */
export function stateAt(term: Term, end: DecisionEnd | null, nowMs: number): DecisionState {
  if (end !== null) return "ended";
  if (nowMs < term.startsAtMs) return "scheduled";
  return holdsAt(term, nowMs) ? "live" : "ended";
}

/** These are for a time; for good, another type is meant. */
export const needsEnd = (type: DecisionType): boolean => type === "kick" || type === "suspend";

/** How a start is chosen: not before `startsAtMs`, and then at random within the window. */
export interface Start {
  /** Null: now. */
  readonly startsAtMs: number | null;
  /** Null: without delay. */
  readonly delayWindowMs: number | null;
}

/**
 * The start of a decision. @param chance 0 <= chance < 1: so that a wave tells nobody what gave them away
 */
export function startOf({ startsAtMs, delayWindowMs }: Start, nowMs: number, chance: number): number {
  return Math.max(nowMs, startsAtMs ?? nowMs) + Math.floor((delayWindowMs ?? 0) * chance);
}
