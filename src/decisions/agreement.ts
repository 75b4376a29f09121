/** Agreement between reviewers beyond what chance gives: Cohen's kappa, from counted pairs of verdicts. */
import { type Verdict, verdicts } from "./verdict.ts";

/** Cases on which one said `own` and somebody else `other`. */
export interface CountedPair {
  readonly own: Verdict;
  readonly other: Verdict;
  readonly pairs: number;
}

export interface Agreement {
  /** Pairs of verdicts on the same case. */
  readonly pairs: number;
  /** Share of pairs that agree; null without any. */
  readonly agreed: number | null;
  /** Share that would agree by chance, each keeping to the verdicts they give overall; null without any. */
  readonly byChance: number | null;
  /** 1: always the same; 0: as by chance; below: worse. Null where chance alone agrees always, or without pairs. */
  readonly kappa: number | null;
  /** Of kappa, for large samples; null where kappa is, and where no pair differs, of which it would say 0. */
  readonly standardError: number | null;
  /** 95 %, within -1..1; null where the standard error is. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** Of the normal distribution: 95 % lie within so many standard errors. */
const z95 = 1.959964;

type Shares = (own: Verdict, other: Verdict) => number;

const sumOver = (part: (verdict: Verdict) => number): number =>
  verdicts.reduce((sum, verdict) => sum + part(verdict), 0);

/**
 * Variance of kappa by J. L. Fleiss, J. Cohen and B. S. Everitt, Large sample standard errors of kappa and weighted
 * kappa (1969), doi:10.1037/h0028106, formula 13, as the mean square of what one pair moves kappa by.
 */
function standardErrorOf(shares: Shares, pairs: number, agreed: number, byChance: number): number {
  const own = (verdict: Verdict) => sumOver((other) => shares(verdict, other));
  const others = (verdict: Verdict) => sumOver((mine) => shares(mine, verdict));
  const beyond = 1 - byChance;
  const influence = (a: Verdict, b: Verdict): number =>
    ((a === b ? 1 : 0) - agreed) / beyond -
    ((1 - agreed) * (others(a) + own(b) - 2 * byChance)) / (beyond * beyond);
  const variance = sumOver((a) => sumOver((b) => shares(a, b) * influence(a, b) ** 2));
  return Math.sqrt(variance / pairs);
}

const clipped = (value: number): number => Math.max(-1, Math.min(1, value));

/**
 * Kappa of counted pairs: J. Cohen, A coefficient of agreement for nominal scales (1960),
 * doi:10.1177/001316446002000104. Counts may be halves.
 */
export function agreementOf(counted: readonly CountedPair[]): Agreement {
  const pairs = counted.reduce((sum, row) => sum + row.pairs, 0);
  const nothing = { agreed: null, byChance: null, kappa: null, standardError: null, interval: null };
  if (pairs === 0) return { pairs, ...nothing };
  const shares: Shares = (own, other) =>
    counted.reduce((sum, row) => sum + (row.own === own && row.other === other ? row.pairs : 0), 0) / pairs;
  const marginals = (v: Verdict) => sumOver((other) => shares(v, other)) * sumOver((own) => shares(own, v));
  const differing = counted.some((row) => row.own !== row.other && row.pairs > 0);
  const agreed = differing ? sumOver((verdict) => shares(verdict, verdict)) : 1;
  const byChance = sumOver(marginals);
  if (byChance === 1) return { pairs, ...nothing, agreed, byChance };
  const kappa = (agreed - byChance) / (1 - byChance);
  if (!differing) return { pairs, ...nothing, agreed, byChance, kappa };
  const standardError = standardErrorOf(shares, pairs, agreed, byChance);
  const interval = [clipped(kappa - z95 * standardError), clipped(kappa + z95 * standardError)] as const;
  return { pairs, agreed, byChance, kappa, standardError, interval };
}

/**
 * Agreement of all reviewers together, from counts that hold each pair twice: once as either of the two saw it. Nobody
 * is the one and nobody the other then, and kappa is what W. A. Scott, Reliability of content analysis (1955),
 * doi:10.1086/266577, calls pi. The standard error stays right: what one pair moves is the same in either order.
 */
export const agreementOfAll = (counted: readonly CountedPair[]): Agreement =>
  agreementOf(counted.map((row) => ({ ...row, pairs: row.pairs / 2 })));
