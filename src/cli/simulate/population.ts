/** Labelled player populations from a seed: honest players of every look, and cheats of seven kinds among them. */
import type { SessionRow } from "../../telemetry/session.ts";
import { drawCalendar } from "./calendar.ts";
import { honestCareer } from "./career.ts";
import { createCheat } from "./cheats.ts";
import { type CheatKind, cheatKinds, type Kind, kindsOf } from "./kinds.ts";
import { createRandom, shuffled } from "./random.ts";
import { drawRow } from "./row.ts";
import { drawTraits } from "./traits.ts";

export interface PopulationOptions {
  /** A whole number >= 0. */
  readonly seed: number;
  readonly players: number;
  /** Share of cheaters, 0..1. */
  readonly prevalence: number;
  /** All sessions are over by then; milliseconds since the epoch. */
  readonly nowMs: number;
  readonly game?: string;
  readonly mode?: string;
}

export interface PlayerLabel {
  readonly player: string;
  readonly label: "clean" | "cheater";
  readonly kind: Kind;
  /** Quantile of the player's own latent skill among all players, 0..1. */
  readonly skill: number;
  readonly sessions: number;
  /** When the first session with a cheat ended, ISO 8601; empty for honest players. */
  readonly onset: string;
}

export interface SimulatedPlayer {
  readonly label: PlayerLabel;
  /** Bulk rows, oldest first. */
  readonly rows: readonly SessionRow[];
}

/** The normal distribution function, by Abramowitz and Stegun 26.2.17: to 1e-7, plenty for a decile. */
function normalShareBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduceRight((inner, coefficient) => t * (coefficient + inner), 0);
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
  return z > 0 ? 1 - tail : tail;
}

const isCheat = (kind: Kind): kind is CheatKind => (cheatKinds as readonly Kind[]).includes(kind);

function simulatePlayer(options: PopulationOptions, index: number, kind: Kind): SimulatedPlayer {
  const { seed, nowMs, game = "sim", mode = "ranked" } = options;
  const random = createRandom(seed, index + 1);
  const player = `sim${seed}:${String(index).padStart(6, "0")}`;
  const traits = drawTraits(kind, random);
  const slots = drawCalendar(kind, nowMs, random);
  const career = honestCareer(kind, traits, slots, random);
  const cheat = isCheat(kind) ? createCheat(kind, traits, slots.length, random) : () => false;
  let onset = "";
  const rows = slots.flatMap((slot, session) => {
    const levels = career[session];
    if (levels === undefined) return [];
    const cheated = cheat(levels, session);
    const place = {
      player,
      sessionId: `${player}-${session}`,
      game,
      mode,
      hasReaction: traits.hasReaction,
    };
    const row = drawRow(place, levels, slot, random);
    if (cheated && onset === "") onset = row.recorded_at;
    return [row];
  });
  const skill = Number(normalShareBelow(traits.skill).toFixed(4));
  const label = isCheat(kind) ? "cheater" : "clean";
  return { rows, label: { player, label, kind, skill, sessions: rows.length, onset } };
}

/** One player after the other, so that a large population is never in memory. The same options, the same players. */
export function* simulatePlayers(options: PopulationOptions): Generator<SimulatedPlayer> {
  // Stream 0 deals out the kinds, so that a player's number says nothing about the label.
  const kinds = shuffled(kindsOf(options.players, options.prevalence), createRandom(options.seed, 0));
  for (const [index, kind] of kinds.entries()) yield simulatePlayer(options, index, kind);
}

export interface Population {
  readonly rows: SessionRow[];
  readonly labels: PlayerLabel[];
}

/** A whole population at once: about 35 rows a player. */
export function simulatePopulation(options: PopulationOptions): Population {
  const rows: SessionRow[] = [];
  const labels: PlayerLabel[] = [];
  for (const player of simulatePlayers(options)) {
    rows.push(...player.rows);
    labels.push(player.label);
  }
  return { rows, labels };
}
