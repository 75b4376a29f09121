/** One recipe a kind of player: how many there are, how often they play, and how they play over time. */
import type { Random } from "./random.ts";
import { blend, skilled, type Traits } from "./traits.ts";
import type { Kind } from "./types.ts";

/** `play` fixes one player's levels and answers them at `progress` (0..1 of the player's own sessions). */
export interface Recipe {
  readonly kind: Kind;
  readonly players: number;
  /** Fewest and most sessions of one player. */
  readonly sessions: readonly [number, number];
  readonly play: (random: Random) => (progress: number) => Traits;
}

const steady = (traits: Traits) => () => traits;
const level = (low: number, high: number) => (random: Random) =>
  steady(skilled(random, random.between(low, high)));
const styled = (low: number, high: number, style: Partial<Traits>) => (random: Random) =>
  steady({ ...skilled(random, random.between(low, high)), ...style });

function learns(random: Random): (progress: number) => Traits {
  const novice = skilled(random, 0.12);
  const able = skilled(random, 0.55);
  return (progress) => blend(novice, able, progress);
}

/** A better screen and mouse half way: 8 % faster, a tenth more accurate, and nothing else. */
function newHardware(random: Random): (progress: number) => Traits {
  const before = skilled(random, 0.45);
  const after = { ...before, accuracy: before.accuracy * 1.1, reactionMs: (before.reactionMs ?? 240) * 0.92 };
  return (progress) => (progress < 0.5 ? before : after);
}

export const honestRecipes: readonly Recipe[] = [
  { kind: "beginner", players: 9, sessions: [10, 22], play: level(0, 0.2) },
  { kind: "average", players: 16, sessions: [16, 30], play: level(0.3, 0.6) },
  // Good at everything, as the best are; 160 to 190 ms is a fast human hand.
  {
    kind: "elite",
    players: 5,
    sessions: [24, 34],
    play: (random) =>
      steady({
        ...skilled(random, random.between(0.9, 1)),
        reactionMs: random.between(164, 182),
        minutes: 40,
      }),
  },
  {
    kind: "sniper",
    players: 2,
    sessions: [20, 28],
    play: styled(0.4, 0.5, { accuracy: 0.55, headshotRate: 0.4 }),
  },
  { kind: "pistol", players: 2, sessions: [20, 28], play: styled(0.4, 0.5, { headshotRate: 0.56 }) },
  { kind: "learner", players: 1, sessions: [34, 34], play: learns },
  { kind: "new_hardware", players: 1, sessions: [32, 32], play: newHardware },
  {
    kind: "long_hours",
    players: 1,
    sessions: [34, 34],
    play: styled(0.5, 0.6, { minutes: 400, minutesSpread: 0.1 }),
  },
  { kind: "no_reaction_data", players: 3, sessions: [16, 26], play: styled(0.2, 0.6, { reactionMs: null }) },
  {
    kind: "idle",
    players: 1,
    sessions: [6, 6],
    play: styled(0.3, 0.3, { reactionMs: null, actionsPerMinute: 0, killsPerMinute: 0 }),
  },
  { kind: "new_player", players: 1, sessions: [1, 1], play: level(0.85, 0.95) },
  { kind: "new_player", players: 1, sessions: [2, 2], play: level(0.85, 0.95) },
];

/** The moment of the skill spike, as a share of that player's sessions. */
export const spikeProgress = 0.55;

function spikes(random: Random): (progress: number) => Traits {
  const before = { ...skilled(random, 0.35), headshotRate: 0.25, reactionMs: 230 };
  const after = { ...before, headshotRate: 0.75, reactionMs: 120, accuracy: 0.5, killsPerMinute: 1.3 };
  return (progress) => (progress < spikeProgress ? before : after);
}

export const suspectRecipes: readonly Recipe[] = [
  {
    kind: "headshots",
    players: 2,
    sessions: [22, 28],
    play: styled(0.5, 0.6, { headshotRate: 0.94, accuracy: 0.48, killsPerMinute: 1.3 }),
  },
  {
    kind: "impossible_reaction",
    players: 2,
    sessions: [22, 28],
    play: styled(0.5, 0.6, { reactionMs: 80, headshotRate: 0.55 }),
  },
  { kind: "skill_spike", players: 1, sessions: [32, 32], play: spikes },
  { kind: "macro", players: 2, sessions: [24, 30], play: styled(0.4, 0.5, { actionsSpread: 0.002 }) },
];
