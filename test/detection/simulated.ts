/** Simulated players as the core takes them, and the rounds of scoring and refreshing that bring a scope to rest. */
import { simulatePlayers } from "../../src/cli/simulate/population.ts";
import {
  type Baseline,
  deltaOf,
  type Histogram,
  mergeDeltas,
  playersIn,
  priorBaselineOf,
  refreshedBaseline,
} from "../../src/detection/baseline.ts";
import type { Evidence, SessionEvidence } from "../../src/detection/evidence.ts";
import { type Profile, shooter } from "../../src/detection/profile.ts";
import type { Score } from "../../src/detection/risk.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { evidenceOf } from "./builders.ts";

const nowMs = Date.parse("2026-11-01T00:00:00Z");

export interface Simulated {
  readonly evidence: Evidence;
  readonly cheat: boolean;
}

export function population(seed: number, players: number, prevalence: number): Simulated[] {
  return [...simulatePlayers({ seed, players, prevalence, nowMs })].map(({ label, rows }) => ({
    cheat: label.label === "cheater",
    evidence: {
      ...evidenceOf(
        rows.slice(-100).map(
          (row): SessionEvidence => ({
            sessionId: row.session_id,
            recordedAtMs: Date.parse(row.recorded_at),
            durationMinutes: row.duration_minutes ?? null,
            actionsPerMinute: row.actions_per_minute ?? null,
            headshotRate: row.headshot_rate ?? null,
            reactionTimeMs: row.reaction_time_ms ?? null,
            kills: row.kills ?? null,
            deaths: row.deaths ?? null,
            headshots: row.headshots ?? null,
            shotsFired: row.shots_fired ?? null,
            shotsHit: row.shots_hit ?? null,
            movementSpeed: row.movement_speed ?? null,
            metrics: row.metrics ?? {},
          }),
        ),
      ),
      asOfMs: nowMs,
    },
  }));
}

export interface Settled {
  readonly baseline: Baseline;
  readonly histogram: Histogram;
  readonly scores: readonly Score[];
  /** Rescorings until the refresh had nothing to do. */
  readonly rounds: number;
}

/** Rescore and refresh in turn, as the sweep and the baseline job do. */
export function settle(
  players: readonly Simulated[],
  profile: Profile = shooter,
  from: Baseline = priorBaselineOf(profile),
): Settled {
  let baseline = from;
  let histogram: Histogram = {};
  let before: readonly Score[] = [];
  for (let rounds = 1; rounds <= 6; rounds++) {
    const scores = players.map(({ evidence }) => scoreEvidence(evidence, baseline, profile));
    histogram = mergeDeltas(histogram, ...scores.map((score, i) => deltaOf(before[i] ?? null, score)));
    before = scores;
    const next = refreshedBaseline(baseline, histogram, playersIn(histogram), profile);
    if (next === null) return { baseline, histogram, scores, rounds };
    baseline = next;
  }
  throw new Error("scores and baselines did not come to rest");
}
