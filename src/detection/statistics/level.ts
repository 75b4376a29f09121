/** Level: is a player's metric too good against the scope's players, given the exposure behind it? */
import { z } from "zod";
import { type Baseline, type MetricBaseline, scopeMinimum } from "../baseline.ts";
import { type Detector, defineDetector, type Finding, judged, type Trace } from "../detector.ts";
import type { Measured } from "../measured.ts";
import { isCounted, type MeasuredLevel, type Metric, naturalOf } from "../metric.ts";
import type { Category } from "../risk.ts";
import { upperTailNats } from "../tails.ts";
import { tellingSessions } from "../telling.ts";

export const levelParams = z.object({
  /** Factor on the between-player variance. Skill is no evidence: two or more keeps the best players out. */
  inflation: z.number().min(1).default(2),
  /** Nats that anybody shows; only what is beyond counts. Favours sparing players. */
  ordinaryNats: z.number().min(0).default(1),
  /** Nats beyond the ordinary from which people are shown the finding: about 1 in 55 of the inflated spread. */
  suspectNats: z.number().positive().default(3),
});
type LevelParams = z.output<typeof levelParams>;

interface LevelCard {
  readonly id: string;
  readonly metric: Metric;
  readonly category: Category;
  readonly summary: string;
  readonly sources: readonly string[];
  readonly knownFalsePositives: readonly string[];
}

const two = (value: number): number => Number(value.toPrecision(3));

/** Unfaded nats of a level beyond the ordinary. */
function surpriseOf(
  metric: Metric,
  level: MeasuredLevel,
  scope: MetricBaseline,
  params: LevelParams,
): number {
  const sign = metric.direction === "low" ? -1 : 1;
  const spread = Math.sqrt(params.inflation * scope.between ** 2 + level.variance);
  return Math.max(0, upperTailNats((sign * (level.level - scope.median)) / spread) - params.ordinaryNats);
}

function traceOf(
  metric: Metric,
  level: MeasuredLevel,
  scope: MetricBaseline,
  measured: Measured,
  nats: number,
): Trace {
  const telling = tellingSessions(metric, measured, scope.median);
  const observed = two(naturalOf(metric.kind, level.level));
  const median = two(naturalOf(metric.kind, scope.median));
  const exposure = Math.round(level.exposure);
  // "Kills per minute 1.2 kills per minute" says it twice; only values need their unit spoken.
  const spoken = isCounted(metric) ? "" : ` ${metric.unit}`;
  return {
    surprise: nats * telling.fade,
    observed,
    unit: metric.unit,
    median,
    exposure,
    sinceMs: telling.sinceMs,
    sessionIds: telling.sessionIds,
    sentence: `${metric.label} ${observed}${spoken} over ${exposure} ${metric.exposureUnit}; the scope's median is ${median}.`,
  };
}

function judgeLevel(card: LevelCard, measured: Measured, baseline: Baseline, params: LevelParams): Finding {
  const { metric } = card;
  const level = measured.levels.get(metric.id);
  const scope = baseline.metrics[metric.id];
  if (level === undefined || level.exposure < metric.minimumExposure) {
    return { outcome: "insufficient", reason: `fewer than ${metric.minimumExposure} ${metric.exposureUnit}` };
  }
  if (scope === undefined || (metric.scopeOnly && scope.n < scopeMinimum)) {
    return { outcome: "insufficient", reason: `fewer than ${scopeMinimum} players in the scope` };
  }
  const nats = surpriseOf(metric, level, scope, params);
  if (nats === 0) return { outcome: "clear", trace: null };
  return judged(card.category, traceOf(metric, level, scope, measured, nats), params.suspectNats);
}

/** The level detector of one metric. */
export function levelDetector(card: LevelCard): Detector {
  const { metric, ...about } = card;
  return defineDetector({
    ...about,
    version: 1,
    family: metric.group,
    minimumEvidence: `${metric.minimumExposure} ${metric.exposureUnit}${metric.scopeOnly ? `, ${scopeMinimum} players in the scope` : ""}`,
    params: levelParams,
    evaluate: (measured, baseline, params) => judgeLevel(card, measured, baseline, params),
  });
}
