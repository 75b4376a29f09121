/** How far reports are believed: tables beside each bound, and what holds for any heap of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CountedReport,
  combinedCredibility,
  combinedWeight,
  countedWeights,
  credibilityOf,
  evidenceCredibility,
  isMuted,
  neutralCredibility,
  reportWeight,
} from "../../src/decisions/credibility.ts";
import { isWorthACase, leavesRoom, sinceDecided } from "../../src/decisions/reported-case.ts";

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 10, 1, 12);

const report = (id: string, values: Partial<CountedReport> = {}): CountedReport => ({
  id,
  reporter: id,
  party: null,
  reportedAtMs: nowMs,
  weight: neutralCredibility,
  attested: true,
  proven: false,
  ...values,
});
const proven = (id: string, values: Partial<CountedReport> = {}) =>
  report(id, { proven: true, weight: 0.8, ...values });

const anyReport: fc.Arbitrary<CountedReport> = fc.record({
  id: fc.uuid(),
  reporter: fc.option(fc.constantFrom("a", "b", "c", "d", "e")),
  party: fc.option(fc.constantFrom("p", "q")),
  reportedAtMs: fc.integer({ min: nowMs - 100 * hourMs, max: nowMs }),
  weight: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 0.99, noNaN: true })),
  attested: fc.boolean(),
  proven: fc.boolean(),
});
const anyReports = fc.uniqueArray(anyReport, { selector: ({ id }) => id, maxLength: 40 });
const severity = fc.constantFrom("low", "medium", "high", "critical");

describe("a reporter's credibility", () => {
  it.each([
    [0, 0, 0.5],
    [1, 0, 0.6],
    [0, 1, 0.4],
    [4, 0, 0.75],
    [16, 4, 0.75],
    [0, 96, 0.02],
  ])("%i confirmed and %i dismissed: %f", (confirmed, dismissed, credibility) => {
    expect(credibilityOf({ confirmed, dismissed })).toBeCloseTo(credibility, 10);
  });

  it("rises with each confirmed report, falls with each dismissed one, and is never certain", () => {
    const count = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(count, count, (confirmed, dismissed) => {
        const now = credibilityOf({ confirmed, dismissed });
        expect(credibilityOf({ confirmed: confirmed + 1, dismissed })).toBeGreaterThan(now);
        expect(credibilityOf({ confirmed, dismissed: dismissed + 1 })).toBeLessThan(now);
        expect(now > 0 && now < 1).toBe(true);
      }),
    );
  });

  it("a mute ends when it says", () => {
    expect([null, nowMs - 1, nowMs, nowMs + 1].map((until) => isMuted(until, nowMs))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

describe("what one report counts", () => {
  it.each([
    { name: "a newcomer's, session known", one: report("a"), counts: 0.5 },
    { name: "a newcomer's, no session", one: report("a", { attested: false }), counts: 0.25 },
    { name: "a proven reporter's", one: proven("a"), counts: 0.8 },
    { name: "nobody's", one: report("a", { reporter: null }), counts: 0.5 },
    { name: "a muted one's", one: report("a", { weight: 0 }), counts: 0 },
  ])("$name: $counts", ({ one, counts }) => expect(combinedWeight([one])).toBeCloseTo(counts, 10));
});

describe("what several count together", () => {
  const again = (laterMs: number) =>
    combinedWeight([
      proven("a", { reporter: "Owl" }),
      proven("b", { reporter: "Owl", reportedAtMs: nowMs + laterMs }),
    ]);

  it("the same reporter again within 24 hours counts once, and the stronger of both", () => {
    expect(again(24 * hourMs - 1)).toBeCloseTo(0.8, 10);
    expect(again(24 * hourMs)).toBeCloseTo(1.6, 10);
    const later = proven("b", { reporter: "Owl", reportedAtMs: nowMs + hourMs });
    expect(countedWeights([proven("a", { reporter: "Owl", attested: false }), later])).toEqual([0, 0.8]);
  });

  it("one party counts as one", () => {
    const party = Array.from({ length: 5 }, (_, i) => proven(`p${i}`, { party: "lobby-1" }));
    expect(combinedWeight(party)).toBeCloseTo(0.8, 10);
    expect(combinedWeight([...party, proven("x"), proven("y", { party: "lobby-2" })])).toBeCloseTo(2.4, 10);
  });

  it("unproven reports saturate within a burst, and proven ones add up", () => {
    const spaced = (gapMs: number) =>
      combinedWeight([0, 1, 2].map((i) => report(`r${i}`, { reportedAtMs: nowMs - i * gapMs })));
    expect(spaced(6 * hourMs)).toBeCloseTo(0.5 * (1 + 1 / 4 + 1 / 9), 10);
    expect(spaced(6 * hourMs + 1)).toBeCloseTo(1.5, 10);
    expect(combinedWeight([proven("a"), proven("b"), proven("c")])).toBeCloseTo(2.4, 10);
  });

  it("a brigade of any size says less than two of its members, named or not", () => {
    for (const size of [1, 2, 50, 10_000]) {
      const brigade = Array.from({ length: size }, (_, i) =>
        report(`b${i}`, { reportedAtMs: nowMs - i * 60_000, reporter: size === 50 ? null : `b${i}` }),
      );
      const weight = combinedWeight(brigade);
      expect(weight).toBeGreaterThanOrEqual(0.5 - 1e-9);
      expect(weight).toBeLessThan(2 * 0.5);
    }
  });
});

describe("for any reports", () => {
  it("each counts between nothing and its own weight, and the order makes no difference", () => {
    fc.assert(
      fc.property(anyReports, fc.infiniteStream(fc.integer()), (reports, random) => {
        const counted = countedWeights(reports);
        for (const [place, one] of reports.entries()) {
          expect(counted[place]).toBeGreaterThanOrEqual(0);
          expect(counted[place]).toBeLessThanOrEqual(reportWeight(one.weight, one.attested));
        }
        const shuffled = reports
          .map((one) => ({ one, at: random.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const byId = (list: readonly CountedReport[], weights: readonly number[]) =>
          Object.fromEntries(list.map(({ id }, place) => [id, weights[place]]));
        expect(byId(shuffled, countedWeights(shuffled))).toEqual(byId(reports, counted));
      }),
    );
  });

  it("muted ones change nothing", () => {
    fc.assert(
      fc.property(anyReports, (reports) => {
        const heard = reports.filter(({ weight }) => weight > 0);
        expect(combinedWeight(reports)).toBeCloseTo(combinedWeight(heard), 9);
        expect(combinedCredibility(reports)).toBeCloseTo(combinedCredibility(heard), 9);
      }),
    );
  });

  it("saying all of it again, by the same people at the same times, changes nothing", () => {
    const named = fc.uniqueArray(
      anyReport.map((one) => ({ ...one, reporter: one.reporter ?? "a" })),
      { selector: ({ id }) => id, maxLength: 40 },
    );
    fc.assert(
      fc.property(named, (reports) => {
        const twice = [...reports, ...reports.map((one) => ({ ...one, id: `${one.id}'` }))];
        expect(combinedWeight(twice)).toBeCloseTo(combinedWeight(reports), 9);
      }),
    );
  });

  it("credibilities are within 0 and 1, and 0.5 without any", () => {
    const severe = fc.uniqueArray(
      fc.tuple(anyReport, severity).map(([one, how]) => ({ ...one, severity: how })),
      { selector: ({ id }) => id, maxLength: 6 },
    );
    fc.assert(
      fc.property(severe, fc.integer({ min: 0, max: 1_000 }), (reports, hours) => {
        const believed = evidenceCredibility(reports, nowMs + hours * hourMs);
        expect(believed >= 0 && believed <= 1).toBe(true);
        const queued = combinedCredibility(reports);
        expect(queued >= neutralCredibility && queued <= 1).toBe(true);
      }),
    );
    expect(evidenceCredibility([], nowMs)).toBe(0.5);
    expect(combinedCredibility([])).toBe(0.5);
  });

  it("the credibility of evidence is the mean by severity and age", () => {
    const reports = [
      { ...proven("a"), severity: "low" as const },
      { ...report("b", { weight: 0 }), severity: "critical" as const },
    ];
    expect(evidenceCredibility(reports, nowMs)).toBeCloseTo((0.5 * 0.8) / 2.5, 6);
    const halfLifeMs = 180 * 24 * hourMs;
    const older = [
      reports[0],
      { ...proven("c", { reportedAtMs: nowMs - halfLifeMs, weight: 0.4 }), severity: "low" as const },
    ];
    expect(
      evidenceCredibility(
        older.filter((one) => one !== undefined),
        nowMs,
      ),
    ).toBeCloseTo((0.8 + 0.4 / 2) / 1.5, 6);
  });
});

describe("reports open a case", () => {
  const three = (make: (id: string, values?: Partial<CountedReport>) => CountedReport, values = {}) =>
    ["a", "b", "c"].map((id, i) => make(id, { reportedAtMs: nowMs - i * 7 * hourMs, ...values }));

  it.each([
    { name: "three proven reporters", reports: three(proven), opens: true },
    { name: "three newcomers hours apart, of sessions that exist", reports: three(report), opens: true },
    { name: "three newcomers without sessions", reports: three(report, { attested: false }), opens: false },
    { name: "two proven reporters", reports: three(proven).slice(1), opens: false },
    {
      name: "three of whom two are one",
      reports: [...three(proven).slice(1), proven("b2", { reporter: "b" })],
      opens: false,
    },
    { name: "three of one party", reports: three(proven, { party: "p" }), opens: false },
    {
      name: "fifty newcomers at once",
      reports: Array.from({ length: 50 }, (_, i) => report(`n${i}`)),
      opens: false,
    },
    { name: "three nobodies", reports: three(proven, { reporter: null }), opens: false },
    { name: "three who were muted", reports: three(proven, { weight: 0 }), opens: false },
  ])("$name: $opens", ({ reports, opens }) => expect(isWorthACase(reports)).toBe(opens));

  it("never beside a pending case, nor within a week of the last", () => {
    const weekMs = 7 * 24 * hourMs;
    const earlier = (agoMs: number, pending = false) => [
      { pending, openedAtMs: nowMs - agoMs, decidedAtMs: pending ? null : nowMs - agoMs },
    ];
    expect(leavesRoom([], nowMs)).toBe(true);
    expect(leavesRoom(earlier(weekMs), nowMs)).toBe(true);
    expect(leavesRoom(earlier(weekMs - 1), nowMs)).toBe(false);
    expect(leavesRoom(earlier(10 * weekMs, true), nowMs)).toBe(false);
    const [before, after] = [report("a", { reportedAtMs: nowMs - weekMs }), report("b")];
    expect(sinceDecided([before, after], earlier(weekMs))).toEqual([after]);
    expect(sinceDecided([before, after], [])).toEqual([before, after]);
  });
});
