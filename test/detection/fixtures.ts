/** For every detector: a player it must suspect, and an honest one who looks alike and must not be suspected. */
import { type Baseline, priorBaseline } from "../../src/detection/baseline.ts";
import type { Evidence, SessionEvidence } from "../../src/detection/evidence.ts";
import { career, classic, event, evidenceOf, ordinary, play, randomOf } from "./builders.ts";

export interface Fixture {
  readonly positive: Evidence;
  readonly lookAlike: Evidence;
  readonly baseline?: Baseline;
}

/** A scope that knows how fast its players move: 5 of its own units. */
export const movingScope: Baseline = {
  ...priorBaseline,
  version: 1,
  players: 500,
  metrics: { ...priorBaseline.metrics, movement_speed: { median: Math.log(5), between: 0.1, n: 500 } },
};

const without = (sessions: readonly SessionEvidence[], fields: Partial<SessionEvidence>): SessionEvidence[] =>
  sessions.map((session) => ({ ...session, ...fields }));

const steady = (cv: number, actionsPerMinute = 90): Evidence =>
  evidenceOf(career(12, { actionsPerMinute, actionsCv: cv }));

const toggled = {
  headshotRate: 0.85,
  headHitRate: 0.5,
  accuracy: 0.42,
  firstBulletAccuracy: 0.5,
  reactionTimeMs: 185,
};

/** Weeks in which everything is somewhat better. */
const goodWeeks = (i: number) =>
  Math.floor(i / 8) % 2 === 0
    ? {}
    : { headshotRate: 0.49, accuracy: 0.23, headHitRate: 0.19, reactionTimeMs: 232, killsPerMinute: 0.55 };

/** Sessions hour by hour, for the first `awake` hours of each day. */
function hourly(n: number, awake: number): SessionEvidence[] {
  const random = randomOf(5);
  return Array.from({ length: n }, (_, i) => {
    const day = Math.floor(i / awake);
    return play(ordinary, `h${i}`, 20 - day - (i % awake) / 24, random);
  });
}

