/** How a kind of player plays: the levels that its sessions scatter around. Chosen by us to look like a shooter's. */
import type { Random } from "./random.ts";

/** Shares are 0..1, times milliseconds or minutes. */
export interface Traits {
  readonly headshotRate: number;
  readonly accuracy: number;
  /** Null: this client reports no reaction time. */
  readonly reactionMs: number | null;
  readonly actionsPerMinute: number;
  /** Relative spread of actions per minute between sessions; hands show 0.05 or more. */
  readonly actionsSpread: number;
  readonly killsPerMinute: number;
  readonly deathsPerMinute: number;
  readonly minutes: number;
  readonly minutesSpread: number;
}

/** Traits of a player of `skill` (0 a beginner, 1 the best there are), with an own style around it. */
export function skilled(random: Random, skill: number): Traits {
  const own = (spread: number) => Math.exp(spread * random.normal());
  return {
    headshotRate: (0.14 + 0.34 * skill) * own(0.08),
    accuracy: (0.14 + 0.22 * skill) * own(0.06),
    reactionMs: Math.max(158, (305 - 130 * skill) * own(0.03)),
    actionsPerMinute: (75 + 130 * skill) * own(0.1),
    actionsSpread: 0.1,
    killsPerMinute: (0.35 + 0.65 * skill) * own(0.07),
    deathsPerMinute: (0.72 - 0.22 * skill) * own(0.06),
    minutes: random.between(24, 48),
    minutesSpread: 0.25,
  };
}

/** `from` on the way to `to`: share 0 is all `from`, 1 is all `to`. */
export function blend(from: Traits, to: Traits, share: number): Traits {
  const mix = (a: number, b: number) => a + (b - a) * share;
  return {
    ...from,
    headshotRate: mix(from.headshotRate, to.headshotRate),
    accuracy: mix(from.accuracy, to.accuracy),
    reactionMs:
      from.reactionMs === null || to.reactionMs === null ? null : mix(from.reactionMs, to.reactionMs),
    actionsPerMinute: mix(from.actionsPerMinute, to.actionsPerMinute),
    killsPerMinute: mix(from.killsPerMinute, to.killsPerMinute),
    deathsPerMinute: mix(from.deathsPerMinute, to.deathsPerMinute),
  };
}
