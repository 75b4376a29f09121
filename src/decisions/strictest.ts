/** What several decisions come to: the strictest of them. */
import { type DecisionType, decisionTypes } from "./decision.ts";

/** How strict a type is: 0 for the mildest. */
export const strictness = (type: DecisionType): number => decisionTypes.indexOf(type);

/** The strictest of them; `none` of nothing. */
export function strictestOf(types: readonly DecisionType[]): DecisionType | "none" {
  return types.reduce<DecisionType | "none">(
    (most, type) => (most === "none" || strictness(type) > strictness(most) ? type : most),
    "none",
  );
}

/** Whether a player may join: what is milder than a kick is the game's to act on inside. */
export const mayJoin = (action: DecisionType | "none"): boolean =>
  action === "none" || strictness(action) < strictness("kick");
