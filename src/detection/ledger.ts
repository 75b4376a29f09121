/** The ledger: S becomes a risk, its terms become points, and caps and abstention lines of their own. */
import { combinedSurprise, corroboratingNats, type Term } from "./combine.ts";
import { bandFloors, type Confidence, type LedgerLine } from "./risk.ts";

/** Nats at which the map has gone 63 % of its way. Chosen by us: 7.7 nats reach 40, 18 reach 70, 34.5 reach 90. */
const mapNats = 15;
/** Highest risk without a proof in a scope too small to be calibrated, in hundredths. */
const uncalibratedTop = 6900;
/** Highest risk while abstaining, in hundredths: the top of the low band. */
const abstentionTop = 3900;
/** Nats outside of the strongest group that corroborate it. Chosen by us until a scope's own fifth is known. */
const corroborationNats = 2;

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
});

/** At most 69.00 in an uncalibrated scope: the same below 40, compressed above, never clipped, so order stays. */
function uncalibrated(risk: number): number {
  const floor = bandFloors.elevated;
  return risk <= floor
    ? risk
    : floor + Math.floor(((risk - floor) * (uncalibratedTop - floor)) / (10_000 - floor));
}

/** Into 0..39 in proportion, so that players still rank among each other. */
const abstained = (risk: number): number => Math.floor((risk * abstentionTop) / uncalibratedTop);

function rulesWithoutProof(raw: number, confidence: Confidence): LedgerLine[] {
  const capped = uncalibrated(raw);
  const lines: LedgerLine[] = [];
  if (capped < raw) {
    const why =
      "Too few players have been scored here to know how often honest ones look like this; without a proof the score stays below 70.";
    lines.push(ruleLine("cap", "uncalibrated", capped - raw, why));
  }
  if (confidence === "insufficient" && capped > 0) {
    const why =
      "Too few sessions or kills for a judgement: the score ranks the player below 40 and accuses of nothing.";
    lines.push(ruleLine("abstention", "abstention", abstained(capped) - capped, why));
  }
  return lines;
}

function rulesWithProof(raw: number, terms: readonly Term[]): LedgerLine[] {
  if (raw < bandFloors.critical || corroboratingNats(terms) >= corroborationNats) return [];
  const why = "No other kind of evidence agrees; without that the score stays below 90.";
  return [ruleLine("cap", "corroboration", bandFloors.critical - 1 - raw, why)];
}

/** The ledger of some terms; its lines sum to its risk exactly. */
export function ledgerOf(terms: readonly Term[], confidence: Confidence): Ledger {
  const raw = Math.round(10_000 * (1 - Math.exp(-combinedSurprise(terms) / mapNats)));
  const points = shareOut(
    raw,
    terms.map((term) => term.nats),
  );
  const lines = terms.map((term, i) => termLine(term, points[i] ?? 0)).filter((line) => line.points > 0);
  const proven = terms.some((term) => term.proof);
  lines.push(...(proven ? rulesWithProof(raw, terms) : rulesWithoutProof(raw, confidence)));
  return { risk: lines.reduce((sum, line) => sum + line.points, 0), lines };
}
