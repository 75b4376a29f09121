/** The queue at a glance: how long cases have waited, and the most urgent of them. */
import type { FC } from "hono/jsx";
import { ageBounds } from "../../actions/watch/overview-counts.ts";
import type { CaseRow } from "../../db/cases.ts";
import { RiskBar } from "../blocks/risk.tsx";
import { type Column, Table } from "../blocks/table.tsx";
import { ageText, reviewName } from "../queue/table.tsx";
import { countText, pointsText, Text, Time } from "../text.tsx";
import { hrefOf } from "./links.tsx";
import type { Overview } from "./load.ts";

const columns: readonly Column[] = [
  { title: "Case" },
  { title: "Risk", class: "cell-risk w-risk" },
  { title: "Waits for", class: "w-review" },
  { title: "Opened", class: "w-age" },
];

const Row: FC<{ row: CaseRow; nowMs: number }> = ({ row, nowMs }) => (
  <tr data-row>
    <th scope="row" class="cell-player">
      <a class="player-link" href={`/cases/${row.id}`}>
        <Text value={row.username} />
      </a>
      <div class="muted small">
        <Text value={row.game} /> · <Text value={row.mode} />
      </div>
    </th>
    <td class="cell-risk">
      <span class="risk-value">{pointsText(row.risk)}</span>
      <RiskBar risk={row.risk} />
    </td>
    <td data-label="Waits for">{reviewName(row).replace(", blind", "")}</td>
    <td data-label="Opened">{ageText(nowMs - row.opened_at)}</td>
  </tr>
);

const reviewNames = [
  ["first", "first reviews"],
  ["second", "second"],
  ["tiebreak", "third"],
  ["appeal", "of appeals"],
] as const;

const Ages: FC<{ overview: Overview }> = ({ overview: { waiting, game } }) => {
  const { counts, isCut } = waiting;
  const most = Math.max(1, ...counts.ages);
  const reviews = reviewNames.filter(([key]) => counts.reviews[key] > 0);
  return (
    <>
      <dl class="ages">
        {ageBounds.map(({ label }, place) => {
          const n = counts.ages[place] ?? 0;
          return (
            <div>
              <dt class="muted small">{label}</dt>
              <dd>
                {n === 0 ? (
                  <span class="muted">0</span>
                ) : (
                  <a href={hrefOf("/queue", { game })}>{countText(n)}</a>
                )}
                <svg class="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="track" width="100" height="4" />
                  <rect class="fill" width={(n / most) * 100} height="4" />
                </svg>
              </dd>
            </div>
          );
        })}
      </dl>
      <p class="muted small">
        {reviews.map(([key, name]) => `${countText(counts.reviews[key])} ${name}`).join(", ")}
        {isCut ? ", and more than are counted" : ""}. Counted <Time ms={waiting.atMs} />.
      </p>
    </>
  );
};

export const WaitingCases: FC<{ overview: Overview; nowMs: number }> = ({ overview, nowMs }) => (
  <section aria-labelledby="waiting" class="panel">
    <div class="panel-head">
      <h2 id="waiting">Waiting cases</h2>
      <a href={hrefOf("/queue", { game: overview.game })}>Queue</a>
    </div>
    {overview.urgent.length === 0 ? (
      <div class="empty">
        <p class="empty-title">Nothing waits</p>
        <p>
          A case opens when a player stands at the threshold at two refreshes in a row. Until then,{" "}
          <a href={hrefOf("/players", { game: overview.game })}>see the riskiest players</a>.
        </p>
      </div>
    ) : (
      <>
        <Ages overview={overview} />
        <Table class="urgent" caption="The most urgent." columns={columns}>
          {overview.urgent.map((row) => (
            <Row row={row} nowMs={nowMs} />
          ))}
        </Table>
      </>
    )}
  </section>
);
