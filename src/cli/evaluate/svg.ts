/** Charts drawn on the server, without a DOM, by Apache ECharts (Apache-2.0). */
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

export type ChartOption = EChartsCoreOption;

const size = { width: 560, height: 420 } as const;

/** The same option, the same SVG. */
export function svgOf(option: ChartOption): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: "system-ui, sans-serif" },
    grid: { left: 66, right: 20, top: 44, bottom: 54 },
    // Without a DOM the width of text is a guess, so entries stand well apart.
    legend: { top: 6, itemHeight: 8, itemGap: 36 },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/** An axis with its name in the middle; logarithmic ones say where they begin. */
export function axis(name: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    type: "value",
    name,
    nameLocation: "middle",
    nameGap: 34,
    splitLine: { lineStyle: { color: "#e5e7eb" } },
    ...more,
  };
}

/** Shares as percent: 0.001 is `0.1 %`. */
export const percentTick = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** The share that 10^-n is just below or at: where a logarithmic axis begins. */
export const decadeBelow = (share: number): number => 10 ** Math.floor(Math.log10(share) + 1e-9);
