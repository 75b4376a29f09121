/** Escalation: what a policy asks for depends on how often it was used against the player before. */
import type { DecisionEnd } from "./decision.ts";
import { daysToMs } from "./lifecycle.ts";
import type { Policy, Step } from "./settings.ts";

/** An earlier decision on the same player. */
export interface Prior {
  readonly policy: string | null;
  readonly madeAtMs: number;
  readonly endKind: DecisionEnd | null;
}

/** How many earlier decisions of a policy count: not those that are as if they had never been, nor those too long ago. */
export function countPriors(
  priors: readonly Prior[],
  name: string,
  { counts_days }: Policy,
  nowMs: number,
): number {
  const sinceMs = counts_days === null ? Number.NEGATIVE_INFINITY : nowMs - daysToMs(counts_days);
  return priors.filter(
    ({ policy, madeAtMs, endKind }) => policy === name && endKind !== "expunged" && madeAtMs > sinceMs,
  ).length;
}

/** The step of a ladder after so many earlier decisions; past its end the last one stays. */
export function stepAfter({ ladder }: Policy, priors: number): Step {
  const step = ladder[Math.min(priors, ladder.length - 1)];
  if (step === undefined) throw new Error("A ladder has at least one step.");
  return step;
}
