/** What a player is like, once for a whole career. All levels are on the metrics' scales: logit of shares, log of the rest. */
import type { Kind } from "./kinds.ts";
import type { Random } from "./random.ts";

/** One number for everything that a session's play shows. */
export interface Levels {
  headshot: number;
  headHit: number;
  accuracy: number;
  firstBullet: number;
  wallbang: number;
  killsPerMinute: number;
  deathsPerMinute: number;
  shotsPerMinute: number;
  damage: number;
  reaction: number;
  actions: number;
  movement: number;
}
export type LevelName = keyof Levels;
export type Shift = Readonly<Partial<Levels>>;

export interface Traits {
  /** Latent skill, standard normal in the population. */
  readonly skill: number;
  readonly own: Levels;
  /** Sd of the player's actions per minute from session to session, on the log. */
  readonly actionsSd: number;
  /** Sd of form, in units of skill: good and bad weeks. */
  readonly formSd: number;
  readonly hasReaction: boolean;
}

/** Of each level: the population's mean, what a unit of skill adds, sd between players, sd of a session around it. */
export const model: Readonly<Record<LevelName, readonly [number, number, number, number]>> = {
  // Means are rounded from the clean players of CS2CD where it has them; spreads are chosen by us, near those of its players.
  headshot: [-0.2, 0.22, 0.14, 0.14],
  headHit: [-1.55, 0.24, 0.16, 0.14],
  accuracy: [-1.35, 0.2, 0.22, 0.13],
  firstBullet: [-1.1, 0.22, 0.2, 0.13],
  wallbang: [-3.3, 0.06, 0.35, 0.2],
  killsPerMinute: [-0.7, 0.2, 0.16, 0.2],
  deathsPerMinute: [-0.66, -0.13, 0.14, 0.16],
  shotsPerMinute: [2.1, 0.08, 0.25, 0.18],
  damage: [4.5, 0.12, 0.1, 0.12],
  reaction: [5.48, -0.065, 0.1, 0.055],
  actions: [3.75, 0.06, 0.3, 0],
  movement: [1.6, 0.02, 0.06, 0.03],
};
export const levelNames = Object.keys(model) as LevelName[];

/** Aiming at heads is one habit behind two metrics; so is precision behind another two. Sd between players. */
const headHabitSd = 0.22;
const precisionSd = 0.12;

/** A weapon's own look. */
const specialists: Readonly<Partial<Record<Kind, Shift>>> = {
  sniper: { accuracy: 0.6, firstBullet: 0.8, shotsPerMinute: -0.9, headshot: -0.4, headHit: -0.3 },
  pistol: { headshot: 0.6, headHit: 0.55, accuracy: 0.1, shotsPerMinute: -0.4 },
};

/** Adds a shift, `times` over, in place. */
export function addShift(levels: Levels, shift: Shift, times = 1): void {
  for (const [name, by] of Object.entries(shift) as [LevelName, number][]) levels[name] += times * by;
}

/** Skill by kind: elites are the top 1 %, owners of new accounts the top fifth, all others (cheaters too) anybody. */
function drawSkill(kind: Kind, random: Random): number {
  const least = kind === "elite" ? 2.326 : kind === "new_account" ? 0.85 : Number.NEGATIVE_INFINITY;
  for (;;) {
    const skill = random.normal();
    if (skill >= least) return skill;
  }
}

/** Players whose client reports no reaction time, whatever else they are. */
const withoutReaction = 0.04;

export function drawTraits(kind: Kind, random: Random): Traits {
  const skill = drawSkill(kind, random);
  const own = {} as Levels;
  for (const name of levelNames) {
    const [mean, , between] = model[name];
    own[name] = mean + between * random.normal();
  }
  const heads = headHabitSd * random.normal();
  const precision = precisionSd * random.normal();
  addShift(own, { headshot: heads, headHit: heads, accuracy: precision, firstBullet: precision });
  addShift(own, specialists[kind] ?? {});
  return {
    skill,
    own,
    actionsSd: Math.exp(Math.log(0.14) + 0.25 * random.normal()),
    formSd: kind === "streaky" ? random.between(0.7, 1.1) : random.between(0.15, 0.4),
    hasReaction: kind !== "no_reaction" && !random.chance(withoutReaction),
  };
}
