/** A chart over a table: the table holds the numbers, and a script draws them with uPlot where scripts run. */
import type { FC, PropsWithChildren } from "hono/jsx";

/**
 * `timeline`: sessions over an honest range; `steps`: a history; `bars`: a distribution; `days`: a count a day, where
 * `data-x` is the day since the epoch.
 */
export type ChartKind = "timeline" | "steps" | "bars" | "days";

interface ChartProps {
  readonly id: string;
  readonly kind: ChartKind;
  readonly title: string;
  /** What the chart shows, in a sentence: for those who do not see it, and for those who do. */
  readonly summary: string;
  /** What the values are counted in. */
  readonly unit: string;
  /** `percent`: values are shares, shown in percent. */
  readonly format?: "percent" | "plain";
}

/** The table goes in as children: rows with `data-x` and `data-y`, and what else the kind of chart reads. */
export const Chart: FC<PropsWithChildren<ChartProps>> = (props) => {
  const { id, kind, title, summary, unit, format = "plain", children } = props;
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
        <p class="muted small">{summary}</p>
      </figcaption>
      <div
        class={`plot plot-${kind}`}
        role="img"
        aria-label={`${title}. ${summary}`}
        data-chart={kind}
        data-unit={unit}
        data-format={format}
      />
      <details class="numbers-behind">
        <summary>Numbers</summary>
        <section class="scroll" tabindex={0} aria-label={`Numbers of ${title}`}>
          {children}
        </section>
      </details>
    </figure>
  );
};
