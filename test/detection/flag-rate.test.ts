/** Flag rates: tables, and how often days that differ by nature are taken for a fault, and faults found. */
import { describe, expect, it } from "vitest";
import {
  expectedRate,
  historyDays,
  judgeRate,
  type RateDay,
  tailOf,
  usualRate,
  windowsOf,
} from "../../src/detection/flag-rate.ts";
import { seededRandom } from "../../src/detection/seeded.ts";

/** As many as there are built in. */
const detectors = 23;
const tail = tailOf(detectors, 1);

const steady = (judged: number, flagged: number, days = historyDays): RateDay[] =>
  Array.from({ length: days }, (_, day) => ({ day, judged, flagged }));
const now = (judged: number, flagged: number): RateDay => ({ day: historyDays, judged, flagged });

describe("what is usual", () => {
  it.each([
    ["six days", steady(500, 10, 6), false],
    ["seven days", steady(500, 10, 7), true],
    ["seven days of too few players", steady(28, 1, 7), false],
    ["seven days of enough", steady(29, 1, 7), true],
  ])("%s", (_, days, known) => expect(usualRate(days) !== null).toBe(known));

  it("is the mean rate, and wider where days differ", () => {
    const alike = usualRate(steady(500, 10));
    expect(alike?.rate).toBeCloseTo(0.02, 3);
    const varied = usualRate(steady(500, 10).map((one, i) => ({ ...one, flagged: i % 2 ? 2 : 18 })));
    expect(varied?.rate).toBeCloseTo(0.02, 3);
    expect(varied?.daySd ?? 0).toBeGreaterThan(2 * (alike?.daySd ?? 1));
  });
});

describe("what is expected", () => {
  const usual = usualRate(steady(500, 10)) ?? expect.fail("known");

  it("narrows with the number judged and with days, and holds the usual rate", () => {
    const widths = [50, 500, 5_000, 500_000].map((judged) => {
      const { low, high } = expectedRate(usual, judged, 1, tail);
      expect(low).toBeLessThan(usual.rate);
      expect(high).toBeGreaterThan(usual.rate);
      return high - low;
    });
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(expectedRate(usual, 5_000, 3, tail).high).toBeLessThan(expectedRate(usual, 5_000, 1, tail).high);
  });

  it("is divided by the looks at detectors, and at many scopes", () => {
    expect(tailOf(46, 1)).toBe(tail / 2);
    expect(tailOf(detectors, 10)).toBe(tail);
    expect(tailOf(detectors, 100)).toBeCloseTo(tail / 10, 12);
    expect(expectedRate(usual, 500, 1, tail / 100).high).toBeGreaterThan(
      expectedRate(usual, 500, 1, tail).high,
    );
  });
});

describe("a rate", () => {
  it.each([
    ["as ever", now(500, 10), "within"],
    ["twice as high among few", now(100, 4), "within"],
    ["ten times as high", now(500, 100), "high"],
    ["nothing of 5,000", now(5_000, 0), "low"],
    ["everybody", now(200, 200), "high"],
  ])("%s", (_, today, side) => {
    expect(judgeRate([...steady(500, 10), today], historyDays, tail)?.side).toBe(side);
  });

  it.each([49, 50])("of %i judged says nothing below 50", (judged) => {
    expect(judgeRate([...steady(14, 1), now(judged, judged)], historyDays, tail)?.days === 1).toBe(
      judged === 50,
    );
  });

  it("of few players is gathered over days, a week at most", () => {
    expect(windowsOf(steady(500, 10), 27)).toMatchObject([{ days: 1 }, { days: 3, judged: 1_500 }]);
    expect(windowsOf(steady(200, 4), 27)).toMatchObject([{ days: 1 }, { days: 5, judged: 1_000 }]);
    expect(windowsOf(steady(20, 1), 27)).toMatchObject([{ days: 1 }, { days: 7, judged: 140 }]);
  });
});

function drawing(seed: number) {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const count = (n: number, rate: number) => {
    let k = 0;
    for (let i = 0; i < n; i++) k += Number(random() < rate);
    return k;
  };
  return { normal, count };
}

interface Played {
  readonly judged: number;
  readonly rate: number;
  /** Sd of the log of a day's rate; on two days of seven it is a fifth higher, with more players. */
  readonly daySd: number;
  readonly days: number;
  /** From which day on the rate is how many times as high. */
  readonly fault?: { readonly day: number; readonly factor: number };
}

/** How high the rate of a day is, before it is drawn. */
const factorOf = (day: number, fault: Played["fault"]): number =>
  (day % 7 >= 5 ? Math.exp(0.2) : 1) * (fault !== undefined && day >= fault.day ? fault.factor : 1);

/** Looks four times a day, as the counts come in. @returns the days on which a warning begins or lasts */
function warnedDays({ judged, rate, daySd, days, fault }: Played, seed: number): number[] {
  const { normal, count } = drawing(seed);
  const past: RateDay[] = [];
  const warned = new Set<number>();
  for (let day = 0; day < days; day++) {
    const own = Math.min(0.95, rate * Math.exp(daySd * normal()) * factorOf(day, fault));
    const n = Math.round((judged * (day % 7 >= 5 ? 1.4 : 1)) / 4);
    let today: RateDay = { day, judged: 0, flagged: 0 };
    for (let look = 0; look < 4; look++) {
      today = { day, judged: today.judged + n, flagged: today.flagged + count(n, own) };
      const found = judgeRate([...past, today], day, tail);
      if (found !== null && found.side !== "within") warned.add(day);
    }
    past.push(today);
  }
  return [...warned];
}

const beginnings = (warned: readonly number[]) =>
  warned.filter((day, i) => i === 0 || (warned[i - 1] ?? 0) < day - 1).length;

describe("simulated days", () => {
  it.each([
    [200, 0.02, 0.15],
    [2_000, 0.02, 0.15],
    [2_000, 0.1, 0.15],
  ])("%i judged a day, rate %d, day sd %d: false warnings are rare", (judged, rate, daySd) => {
    let false_ = 0;
    for (let seed = 1; seed <= 40; seed++) {
      false_ += beginnings(warnedDays({ judged, rate, daySd, days: 60 }, seed));
    }
    // 40 detectors over some 50 days: 2,000 looks, of which the promise allows one in 46,000.
    expect(false_).toBe(0);
  });

  it.each([
    [2_000, 5, 1, 0.95],
    [200, 5, 7, 0.95],
    [2_000, 2, 7, 0.5],
  ])("%i judged a day, %i times the rate: found within %i days", (judged, factor, within, share) => {
    let found = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const fault = { day: 30, factor };
      const warned = warnedDays({ judged, rate: 0.02, daySd: 0.1, days: 30 + within, fault }, seed);
      if (warned.some((day) => day >= 30)) found += 1;
    }
    expect(found / 20).toBeGreaterThanOrEqual(share);
  });
});
