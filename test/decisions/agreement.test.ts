/** Kappa against figures worked out by hand, and what must hold for any counts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreementOf, agreementOfAll, type CountedPair } from "../../src/decisions/agreement.ts";
import { verdicts } from "../../src/decisions/verdict.ts";

/** Rows: own verdict; columns: the other's; both in the order confirmed, cleared, inconclusive. */
const counted = (table: readonly (readonly number[])[]): CountedPair[] =>
  verdicts.flatMap((own, i) => verdicts.map((other, j) => ({ own, other, pairs: table[i]?.[j] ?? 0 })));

describe("kappa by hand", () => {
  it("two verdicts, 50 pairs: 35 agree, 25 would by chance", () => {
    // po = 35/50 = 0.7; margins 25:25 and 30:20; pe = 0.5 * 0.6 + 0.5 * 0.4 = 0.5; kappa = 0.2 / 0.5 = 0.4.
    const found = agreementOf(
      counted([
        [20, 5, 0],
        [10, 15, 0],
        [0, 0, 0],
      ]),
    );
    expect(found.pairs).toBe(50);
    expect(found.agreed).toBeCloseTo(0.7, 12);
    expect(found.byChance).toBeCloseTo(0.5, 12);
    expect(found.kappa).toBeCloseTo(0.4, 12);
    // Formula 13 by hand. Diagonal: 0.4 * (0.5 - 1.1 * 0.3)^2 + 0.3 * (0.5 - 0.9 * 0.3)^2 = 0.02743.
    // Beside it: 0.3^2 * (0.1 * (0.6 + 0.5)^2 + 0.2 * (0.4 + 0.5)^2), its margins crosswise, = 0.02547.
    // Less (0.7 * 0.5 - 2 * 0.5 + 0.7)^2 = 0.0025. Together 0.0504, over 50 * 0.5^4 = 3.125: 0.016128.
    expect(found.standardError).toBeCloseTo(Math.sqrt(0.016128), 10);
    const [low, high] = found.interval ?? [];
    expect(low).toBeCloseTo(0.4 - 1.959964 * Math.sqrt(0.016128), 8);
    expect(high).toBeCloseTo(0.4 + 1.959964 * Math.sqrt(0.016128), 8);
  });

  it("three verdicts, 100 pairs: the textbook's table of diagnoses", () => {
    // Fleiss, Statistical Methods for Rates and Proportions, 13.1: po = 0.89, pe = 0.66, kappa = 0.68, se = 0.087.
    const found = agreementOf(
      counted([
        [75, 1, 4],
        [5, 4, 1],
        [0, 0, 10],
      ]),
    );
    expect(found.agreed).toBeCloseTo(0.89, 12);
    expect(found.byChance).toBeCloseTo(0.66, 12);
    expect(found.kappa).toBeCloseTo(0.23 / 0.34, 12);
    expect(found.standardError).toBeCloseTo(0.0877, 3);
  });

  it("worse than chance is below 0, and the interval stays within -1", () => {
    const found = agreementOf(
      counted([
        [0, 3, 0],
        [2, 0, 0],
      ]),
    );
    // po = 0; pe = 0.6 * 0.4 + 0.4 * 0.6 = 0.48; kappa = -0.48 / 0.52.
    expect(found.kappa).toBeCloseTo(-0.48 / 0.52, 12);
    expect(found.interval?.[0]).toBeGreaterThanOrEqual(-1);
  });
});

describe("where it is undefined", () => {
  it("no pairs: nothing but their number", () => {
    expect(agreementOf([])).toEqual({
      pairs: 0,
      agreed: null,
      byChance: null,
      kappa: null,
      standardError: null,
      interval: null,
    });
  });

  it("one verdict only: chance alone explains it", () => {
    const found = agreementOf([{ own: "confirmed", other: "confirmed", pairs: 7 }]);
    expect(found).toMatchObject({ pairs: 7, agreed: 1, byChance: 1, kappa: null, standardError: null });
  });

  it("no pair that differs: kappa is 1, and no error is claimed", () => {
    const found = agreementOf(counted([[3], [0, 4]]));
    expect(found).toMatchObject({ agreed: 1, kappa: 1, standardError: null, interval: null });
  });
});

const table = fc.array(fc.array(fc.nat(40), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 });
const transposed = (rows: readonly CountedPair[]) =>
  rows.map(({ own, other, pairs }) => ({ own: other, other: own, pairs }));
const close = (a: number | null, b: number | null) =>
  a === null || b === null ? expect(a).toBe(b) : expect(a).toBeCloseTo(b, 8);

