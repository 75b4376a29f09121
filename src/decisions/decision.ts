/** What a game does about a player, from the mildest to the strictest. */

export const decisionTypes = ["watch", "trust_pool", "restrict", "kick", "suspend", "ban"] as const;
export type DecisionType = (typeof decisionTypes)[number];

/** How a decision ends: its time is over, it is taken back from now on, or it is as if it had never been. */
export const decisionEnds = ["expired", "revoked", "expunged"] as const;
export type DecisionEnd = (typeof decisionEnds)[number];
