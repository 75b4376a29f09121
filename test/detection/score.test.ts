import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Baseline, priorBaseline } from "../../src/detection/baseline.ts";
import type { EventEvidence, Evidence, SessionEvidence } from "../../src/detection/evidence.ts";
import { detectors } from "../../src/detection/registry.ts";
import type { Score } from "../../src/detection/risk.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { asOfMs, career, classic, dayMs, event, evidenceOf } from "./builders.ts";
import { movingScope } from "./fixtures.ts";

const orNull = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number | null> => fc.option(arbitrary);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.integer({ min: 0, max: 60 });
/** Absurd values included: they come from broken senders and must neither throw nor score. */
const anyNumber = fc.oneof(fc.double(), fc.constantFrom(-1, 0, 1e18));

const session = (id: fc.Arbitrary<string>): fc.Arbitrary<SessionEvidence> =>
  fc.record({
    sessionId: id,
    recordedAtMs: fc.integer({ min: asOfMs - 200 * dayMs, max: asOfMs }),
    durationMinutes: orNull(fc.oneof(fc.double({ min: 0, max: 90, noNaN: true }), anyNumber)),
    actionsPerMinute: orNull(fc.oneof(fc.double({ min: 0, max: 300, noNaN: true }), anyNumber)),
    headshotRate: orNull(fc.oneof(share, anyNumber)),
    reactionTimeMs: orNull(fc.oneof(fc.integer({ min: 50, max: 400 }), anyNumber)),
    kills: orNull(count),
    deaths: orNull(count),
    headshots: orNull(count),
    shotsFired: orNull(fc.integer({ min: 0, max: 900 })),
    shotsHit: orNull(fc.integer({ min: 0, max: 900 })),
    movementSpeed: orNull(fc.oneof(fc.double({ min: 1, max: 20, noNaN: true }), anyNumber)),
    metrics: fc.dictionary(
      fc.constantFrom(
        "head_hit_rate",
        "first_bullet_accuracy",
        "wallbang_kill_rate",
        "damage_per_round",
        "other",
      ),
      fc.oneof(share, anyNumber),
      { noNullPrototype: true },
    ),
  });

const someEvent: fc.Arbitrary<EventEvidence> = fc.record({
  id: fc.uuid(),
  type: fc.constantFrom(
    "aimbot_lock",
    "speed_hack",
    "headshot_spike",
    "manual_flag",
    "macro_usage",
    "manual_report",
  ),
  severity: fc.constantFrom("low", "medium", "high", "critical"),
  source: fc.constantFrom("log", "report", "detector"),
  sessionId: fc.option(fc.string({ maxLength: 3 })),
  detectedAtMs: fc.integer({ min: asOfMs - 200 * dayMs, max: asOfMs + dayMs }),
});

const someEvidence: fc.Arbitrary<Evidence> = fc
  .tuple(
    fc.uniqueArray(session(fc.uuid()), { maxLength: 14, selector: (s) => s.sessionId }),
    fc.uniqueArray(someEvent, { maxLength: 5, selector: (e) => e.id }),
    fc.boolean(),
  )
  .map(([sessions, events, serverTrusted]) => ({ ...evidenceOf(sessions, events), serverTrusted }));

const someBaseline: fc.Arbitrary<Baseline> = fc.constantFrom(priorBaseline, movingScope);
/** Between which hundredths a score may stand, by what it says of itself. */
function limitsOf(score: Score): [number, number] {
  if (score.ledger.some((line) => line.kind === "proof")) return [7500, 10_000];
  return [0, score.confidence === "insufficient" ? 3900 : 6900];
}