describe("for any counts", () => {
  it("kappa lies within -1 and 1, the error is no less than 0, and the interval holds kappa", () => {
    fc.assert(
      fc.property(table, (rows) => {
        const { kappa, standardError, interval } = agreementOf(counted(rows));
        if (kappa === null) return;
        expect(Math.abs(kappa)).toBeLessThanOrEqual(1 + 1e-12);
        if (standardError === null || interval === null) return;
        expect(standardError).toBeGreaterThanOrEqual(0);
        expect(interval[0]).toBeLessThanOrEqual(kappa + 1e-12);
        expect(interval[1]).toBeGreaterThanOrEqual(kappa - 1e-12);
      }),
    );
  });

  it("the order of rows, who is the one and who the other, and the verdicts' names change nothing", () => {
    const [a, b, c] = verdicts;
    const renamed = { [a]: c, [b]: a, [c]: b } as Record<string, (typeof verdicts)[number]>;
    fc.assert(
      fc.property(table, (cells) => {
        const rows = counted(cells);
        const found = agreementOf(rows);
        const others = [
          [...rows].reverse(),
          transposed(rows),
          rows.map((row) => ({ ...row, own: renamed[row.own] ?? a, other: renamed[row.other] ?? a })),
        ];
        for (const other of others.map(agreementOf)) {
          close(other.kappa, found.kappa);
          close(other.standardError, found.standardError);
        }
      }),
    );
  });

  it("k times the pairs give the same kappa, with an error smaller by the root of k", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 2, max: 9 }), (cells, k) => {
        const found = agreementOf(counted(cells));
        const more = agreementOf(counted(cells.map((row) => row.map((n) => n * k))));
        close(more.kappa, found.kappa);
        if (found.standardError !== null) close(more.standardError, found.standardError / Math.sqrt(k));
      }),
    );
  });

  it("all together, counted from both sides, do not depend on who was first", () => {
    fc.assert(
      fc.property(table, (cells) => {
        const rows = counted(cells);
        const found = agreementOfAll([...rows, ...transposed(rows)]);
        expect(found.pairs).toBe(rows.reduce((sum, { pairs }) => sum + pairs, 0));
        const swapped = agreementOfAll([...transposed(rows), ...rows]);
        close(swapped.kappa, found.kappa);
        close(swapped.standardError, found.standardError);
      }),
    );
  });
});

/** Kappa without its formula: how far the share that agrees lies between chance and 1, by counting pairs of draws. */
function byDrawing(rows: readonly CountedPair[]): number | null {
  const drawn = rows.flatMap((row) => Array.from({ length: row.pairs }, () => row));
  const agreeing = drawn.filter(({ own, other }) => own === other).length / drawn.length;
  const crossed = drawn.flatMap(({ own }) => drawn.map(({ other }) => (own === other ? 1 : 0) as number));
  const chance = crossed.reduce((sum, n) => sum + n, 0) / crossed.length;
  return chance === 1 ? null : (agreeing - chance) / (1 - chance);
}

it("is what drawing every pair of verdicts says", () => {
  const small = fc.array(fc.array(fc.nat(4), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(small, (cells) => {
      const rows = counted(cells);
      if (rows.some(({ pairs }) => pairs > 0)) close(agreementOf(rows).kappa, byDrawing(rows));
    }),
  );
});

it("the error is the spread of kappa over samples of the same people", () => {
  // 400 samples of 200 pairs from fixed shares, by a fixed generator: the spread lies within a tenth of the error.
  const shares = counted([
    [40, 8, 4],
    [6, 22, 3],
    [3, 4, 10],
  ]);
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const drawn = shares.flatMap((row) => Array.from({ length: row.pairs }, () => ({ ...row, pairs: 1 })));
  const draw = () => drawn[Math.floor(random() * drawn.length)] as CountedPair;
  const kappas = Array.from({ length: 400 }, () => {
    const sample = Array.from({ length: 200 }, draw);
    return agreementOf(sample).kappa ?? 0;
  });
  const mean = kappas.reduce((a, b) => a + b, 0) / kappas.length;
  const spread = Math.sqrt(kappas.reduce((sum, k) => sum + (k - mean) ** 2, 0) / (kappas.length - 1));
  const expected = agreementOf(shares.map((row) => ({ ...row, pairs: row.pairs * 2 }))).standardError ?? 0;
  expect(Math.abs(spread / expected - 1)).toBeLessThan(0.1);
});
