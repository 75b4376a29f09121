/** Which review a case needs next, and what its reviews come to. */
import type { Verdict } from "./verdict.ts";

export const reviewKinds = ["first", "second", "tiebreak", "appeal"] as const;
export type ReviewKind = (typeof reviewKinds)[number];

/** A verdict as it was given, blind to those before it. */
export interface GivenVerdict {
  readonly review: ReviewKind;
  readonly verdict: Verdict;
}

/** Either the case is decided, or somebody else must look at it. */
export type Outcome =
  | { readonly verdict: Verdict; readonly next: null }
  | { readonly verdict: null; readonly next: "second" | "tiebreak" };

/**
 * Whether a case still waits for somebody's verdict. While it does, what it came to before an appeal and who said what
 * is nobody's to see.
 */
export const isBlind = ({ state }: { readonly state: string }): boolean => state !== "decided";

/** Share of first reviews that a second one follows, where a game declares no other. */
export const defaultSecondReviewShare = 0.1;

/** Hexadecimal digits of a hash that a double carries exactly: 52 bits. */
const drawnDigits = 13;

/** A number in [0, 1) from a hash of 13 hexadecimal digits or more. */
export const drawnOf = (hashHex: string): number =>
  Number.parseInt(hashHex.slice(0, drawnDigits), 16) / 16 ** drawnDigits;

const decided = (verdict: Verdict): Outcome => ({ verdict, next: null });

/** What at least two say; three that all differ leave it open. */
function majorityOf(given: readonly GivenVerdict[]): Verdict {
  const twice = given.find(
    ({ verdict }, place) => given.findIndex((other) => other.verdict === verdict) < place,
  );
  return twice?.verdict ?? "inconclusive";
}

/**
 * What follows from the verdicts of a round, the latest last. `share` (0..1) of first reviews are followed by a second
 * one: those where `drawn`, a number in [0, 1) that nobody knows before the first verdict is in, lies below it. Two
 * who disagree call for a third; an appeal is decided by its one reviewer, who had no part in what it is about.
 */
export function outcomeOf(given: readonly GivenVerdict[], share: number, drawn: number): Outcome {
  const latest = given.at(-1);
  if (latest === undefined) throw new RangeError("A case without a review has no outcome.");
  const { review, verdict } = latest;
  if (review === "first") return drawn < share ? { verdict: null, next: "second" } : decided(verdict);
  if (review === "tiebreak") return decided(majorityOf(given));
  if (review === "appeal" || given.every((other) => other.verdict === verdict)) return decided(verdict);
  return { verdict: null, next: "tiebreak" };
}