describe("any score", () => {
  it("is a ledger that sums to it, within its limits", () => {
    fc.assert(
      fc.property(someEvidence, someBaseline, (evidence, baseline) => {
        const score = scoreEvidence(evidence, baseline);
        expect(score.ledger.reduce((sum, line) => sum + line.points, 0)).toBe(score.risk);
        for (const line of score.ledger) {
          expect(Number.isInteger(line.points)).toBe(true);
          expect(line.points > 0).toBe(line.group !== null);
        }
        const [least, most] = limitsOf(score);
        expect(score.risk).toBeGreaterThanOrEqual(least);
        expect(score.risk).toBeLessThanOrEqual(most);
        for (const cell of Object.values(score.statistics.cells)) {
          expect(cell.every(Number.isSafeInteger)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on order or repetition", () => {
    const shuffled = someEvidence.chain((evidence) =>
      fc
        .tuple(
          fc.shuffledSubarray([...evidence.sessions, ...evidence.sessions], {
            minLength: evidence.sessions.length * 2,
          }),
          fc.shuffledSubarray([...evidence.events, ...evidence.events], {
            minLength: evidence.events.length * 2,
          }),
        )
        .map(([sessions, events]) => [evidence, { ...evidence, sessions, events }] as const),
    );
    fc.assert(
      fc.property(shuffled, ([evidence, other]) => {
        expect(JSON.stringify(scoreEvidence(other, priorBaseline))).toBe(
          JSON.stringify(scoreEvidence(evidence, priorBaseline)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("picks the same one of two different rows with one id and time", () => {
    const [a, b] = [classic("x", { headshotRate: 0.9 }), classic("x", { headshotRate: 0.1 })];
    expect(scoreEvidence(evidenceOf([a, b]), priorBaseline)).toEqual(
      scoreEvidence(evidenceOf([b, a]), priorBaseline),
    );
  });

  it("is nothing without evidence", () => {
    const score = scoreEvidence(evidenceOf([]), priorBaseline);
    expect(score).toMatchObject({
      risk: 0,
      band: "low",
      confidence: "insufficient",
      ledger: [],
      anomalies: [],
      nextBand: null,
      dueAtMs: null,
    });
    expect(score.aggregates).toEqual({
      sessions: 0,
      avgDurationMinutes: null,
      avgActionsPerMinute: null,
      avgHeadshotRate: null,
    });
    expect(Object.keys(score.versions.detectors)).toHaveLength(detectors.length);
  });

  it("has cells that no baseline moves", () => {
    const evidence = evidenceOf(career(10, {}));
    expect(scoreEvidence(evidence, priorBaseline).statistics.cells).toEqual(
      scoreEvidence(evidence, movingScope).statistics.cells,
    );
  });
});

const risk = (sessions: readonly SessionEvidence[], events: readonly EventEvidence[] = []): number =>
  scoreEvidence(evidenceOf(sessions, events), priorBaseline).risk;

/** Everything two between-player sds better than usual, session after session. */
const elite = {
  headshotRate: 0.67,
  accuracy: 0.37,
  headHitRate: 0.33,
  firstBulletAccuracy: 0.45,
  wallbangKillRate: 0.1,
  killsPerMinute: 1.1,
  deathsPerMinute: 0.3,
  damagePerRound: 175,
  reactionTimeMs: 175,
  noise: 0.1,
} as const;

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const honest: readonly (readonly [string, (seed: number) => readonly SessionEvidence[]])[] = [
  ["an ordinary player", (seed) => career(50, {}, seed)],
  ["an elite player", (seed) => career(60, elite, seed)],
  ["a specialist of one weapon", (seed) => career(40, { headshotRate: 0.78, headHitRate: 0.42 }, seed)],
  [
    "a learner",
    (seed) =>
      career(
        60,
        (i) => ({ headshotRate: 0.25 + i * 0.006, accuracy: 0.14 + i * 0.003, reactionTimeMs: 280 - i }),
        seed,
      ),
  ],
  [
    "a hardware step",
    (seed) =>
      career(40, (i) => (i < 20 ? {} : { accuracy: 0.25, headshotRate: 0.5, reactionTimeMs: 205 }), seed),
  ],
  [
    "a fast learner of everything",
    (seed) =>
      career(
        60,
        (i) => ({ headshotRate: 0.2 + i * 0.008, accuracy: 0.1 + i * 0.004, headHitRate: 0.1 + i * 0.004 }),
        seed,
      ),
  ],
  ["a player without reaction data", (seed) => career(40, { reactionTimeMs: null }, seed)],
  [
    "a good month after a bad one",
    (seed) =>
      career(60, (i) => (i < 30 ? { accuracy: 0.18 } : { accuracy: 0.24, killsPerMinute: 0.65 }), seed),
  ],
  ["a player of long hours", (seed) => career(100, { noise: 0.2 }, seed)],
];

describe.each(honest)("%s", (_name, sessionsOf) => {
  it.each(seeds)("stays low (seed %i)", (seed) => {
    const score = scoreEvidence(evidenceOf(sessionsOf(seed)), priorBaseline);
    expect(score.confidence).toBe("sufficient");
    expect(score.risk).toBeLessThan(4000);
    expect(score.anomalies.map((a) => a.category)).not.toContain("rapid_improvement");
    expect(score.anomalies.map((a) => a.category)).not.toContain("bot_like");
  });
});

describe("an idle player", () => {
  const idle = Array.from({ length: 12 }, (_, i) =>
    classic(`${i}`, { actionsPerMinute: 0, headshotRate: 0 }, i),
  );
  it("is no bot, and nothing at all", () => {
    const score = scoreEvidence(evidenceOf(idle), priorBaseline);
    expect(score).toMatchObject({ risk: 0, anomalies: [], confidence: "insufficient" });
    expect(score.aggregates.sessions).toBe(12);
  });
});

describe("suspicion", () => {
  it("passes 40 for a blatant aim in an uncalibrated scope and stays below 70", () => {
    const blatant = {
      headshotRate: 0.9,
      accuracy: 0.65,
      headHitRate: 0.7,
      firstBulletAccuracy: 0.8,
      killsPerMinute: 2,
      damagePerRound: 250,
      reactionTimeMs: 140,
    };
    const score = scoreEvidence(evidenceOf(career(20, blatant)), priorBaseline);
    expect(score.band).toBe("elevated");
    expect(score.ledger.map((line) => line.id)).toContain("uncalibrated");
    expect(score.calibrated).toBe(false);
  });

  it("fades: the same play long ago weighs less, and never more", () => {
    const now = career(20, { headshotRate: 0.85 });
    const risks = [0, 90, 180, 720].map((days) =>
      risk(now.map((s) => ({ ...s, recordedAtMs: s.recordedAtMs - days * dayMs }))),
    );
    expect(risks).toEqual(risks.toSorted((a, b) => b - a));
    expect(risks.at(-1)).toBeLessThan((risks[0] ?? 0) / 6);
  });

  it("keeps the order of players it abstains from", () => {
    const at = (rate: number) =>
      scoreEvidence(
        evidenceOf([classic("a", { headshotRate: rate, kills: 40, headshots: Math.round(40 * rate) })]),
        priorBaseline,
      );
    const scores = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map(at);
    for (const score of scores) expect(score.confidence).toBe("insufficient");
    const risks = scores.map((score) => score.risk);
    expect(new Set(risks).size).toBe(risks.length);
    expect(risks).toEqual(risks.toSorted((a, b) => a - b));
  });
});

describe("reports", () => {
  const many = Array.from({ length: 100 }, (_, i) =>
    event(`${i}`, "manual_report", { source: "report", severity: "critical" }),
  );
  it("rank, and never pass the low band alone however many", () => {
    const sessions = career(10, {});
    expect(risk(sessions, many.slice(0, 1))).toBeGreaterThan(risk(sessions));
    expect(risk(sessions, many)).toBeGreaterThan(risk(sessions, many.slice(0, 1)));
    const usual = [1, 2, 3].map((i) => classic(`${i}`, {}, i));
    expect(risk(usual)).toBe(0);
    expect(risk(usual, many)).toBeLessThan(4000);
  });

  it("weigh what their reporters are worth", () => {
    const evidence = evidenceOf(career(10, {}), many.slice(0, 3));
    const doubted = scoreEvidence({ ...evidence, reporterCredibility: 0.1 }, priorBaseline);
    expect(doubted.risk).toBeLessThan(scoreEvidence(evidence, priorBaseline).risk);
  });
});
