/** The four plots of a report: ROC twice, scores by label, promised against observed. */
import type { Subset } from "./evaluation.ts";
import { type Judged, risksOf } from "./judged.ts";
import { labelValues } from "./labels.ts";
import { type RocPoint, rocCurve } from "./metrics.ts";
import { calibrationOf, promises } from "./promise.ts";
import { axis, type ChartOption, decadeBelow, percentTick } from "./svg.ts";

/** Okabe and Ito's colours, which hold for colour-blind readers too. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"] as const;
const labelColours = { clean: "#0072b2", cheater: "#d55e00", unverified: "#999999" } as const;

type Pair = [number, number];

/** Leaves out points that nobody could tell from the one before; the last always stays. */
function thinned(points: readonly Pair[], apart: (a: Pair, b: Pair) => boolean): Pair[] {
  const kept: Pair[] = [];
  for (const [i, point] of points.entries()) {
    const last = kept.at(-1);
    if (last === undefined || i === points.length - 1 || apart(last, point)) kept.push(point);
  }
  return kept;
}

interface Curve {
  readonly name: string;
  readonly points: readonly RocPoint[];
}

/** ROC curves of the subsets that have both clean players and cheaters. */
function curvesOf(subsets: readonly Subset[]): Curve[] {
  return subsets.flatMap(({ name, players }) => {
    const [cheaters, clean] = [risksOf(players, "cheater"), risksOf(players, "clean")];
    return cheaters.length > 0 && clean.length > 0 ? [{ name, points: rocCurve(cheaters, clean) }] : [];
  });
}

/** Straight between points: a tie of many players is a slope, as the area counts it. */
const line = (name: string, data: readonly Pair[], color: string | undefined) => ({
  type: "line",
  name,
  data,
  color,
  showSymbol: false,
  lineStyle: { width: 2 },
});

const guide = (data: readonly Pair[]) => ({
  type: "line",
  data,
  silent: true,
  showSymbol: false,
  color: "#9ca3af",
  lineStyle: { type: "dashed", width: 1 },
});

const recallAxis = axis("Share of cheaters caught", { min: 0, max: 1, nameGap: 46 });

export function rocLinear(subsets: readonly Subset[]): ChartOption {
  const series = curvesOf(subsets).map(({ name, points }, i) => {
    const pairs = points.map((point): Pair => [point.falsePositives, point.recall]);
    const far = (a: Pair, b: Pair) => b[0] - a[0] > 0.002 || b[1] - a[1] > 0.002;
    return line(name, thinned(pairs, far), colours[i % colours.length]);
  });
  const diagonal = guide([
    [0, 0],
    [1, 1],
  ]);
  return {
    xAxis: axis("Share of clean players accused", { min: 0, max: 1 }),
    yAxis: recallAxis,
    series: [...series, diagonal],
  };
}

/** False positives on a logarithmic axis: the part that a studio lives in. */
export function rocLog(subsets: readonly Subset[]): ChartOption {
  const most = Math.max(1, ...subsets.map(({ players }) => risksOf(players, "clean").length));
  const min = Math.min(0.1, decadeBelow(1 / most));
  const series = curvesOf(subsets).map(({ name, points }, i) => {
    const pairs = points.map((point): Pair => [Math.max(min, point.falsePositives), point.recall]);
    const far = (a: Pair, b: Pair) => b[0] / a[0] > 1.01 || b[1] - a[1] > 0.002;
    return line(name, thinned(pairs, far), colours[i % colours.length]);
  });
  const formatter = percentTick;
  return {
    xAxis: axis("Share of clean players accused", { type: "log", min, max: 1, axisLabel: { formatter } }),
    yAxis: recallAxis,
    series,
  };
}

const binPoints = 5;

/** How the scores of each label are spread, in bins of 5 points, on a logarithmic axis. */
export function scoresByLabel(players: readonly Judged[]): ChartOption {
  const bins = Array.from({ length: 100 / binPoints }, (_, i) => i * binPoints);
  const series = labelValues.flatMap((label) => {
    const risks = risksOf(players, label);
    if (risks.length === 0) return [];
    const data = bins.map((from) => {
      const inside = risks.filter((risk) => Math.min(99.99, risk) >= from && risk < from + binPoints).length;
      return inside === 0 ? null : inside / risks.length;
    });
    return [{ type: "bar", name: `${label} (${risks.length})`, data, color: labelColours[label], barGap: 0 }];
  });
  const least = Math.min(0.1, decadeBelow(1 / Math.max(1, players.length)));
  const axisLabel = { formatter: percentTick };
  return {
    xAxis: axis("Risk, from", { type: "category", data: bins.map(String) }),
    yAxis: axis("Share of the label's players", {
      type: "log",
      min: least,
      max: 1,
      nameGap: 50,
      startValue: least,
      axisLabel,
    }),
    series,
  };
}

/** What the chart hands to `renderItem`, as far as it is used. */
interface Drawing {
  value(dimension: number): number;
  coord(point: Pair): Pair;
}

function whisker(_: unknown, drawing: Drawing) {
  const x = drawing.value(0);
  const [x1, y1] = drawing.coord([x, drawing.value(1)]);
  const [x2, y2] = drawing.coord([x, drawing.value(2)]);
  return { type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: "#0072b2", lineWidth: 1.2 } };
}

/** Promised against observed share of clean players; below the diagonal the promise is kept. */
export function promisePlot(players: readonly Judged[]): ChartOption {
  const points = calibrationOf(risksOf(players, "clean"));
  const min = 1e-5;
  const up = (share: number) => Math.max(min, share);
  const named = new Set<number>(promises.map(({ risk }) => risk));
  const dots = points.map(({ risk, promised, observed }) => ({
    value: [promised, up(observed.value)],
    symbolSize: named.has(risk) ? 11 : 5,
    label: { show: named.has(risk), formatter: `${risk}`, position: "right", fontWeight: "bold" },
  }));
  const whiskers = points.map(({ promised, observed }) => [promised, up(observed.low), up(observed.high)]);
  const more = { type: "log", min, max: 1, axisLabel: { formatter: percentTick } };
  return {
    xAxis: axis("Promised: clean players at this risk or above", more),
    yAxis: axis("Observed", { ...more, nameGap: 54 }),
    series: [
      { type: "custom", data: whiskers, renderItem: whisker, encode: { x: 0, y: [1, 2] } },
      { type: "scatter", data: dots, color: "#0072b2" },
      guide([
        [min, min],
        [1, 1],
      ]),
    ],
  };
}