export const fixtures: Readonly<Record<string, Fixture>> = {
  "aim.headshot-level": {
    positive: evidenceOf(career(20, { headshotRate: 0.85 })),
    // 5 of 5 is luck, not a level.
    lookAlike: evidenceOf([classic("lucky", { kills: 5, headshots: 5, headshotRate: 1 })]),
  },
  "aim.accuracy-level": {
    positive: evidenceOf(career(20, { accuracy: 0.6 })),
    lookAlike: evidenceOf(career(20, { accuracy: 0.35 })),
  },
  "aim.head-hit-level": {
    positive: evidenceOf(career(20, { headHitRate: 0.6 })),
    lookAlike: evidenceOf(career(20, { headHitRate: 0.32 })),
  },
  "aim.first-bullet-level": {
    positive: evidenceOf(career(20, { firstBulletAccuracy: 0.75 })),
    lookAlike: evidenceOf(career(20, { firstBulletAccuracy: 0.42 })),
  },
  "aim.kills-per-shot-level": {
    positive: evidenceOf(without(career(20, {}), { shotsFired: 24, shotsHit: 16, kills: 12, headshots: 5 })),
    // A sniper: few shots behind each kill.
    lookAlike: evidenceOf(without(career(20, {}), { shotsFired: 90, shotsHit: 30, kills: 12, headshots: 5 })),
  },
  "information.wallbang-level": {
    positive: evidenceOf(career(20, { wallbangKillRate: 0.4 })),
    lookAlike: evidenceOf(career(20, { wallbangKillRate: 0.09 })),
  },
  "information.kill-rate-level": {
    positive: evidenceOf(career(20, { killsPerMinute: 2.5 })),
    lookAlike: evidenceOf(career(20, { killsPerMinute: 1.05 })),
  },
  "information.kill-death-level": {
    positive: evidenceOf(career(20, { deathsPerMinute: 0.06 })),
    lookAlike: evidenceOf(career(20, { deathsPerMinute: 0.25 })),
  },
  "information.survival-level": {
    positive: evidenceOf(career(20, { deathsPerMinute: 0.06 })),
    lookAlike: evidenceOf(career(20, { deathsPerMinute: 0.3 })),
  },
  "information.damage-level": {
    positive: evidenceOf(career(20, { damagePerRound: 600 })),
    lookAlike: evidenceOf(career(20, { damagePerRound: 150 })),
  },
  "movement.speed-level": {
    baseline: movingScope,
    positive: evidenceOf(career(20, { movementSpeed: 9 })),
    lookAlike: evidenceOf(career(20, { movementSpeed: 6 })),
  },
  "reaction.floor": {
    positive: evidenceOf(career(12, { reactionTimeMs: 80 })),
    // Very fast hands, and one misread session.
    lookAlike: evidenceOf([
      ...career(12, { reactionTimeMs: 165 }),
      classic("misread", { reactionTimeMs: 60 }),
    ]),
  },
  "reaction.level": {
    positive: evidenceOf(career(12, { reactionTimeMs: 125 })),
    lookAlike: evidenceOf(career(12, { reactionTimeMs: 185 })),
  },
  "aim.change": {
    positive: evidenceOf(
      career(24, (i) => (i < 12 ? {} : { headshotRate: 0.85, accuracy: 0.5, headHitRate: 0.6 })),
    ),
    // The same climb, learned over the whole career.
    lookAlike: evidenceOf(
      career(60, (i) => ({ headshotRate: 0.3 + (0.3 * i) / 60, accuracy: 0.15 + (0.12 * i) / 60 })),
    ),
  },
  "aim.mixture": {
    // Every third session is from another hand.
    positive: evidenceOf(career(36, (i) => (i % 3 === 0 ? toggled : {}))),
    lookAlike: evidenceOf(career(48, goodWeeks)),
  },
  "aim.unevenness": {
    positive: evidenceOf(career(36, (i) => (i % 3 === 0 ? { headshotRate: 0.88, headHitRate: 0.6 } : {}))),
    lookAlike: evidenceOf(career(48, goodWeeks)),
  },
  "automation.hours": {
    positive: evidenceOf(hourly(40, 24)),
    // A long evening, eight hours of it, and sleep.
    lookAlike: evidenceOf(hourly(40, 8)),
  },
  "automation.length-steadiness": {
    positive: evidenceOf(career(14, {}).map((s, i) => ({ ...s, durationMinutes: 30 + (i % 2) / 20 }))),
    lookAlike: evidenceOf(career(14, { noise: 0.2 })),
  },
  "automation.steadiness": {
    positive: steady(0.005),
    // A routine player, steady for a person.
    lookAlike: steady(0.07),
  },
  "log.signature": {
    positive: evidenceOf(career(5, {}), [event("1", "aimbot_lock"), event("2", "speed_hack")]),
    // People naming a cheat do not make a signature.
    lookAlike: evidenceOf(career(5, {}), [
      event("1", "aimbot_lock", { source: "report" }),
      event("2", "speed_hack", { source: "report" }),
    ]),
  },
  "log.anomaly": {
    positive: evidenceOf(career(5, {}), [event("1", "headshot_spike"), event("2", "impossible_reaction")]),
    lookAlike: evidenceOf(career(5, {}), [event("1", "headshot_spike", { source: "report" })]),
  },
  "log.detector": {
    positive: evidenceOf(career(5, {}), [event("1", "macro_usage", { source: "detector" })]),
    lookAlike: evidenceOf(career(5, {}), [event("1", "macro_usage", { source: "report" })]),
  },
  "report.people": {
    positive: evidenceOf(
      career(5, {}),
      Array.from({ length: 6 }, (_, i) =>
        event(`${i}`, "manual_report", { source: "report", severity: "high" }),
      ),
    ),
    lookAlike: evidenceOf(career(5, {}), [
      event("1", "manual_report", { source: "report", severity: "low" }),
    ]),
  },
};
