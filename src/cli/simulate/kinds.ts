/** Who is in a simulated population, and how often: the look-alikes and the cheats of DETECTION.md. */

export type HonestKind =
  | "ordinary"
  | "elite"
  | "new_account"
  | "sniper"
  | "pistol"
  | "learner"
  | "hardware_step"
  | "long_hours"
  | "streaky"
  | "no_reaction"
  | "casual";

export type CheatKind =
  | "blatant_aim"
  | "subtle_aim"
  | "triggerbot_crude"
  | "triggerbot_humanised"
  | "macro_crude"
  | "macro_humanised"
  | "onset"
  | "toggling"
  | "information";

export type Kind = HonestKind | CheatKind;

/** Shares among honest players; what is missing to 1 is ordinary. Chosen by us: a fifth are look-alikes. */
export const honestShares: Readonly<Record<Exclude<HonestKind, "ordinary">, number>> = {
  elite: 0.01,
  new_account: 0.025,
  sniper: 0.02,
  pistol: 0.015,
  learner: 0.03,
  hardware_step: 0.025,
  long_hours: 0.02,
  streaky: 0.025,
  no_reaction: 0.03,
  casual: 0.03,
};

/** Shares among cheaters: seven cheats alike; the two that come crude and humanised are halved. */
export const cheatShares: Readonly<Record<CheatKind, number>> = {
  blatant_aim: 2 / 14,
  subtle_aim: 2 / 14,
  triggerbot_crude: 1 / 14,
  triggerbot_humanised: 1 / 14,
  macro_crude: 1 / 14,
  macro_humanised: 1 / 14,
  onset: 2 / 14,
  toggling: 2 / 14,
  information: 2 / 14,
};

export const cheatKinds = Object.keys(cheatShares) as CheatKind[];
export const honestKinds: readonly HonestKind[] = [
  "ordinary",
  ...(Object.keys(honestShares) as (keyof typeof honestShares)[]),
];

/** Which kind holds the point `at` (0..1) when the shares are laid end to end. */
function kindAt<T extends string>(shares: Readonly<Record<T, number>>, at: number): T | null {
  let below = 0;
  for (const [kind, share] of Object.entries(shares) as [T, number][]) {
    below += share;
    if (at < below) return kind;
  }
  return null;
}

// Multiples of the golden section fill 0..1 evenly, so that small populations have their kinds in proportion too.
const goldenSection = 0.618_033_988_749_894_9;
const evenly = (index: number): number => ((index + 0.5) * goldenSection) % 1;

/** The kinds of a population: `round(players * prevalence)` cheaters first, then the honest. */
export function kindsOf(players: number, prevalence: number): Kind[] {
  const cheaters = Math.round(players * prevalence);
  return Array.from({ length: players }, (_, index) => {
    if (index < cheaters) return kindAt(cheatShares, evenly(index)) ?? "information";
    return kindAt(honestShares, evenly(index - cheaters)) ?? "ordinary";
  });
}
