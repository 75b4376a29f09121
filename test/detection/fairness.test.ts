/** Fairness under repetition and after cheating, over generated players, by the baseline of a scope of their like. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Baseline,
  deltaOfAll,
  mergeDeltas,
  playersIn,
  priorBaseline,
  refreshedBaseline,
} from "../../src/detection/baseline.ts";
import type { SessionEvidence } from "../../src/detection/evidence.ts";
import { measureEvidence } from "../../src/detection/measured.ts";
import type { Score } from "../../src/detection/risk.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { career, evidenceOf, ordinary, randomOf, type Traits } from "./builders.ts";

const logit = (share: number): number => Math.log(share / (1 - share));
const shareOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** An honest player's own levels: one skill behind everything, and habits of their own; logits and logs. */
function ownTraits(random: () => number): Partial<Traits> {
  // Sum of four uniforms: near enough to normal, and cheap; sd 1.
  const normal = () => Math.sqrt(3) * (random() + random() + random() + random() - 2);
  const skill = normal();
  const heads = 0.2 * normal();
  const share = (middle: number, by: number, own: number) =>
    shareOf(logit(middle) + by * skill + own * normal());
  return {
    headshotRate: shareOf(logit(ordinary.headshotRate) + 0.22 * skill + heads),
    headHitRate: shareOf(logit(ordinary.headHitRate) + 0.22 * skill + heads + 0.1 * normal()),
    accuracy: share(ordinary.accuracy, 0.2, 0.22),
    firstBulletAccuracy: share(ordinary.firstBulletAccuracy, 0.2, 0.22),
    wallbangKillRate: share(ordinary.wallbangKillRate, 0.05, 0.3),
    killsPerMinute: ordinary.killsPerMinute * Math.exp(0.2 * skill + 0.15 * normal()),
    deathsPerMinute: ordinary.deathsPerMinute * Math.exp(-0.13 * skill + 0.14 * normal()),
    damagePerRound: ordinary.damagePerRound * Math.exp(0.12 * skill + 0.1 * normal()),
    reactionTimeMs: 240 * Math.exp(-0.06 * skill + 0.1 * normal()),
    actionsPerMinute: 60 * Math.exp(0.3 * normal()),
    actionsCv: 0.15 * Math.exp(0.25 * normal()),
  };
}

const people = 10_000;
const sessionsOf = (player: number, doubled: boolean): SessionEvidence[] => {
  const random = randomOf(player + 1);
  for (let i = 0; i < 8; i++) random();
  const own = ownTraits(random);
  const n = 3 + Math.floor(random() ** 2 * 9);
  return career(doubled ? 2 * n : n, own, player + 1);
};

/** The scope of the first players, rescored and refreshed until both are at rest. */
function settledBaseline(players: number): Baseline {
  const evidence = Array.from({ length: players }, (_, i) => evidenceOf(sessionsOf(i, false)));
  let baseline = priorBaseline;
  let histogram = {};
  let before: (Score | null)[] = evidence.map(() => null);
  for (;;) {
    const scores = evidence.map((one) => scoreEvidence(one, baseline));
    const moves = scores.map((after, i) => ({ before: before[i] ?? null, after }));
    histogram = mergeDeltas(histogram, deltaOfAll(moves));
    before = scores;
    const next = refreshedBaseline(baseline, histogram, playersIn(histogram));
    if (next === null) return baseline;
    baseline = next;
  }
}

const baseline = settledBaseline(1_500);
const riskOf = (sessions: readonly SessionEvidence[]): number =>
  scoreEvidence(evidenceOf(sessions), baseline).risk;

