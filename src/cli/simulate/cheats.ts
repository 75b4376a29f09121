/**
 * What each cheat does to the levels of a session. Sizes are chosen by us, so that at 10 % cheaters a likelihood ratio
 * that knows this model reaches an AUC near 0.97, and gradient boosting trained on 9,000 labels 0.96.
 */
import type { CheatKind } from "./kinds.ts";
import type { Random } from "./random.ts";
import { addShift, type Levels, type Shift, type Traits } from "./traits.ts";

/** Changes the levels of session `index` in place; answers whether the player cheated in it. */
export type Cheat = (levels: Levels, index: number) => boolean;

const blatantAim: Shift = {
  headshot: 1.5,
  headHit: 1.7,
  accuracy: 0.8,
  firstBullet: 1,
  killsPerMinute: 0.4,
  deathsPerMinute: -0.25,
  shotsPerMinute: -0.3,
  damage: 0.3,
  reaction: -0.15,
};
/** Per logit on headshots. */
const softAim: Shift = {
  headshot: 1,
  headHit: 1,
  accuracy: 0.2,
  firstBullet: 0.25,
  killsPerMinute: 0.08,
  deathsPerMinute: -0.05,
};
const trigger: Shift = { accuracy: 0.2, firstBullet: 0.3 };
const seeingThroughWalls: Shift = {
  killsPerMinute: 0.34,
  deathsPerMinute: -0.38,
  wallbang: 1.1,
  firstBullet: 0.3,
  damage: 0.2,
  headshot: 0.05,
};

/** The same shift, every session. */
function always(shift: Shift, strength: number): Cheat {
  return (levels) => {
    addShift(levels, shift, strength);
    return true;
  };
}

function triggerbot(ownMs: number, sessionSd: number, random: Random): Cheat {
  return (levels) => {
    addShift(levels, trigger);
    levels.reaction = Math.log(ownMs) + sessionSd * random.normal();
    return true;
  };
}

/** Inputs from a program: hardly any variation around the player's own rate. */
function macro(traits: Traits, sessionSd: number, shift: Shift, random: Random): Cheat {
  return (levels) => {
    addShift(levels, shift);
    levels.actions = traits.own.actions + sessionSd * random.normal();
    return true;
  };
}

function onset(count: number, random: Random): Cheat {
  const from = Math.floor(count * random.between(0.4, 0.65));
  const strength = random.between(0.6, 1.3);
  return (levels, index) => {
    if (index < from) return false;
    addShift(levels, softAim, strength);
    addShift(levels, { accuracy: 0.15, firstBullet: 0.15 }, strength);
    return true;
  };
}

/** A third of the sessions, and the last one if there was none before. */
function toggling(count: number, random: Random): Cheat {
  const strength = random.between(0.55, 0.95);
  let cheated = false;
  return (levels, index) => {
    const isLastChance = index === count - 1 && !cheated;
    if (!random.chance(1 / 3) && !isLastChance) return false;
    cheated = true;
    addShift(levels, blatantAim, strength);
    addShift(levels, { reaction: -0.2 });
    return true;
  };
}

/** The cheat of a player with `count` sessions. */
export function createCheat(kind: CheatKind, traits: Traits, count: number, random: Random): Cheat {
  switch (kind) {
    case "blatant_aim":
      return always(blatantAim, random.between(0.6, 1.4));
    case "subtle_aim":
      return always(softAim, random.between(0.5, 1));
    case "triggerbot_crude":
      return triggerbot(95 + 6 * random.normal(), 0.05, random);
    case "triggerbot_humanised":
      return triggerbot(random.between(130, 160), 0.06, random);
    case "macro_crude":
      return macro(traits, 0.015, { killsPerMinute: -0.3 }, random);
    case "macro_humanised":
      return macro(traits, random.between(0.035, 0.06), {}, random);
    case "onset":
      return onset(count, random);
    case "toggling":
      return toggling(count, random);
    case "information":
      return always(seeingThroughWalls, random.between(0.6, 1.4));
  }
}
