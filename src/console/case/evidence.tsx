/** What the case rests on, as it was when it opened: the ledger, the sessions, and honest players beside it. */
import type { FC } from "hono/jsx";
import type { StoredSession } from "../../db/sessions.ts";
import type { FrozenEvidence } from "../../decisions/frozen-evidence.ts";
import type { Metric } from "../../detection/metric.ts";
import { Empty } from "../blocks/empty.tsx";
import { Table } from "../blocks/table.tsx";
import { SessionsTable } from "../player/lists.tsx";
import { Waterfall } from "../player/waterfall.tsx";
import { countText, PlayerName, pointsText, Text } from "../text.tsx";
import type { Comparison } from "./compare.ts";
import type { CaseView } from "./load.ts";

/** Sessions of the frozen evidence; where they were played was not frozen. */
const sessionsOf = ({ player, mode, sessions }: FrozenEvidence): StoredSession[] =>
  (sessions ?? []).map((session) => ({
    ...session,
    playerId: player?.id ?? 0,
    mode,
    build: null,
    server: null,
  }));

const numberText = (value: number): string => String(Number(value.toPrecision(3)));

/** The unit only where the quantity's name does not say it. */
function valueText(value: number | null, { unit, label, scopeOnly }: Metric): string {
  if (value === null) return "–";
  if (unit === "share") return `${(value * 100).toFixed(1)} %`;
  const isSaid = scopeOnly || label.toLowerCase() === unit || unit.includes(" per ");
  return isSaid ? numberText(value) : `${numberText(value)} ${unit}`;
}

const Other: FC<{ other: Comparison["players"][number] }> = ({ other: { id, name, risk, sessions } }) => (
  <>
    <PlayerName id={id} name={name} />
    <div class="muted small">
      {pointsText(risk)} points, {countText(sessions)} sessions
    </div>
  </>
);

const ComparisonTable: FC<{ comparison: Comparison; name: string }> = ({ comparison, name }) => (
  <Table
    class="comparison numbers"
    caption={`Beside players of the same scope at low risk who are nearest in ${comparison.by}. Levels are those that scores compare, rounded as the scope counts them; the others' are of today.`}
    columns={[
      { title: "Quantity" },
      { title: <Text value={name} /> },
      ...comparison.players.map((other) => ({ title: <Other other={other} /> })),
    ]}
  >
    {comparison.metrics.map(({ metric, values }) => (
      <tr>
        <th scope="row">{metric.label}</th>
        {values.map((value, place) => (
          <td data-label={place === 0 ? name : comparison.players[place - 1]?.name}>
            {valueText(value, metric)}
          </td>
        ))}
      </tr>
    ))}
  </Table>
);

const Concerned: FC<{ evidence: FrozenEvidence }> = ({ evidence }) => {
  const named = new Set(evidence.score.ledger.flatMap(({ sessionIds }) => sessionIds));
  const all = sessionsOf(evidence);
  const concerned = all.filter(({ sessionId }) => named.has(sessionId));
  const others = all.filter(({ sessionId }) => !named.has(sessionId));
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Sessions concerned</h2>
      {concerned.length === 0 ? (
        <p class="muted">No line names a session.</p>
      ) : (
        <SessionsTable sessions={concerned} suspects={named} />
      )}
      {others.length === 0 ? null : (
        <details class="others">
          <summary>{countText(others.length)} more sessions that were judged</summary>
          <SessionsTable sessions={others} suspects={named} />
        </details>
      )}
    </section>
  );
};

export const EvidenceSections: FC<{ shown: CaseView }> = ({ shown: { row, evidence, comparison } }) => {
  if (evidence === null) {
    return <Empty title="The evidence is gone">Tell an admin: a case never loses it by itself.</Empty>;
  }
  return (
    <>
      <section aria-labelledby="ledger">
        <h2 id="ledger">The score at the opening</h2>
        <Waterfall
          risk={evidence.score.risk}
          ledger={evidence.score.ledger}
          sessions={sessionsOf(evidence)}
        />
      </section>
      <section aria-labelledby="comparison">
        <h2 id="comparison">Beside honest players</h2>
        {comparison === null ? (
          <Empty title="Nobody to compare with">
            Among the players who joined next to this one none stands at low risk with quantities of their
            own.
          </Empty>
        ) : (
          <ComparisonTable comparison={comparison} name={row.username} />
        )}
      </section>
      <Concerned evidence={evidence} />
    </>
  );
};
