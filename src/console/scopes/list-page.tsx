/** All scopes: how many players, calibrated or not, how many stand high. */
import type { FC } from "hono/jsx";
import { calibratedPlayers } from "../../detection/baseline.ts";
import { Empty } from "../blocks/empty.tsx";
import { Pager } from "../blocks/pager.tsx";
import { ShareText } from "../blocks/share.tsx";
import { Table } from "../blocks/table.tsx";
import { detectorHref } from "../detectors/query.ts";
import { Layout, type View } from "../layout.tsx";
import { countText, Text, Time } from "../text.tsx";
import type { ScopeRow, ScopesView } from "./load.ts";
import { CalibrationBadge, missingText } from "./parts.tsx";
import { scopeHref, scopesHref } from "./query.ts";

const columns = [
  { title: "Scope" },
  { title: "Players", class: "w-count" },
  { title: "Baseline", class: "w-count" },
  { title: "Calibrated", class: "w-calibrated" },
  { title: "At 40 and above", class: "w-share" },
  { title: "Refreshed", class: "w-time" },
  { title: "Detectors", class: "w-link" },
];

const Row: FC<{ row: ScopeRow }> = ({ row: { scope, calibration, elevated } }) => (
  <tr data-row>
    <th scope="row" class="cell-scope">
      <a class="player-link" href={scopeHref(scope)}>
        <Text value={scope.mode} />
      </a>
      <div class="muted small">
        <Text value={scope.game} />
      </div>
    </th>
    <td data-label="Players">{countText(scope.players)}</td>
    <td data-label="Baseline">{scope.version === 0 ? "prior" : scope.version}</td>
    <td data-label="Calibrated">
      <span>
        <CalibrationBadge calibration={calibration} />
        <div class="muted small">{missingText(calibration)}</div>
      </span>
    </td>
    <td data-label="At 40 and above">
      <ShareText share={elevated} none="nobody counted yet" />
    </td>
    <td data-label="Refreshed">
      <span>
        {scope.refreshed_at === null ? <span class="muted">not yet</span> : <Time ms={scope.refreshed_at} />}
        {scope.stale === 1 ? <div class="muted small">newer scores wait</div> : null}
      </span>
    </td>
    <td data-label="Detectors">
      <a href={detectorHref(null, scope)}>
        Show<span class="unseen"> detectors in {`${scope.game} / ${scope.mode}`}</span>
      </a>
    </td>
  </tr>
);

const NoScopes: FC<{ query: ScopesView["query"] }> = ({ query: { game } }) =>
  game === undefined ? (
    <Empty title="No scopes yet">
      A scope is a game and a mode. It appears with the first hourly refresh after{" "}
      <a href="/docs#post_api_telemetry_sessions">sessions</a> were scored; {countText(calibratedPlayers)}{" "}
      players with a session each make it calibrated.
    </Empty>
  ) : (
    <Empty title="No scopes of this game">
      None of <Text value={game} /> has been refreshed yet. <a href={scopesHref()}>All scopes</a>
    </Empty>
  );

export const ScopesPage: FC<{ view: View; shown: ScopesView }> = ({ view, shown }) => {
  const { rows, first, next, query } = shown;
  return (
    <Layout title="Scopes" current="scopes" viewer={view.viewer} flash={view.flash}>
      <div class="heading">
        <h1>Scopes</h1>
        <p class="muted small">
          {query.game === undefined ? (
            "A game and a mode: players are compared within, never across."
          ) : (
            <>
              Of <Text value={query.game} />. <a href={scopesHref()}>All scopes</a>
            </>
          )}
        </p>
      </div>
      {rows.length === 0 ? (
        <NoScopes query={query} />
      ) : (
        <>
          <Table
            class="scopes numbers"
            caption="Who stands at 40 and above by the evidence alone, of all counted players; proofs and rules are not in it. Of honest players at most 1 % may."
            columns={columns}
          >
            {rows.map((row) => (
              <Row row={row} />
            ))}
          </Table>
          <Pager of="scopes" first={first} next={next} />
        </>
      )}
    </Layout>
  );
};
