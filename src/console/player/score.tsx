/** The score: what it is made of, how it moved, and where it stands among others. */
import type { FC } from "hono/jsx";
import { pointsOfHistory } from "../../actions/risk-history.ts";
import { bandOf } from "../../detection/bands.ts";
import { Chart } from "../blocks/chart.tsx";
import { Empty } from "../blocks/empty.tsx";
import { columnsOf, Table } from "../blocks/table.tsx";
import { countText, pointsText, Time } from "../text.tsx";
import type { Judgement, PlayerHead } from "./load.ts";
import { type Bar, type Population, populationOf } from "./population.ts";
import { Waterfall } from "./waterfall.tsx";

const History: FC<{ history: string | null }> = ({ history }) => {
  const points = pointsOfHistory(history).reverse();
  const highest = points.reduce((most, { risk }) => Math.max(most, risk), 0);
  return (
    <Chart
      id="history"
      kind="steps"
      title="Score over time"
      summary={`A point wherever the score moved by a point or more: ${countText(points.length)}. Highest ${pointsText(highest)}.`}
      unit="points"
    >
      <Table
        class="numbers compact"
        caption="Oldest first."
        columns={columnsOf("When", "Score", "Band", "Evidence", "Baseline")}
      >
        {points.map(({ asOfMs, risk, confidence, versions }) => (
          <tr data-x={Math.round(asOfMs / 1_000)} data-y={risk / 100}>
            <th scope="row">
              <Time ms={asOfMs} />
            </th>
            <td>{pointsText(risk)}</td>
            <td>{bandOf(risk)}</td>
            <td>{confidence}</td>
            <td>{versions.baseline}</td>
          </tr>
        ))}
      </Table>
    </Chart>
  );
};

const natsText = (nats: number): string => String(Number(nats.toFixed(1)));
const barText = ({ from, to }: Bar): string =>
  to === null ? `${natsText(from)} and more` : `${natsText(from)} to ${natsText(to)}`;

function shareText(share: number): string {
  const percent = share * 100;
  return percent > 0 && percent < 0.1 ? "less than 0.1 %" : `${percent.toFixed(1)} %`;
}

function likeText({ sessions: [from, to] }: Population): string {
  if (to === null) return from === 1 ? "any number of sessions" : `${from} sessions and more`;
  return from === to ? `${from} ${from === 1 ? "session" : "sessions"}` : `${from} to ${to} sessions`;
}

const PopulationChart: FC<{ population: Population }> = ({ population }) => {
  return (
    <Chart
      id="population"
      kind="bars"
      title="Among the players of this scope"
      summary={`Evidence of this player: ${natsText(population.nats)} nats. ${shareText(population.atLeast)} of ${countText(population.players)} players with ${likeText(population)} show as much or more.`}
      unit="players"
    >
      <Table
        class="numbers compact"
        caption="Players by evidence. A nat more is 2.7 times rarer among honest players."
        columns={columnsOf("Evidence, nats", "Players", "This player")}
      >
        {population.bars.map((bar) => (
          <tr
            data-x={Number(bar.from.toFixed(1))}
            data-y={bar.players}
            data-here={bar.isHere ? "1" : undefined}
          >
            <th scope="row">{barText(bar)}</th>
            <td>{countText(bar.players)}</td>
            <td>{bar.isHere ? "here" : ""}</td>
          </tr>
        ))}
      </Table>
    </Chart>
  );
};

export const ScoreView: FC<{ head: PlayerHead; judgement: Judgement }> = ({ head, judgement }) => {
  const { standing, score } = head;
  if (standing === null || score === null) {
    return (
      <Empty title="No score yet">
        Scores follow the first session or event, within five minutes. Sessions arrive through{" "}
        <a href="/docs#post_api_telemetry_sessions">POST /api/telemetry/sessions</a>.
      </Empty>
    );
  }
  const population = populationOf(score, judgement);
  return (
    <>
      <section aria-labelledby="contributions">
        <h2 id="contributions">Contributions</h2>
        <Waterfall risk={score.risk} ledger={score.ledger} sessions={judgement.sessions} />
        {score.nextBand === null ? null : <p class="muted small after">{score.nextBand.sentence}</p>}
      </section>
      <div class="charts">
        <History history={standing.history} />
        {population === null ? null : <PopulationChart population={population} />}
      </div>
      <p class="muted small after">
        Core {score.versions.core}, baseline {score.versions.baseline}, game profile {score.versions.profile}.
      </p>
    </>
  );
};
