/** What a score says of each group, read back from its ledger: the nats before weights, from which S follows for any weights. */

import { longRecord } from "./cells.ts";
import { besideWeight } from "./combine.ts";
import {
  type GroupWeights,
  isWeighted,
  type WeightedGroup,
  weightedGroups,
  weightOf,
} from "./group-weights.ts";
import type { Score } from "./risk.ts";

/** A score as its combination saw it. */
export interface Features {
  /** By group, in nats: discounted within the group, but neither weighted nor taken as one beside another. */
  readonly nats: Readonly<Record<WeightedGroup, number>>;
  /** Nats of logs and reports, which have no weight. */
  readonly other: number;
  /** What a group counts for beside the strongest. */
  readonly beside: number;
  /** Active sessions. */
  readonly sessions: number;
  /** Whether a proof was among the lines: then people judged the proof, and not the combination. */
  readonly proven: boolean;
}

/** What of a score they are read from. */
export interface Scored {
  readonly statistics: Pick<Score["statistics"], "size" | "nats" | "weights">;
  readonly ledger: readonly Pick<Score["ledger"][number], "kind" | "group" | "points">[];
}

/** Points of the statistics by group: in proportion to the nats with which they entered S. */
function pointsByGroup(ledger: Scored["ledger"]): { own: Map<WeightedGroup, number>; all: number } {
  const own = new Map<WeightedGroup, number>();
  let all = 0;
  for (const { kind, group, points } of ledger) {
    if (kind !== "term") continue;
    all += points;
    if (isWeighted(group)) own.set(group, (own.get(group) ?? 0) + points);
  }
  return { own, all };
}

/**
 * The features of a stored score, whatever weights it was computed under. Points are hundredths shared out by largest remainder, so
 * nats come back to about a hundredth of a point.
 */
export function featuresOf({ ledger, statistics }: Scored): Features {
  const { weights = {} } = statistics;
  const { own, all } = pointsByGroup(ledger);
  const perPoint = all > 0 ? statistics.nats / all : 0;
  const beside = statistics.size < longRecord ? besideWeight.short : besideWeight.judged;
  const strongest = Math.max(0, ...own.values());
  let found = false;
  let inGroups = 0;
  const nats = { aim: 0, reaction: 0, automation: 0, information: 0, movement: 0 };
  for (const group of weightedGroups) {
    const points = own.get(group) ?? 0;
    const isStrongest = !found && points === strongest;
    if (isStrongest) found = true;
    nats[group] = (points * perPoint) / (weightOf(weights, group) * (isStrongest ? 1 : beside));
    inGroups += points;
  }
  return {
    nats,
    other: (all - inGroups) * perPoint,
    beside,
    sessions: statistics.size,
    proven: ledger.some(({ kind }) => kind === "proof"),
  };
}

/** S of the statistics under other weights. */
export function natsUnder({ nats, other, beside }: Features, weights: GroupWeights): number {
  let sum = 0;
  let most = 0;
  for (const group of weightedGroups) {
    const own = weightOf(weights, group) * nats[group];
    sum += own;
    most = Math.max(most, own);
  }
  return other + beside * sum + (1 - beside) * most;
}

/** The nats beside the strongest group under other weights, logs left out. */
export function besideUnder({ nats, beside }: Features, weights: GroupWeights): number {
  const own = weightedGroups.map((group) => weightOf(weights, group) * nats[group]);
  return beside * (own.reduce((sum, value) => sum + value, 0) - Math.max(...own));
}
