/** Level: is a player's metric too good against the scope's players, given the exposure behind it? */
import { z } from "zod";
import { type Baseline, type MetricBaseline, scopeMinimum } from "../baseline.ts";
import { longRecord } from "../cells.ts";
import { type Detector, defineDetector, type Finding, judged, type Trace } from "../detector.ts";
import type { Measured } from "../measured.ts";
import { isCounted, type MeasuredLevel, type Metric, naturalOf } from "../metric.ts";
import type { Category } from "../risk.ts";
import { type Standing, standingsOf } from "../skill.ts";
import { boundedTailNats, upperTailNats } from "../tails.ts";
import { tellingSessions } from "../telling.ts";

export const levelParams = z.object({
  levelWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0.15)
    .describe(
      "Weight of the level as it is beside what skill does not explain; its variance counts double. Favours sparing the best.",
    ),
  groupWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .describe("Weight of what the metric's whole group shows together."),
  shortGroupWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("The same for records too short to tell skill."),
  aloneSds: z
    .number()
    .min(0)
    .default(3)
    .describe(
      "Sds of what skill does not explain from which people are shown a metric that stands alone in its group.",
    ),
  inflation: z.number().min(1).default(2).describe("Factor on the variance of the level as it is."),
  ordinaryNats: z
    .number()
    .min(0)
    .default(1)
    .describe("Nats that anybody shows; only what is beyond counts. Favours sparing players."),
  shortOrdinaryNats: z
    .number()
    .min(0)
    .default(1)
    .describe("The same for records too short to judge: they only rank."),
  suspectNats: z
    .number()
    .positive()
    .default(3)
    .describe("Nats beyond the ordinary from which people are shown the finding: about 1 in 55."),
});
type LevelParams = z.output<typeof levelParams>;

interface LevelCard {
  readonly id: string;
  readonly metric: Metric;
  readonly category: Category;
  /** Nats that anybody shows, where skill says nothing about the metric. */
  readonly ordinaryNats?: number;
  readonly summary: string;
  readonly sources: readonly string[];
  readonly knownFalsePositives: readonly string[];
}

const two = (value: number): number => Number(value.toPrecision(3));

/** Sds beyond the scope's players: what skill does not explain, and a damped share of the level itself. */
function judgedZ({ z, residual, group }: Standing, p: LevelParams, short: boolean): number {
  const damped = Math.sqrt(p.inflation);
  // One or two sessions tell a habit from skill no better than they tell skill: the level itself ranks best.
  if (short) return ((1 - p.shortGroupWeight) * z + p.shortGroupWeight * group) / damped;
  const own = 1 - p.levelWeight - p.groupWeight;
  return own * residual + p.groupWeight * group + (p.levelWeight * z) / damped;
}

function traceOf(
  metric: Metric,
  level: MeasuredLevel,
  scope: MetricBaseline,
  measured: Measured,
  z: number,
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
    tailNats: boundedTailNats(z),
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
  const standing = standingsOf(measured, baseline).get(metric.id);
  // On the ordinary side of the scope it shows nothing, whatever its group does: the others say that for themselves.
  if (standing === undefined || standing.z <= 0) return { outcome: "clear", trace: null };
  const short = measured.active.length < longRecord;
  const z = judgedZ(standing, params, short);
  const ordinary = card.ordinaryNats ?? (short ? params.shortOrdinaryNats : params.ordinaryNats);
  const nats = Math.max(0, upperTailNats(z) - ordinary);
  if (nats === 0) return { outcome: "clear", trace: null };
  const shownFrom = standing.residual >= params.aloneSds ? 0 : params.suspectNats;
  return judged(card.category, traceOf(metric, level, scope, measured, z, nats), shownFrom);
}

/** The level detector of one metric. */
export function levelDetector(card: LevelCard): Detector {
  const { metric, ...about } = card;
  return defineDetector({
    ...about,
    version: 3,
    family: metric.group,
    metricId: metric.id,
    minimumEvidence: `${metric.minimumExposure} ${metric.exposureUnit}${metric.scopeOnly ? `, ${scopeMinimum} players in the scope` : ""}`,
    params: levelParams,
    evaluate: (measured, baseline, params) => judgeLevel(card, measured, baseline, params),
  });
}
