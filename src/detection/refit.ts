/**
 * Refitting the combination from verdicts: new weights are proposed only where cases that they were not fitted on show a
 * gain whose interval excludes zero. Nothing is applied here.
 */
import { natsUnder } from "./case-features.ts";
import { fitWeights, type LabelledCase } from "./fit-weights.ts";
import { allWeights, type GroupWeights } from "./group-weights.ts";
import type { Interval } from "./interval.ts";
import { meanPlacement, type Placements, placementsOf } from "./roc.ts";
import { seededRandom, shuffledBy } from "./seeded.ts";

/** Of each label, at least so many: below it weights learned do worse than none, docs/quality.md. */
export const leastVerdicts = 150;
const folds = 5;
/** Whole cross-validations that are averaged, so that the luck of one dealing decides nothing. */
const repeats = 4;
const seed = 20_261_124;

export interface Refit {
  /** Verdicts that counted: without proofs. */
  readonly confirmed: number;
  readonly cleared: number;
  /** Held-out AUC among the cases, by today's weights and by those that the other cases teach; null with too few. */
  readonly before: Interval | null;
  readonly after: Interval | null;
  /** The difference of the two on the same cases. */
  readonly gain: Interval | null;
  readonly outcome: "proposed" | "too_few_verdicts" | "no_gain_shown";
  /** What all cases teach; null where nothing is proposed. */
  readonly weights: GroupWeights | null;
}

/** Two decimals are more than any number of verdicts can tell apart. */
const rounded = (weights: GroupWeights): GroupWeights =>
  Object.fromEntries(
    Object.entries(allWeights(weights)).map(([group, weight]) => [group, Math.round(weight * 100) / 100]),
  );

/** Cases dealt to folds, each fold with its share of both labels. */
function dealt(cases: readonly LabelledCase[], random: () => number): number[] {
  const order = shuffledBy([...cases.keys()], random);
  const sorted = order.toSorted((a, b) => Number(cases[a]?.confirmed) - Number(cases[b]?.confirmed));
  const foldOf = new Array<number>(cases.length).fill(0);
  for (const [place, at] of sorted.entries()) foldOf[at] = place % folds;
  return foldOf;
}

const sidesOf = (cases: readonly LabelledCase[], scores: readonly number[]): Placements =>
  placementsOf(
    scores.filter((_, i) => cases[i]?.confirmed === true),
    scores.filter((_, i) => cases[i]?.confirmed === false),
  );

/** S of each case under the weights that the other folds teach. */
function heldOut(cases: readonly LabelledCase[], today: GroupWeights, random: () => number): number[] {
  const foldOf = dealt(cases, random);
  const scores = new Array<number>(cases.length).fill(0);
  for (let fold = 0; fold < folds; fold++) {
    const others = cases.filter((_, i) => foldOf[i] !== fold);
    const weights = fitWeights(others, today);
    for (const [i, { features }] of cases.entries()) {
      if (foldOf[i] === fold) scores[i] = natsUnder(features, weights);
    }
  }
  return scores;
}

const combine = (parts: readonly Placements[], signs: readonly number[]): Placements => {
  const side = (name: keyof Placements) =>
    (parts[0]?.[name] ?? []).map((_, i) =>
      parts.reduce((sum, part, k) => sum + (signs[k] ?? 0) * (part[name][i] ?? 0), 0),
    );
  return { positives: side("positives"), negatives: side("negatives") };
};

/**
 * What verdicts teach about the weights of groups. The interval of the gain is two-sided 95 %, so excluding zero from
 * above is one-sided 97.5 %: DeLong's, of each case's placement under both, averaged over whole cross-validations. Verdicts
 * that today's S does not predict either (an interval of its AUC that holds one half) teach nothing: they are as good as
 * shuffled, and of shuffled ones the interval of the gain alone would let one in forty through.
 * @param cases in a fixed order; those with a proof are left out: people judged the proof
 */
export function refit(all: readonly LabelledCase[], today: GroupWeights): Refit {
  const cases = all.filter(({ features }) => !features.proven);
  const confirmed = cases.filter((one) => one.confirmed).length;
  const cleared = cases.length - confirmed;
  const counts = { confirmed, cleared };
  if (Math.min(confirmed, cleared) < leastVerdicts) {
    return { ...counts, before: null, after: null, gain: null, outcome: "too_few_verdicts", weights: null };
  }
  const random = seededRandom(seed);
  const before = sidesOf(
    cases,
    cases.map(({ features }) => natsUnder(features, today)),
  );
  const rounds = Array.from({ length: repeats }, () => sidesOf(cases, heldOut(cases, today, random)));
  const after = combine(
    rounds,
    rounds.map(() => 1 / repeats),
  );
  const gain = meanPlacement(combine([after, before], [1, -1]));
  const figures = { ...counts, before: meanPlacement(before), after: meanPlacement(after), gain };
  const isShown = gain.low > 0 && figures.before.low > 0.5;
  if (!isShown) return { ...figures, outcome: "no_gain_shown", weights: null };
  return { ...figures, outcome: "proposed", weights: rounded(fitWeights(cases, today)) };
}
