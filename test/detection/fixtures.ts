/** For every detector: a player it must suspect, and an honest one who looks alike and must not be suspected. */
import { type Baseline, priorBaseline } from "../../src/detection/baseline.ts";
import type { Evidence, SessionEvidence } from "../../src/detection/evidence.ts";
import { career, classic, event, evidenceOf } from "./builders.ts";

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
    positive: evidenceOf(without(career(20, {}), { shotsFired: 40, shotsHit: 20, kills: 12, headshots: 5 })),
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
    positive: evidenceOf(career(20, { damagePerRound: 350 })),
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
