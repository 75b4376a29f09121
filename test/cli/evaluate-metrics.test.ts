import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binomialUpperTail,
  midranks,
  rocAuc,
  rocCurve,
  shareAbove,
  shareAt,
  thresholdAt,
  wilson,
} from "../../src/cli/evaluate/metrics.ts";
import { calibrationOf, promisedShare, promiseLines } from "../../src/cli/evaluate/promise.ts";

const scores = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 });
const areaOf = (cheaters: number[], clean: number[]) => rocAuc(cheaters, clean)?.value ?? Number.NaN;

describe("rocAuc", () => {
  it.each([
    [[3, 4], [1, 2], 1],
    [[1, 2], [3, 4], 0],
    [[5, 5], [5, 5, 5], 0.5],
    [[1, 3], [2], 0.5],
    // 8 pairs: 3 > 1, 3 > 2, 3 = 3, 5 > 1, 5 > 2, 5 > 3 won; 3 < 4 lost, 5 > 4 won: 6.5 of 8.
    [[3, 5], [1, 2, 3, 4], 6.5 / 8],
  ])("of cheaters %j against clean %j is %d", (cheaters, clean, area) => {
    expect(areaOf(cheaters, clean)).toBeCloseTo(area, 12);
  });

  it("is null without a side", () => {
    expect(rocAuc([], [1])).toBeNull();
    expect(rocAuc([1], [])).toBeNull();
  });

  it("has DeLong's variance", () => {
    // Placements: cheaters 3 -> 2.5/4, 5 -> 1 (variance 0.0703125); clean 1, 2 -> 1, 3 -> 0.75, 4 -> 0.5 (0.0572917).
    const half = 1.959_963_984_540_054 * Math.sqrt(0.0703125 / 2 + 0.171875 / 3 / 4);
    const auc = rocAuc([3, 5], [1, 2, 3, 4]);
    expect(auc?.low).toBeCloseTo(6.5 / 8 - half, 10);
    expect(auc?.high).toBe(1);
  });

  it("is the count over all pairs, a tie half", () => {
    fc.assert(
      fc.property(scores, scores, (cheaters, clean) => {
        const wins = cheaters.flatMap((a) => clean.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
        expect(areaOf(cheaters, clean)).toBeCloseTo(wins.reduce((x, y) => x + y, 0) / wins.length, 10);
      }),
    );
  });

  it("turns over with the sides, and knows only the order", () => {
    fc.assert(
      fc.property(scores, scores, (cheaters, clean) => {
        const area = areaOf(cheaters, clean);
        expect(areaOf(clean, cheaters)).toBeCloseTo(1 - area, 10);
        const stretched = (values: number[]) => values.map((value) => value ** 3 - 7);
        expect(areaOf(stretched(cheaters), stretched(clean))).toBeCloseTo(area, 10);
      }),
    );
  });

  it("is the area under rocCurve", () => {
    fc.assert(
      fc.property(scores, scores, (cheaters, clean) => {
        const points = rocCurve(cheaters, clean);
        let area = 0;
        for (const [i, b] of points.slice(1).entries()) {
          const a = points[i] ?? b;
          area += ((b.falsePositives - a.falsePositives) * (a.recall + b.recall)) / 2;
        }
        expect(area).toBeCloseTo(areaOf(cheaters, clean), 10);
        expect(points.at(-1)).toEqual({ falsePositives: 1, recall: 1 });
      }),
    );
  });
});

it("midranks share the ranks of equal values", () => {
  expect([...midranks([10, 20, 10, 30, 10])]).toEqual([2, 4, 2, 5, 2]);
});

describe("wilson", () => {
  // Newcombe (1998), Statistics in Medicine 17, table I: 81/263, 15/148, 0/20, 1/29.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %d in %d is %d to %d", (k, n, low, high) => {
    const interval = wilson(k, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("knows nothing from nobody, and always holds the share", () => {
    expect(wilson(0, 0)).toMatchObject({ low: 0, high: 1 });
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (a, b) => {
        const { value, low, high } = wilson(a, a + b + 1);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
    );
  });
});

describe("thresholds", () => {
  it.each([
    [100, 0.01, 1],
    [1_000, 0.001, 1],
    [3_000, 0.001, 3],
    [99, 0.01, 0],
    [5_400, 0.001, 5],
  ])("of %d distinct clean scores at %d leave %d above", (n, share, above) => {
    const clean = Array.from({ length: n }, (_, i) => i);
    const threshold = thresholdAt(clean, share);
    expect(clean.filter((score) => score > threshold)).toHaveLength(above);
  });

  it("never let more clean players through than asked for", () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0, max: 1, noNaN: true }), (clean, share) => {
        expect(shareAbove(clean, thresholdAt(clean, share)).value).toBeLessThanOrEqual(share + 1e-9);
      }),
    );
  });

  it("count who stands exactly at them", () => {
    expect(shareAt([39.99, 40, 70], 40)).toMatchObject({ count: 2, value: 2 / 3 });
  });
});

describe("the promise", () => {
  it("is log-linear between its points", () => {
    const shares = [0, 20, 40, 55, 70, 80, 90, 100].map(promisedShare);
    const expected = [1, 0.1, 1e-2, 10 ** -2.5, 1e-3, 10 ** -3.5, 1e-4, 1e-4];
    for (const [i, share] of shares.entries()) expect(share).toBeCloseTo(expected[i] ?? 0, 12);
  });

  it("is broken only by counts above chance", () => {
    // At 1 % of 1,000: P(X >= 15) = 0.082, P(X >= 16) = 0.048.
    expect(binomialUpperTail(15, 1_000, 0.01)).toBeCloseTo(0.0824, 3);
    expect(binomialUpperTail(16, 1_000, 0.01)).toBeCloseTo(0.0479, 3);
    const clean = (high: number) => Array.from({ length: 1_000 }, (_, i) => (i < high ? 45 : 10));
    expect(promiseLines(clean(15)).map(({ broken }) => broken)).toEqual([false, false, false]);
    expect(promiseLines(clean(16)).map(({ broken }) => broken)).toEqual([true, false, false]);
  });

  it("is set beside what was observed", () => {
    const at40 = calibrationOf([10, 45, 50, 95]).find(({ risk }) => risk === 40);
    expect(at40?.observed.value).toBe(0.75);
    expect(at40?.promised).toBeCloseTo(0.01, 12);
  });
});
