/** Change: a step in a metric's level between the sessions before and after one moment. */
import { countLevel, countVariance, type Metric, type Samples } from "../metric.ts";
import { upperTailNats } from "../tails.ts";

export interface StepRules {
  /** Sessions that have the metric, needed on either side. */
  readonly minSessions: number;
  /** Sessions looked at on either side: near ones alone, so that a slow climb shows as little. */
  readonly windowSessions: number;
  /** Step (on the metric's scale) that learning, a good week or new hardware makes; only what is beyond counts. */
  readonly allowance: number;
}

export interface Step {
  readonly metric: Metric;
  readonly before: number;
  readonly after: number;
  /** Exposure after the step. */
  readonly exposure: number;
  /** Unfaded nats for a step beyond the allowance at this one moment. */
  readonly nats: number;
}

interface Window {
  amount: number;
  exposure: number;
  sessions: number;
}

function windowOf(samples: Samples, from: number, to: number): Window {
  const window = { amount: 0, exposure: 0, sessions: 0 };
  for (let i = Math.max(0, from); i < Math.min(to, samples.exposure.length); i++) {
    const exposure = samples.exposure[i] ?? 0;
    if (exposure === 0) continue;
    window.amount += samples.amount[i] ?? 0;
    window.exposure += exposure;
    window.sessions += 1;
  }
  return window;
}

/** The step up of a counted metric at `split` (index of the first session after); null when there is none to speak of. */
export function stepAt(metric: Metric, samples: Samples, split: number, rules: StepRules): Step | null {
  const earlier = windowOf(samples, split - rules.windowSessions, split);
  const later = windowOf(samples, split, split + rules.windowSessions);
  if (Math.min(earlier.sessions, later.sessions) < rules.minSessions) return null;
  const before = countLevel(metric, earlier.amount, earlier.exposure);
  const after = countLevel(metric, later.amount, later.exposure);
  const beyond = after - before - rules.allowance;
  if (beyond <= 0) return null;
  const variance =
    countVariance(metric, before, earlier.exposure, earlier.sessions) +
    countVariance(metric, after, later.exposure, later.sessions);
  return {
    metric,
    before,
    after,
    exposure: later.exposure,
    nats: upperTailNats(beyond / Math.sqrt(variance)),
  };
}
