/** The ledger: S becomes a risk, its terms become points, and caps and abstention lines of their own. */
import { combinedSurprise, corroboratingNats, type Term } from "./combine.ts";
import { bandFloors, type Confidence, type LedgerLine } from "./risk.ts";
import { mappedRisk, type RiskMap } from "./risk-map.ts";

/** Nats at which the map of proofs has gone 63 % of its way: 21 nats are 75 points. Chosen by us. */
const proofMapNats = 15;
/** Highest risk without a proof in a scope too small to be calibrated, in hundredths. */
const uncalibratedTop = 6900;
/** While abstaining risks are the same up to here, in hundredths; above, they share what is left below the elevated band. */
const abstentionFrom = 3000;
const abstentionTop = 3900;
export interface Ledger {
  /** Hundredths, 0..10000: the sum of the lines. */
  readonly risk: number;
  readonly lines: readonly LedgerLine[];
}

/** Points of each term: `total` hundredths shared in proportion to the nats, by largest remainder. */
export function shareOut(total: number, nats: readonly number[]): number[] {
  const sum = nats.reduce((a, b) => a + b, 0);
  const exact = nats.map((term) => (sum > 0 ? (total * term) / sum : 0));
  const points = exact.map(Math.floor);
  const left = total - points.reduce((a, b) => a + b, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, sum > 0 ? left : 0)) points[index] = (points[index] ?? 0) + 1;
  return points;
}

/** Of 100,000 honest players: two digits, and never 0, which nobody can know. */
const per100kOf = (tailNats: number): number =>
  Math.max(0.01, Number((100_000 * Math.exp(-tailNats)).toPrecision(2)));

const termLine = (term: Term, points: number): LedgerLine => ({
  kind: term.proof ? "proof" : "term",
  id: term.detector.id,
  group: term.detector.family,
  points,
  sentence: term.proof
    ? `${term.trace.sentence} This is a proof, not a statistic: neither the size of the scope nor of the player's record limits it.`
    : term.trace.sentence,
  observed: term.trace.observed,
  unit: term.trace.unit,
  median: term.trace.median,
  exposure: term.trace.exposure,
  sinceMs: term.trace.sinceMs,
  sessionIds: term.trace.sessionIds,
  per100k: term.trace.tailNats === null ? null : per100kOf(term.trace.tailNats),
});

const ruleLine = (kind: "cap" | "abstention", id: string, points: number, sentence: string): LedgerLine => ({
  kind,
  id,
  group: null,
  points,
  sentence,
  observed: null,
  unit: null,
  median: null,
  exposure: null,
  sinceMs: null,
  sessionIds: [],
  per100k: null,
});

/** At most 69.00 in an uncalibrated scope: the same below 40, compressed above, never clipped, so order stays. */
function uncalibrated(risk: number): number {
  const floor = bandFloors.elevated;
  return risk <= floor
    ? risk
    : floor + Math.floor(((risk - floor) * (uncalibratedTop - floor)) / (10_000 - floor));
}

/** Below the elevated band, in order: the same below 30, compressed above, never clipped. */
function abstained(risk: number, top: number): number {
  if (risk <= abstentionFrom) return risk;
  return (
    abstentionFrom +
    Math.floor(((risk - abstentionFrom) * (abstentionTop - abstentionFrom)) / (top - abstentionFrom))
  );
}

/** What limits a score, beside its terms. */
export interface Standing {
  readonly confidence: Confidence;
  readonly calibrated: boolean;
  /** Active sessions. */
  readonly sessions: number;
}

/** All that a risk is made of. */
export interface Weights {
  /** S of the statistics, S of the proofs, and S of statistics and proofs without the strongest group, in nats. */
  readonly nats: number;
  readonly proofNats: number;
  readonly besideNats: number;
}

export function weightsOf(terms: readonly Term[]): Weights {
  const proofs = terms.filter((term) => term.proof);
  const proofNats = combinedSurprise(proofs);
  const statistics = proofs.length === 0 ? terms : terms.filter((term) => !term.proof);
  return { nats: combinedSurprise(statistics), proofNats, besideNats: corroboratingNats(terms) };
}

/** A risk on its way through the rules, in hundredths; each rule can only lower it. */
export interface Limited {
  readonly raw: number;
  readonly capped: number;
  readonly cap: "uncalibrated" | "corroboration";
  /** After abstention: what is stored. */
  readonly risk: number;
}

/** The map, or for a proof the higher risk that proofs have of their own; then the cap; then abstention. */
export function limitedRisk(weights: Weights, standing: Standing, map: RiskMap): Limited {
  const { nats, proofNats, besideNats } = weights;
  const proven = proofNats > 0;
  const mapped = mappedRisk(map, nats, Math.max(1, standing.sessions));
  const proof = proven ? 10_000 * (1 - Math.exp(-(nats + proofNats) / proofMapNats)) : 0;
  const raw = Math.round(Math.max(mapped, proof));
  const judged = proven || standing.calibrated;
  const lone = raw >= bandFloors.critical && besideNats < map.corroboration;
  const capped = judged ? (lone ? bandFloors.critical - 1 : raw) : uncalibrated(raw);
  const abstains = !proven && standing.confidence === "insufficient";
  const top = judged ? 10_000 : uncalibratedTop;
  const risk = abstains ? abstained(capped, top) : capped;
  return { raw, capped, cap: judged ? "corroboration" : "uncalibrated", risk };
}

const whyCapped = {
  uncalibrated:
    "Too few players have been scored here to know how often honest ones look like this; without a proof the score stays below 70.",
  corroboration:
    "No other kind of evidence is in the top fifth of the scope; without that the score stays below 90.",
} as const;
const whyAbstained =
  "Too few sessions or kills for a judgement: the score ranks the player below 40 and accuses of nothing.";

/** The ledger of some terms; its lines sum to its risk exactly. */
export function ledgerOf(terms: readonly Term[], standing: Standing, map: RiskMap): Ledger {
  const { raw, capped, cap, risk } = limitedRisk(weightsOf(terms), standing, map);
  const points = shareOut(
    raw,
    terms.map((term) => term.nats),
  );
  const lines = terms.map((term, i) => termLine(term, points[i] ?? 0)).filter((line) => line.points > 0);
  if (capped < raw) lines.push(ruleLine("cap", cap, capped - raw, whyCapped[cap]));
  if (risk < capped) lines.push(ruleLine("abstention", "abstention", risk - capped, whyAbstained));
  return { risk: terms.length === 0 ? 0 : risk, lines };
}
