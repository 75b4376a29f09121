/** Sessions and new flags, day by day. */
import type { FC } from "hono/jsx";
import { isoOf } from "../../actions/answers.ts";
import { dayMs } from "../../actions/watch/overview-counts.ts";
import type { Person } from "../../env.ts";
import { Chart } from "../blocks/chart.tsx";
import { columnsOf, Table } from "../blocks/table.tsx";
import { countText, Time } from "../text.tsx";
import { hrefOf, Way } from "./links.tsx";
import type { Overview, Trend } from "./load.ts";

interface DaysProps {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly summary: string;
  readonly trend: readonly Trend[];
  readonly of: "sessions" | "flags";
}

const Days: FC<DaysProps> = ({ id, title, unit, summary, trend, of }) => (
  <Chart id={id} kind="days" title={title} summary={summary} unit={unit}>
    <Table class="numbers compact" caption="By UTC day, the last so far." columns={columnsOf("Day", title)}>
      {trend.map((one) => (
        <tr data-x={one.day} data-y={one[of]}>
          <th scope="row">{isoOf(one.day * dayMs).slice(0, 10)}</th>
          <td>{countText(one[of])}</td>
        </tr>
      ))}
    </Table>
  </Chart>
);

const sumOf = (trend: readonly Trend[], of: "sessions" | "flags") =>
  trend.reduce((total, one) => total + one[of], 0);
const saidOf = (trend: readonly Trend[], of: "sessions" | "flags") =>
  `${countText(sumOf(trend, of))} in ${trend.length} days, ${countText(trend.at(-1)?.[of] ?? 0)} today.`;

export const Trends: FC<{ overview: Overview; viewer: Person }> = ({ overview, viewer }) => {
  const { trend, bands, game } = overview;
  return (
    <section aria-labelledby="trends">
      <div class="panel-head">
        <h2 id="trends">Over four weeks</h2>
        <span class="ways-on">
          <Way viewer={viewer} route="GET /scopes" href={hrefOf("/scopes", { game })} title="Scopes" />
          <Way
            viewer={viewer}
            route="GET /detectors"
            href={hrefOf("/detectors", { game })}
            title="Detectors"
          />
        </span>
      </div>
      {trend === null ? (
        <div class="empty">
          <p class="empty-title">Not counted yet</p>
          <p>Days are counted every five minutes, with the sweep. Reload then.</p>
        </div>
      ) : (
        <>
          <div class="charts">
            <Days
              id="sessions-days"
              title="Sessions"
              unit="sessions"
              trend={trend}
              of="sessions"
              summary={`${saidOf(trend, "sessions")} By the day on which they were played.`}
            />
            <Days
              id="flags-days"
              title="New flags"
              unit="flags"
              trend={trend}
              of="flags"
              summary={`${saidOf(trend, "flags")} What detectors found suspect that they had not at the score before.`}
            />
          </div>
          {bands === null ? null : (
            <p class="muted small after">
              Counted <Time ms={bands.atMs} />.
            </p>
          )}
        </>
      )}
    </section>
  );
};
