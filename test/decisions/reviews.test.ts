/** Which review comes next, and what reviews come to. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawnOf, type GivenVerdict, outcomeOf, type ReviewKind } from "../../src/decisions/reviews.ts";
import { type Verdict, verdicts } from "../../src/decisions/verdict.ts";

const kinds: readonly ReviewKind[] = ["first", "second", "tiebreak"];
const given = (...said: Verdict[]): GivenVerdict[] =>
  said.map((verdict, place) => ({ review: kinds[place] ?? "tiebreak", verdict }));

describe("the share of second reviews", () => {
  it.each([
    { share: 0, drawn: 0, next: null },
    { share: 0.1, drawn: 0.099999, next: "second" },
    { share: 0.1, drawn: 0.1, next: null },
    { share: 1, drawn: 0.999999, next: "second" },
  ])("$share, drawn $drawn: $next", ({ share, drawn, next }) => {
    for (const verdict of verdicts) {
      const outcome = outcomeOf(given(verdict), share, drawn);
      expect(outcome).toEqual({ next, verdict: next === null ? verdict : null });
    }
  });

  it("a hash gives a number in [0, 1)", () => {
    expect(drawnOf("0".repeat(64))).toBe(0);
    expect(drawnOf("8".padEnd(64, "0"))).toBe(0.5);
    expect(drawnOf("f".repeat(64))).toBe(1 - 2 ** -52);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (n) => {
        const drawn = drawnOf(n.toString(16).padStart(8, "0").repeat(8));
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThan(1);
      }),
    );
  });
});

describe("outcomes", () => {
  const all = verdicts.flatMap((a) => verdicts.flatMap((b) => verdicts.map((c) => [a, b, c] as const)));

  it("two who agree decide, two who do not call for a third", () => {
    for (const [a, b] of all) {
      const outcome = outcomeOf(given(a, b), 0.1, 0);
      expect(outcome).toEqual(a === b ? { verdict: a, next: null } : { verdict: null, next: "tiebreak" });
    }
  });

  it("of three the majority decides; three that all differ are inconclusive", () => {
    for (const [a, b, c] of all) {
      const most = verdicts.find((verdict) => [a, b, c].filter((said) => said === verdict).length >= 2);
      expect(outcomeOf(given(a, b, c), 1, 0)).toEqual({ verdict: most ?? "inconclusive", next: null });
    }
  });

  it("an appeal is decided by its one reviewer, whatever the share", () => {
    for (const verdict of verdicts) {
      expect(outcomeOf([{ review: "appeal", verdict }], 1, 0)).toEqual({ verdict, next: null });
    }
  });

  it("nothing follows from no review", () => expect(() => outcomeOf([], 1, 0)).toThrow(RangeError));
});
