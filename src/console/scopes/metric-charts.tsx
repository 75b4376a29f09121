/** The baselines of a scope: a table of all metrics, and a histogram of each that players have. */
import type { FC } from "hono/jsx";
import type { Metric } from "../../detection/metric.ts";
import { Chart } from "../blocks/chart.tsx";
import { metricTitle, unitOf } from "../blocks/metric-title.ts";
import { Table } from "../blocks/table.tsx";
import { groupTitles } from "../detectors/parts.tsx";
import { countText, Text } from "../text.tsx";
import type { MetricBar, ScopeMetric, Zone } from "./metrics.ts";

const isShare = ({ kind }: Metric): boolean => kind === "proportion";

const numberOf = (value: number, metric: Metric): string =>
  String(Number((isShare(metric) ? value * 100 : value).toPrecision(3)));
const valueText = (value: number, metric: Metric): string =>
  isShare(metric) ? `${numberOf(value, metric)} %` : `${numberOf(value, metric)}${unitOf(metric)}`;

const sides = { high: "too high", low: "too low", steady: "too steady" } as const;

/** What the baseline is made from, and what is missing. */
function madeFrom({ metric, n, missing, isNew }: ScopeMetric): string {
  if (isNew) return "not judged before the next refresh";
  if (missing > 0) return `not judged: ${countText(missing)} more players needed`;
  if (n === 0) return "the prior alone";
  return metric.scopeOnly ? "players" : "players and prior";
}

const Row: FC<{ shown: ScopeMetric }> = ({ shown }) => {
  const { metric, n, levels } = shown;
  return (
    <tr data-row>
      <th scope="row">
        {shown.bars.length === 0 ? (
          <Text value={metric.label} />
        ) : (
          <a class="player-link" href={`#metric-${metric.id}`}>
            <Text value={metric.label} />
          </a>
        )}
        <div class="muted small">
          {groupTitles[metric.group]}, {sides[metric.direction]}
        </div>
      </th>
      <td data-label="Players">{countText(n)}</td>
      <td data-label="Median">{levels === null ? "–" : valueText(levels.median, metric)}</td>
      <td data-label="5 to 95 %">
        {levels === null ? "–" : `${numberOf(levels.low, metric)} to ${valueText(levels.high, metric)}`}
      </td>
      <td data-label="1 in 1,000">
        {levels === null || levels.rare === null ? "–" : valueText(levels.rare, metric)}
      </td>
      <td data-label="Made from">{madeFrom(shown)}</td>
    </tr>
  );
};

export const BaselineTable: FC<{ metrics: readonly ScopeMetric[] }> = ({ metrics }) => (
  <Table
    class="baselines numbers"
    caption="Levels of honest players, without the chance in few sessions. 1 in 1,000 goes beyond the last on the side of cheats."
    columns={[
      { title: "Metric" },
      { title: "Players", class: "w-count" },
      { title: "Median", class: "w-value" },
      { title: "5 to 95 %", class: "w-range" },
      { title: "1 in 1,000", class: "w-value" },
      { title: "Made from", class: "w-range" },
    ]}
  >
    {metrics.map((shown) => (
      <Row shown={shown} />
    ))}
  </Table>
);

const zoneTexts: Readonly<Record<Zone, string>> = {
  usual: "5 to 95 %",
  outside: "outside",
  rare: "beyond 1 in 1,000",
};

function barText({ from, to }: MetricBar, metric: Metric): string {
  if (from === null && to === null) return "all";
  if (from === null) return `below ${valueText(to ?? 0, metric)}`;
  return to === null
    ? `${valueText(from, metric)} and more`
    : `${numberOf(from, metric)} to ${valueText(to, metric)}`;
}

const Bar: FC<{ bar: MetricBar; place: number; metric: Metric; all: number }> = (props) => {
  const { bar, place, metric, all } = props;
  const { from, players, zone } = bar;
  return (
    <tr
      data-x={place}
      data-y={players}
      data-tick={from === null ? "" : numberOf(from, metric)}
      data-range={zone === "usual" ? undefined : zone}
    >
      <th scope="row">{barText(bar, metric)}</th>
      <td>{countText(players)}</td>
      <td>{((100 * players) / all).toFixed(1)} %</td>
      <td>{zoneTexts[zone]}</td>
    </tr>
  );
};

function summaryOf({ metric, players, levels, missing, isNew }: ScopeMetric): string {
  const counted = `${countText(players)} ${players === 1 ? "player" : "players"}`;
  if (isNew) return `${counted}. Not judged before the next refresh.`;
  if (levels === null) return `${counted}. Not judged: ${countText(missing)} more are needed.`;
  const { median, low, high, rare } = levels;
  const beyond = rare === null ? "" : `, 1 in 1,000 beyond ${valueText(rare, metric)}`;
  return `${counted}. Median ${valueText(median, metric)}, 5 to 95 % from ${numberOf(low, metric)} to ${valueText(high, metric)}${beyond}.`;
}

const MetricChart: FC<{ shown: ScopeMetric }> = ({ shown }) => {
  const { metric, bars, players } = shown;
  return (
    <Chart
      id={`metric-${metric.id}`}
      kind="bars"
      title={isShare(metric) ? `${metric.label}, %` : metricTitle(metric)}
      summary={summaryOf(shown)}
      unit="players"
    >
      <Table
        class="numbers compact"
        caption="Bars are equally wide on the scale that scores compare, the logarithm (of a share: the logit)."
        columns={["Level", "Players", "Share", "Where"].map((title) => ({ title }))}
      >
        {bars.map((bar, place) => (
          <Bar bar={bar} place={place} metric={metric} all={players} />
        ))}
      </Table>
    </Chart>
  );
};

const Legend: FC = () => (
  <ul class="legend small">
    <li class="key key-usual">Honest players, 5 to 95 %</li>
    <li class="key key-outside">Outside</li>
    <li class="key key-beyond">Beyond 1 in 1,000</li>
  </ul>
);

export const MetricCharts: FC<{ metrics: readonly ScopeMetric[] }> = ({ metrics }) => {
  const drawn = metrics.filter(({ bars }) => bars.length > 0);
  return drawn.length === 0 ? null : (
    <section aria-labelledby="histograms">
      <h2 id="histograms">Where players stand</h2>
      <p class="muted small lead">
        Each counted player once, suspects too, at the level that its sessions show. Chance in few sessions
        spreads them beyond the honest range.
      </p>
      <Legend />
      <div class="charts">
        {drawn.map((shown) => (
          <MetricChart shown={shown} />
        ))}
      </div>
    </section>
  );
};
