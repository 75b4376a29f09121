/** What verdicts teach: a planted gain is found and bounded, chance is never proposed, and few verdicts teach nothing. */
import { describe, expect, it } from "vitest";
import type { Features } from "../../src/detection/case-features.ts";
import { natsUnder } from "../../src/detection/case-features.ts";
import { fitWeights, type LabelledCase } from "../../src/detection/fit-weights.ts";
import { weightBounds, weightedGroups } from "../../src/detection/group-weights.ts";
import { leastVerdicts, refit } from "../../src/detection/refit.ts";
import { rocAuc } from "../../src/detection/roc.ts";
import { seededRandom, shuffledBy } from "../../src/detection/seeded.ts";

/** How much more of a group's nats confirmed suspects have than cleared ones. */
type Effects = Readonly<Partial<Record<(typeof weightedGroups)[number], number>>>;

/** Cases as a threshold lets them through: S at 6 nats or more, half of them confirmed. */
function casesOf(count: number, seed: number, effects: Effects): LabelledCase[] {
  const random = seededRandom(seed);
  const drawn = (scale: number) => -Math.log(1 - random()) * scale;
  const cases: LabelledCase[] = [];
  while (cases.length < count) {
    const confirmed = cases.length % 2 === 0;
    const nats = Object.fromEntries(
      weightedGroups.map((group) => [group, drawn(2 * (confirmed ? (effects[group] ?? 1) : 1))]),
    ) as Features["nats"];
    const features = { nats, other: 0, beside: 0.2, sessions: 30, proven: false };
    if (natsUnder(features, {}) >= 6) cases.push({ features, confirmed });
  }
  return cases;
}

const shuffledLabels = (cases: readonly LabelledCase[], seed: number): LabelledCase[] => {
  const labels = shuffledBy(
    cases.map(({ confirmed }) => confirmed),
    seededRandom(seed),
  );
  return cases.map(({ features }, i) => ({ features, confirmed: labels[i] === true }));
};

/** All that the combination counts for is in two of the five groups. */
const lopsided: Effects = { reaction: 3, automation: 3 };
const alike: Effects = { aim: 2, reaction: 2, automation: 2, information: 2, movement: 2 };

describe("a planted gain", () => {
  const found = refit(casesOf(600, 1, lopsided), {});

  it("is found, with the interval that says so, and the right groups gain weight", () => {
    expect(found.outcome).toBe("proposed");
    expect(found.gain?.low).toBeGreaterThan(0);
    expect((found.after?.value ?? 0) - (found.before?.value ?? 0)).toBeCloseTo(found.gain?.value ?? 1, 9);
    const { aim = 1, reaction = 1, automation = 1, movement = 1 } = found.weights ?? {};
    expect(Math.min(reaction, automation)).toBeGreaterThan(1.15 * Math.max(aim, movement));
  });

  it("holds on cases that nobody judged yet", () => {
    const fresh = casesOf(3_000, 2, lopsided);
    const aucOf = (weights: object) => {
      const scores = (label: boolean) =>
        fresh
          .filter(({ confirmed }) => confirmed === label)
          .map(({ features }) => natsUnder(features, weights));
      return rocAuc(scores(true), scores(false))?.value ?? 0;
    };
    expect(aucOf(found.weights ?? {})).toBeGreaterThan(aucOf({}) + 0.005);
  });

  it("comes out the same each time", () => {
    expect(refit(casesOf(600, 1, lopsided), {})).toEqual(found);
  });

  it("is not proposed again once it is accepted", () => {
    const again = refit(casesOf(600, 1, lopsided), found.weights ?? {});
    expect(Math.abs(again.gain?.value ?? 1)).toBeLessThan((found.gain?.value ?? 0) / 2);
  });
});

describe("nothing is proposed", () => {
  it("where every group tells as much as the others", () => {
    const outcomes = [1, 2, 3, 4, 5].map((seed) => refit(casesOf(600, seed, alike), {}).outcome);
    expect(new Set(outcomes)).toEqual(new Set(["no_gain_shown"]));
  });

  it("of shuffled verdicts, ten seeds of each number", () => {
    for (const count of [60, 300, 1_000]) {
      for (let seed = 1; seed <= 10; seed++) {
        const { outcome, weights } = refit(shuffledLabels(casesOf(count, seed, lopsided), seed + 100), {});
        expect(outcome, `${count} verdicts, seed ${seed}`).not.toBe("proposed");
        expect(weights).toBeNull();
      }
    }
  });

  it("of fewer verdicts of a label than it takes, however clear they are", () => {
    const cases = casesOf(2 * leastVerdicts, 3, { reaction: 20 });
    expect(refit(cases, {}).outcome).not.toBe("too_few_verdicts");
    const one = cases.filter((_, i) => i > 0);
    expect(refit(one, {})).toEqual({
      confirmed: leastVerdicts - 1,
      cleared: leastVerdicts,
      before: null,
      after: null,
      gain: null,
      outcome: "too_few_verdicts",
      weights: null,
    });
  });

  it("of cases that a proof decided: they do not count", () => {
    const cases = casesOf(400, 4, lopsided).map(({ features, confirmed }) => ({
      confirmed,
      features: { ...features, proven: true },
    }));
    expect(refit(cases, {})).toMatchObject({ confirmed: 0, cleared: 0, outcome: "too_few_verdicts" });
  });
});

describe("fitted weights", () => {
  const spreadOf = (count: number) => {
    const weights = fitWeights(casesOf(count, 5, lopsided), {});
    return Math.log((weights.reaction ?? 1) / (weights.aim ?? 1));
  };

  it("move further from today's with more verdicts, and little with few", () => {
    expect(Math.abs(spreadOf(20))).toBeLessThan(spreadOf(2_000));
    expect(spreadOf(2_000)).toBeGreaterThan(0.3);
  });

  it("stay within their bounds where S parts the labels fully", () => {
    const cases = casesOf(400, 6, { reaction: 200 }).map((one) => ({
      ...one,
      confirmed: one.features.nats.reaction > 20,
    }));
    for (const weight of Object.values(fitWeights(cases, {}))) {
      expect(weight).toBeGreaterThanOrEqual(weightBounds.least);
      expect(weight).toBeLessThanOrEqual(weightBounds.most);
    }
  });
});
