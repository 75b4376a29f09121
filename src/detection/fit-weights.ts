/** Weights of groups from verdicts: as many parameters as there are groups, each shrunk towards today's weight. */
import { type Features, natsUnder } from "./case-features.ts";
import { solveSymmetric } from "./cholesky.ts";
import { type GroupWeights, weightBounds, weightedGroups, weightOf } from "./group-weights.ts";
import {
  type Cases,
  casesOf,
  curvatureOf,
  lossOf,
  parameterCount,
  ratiosOf,
  slope,
} from "./weights-model.ts";

/** What a person said of a case, and what its score was made of. */
export interface LabelledCase {
  readonly features: Features;
  readonly confirmed: boolean;
}

const mostSteps = 40;
/** Loss, in nats over all cases, below which a step is not worth taking. */
const tolerance = 1e-3;

interface Fit {
  readonly parameters: Float64Array;
  readonly loss: number;
}

/** The next fit by Fisher scoring, halving the step until the loss falls; null where it no longer does. */
function improved(cases: Cases, fit: Fit): Fit | null {
  const { gradient, information } = curvatureOf(cases, fit.parameters);
  const step = solveSymmetric(information, gradient);
  for (let share = 1; share > 1e-3; share /= 2) {
    const parameters = fit.parameters.map((value, i) => value - share * (step[i] ?? 0));
    const loss = lossOf(cases, parameters);
    if (loss < fit.loss - tolerance) return { parameters, loss };
  }
  return null;
}

const clamped = (weight: number): number => Math.min(weightBounds.most, Math.max(weightBounds.least, weight));

/** Weights with a geometric mean of 1 and within their bounds: only their proportions order players. */
function normalised(weights: readonly number[]): GroupWeights {
  const middle = weights.reduce((sum, weight) => sum + Math.log(weight), 0) / weights.length;
  return Object.fromEntries(
    weightedGroups.map((group, i) => [group, clamped((weights[i] ?? 1) / Math.exp(middle))]),
  );
}

/**
 * The weights that the verdicts make most likely, between today's and theirs by how many verdicts there are. The
 * intercept takes up how many of the cases are confirmed, so only their order teaches. Deterministic.
 */
export function fitWeights(all: readonly LabelledCase[], today: GroupWeights): GroupWeights {
  const now = weightedGroups.map((group) => weightOf(today, group));
  const features = all.map((one) => one.features);
  const cases = casesOf(
    features,
    all.map(({ confirmed }) => confirmed),
    features.map((one) => natsUnder(one, today)),
    now,
  );
  const start = new Float64Array(parameterCount);
  start[slope] = 0.5;
  let fit: Fit = { parameters: start, loss: lossOf(cases, start) };
  for (let step = 0; step < mostSteps; step++) {
    const next = improved(cases, fit);
    if (next === null) break;
    fit = next;
  }
  const ratios = ratiosOf(fit.parameters);
  return normalised(now.map((weight, i) => weight * (ratios[i] ?? 1)));
}
