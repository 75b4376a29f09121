/**
 * Scores a whole population the way the service does: every standing through the pure core, levels folded into the
 * scope's histogram, baseline refreshed, and again until neither has anything to do. This file is the only one here
 * that knows the core's API.
 */
import {
  addDelta,
  type Baseline,
  deltaOf,
  type Histogram,
  type HistogramDelta,
  mergeDeltas,
  type Placed,
  playersIn,
  priorBaseline,
  refreshedBaseline,
} from "../../detection/baseline.ts";
import { type Profile, shooter } from "../../detection/profile.ts";
import type { Confidence } from "../../detection/risk.ts";
import { scoreEvidence } from "../../detection/score.ts";
import type { Standing } from "./roster.ts";

export interface StandingScore {
  readonly standing: Standing;
  /** Points, 0..100. */
  readonly risk: number;
  readonly confidence: Confidence;
  readonly calibrated: boolean;
}

export interface PopulationScores {
  readonly scores: readonly StandingScore[];
  readonly scopes: number;
  /** Times that any scope was scored; the first is by the prior baseline. */
  readonly rounds: number;
  /** Did scores and baselines come to rest within the rounds allowed? */
  readonly settled: boolean;
  /** Scorings done over all rounds. */
  readonly scorings: number;
}

interface Scored extends StandingScore, Placed {}

interface Scope {
  readonly standings: readonly Standing[];
  readonly profile: Profile;
  baseline: Baseline;
  histogram: Histogram | null;
  scored: Scored[];
}

/** Neutral, as in the service until servers and reporters are rated. */
const neutral = { events: [], serverTrusted: true, reporterCredibility: 0.5 } as const;
const mostRounds = 5;

function scoreStanding(standing: Standing, { baseline, profile }: Scope, asOfMs: number): Scored {
  const { game, mode, sessions } = standing;
  const score = scoreEvidence({ game, mode, asOfMs, sessions, ...neutral }, baseline, profile);
  const { confidence, calibrated, statistics } = score;
  return { standing, risk: score.risk / 100, confidence, calibrated, statistics };
}

/** Halves at a time: adding players one by one would copy the whole histogram for each. */
function mergeAll(deltas: readonly HistogramDelta[]): HistogramDelta {
  if (deltas.length <= 1) return deltas[0] ?? {};
  const middle = deltas.length >> 1;
  return mergeDeltas(mergeAll(deltas.slice(0, middle)), mergeAll(deltas.slice(middle)));
}

/** Scores a scope by its baseline and refreshes that; false if the baseline has nothing to do. */
function advance(scope: Scope, asOfMs: number, onScored: () => void): boolean {
  const before = scope.scored;
  scope.scored = scope.standings.map((standing) => {
    const scored = scoreStanding(standing, scope, asOfMs);
    onScored();
    return scored;
  });
  const deltas = scope.scored.map((scored, i) => deltaOf(before[i] ?? null, scored, scope.profile));
  scope.histogram = addDelta(scope.histogram, mergeAll(deltas));
  const players = playersIn(scope.histogram);
  const renewed = refreshedBaseline(scope.baseline, scope.histogram, players, scope.profile);
  if (renewed === null) return false;
  scope.baseline = renewed;
  return true;
}

function scopesOf(standings: readonly Standing[], profile: Profile): Scope[] {
  const groups = Map.groupBy(standings, ({ game, mode }) => `${game}\n${mode}`);
  return [...groups.values()].map((members) => ({
    standings: members,
    profile,
    baseline: priorBaseline,
    histogram: null,
    scored: [],
  }));
}

/** @param onScored told after each scoring; there are up to five per standing */
export function scorePopulation(
  standings: readonly Standing[],
  asOfMs: number,
  onScored: () => void = () => {},
  profile: Profile = shooter,
): PopulationScores {
  const scopes = scopesOf(standings, profile);
  let due = scopes;
  let rounds = 0;
  let scorings = 0;
  while (due.length > 0 && rounds < mostRounds) {
    due = due.filter((scope) => {
      scorings += scope.standings.length;
      return advance(scope, asOfMs, onScored);
    });
    rounds += 1;
  }
  const scores = scopes.flatMap(({ scored }) => scored);
  return { scores, scopes: scopes.length, rounds, settled: due.length === 0, scorings };
}
