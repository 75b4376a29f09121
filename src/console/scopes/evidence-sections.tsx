/** How much evidence players show, and how much it takes, by length of record. */
import type { FC } from "hono/jsx";
import { bandFloors } from "../../detection/risk.ts";
import type { RiskMap } from "../../detection/risk-map.ts";
import { Chart } from "../blocks/chart.tsx";
import { ShareText } from "../blocks/share.tsx";
import { Table } from "../blocks/table.tsx";
import { countText } from "../text.tsx";
import {
  type EvidenceBar,
  type EvidenceByLength,
  evidenceBars,
  evidenceIn,
  type SizeClass,
  shareFrom,
  sizeClasses,
} from "./evidence.ts";
import type { ScopeView } from "./load.ts";

const natsText = (nats: number): string => nats.toFixed(1);

const barText = ({ from, to }: EvidenceBar): string =>
  to === null ? `${from} and more` : `${from} to ${to}`;

const EvidenceChart: FC<{ bars: readonly EvidenceBar[]; players: number }> = ({ bars, players }) => (
  <Chart
    id="evidence"
    kind="bars"
    title="Evidence, nats"
    summary={`${countText(players)} players. A nat more is 2.7 times rarer among honest players; the numbers tell how many stand far out.`}
    unit="players"
  >
    <Table
      class="numbers compact"
      caption="Players by evidence, proofs not counted."
      columns={["Evidence, nats", "Players", "Share"].map((title) => ({ title }))}
    >
      {bars.map((bar) => (
        <tr data-x={bar.from} data-y={bar.players}>
          <th scope="row">{barText(bar)}</th>
          <td>{countText(bar.players)}</td>
          <td>{((100 * bar.players) / players).toFixed(2)} %</td>
        </tr>
      ))}
    </Table>
  </Chart>
);

function sessionsText([from, to]: SizeClass["sessions"]): string {
  if (to === null) return `${from} and more`;
  return from === to ? String(from) : `${from} to ${to}`;
}

const SizeRow: FC<{ size: SizeClass; all: number }> = ({ size: { sessions, players, nats }, all }) => (
  <tr>
    <th scope="row">{sessionsText(sessions)}</th>
    <td data-label="Players">
      <span>
        {countText(players)}{" "}
        {all === 0 ? null : <span class="muted small">{((100 * players) / all).toFixed(1)} %</span>}
      </span>
    </td>
    {[0, 1, 2].map((place) => (
      <td data-label={`For ${[40, 70, 90][place]}`}>
        {nats === null ? <span class="muted">abstains</span> : natsText(nats[place] ?? 0)}
      </td>
    ))}
  </tr>
);

const SizeTable: FC<{ sizes: readonly SizeClass[]; fitted: number; all: number }> = (props) => {
  const { sizes, fitted, all } = props;
  const source = fitted === 0 ? "by the prior" : `by a map fitted on ${countText(fitted)} players`;
  return (
    <Table
      class="sizes numbers"
      caption={`By length of record: players, and the nats that it takes to stand at 40, 70 and 90, ${source}. Shorter records rank and accuse of nothing.`}
      columns={[
        { title: "Sessions" },
        { title: "Players" },
        { title: "For 40" },
        { title: "For 70" },
        { title: "For 90" },
      ]}
    >
      {sizes.map((size) => (
        <SizeRow size={size} all={all} />
      ))}
    </Table>
  );
};

const promises = [
  ["40", bandFloors.elevated, "1 in 100"],
  ["70", bandFloors.suspicious, "1 in 1,000"],
  ["90", bandFloors.critical, "1 in 10,000"],
] as const;

const Reached: FC<{ evidence: EvidenceByLength; map: RiskMap }> = ({ evidence, map }) => (
  <dl class="facts head-facts">
    {promises.map(([points, risk, most]) => (
      <div>
        <dt>
          At {points} and above <span class="small">(honest: at most {most})</span>
        </dt>
        <dd>
          <ShareText share={shareFrom(evidence, map, risk)} none="nobody counted" />
        </dd>
      </div>
    ))}
  </dl>
);

export const Evidence: FC<{ shown: ScopeView }> = ({ shown }) => {
  const { shape, map } = shown.baseline;
  const evidence = evidenceIn(shown.histogram, shape);
  const sizes = sizeClasses(evidence, map);
  const players = sizes.reduce((sum, size) => sum + size.players, 0);
  return (
    <section aria-labelledby="evidence-section">
      <h2 id="evidence-section">Evidence</h2>
      <p class="muted small lead">
        What the map says of the evidence that the scope counts now. Rules that lower a score, and proofs, are
        not in it.
      </p>
      {players === 0 ? null : <Reached evidence={evidence} map={map} />}
      <div class="charts charts-sides">
        {players === 0 ? null : <EvidenceChart bars={evidenceBars(evidence)} players={players} />}
        <SizeTable sizes={sizes} fitted={map.players} all={players} />
      </div>
    </section>
  );
};
