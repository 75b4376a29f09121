/** What a person says of a suspicion. */

export const verdicts = ["confirmed", "cleared", "inconclusive"] as const;
export type Verdict = (typeof verdicts)[number];