describe("over 10,000 honest players", () => {
  const promises = [
    [4_000, 1 / 100],
    [7_000, 1 / 1_000],
    [9_000, 1 / 10_000],
  ] as const;
  const single = new Float64Array(people);
  const doubled = new Float64Array(people);
  beforeAll(() => {
    for (let player = 0; player < people; player++) {
      single[player] = riskOf(sessionsOf(player, false));
      doubled[player] = riskOf(sessionsOf(player, true));
    }
  }, 60_000);

  it.each(promises)(
    "doubled play at one's own usual level puts no more at %i than chance",
    (floor, share) => {
      const once = single.filter((risk) => risk >= floor).length;
      const twice = doubled.filter((risk) => risk >= floor).length;
      // One-sided 99.9 % of the difference of two counts.
      expect(twice - once).toBeLessThanOrEqual(3.1 * Math.sqrt(once + twice + 1));
      expect(once).toBeLessThanOrEqual(people * share);
      expect(twice).toBeLessThanOrEqual(people * share);
    },
  );

  it("the order of arrival changes nothing", () => {
    for (let player = 0; player < 500; player++) {
      const sessions = sessionsOf(player, false);
      expect(riskOf(sessions.toReversed())).toBe(single[player]);
    }
  });
});

describe("who stopped cheating", () => {
  const aim = { headshotRate: 0.75, headHitRate: 0.45, accuracy: 0.4, killsPerMinute: 0.7 };
  const players = 60;
  const lengths = [35, 45, 55, 65, 75, 85, 95];
  const expected = (traitsAt: (i: number) => Partial<Traits>): number[] => {
    const careers = Array.from({ length: players }, (_, seed) => career(95, traitsAt, seed + 1));
    return lengths.map(
      (n) => careers.reduce((sum, sessions) => sum + riskOf(sessions.slice(0, n)), 0) / players,
    );
  };
  const usual = expected(() => ({}));

  it.each([
    ["blatant aim", (i: number) => (i < 35 ? aim : {})],
    ["toggled aim", (i: number) => (i < 35 && i % 3 === 0 ? aim : {})],
    ["aim from the fifteenth session on", (i: number) => (i >= 15 && i < 35 ? aim : {})],
    ["fast reactions", (i: number) => (i < 35 ? { reactionTimeMs: 140 } : {})],
    ["a macro", (i: number) => (i < 35 ? { actionsCv: 0.01 } : {})],
  ])("%s: expected risk falls with each further ten ordinary sessions, to the usual", (_name, traitsAt) => {
    const risks = expected(traitsAt);
    for (const [i, now] of risks.slice(1).entries()) {
      const before = risks[i] ?? 0;
      // Near the usual there is nothing left to fall; what moves is chance.
      // At the corroboration cap the evidence falls, and the score only once it is below.
      if (before === 8_999) expect(now).toBeLessThanOrEqual(before);
      else if (before > 1.5 * (usual[i] ?? 0)) expect(now).toBeLessThan(before);
      else expect(now).toBeLessThan(1.6 * (usual[i + 1] ?? 0));
    }
    expect(risks.at(-1)).toBeLessThan(0.6 * (risks[0] ?? 0));
  });
});

describe("sessions sent again under other ids", () => {
  it("change nothing, to the last digit", () => {
    for (let player = 0; player < 200; player++) {
      const sessions = sessionsOf(player, false);
      const again = sessions.map((s) => ({
        ...s,
        sessionId: `${s.sessionId}+`,
        recordedAtMs: s.recordedAtMs + 1,
      }));
      expect(riskOf([...sessions, ...again])).toBe(riskOf(sessions));
    }
  });
  it("are two sessions where they differ in anything, or say little", () => {
    const [first] = sessionsOf(1, false);
    if (first === undefined) throw new Error("no session");
    const twice = (a: SessionEvidence, by: Partial<SessionEvidence>) =>
      measureEvidence(evidenceOf([a, { ...a, sessionId: "again", ...by }])).active.length;
    expect(twice(first, {})).toBe(1);
    expect(twice(first, { kills: (first.kills ?? 0) + 1 })).toBe(2);
    expect(twice(first, { metrics: {} })).toBe(2);
    expect(twice({ ...first, movementSpeed: null, deaths: null }, {})).toBe(1);
    expect(twice({ ...first, movementSpeed: null, deaths: null, shotsHit: null }, {})).toBe(2);
  });
});
