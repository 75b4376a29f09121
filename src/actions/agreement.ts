/** Agreement between reviewers as the API tells it. */
import { loadAgreements } from "../db/agreements.ts";
import type { Db } from "../db/client.ts";
import { type Agreement, agreementOf, agreementOfAll, type CountedPair } from "../decisions/agreement.ts";

/** Four decimals: more would claim what no number of cases can show. */
const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 1e4) / 1e4;

function agreementAnswer({ pairs, agreed, byChance, kappa, standardError, interval }: Agreement) {
  const [low, high] = interval ?? [null, null];
  return {
    pairs,
    agreed: rounded(agreed),
    by_chance: rounded(byChance),
    kappa: rounded(kappa),
    standard_error: rounded(standardError),
    interval: interval === null ? null : { low: rounded(low), high: rounded(high) },
  };
}

/** A page of reviewers, each against whoever reviewed the same cases, and all of them together. */
export async function reviewerAgreement(db: Db, limit: number, after: string | null) {
  const { reviewers, all } = await loadAgreements(db, limit, after);
  return {
    overall: agreementAnswer(agreementOfAll(all)),
    reviewers: reviewers.map(({ reviewer, counted }) => ({
      reviewer,
      ...agreementAnswer(agreementOf(JSON.parse(counted) as CountedPair[])),
    })),
  };
}
