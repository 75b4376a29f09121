/** Every metric of a player as a timeline over what honest players show. */
import type { FC } from "hono/jsx";
import { Chart } from "../blocks/chart.tsx";
import { Empty } from "../blocks/empty.tsx";
import { metricTitle } from "../blocks/metric-title.ts";
import { columnsOf, Table } from "../blocks/table.tsx";
import { countText, pointsText, Text, Time } from "../text.tsx";
import type { Judgement, PlayerHead } from "./load.ts";
import { type HonestRange, type Timeline, type TimelinePoint, timelinesOf } from "./timeline.ts";

const seconds = (ms: number): number => Math.round(ms / 1_000);
const significant = (value: number): number => Number(value.toPrecision(4));

const isShare = ({ metric }: Timeline): boolean => metric.kind === "proportion";
const textOf = (value: number, share: boolean): string =>
  share ? `${(value * 100).toFixed(1)} %` : String(Number(value.toPrecision(3)));

const Range: FC<{ range: HonestRange | null; share: boolean }> = ({ range, share }) =>
  range === null ? (
    <>
      <td>–</td>
      <td>–</td>
      <td>–</td>
    </>
  ) : (
    <>
      <td>{textOf(range.median, share)}</td>
      <td>
        {textOf(range.low, share)} to {textOf(range.high, share)}
      </td>
      <td>{range.rare === null ? "–" : textOf(range.rare, share)}</td>
    </>
  );

const Point: FC<{ point: TimelinePoint; share: boolean }> = ({ point, share }) => {
  const { range } = point;
  return (
    <tr
      data-x={seconds(point.atMs)}
      data-y={significant(point.value)}
      data-median={range ? significant(range.median) : undefined}
      data-low={range ? significant(range.low) : undefined}
      data-high={range ? significant(range.high) : undefined}
      data-rare={range?.rare ? significant(range.rare) : undefined}
      data-suspect={point.isSuspect ? "1" : undefined}
    >
      <th scope="row">
        <Time ms={point.atMs} />
      </th>
      <td>
        {textOf(point.value, share)}
        {point.isSuspect ? " (suspect)" : ""}
      </td>
      <Range range={range} share={share} />
    </tr>
  );
};

const placeText = ({ metric, place }: Timeline): string => {
  if (place === null) return "";
  const beyond = metric.direction === "low" ? place.above : 1 - place.above;
  const word = metric.direction === "low" ? "Lower" : "Higher";
  return ` ${word} than ${(beyond * 100).toFixed(1)} % of ${countText(place.players)} players.`;
};

function summaryOf(timeline: Timeline): string {
  const { points, weight } = timeline;
  const suspects = points.filter(({ isSuspect }) => isSuspect).length;
  const marked = suspects === 0 ? "none suspect" : `${suspects} suspect`;
  const adds = weight > 0 ? ` Adds ${pointsText(weight)} points.` : "";
  const range = points.some((point) => point.range !== null)
    ? ""
    : " The scope has too few players for a range.";
  return `${countText(points.length)} sessions, ${marked}.${adds}${placeText(timeline)}${range}`;
}

const TimelineChart: FC<{ timeline: Timeline }> = ({ timeline }) => {
  const { metric, points, onsetMs } = timeline;
  const share = isShare(timeline);
  return (
    <Chart
      id={`metric-${metric.id}`}
      kind="timeline"
      title={metricTitle(metric)}
      summary={summaryOf(timeline)}
      unit={share ? "" : metric.unit}
      format={share ? "percent" : "plain"}
    >
      <Table
        class="numbers compact"
        caption={
          onsetMs === null ? (
            "Oldest first."
          ) : (
            <>
              Oldest first. What counts begins at <Time ms={onsetMs} />.
            </>
          )
        }
        columns={columnsOf("Session", "Value", "Median", "5 to 95 %", "1 in 1,000")}
        onset={onsetMs === null ? undefined : seconds(onsetMs)}
      >
        {points.map((point) => (
          <Point point={point} share={share} />
        ))}
      </Table>
    </Chart>
  );
};

/** What the lines of all timelines mean, once. */
const Legend: FC = () => (
  <ul class="legend small">
    <li class="key key-range">Honest sessions, 5 to 95 %</li>
    <li class="key key-median">Median</li>
    <li class="key key-rare">1 in 1,000</li>
    <li class="key key-session">Session</li>
    <li class="key key-suspect">Suspect session</li>
    <li class="key key-onset">Since when it counts</li>
  </ul>
);

export const MetricsView: FC<{ head: PlayerHead; judgement: Judgement }> = ({ head, judgement }) => {
  const { player, standing, score } = head;
  const timelines = timelinesOf(score, judgement, player.game, standing?.mode ?? "");
  if (timelines.length === 0) {
    return (
      <Empty title="Nothing is measured">
        No session of this player carries a metric of <Text value={player.game} />. See{" "}
        <a href="/docs#post_api_telemetry_sessions">what sessions can carry</a>.
      </Empty>
    );
  }
  return (
    <section aria-labelledby="metrics">
      <h2 id="metrics">Metrics over time</h2>
      <p class="muted small lead">
        The last {judgement.sessions.length} sessions, beside what honest players of this scope show in one
        session of the same exposure.
      </p>
      <Legend />
      <div class="charts">
        {timelines.map((timeline) => (
          <TimelineChart timeline={timeline} />
        ))}
      </div>
    </section>
  );
};
