/** Weights of the groups of statistics in the combination: what a game declares, or what its verdicts taught. */
import { z } from "zod";
import type { Group } from "./risk.ts";

/** The groups that a weight can be given. Logs and reports are other people's word and keep their own credibility. */
export const weightedGroups = ["aim", "reaction", "automation", "information", "movement"] as const;
export type WeightedGroup = (typeof weightedGroups)[number];

/** By group; one that is not named weighs 1. */
export type GroupWeights = Readonly<Partial<Record<WeightedGroup, number | undefined>>>;

/**
 * No group counts more than twice or less than half of what it does unweighted. Wider, the tail of S is that of its heaviest
 * group while its bulk is that of all, and a fit in the bulk no longer knows the tail. Measured in docs/quality.md.
 */
export const weightBounds = { least: 0.5, most: 2 } as const;

const weight = z.number().min(weightBounds.least).max(weightBounds.most);

export const GroupWeightsSchema = z.strictObject({
  aim: weight.optional(),
  reaction: weight.optional(),
  automation: weight.optional(),
  information: weight.optional(),
  movement: weight.optional(),
});

export const isWeighted = (group: Group | null): group is WeightedGroup =>
  (weightedGroups as readonly (Group | null)[]).includes(group);

export const weightOf = (weights: GroupWeights, group: Group): number =>
  isWeighted(group) ? (weights[group] ?? 1) : 1;

/** Whether two declarations weigh every group alike. */
export const isSameWeights = (a: GroupWeights = {}, b: GroupWeights = {}): boolean =>
  weightedGroups.every((group) => weightOf(a, group) === weightOf(b, group));

/** All groups with their weights, in order. */
export const allWeights = (weights: GroupWeights): Readonly<Record<WeightedGroup, number>> => ({
  aim: weightOf(weights, "aim"),
  reaction: weightOf(weights, "reaction"),
  automation: weightOf(weights, "automation"),
  information: weightOf(weights, "information"),
  movement: weightOf(weights, "movement"),
});

/** The largest weight; logs and reports weigh 1, so never less. */
export const heaviestOf = (weights: GroupWeights = {}): number =>
  Math.max(1, ...Object.values(allWeights(weights)));
