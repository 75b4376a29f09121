/**
 * The logistic model behind fitted weights: log odds of a confirmed case are a + b S, and S depends on the weight of each
 * group. Parameters are a, b, and the log of each weight over today's; all but a are shrunk towards their start.
 */
import type { Features } from "./case-features.ts";
import { weightedGroups } from "./group-weights.ts";

/**
 * Sd of the log of a weight before any verdict: two thirds of weights lie within a third of today's. Chosen by us,
 * measured in docs/quality.md.
 */
const logWeightSd = 0.3;
/** Sd of the log odds that one sd of S moves: wide, it only keeps the slope finite where S parts the labels fully. */
const slopeSd = 3;

const groups = weightedGroups.length;
/** Places of the parameters. */
const intercept = 0;
export const slope = 1;
export const firstWeight = 2;
export const parameterCount = firstWeight + groups;

/** Cases column by column, with the scale of today's S among them. */
export interface Cases {
  readonly count: number;
  /** Nats of each group, case by case, at today's weights. */
  readonly nats: Float64Array;
  readonly other: Float64Array;
  readonly beside: Float64Array;
  readonly confirmed: Uint8Array;
  readonly middle: number;
  readonly spread: number;
}

/** What each parameter is shrunk by: the inverse of its variance before any verdict. */
const precisions = Float64Array.from({ length: parameterCount }, (_, i) =>
  i === intercept ? 1e-6 : i === slope ? 1 / slopeSd ** 2 : 1 / logWeightSd ** 2,
);

/** Lays out cases for the model. @param today what each group weighs now, in order */
export function casesOf(
  features: readonly Features[],
  confirmed: readonly boolean[],
  scores: readonly number[],
  today: readonly number[],
): Cases {
  const count = features.length;
  const nats = new Float64Array(count * groups);
  for (const [i, one] of features.entries()) {
    for (const [g, group] of weightedGroups.entries()) {
      nats[i * groups + g] = one.nats[group] * (today[g] ?? 1);
    }
  }
  const middle = scores.reduce((sum, nats) => sum + nats, 0) / count;
  const variance = scores.reduce((sum, nats) => sum + (nats - middle) ** 2, 0) / count;
  return {
    count,
    nats,
    other: Float64Array.from(features, ({ other }) => other),
    beside: Float64Array.from(features, ({ beside }) => beside),
    confirmed: Uint8Array.from(confirmed, Number),
    middle,
    spread: Math.sqrt(variance) || 1,
  };
}

/** Log odds of case `i`, and into `slopes` its derivative by each parameter. `ratios` are weights over today's. */
function logOdds(
  cases: Cases,
  i: number,
  parameters: Float64Array,
  ratios: Float64Array,
  slopes: Float64Array,
): number {
  const beside = cases.beside[i] ?? 1;
  const a = parameters[intercept] ?? 0;
  const b = parameters[slope] ?? 0;
  let sum = 0;
  let most = 0;
  let strongest = -1;
  for (let g = 0; g < groups; g++) {
    const own = (ratios[g] ?? 1) * (cases.nats[i * groups + g] ?? 0);
    slopes[firstWeight + g] = (b * beside * own) / cases.spread;
    sum += own;
    if (own <= most) continue;
    most = own;
    strongest = g;
  }
  if (strongest >= 0) slopes[firstWeight + strongest] = (b * most) / cases.spread;
  const s = ((cases.other[i] ?? 0) + beside * sum + (1 - beside) * most - cases.middle) / cases.spread;
  slopes[intercept] = 1;
  slopes[slope] = s;
  return a + b * s;
}

export const ratiosOf = (parameters: Float64Array): Float64Array =>
  parameters.slice(firstWeight).map((value) => Math.exp(value));

/** log(1 + e^z) without overflow. */
const softplus = (z: number): number => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));

/** Penalised minus log likelihood. */
export function lossOf(cases: Cases, parameters: Float64Array): number {
  const ratios = ratiosOf(parameters);
  const slopes = new Float64Array(parameterCount);
  let loss = 0;
  for (let j = 0; j < parameterCount; j++)
    loss += ((precisions[j] ?? 0) * (parameters[j] ?? 0) * (parameters[j] ?? 0)) / 2;
  for (let i = 0; i < cases.count; i++) {
    const z = logOdds(cases, i, parameters, ratios, slopes);
    loss += softplus(cases.confirmed[i] === 1 ? -z : z);
  }
  return loss;
}

export interface Curvature {
  readonly gradient: Float64Array;
  /** Fisher information with the penalty, row by row; only its lower half. */
  readonly information: Float64Array;
}

/** Adds `scale` times the outer product of `slopes` to the lower half of `information`. */
function addOuter(information: Float64Array, slopes: Float64Array, scale: number): void {
  for (let i = 0; i < parameterCount; i++) {
    const own = scale * (slopes[i] ?? 0);
    for (let j = 0; j <= i; j++) {
      const at = i * parameterCount + j;
      information[at] = (information[at] ?? 0) + own * (slopes[j] ?? 0);
    }
  }
}

/** Slope and curvature of {@link lossOf}. */
export function curvatureOf(cases: Cases, parameters: Float64Array): Curvature {
  const ratios = ratiosOf(parameters);
  const slopes = new Float64Array(parameterCount);
  const gradient = parameters.map((value, i) => (precisions[i] ?? 0) * value);
  const information = new Float64Array(parameterCount * parameterCount);
  for (let i = 0; i < parameterCount; i++) information[i * parameterCount + i] = precisions[i] ?? 0;
  for (let i = 0; i < cases.count; i++) {
    const p = 1 / (1 + Math.exp(-logOdds(cases, i, parameters, ratios, slopes)));
    const error = p - (cases.confirmed[i] ?? 0);
    for (let j = 0; j < parameterCount; j++) gradient[j] = (gradient[j] ?? 0) + error * (slopes[j] ?? 0);
    addOuter(information, slopes, p * (1 - p));
  }
  return { gradient, information };
}
