/** Counted pairs of verdicts: what kappa is made of. */
import { sql } from "drizzle-orm";
import type { CountedPair } from "../decisions/agreement.ts";
import { batch, type Db } from "./client.ts";

export interface ReviewerPairs {
  readonly reviewer: string;
  /** JSON list of {@link CountedPair}. */
  readonly counted: string;
}

/**
 * A page of reviewers by name, and the pairs of all of them, each counted twice. Nine rows a reviewer at most; the sum
 * over all reads them all, which is as many as people review.
 */
export async function loadAgreements(db: Db, limit: number, after: string | null) {
  const [reviewers, all] = await batch(db, [
    db.all<ReviewerPairs>(sql`SELECT reviewer,
        json_group_array(json_object('own', own, 'other', other, 'pairs', pairs)) AS counted
      FROM agreements WHERE reviewer > ${after ?? ""} GROUP BY reviewer ORDER BY reviewer LIMIT ${limit}`),
    db.all<CountedPair>(sql`SELECT own, other, sum(pairs) AS pairs FROM agreements GROUP BY own, other`),
  ]);
  return { reviewers, all };
}
