/** How an honest player's levels move over a career: form, learning, a new mouse. */
import type { Slot } from "./calendar.ts";
import type { Kind } from "./kinds.ts";
import type { Random } from "./random.ts";
import {
  addShift,
  type LevelName,
  type Levels,
  levelNames,
  model,
  type Shift,
  type Traits,
} from "./traits.ts";

const weekMs = 7 * 86_400_000;
/** How much of one week's form is left in the next. */
const formMemory = 0.75;
/** Sd of a day's form beyond the week's, in units of skill. */
const daySd = 0.22;

/** Form at each session, in units of skill: a continuous AR(1) over weeks, and good and bad days. It moves all skills together. */
function drawForm(slots: readonly Slot[], sd: number, random: Random): number[] {
  let form = sd * random.normal();
  let lastMs = slots[0]?.startMs ?? 0;
  let lastDay = Number.NaN;
  let day = 0;
  return slots.map(({ startMs }) => {
    const kept = formMemory ** ((startMs - lastMs) / weekMs);
    form = kept * form + sd * Math.sqrt(1 - kept * kept) * random.normal();
    lastMs = startMs;
    const today = Math.floor(startMs / 86_400_000);
    if (today !== lastDay) day = daySd * random.normal();
    lastDay = today;
    return form + day;
  });
}

/** Skill still missing at each session: a learner starts 1 to 1.8 below and makes it up over the whole career. */
function drawLearning(kind: Kind, count: number, random: Random): (index: number) => number {
  if (kind !== "learner") return () => 0;
  const missing = random.between(1, 1.8);
  return (index) => -missing * (1 - ((index + 1) / count) ** 0.6);
}

/** A better mouse or screen: from one session on 15-30 ms faster and somewhat more precise. */
function drawHardware(
  kind: Kind,
  traits: Traits,
  count: number,
  random: Random,
): (index: number) => Shift | null {
  if (kind !== "hardware_step") return () => null;
  const from = Math.floor(count * random.between(0.25, 0.75));
  const usualMs = Math.exp(traits.own.reaction);
  const precision = random.between(0.08, 0.2);
  const step = {
    reaction: Math.log(1 - random.between(15, 30) / usualMs),
    accuracy: precision,
    firstBullet: precision,
  };
  return (index) => (index >= from ? step : null);
}

/** Sessions in which the client measured pre-aimed corners as reactions. */
const preAimed = { share: 0.03, shift: -0.22 } as const;

function levelAt(name: LevelName, traits: Traits, skill: number, random: Random): number {
  const [, loading, , noise] = model[name];
  return traits.own[name] + loading * skill + noise * random.normal();
}

/** The levels at which each session is played, honestly, oldest first. */
export function honestCareer(kind: Kind, traits: Traits, slots: readonly Slot[], random: Random): Levels[] {
  const form = drawForm(slots, traits.formSd, random);
  const learning = drawLearning(kind, slots.length, random);
  const hardware = drawHardware(kind, traits, slots.length, random);
  return slots.map((_, index) => {
    const skill = traits.skill + (form[index] ?? 0) + learning(index);
    const levels = {} as Levels;
    for (const name of levelNames) levels[name] = levelAt(name, traits, skill, random);
    levels.actions += traits.actionsSd * random.normal();
    if (random.chance(preAimed.share)) levels.reaction += preAimed.shift;
    addShift(levels, hardware(index) ?? {});
    return levels;
  });
}
