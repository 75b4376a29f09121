/** Every metric of a scope: what its baseline says, and where its players stand. */
import { type Baseline, type MetricBaseline, scopeMinimum } from "../../detection/baseline.ts";
import { binWidth } from "../../detection/cells.ts";
import type { Histogram } from "../../detection/histogram.ts";
import { type Metric, naturalOf } from "../../detection/metric.ts";
import type { Profile } from "../../detection/profile.ts";
import { type Binned, binned, quantile } from "../../detection/quantile.ts";
import { classCount } from "../../detection/size-class.ts";

/** Standard normal quantiles of 5 and 95 %, and of 1 in 1,000. */
const rangeZ = 1.6449;
const rareZ = 3.0902;
const maxBars = 24;
/** What lies beyond these shares of the players is collected in the first and the last bar. */
const drawn = { from: 0.005, to: 0.995 } as const;

/** Of honest players' levels, in natural units. */
export interface HonestLevels {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** One honest player in 1,000 goes beyond; null for metrics that no cheat moves one way. */
  readonly rare: number | null;
}

export type Zone = "usual" | "outside" | "rare";

export interface MetricBar {
  /** Natural units; null: no end. */
  readonly from: number | null;
  readonly to: number | null;
  readonly players: number;
  readonly zone: Zone;
}

export interface ScopeMetric {
  readonly metric: Metric;
  /** Players behind the baseline; 0: it is the profile's prior. */
  readonly n: number;
  /** Null: only the scope's own players can say what is usual, and they are too few. */
  readonly levels: HonestLevels | null;
  /** How many more players it takes until the metric is judged. */
  readonly missing: number;
  /** Whether the baseline is older than the metric's declaration; the next refresh mends that. */
  readonly isNew: boolean;
  /** Players in the histogram, which may be newer than the baseline. */
  readonly players: number;
  readonly bars: readonly MetricBar[];
}

/** On the metric's own scale. */
interface Edges {
  readonly low: number;
  readonly high: number;
  readonly rare: number | null;
}

function edgesOf({ direction }: Metric, { median, between }: MetricBaseline): Edges {
  const rare = direction === "steady" ? null : median + (direction === "low" ? -rareZ : rareZ) * between;
  return { low: median - rangeZ * between, high: median + rangeZ * between, rare };
}

function zoneOf({ direction }: Metric, { low, high, rare }: Edges, level: number): Zone {
  if (rare !== null && (direction === "low" ? level < rare : level > rare)) return "rare";
  return level < low || level > high ? "outside" : "usual";
}

/** Bars of equal width on the metric's own scale, so that no player is split between two. */
function barsOf(metric: Metric, values: Binned, edges: Edges | null): MetricBar[] {
  if (values.n === 0) return [];
  const first = Math.floor(quantile(values, drawn.from, binWidth) / binWidth);
  const last = Math.max(first, Math.ceil(quantile(values, drawn.to, binWidth) / binWidth) - 1);
  const bins = Math.ceil((last - first + 1) / maxBars);
  const count = Math.ceil((last - first + 1) / bins);
  const players = new Array<number>(count).fill(0);
  for (const [bin, n] of values.counts) {
    const place = Math.min(count - 1, Math.max(0, Math.floor((bin - first) / bins)));
    players[place] = (players[place] ?? 0) + n;
  }
  const natural = (place: number) => naturalOf(metric.kind, (first + place * bins) * binWidth);
  return players.map((n, place) => ({
    from: place === 0 ? null : natural(place),
    to: place === count - 1 ? null : natural(place + 1),
    players: n,
    zone: edges === null ? "usual" : zoneOf(metric, edges, (first + (place + 0.5) * bins) * binWidth),
  }));
}

function metricOf(metric: Metric, baseline: Baseline, histogram: Histogram): ScopeMetric {
  const known = baseline.metrics[metric.id];
  const n = known?.n ?? 0;
  const missing = metric.scopeOnly ? Math.max(0, scopeMinimum - n) : 0;
  const edges = known === undefined || missing > 0 ? null : edgesOf(metric, known);
  const at = (level: number) => naturalOf(metric.kind, level);
  const values = binned(Array.from({ length: classCount }, (_, index) => histogram[`${metric.id}@${index}`]));
  return {
    metric,
    n,
    missing,
    isNew: known === undefined,
    levels:
      edges === null || known === undefined
        ? null
        : {
            median: at(known.median),
            low: at(edges.low),
            high: at(edges.high),
            rare: edges.rare === null ? null : at(edges.rare),
          },
    players: values.n,
    bars: barsOf(metric, values, edges),
  };
}

/** In the order of the profile. */
export const metricsOf = (profile: Profile, baseline: Baseline, histogram: Histogram): ScopeMetric[] =>
  profile.metrics.map((metric) => metricOf(metric, baseline, histogram));
