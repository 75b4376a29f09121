/** What a detector said in a scope, day by day. */
import type { FC } from "hono/jsx";
import { isoOf } from "../../actions/answers.ts";
import { Chart } from "../blocks/chart.tsx";
import { Empty } from "../blocks/empty.tsx";
import { percentOf, shareText } from "../blocks/share.tsx";
import { Table } from "../blocks/table.tsx";
import { countText, Text } from "../text.tsx";
import { type Looks, looksIn, shareOfLooks } from "./days.ts";
import type { DetectorView } from "./load.ts";

const dayMs = 86_400_000;
/** `2026-11-01` of days since the Unix epoch. */
export const dateOf = (day: number): string => isoOf(day * dayMs).slice(0, 10);

const Day: FC<{ day: number; place: number; looks: Looks }> = ({ day, place, looks }) => {
  const { judged, flagged, newlyFlagged } = looks;
  return (
    <tr data-x={place} data-y={judged === 0 ? 0 : flagged / judged} data-tick={dateOf(day).slice(5)}>
      <th scope="row">{dateOf(day)}</th>
      <td>{judged === 0 ? "–" : `${percentOf(flagged / judged)} %`}</td>
      <td>{countText(judged)}</td>
      <td>{countText(flagged)}</td>
      <td>{countText(newlyFlagged)}</td>
    </tr>
  );
};

const columns = ["Day, UTC", "Share suspect", "Judged", "Suspect", "Newly"].map((title) => ({ title }));

const Chosen: FC<{ days: NonNullable<DetectorView["days"]> }> = ({ days: { shown, rows } }) => {
  const all = looksIn(rows);
  return (
    <div class="charts charts-wide">
      <Chart
        id="days"
        kind="bars"
        title={`Share of scores found suspect, last ${shown.length} days`}
        summary={`${countText(all.flagged)} of ${countText(all.judged)} scores that it could judge: ${shareText(shareOfLooks(all))}. Not yet suspect at the score before: ${countText(all.newlyFlagged)}.`}
        unit="share"
        format="percent"
      >
        <Table
          class="numbers compact"
          caption="A score is one look at one player; whoever is scored often counts often."
          columns={columns}
        >
          {shown.map((day, place) => (
            <Day day={day} place={place} looks={looksIn(rows.filter((row) => row.day === day))} />
          ))}
        </Table>
      </Chart>
    </div>
  );
};

export const Days: FC<{ shown: DetectorView }> = ({ shown: { days, scope } }) => (
  <section aria-labelledby="over-time">
    <h2 id="over-time">Flags over time</h2>
    {days === null || scope === null ? (
      <Empty title="No scope is chosen">
        Days are counted by game and mode. Choose one above, or find it among the <a href="/scopes">scopes</a>
        .
      </Empty>
    ) : days.rows.length === 0 ? (
      <Empty title="Nothing judged here in 30 days">
        No score of <Text value={`${scope.game} / ${scope.mode}`} /> had what this detector needs, or nobody
        was scored. Scores follow <a href="/docs#post_api_telemetry_sessions">sessions</a> within five
        minutes.
      </Empty>
    ) : (
      <Chosen days={days} />
    )}
  </section>
);
