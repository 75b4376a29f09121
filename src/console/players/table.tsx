/** The list as a table. */
import type { FC } from "hono/jsx";
import { bandOf } from "../../detection/bands.ts";
import { RiskBar } from "../blocks/risk.tsx";
import type { Sorting } from "../blocks/sort-head.tsx";
import { type Column, RowGroup, Table } from "../blocks/table.tsx";
import { Badge, PlayerName, pointsText, Text, Time } from "../text.tsx";
import type { PlayerLine } from "./list.ts";
import { type PlayersView, shownById } from "./load.ts";
import {
  directionOf,
  hrefOf,
  type PlayersPageQuery,
  type Sort,
  sortOf,
  unservedOf,
  usualDirection,
} from "./query.ts";

/** A link that sorts, where an index serves the order with the filters as they are. */
function sortingOf(query: PlayersPageQuery, sort: Sort): Sorting | null {
  const isCurrent = sortOf(query) === sort;
  if (unservedOf(query, sort).length > 0) return null;
  const direction = directionOf(query);
  const wanted = isCurrent ? (direction === "rising" ? "falling" : "rising") : usualDirection(sort);
  const dir = wanted === usualDirection(sort) ? undefined : wanted === "rising" ? "up" : "down";
  return {
    href: hrefOf(query, { sort: sort === "risk" ? undefined : sort, dir }),
    direction: isCurrent ? (direction === "rising" ? "ascending" : "descending") : null,
  };
}

const Row: FC<{ player: PlayerLine }> = ({ player }) => {
  const risk = player.risk ?? 0;
  return (
    <tr data-row>
      <th scope="row" class="cell-player">
        <PlayerName id={player.id} name={player.username} />
        <div class="muted small">
          <Text value={player.game} /> ·{" "}
          {player.ref === null ? `id ${player.id}` : <Text value={player.ref} />}
        </div>
      </th>
      <td class="cell-risk">
        <span class="risk-value">{pointsText(risk)}</span>
        <RiskBar risk={risk} />
      </td>
      <td class="cell-standing">
        <Badge level={bandOf(risk)} />
        <div class="muted small">
          {player.confidence ?? "insufficient"}, {player.calibrated === 1 ? "calibrated" : "uncalibrated"}
        </div>
      </td>
      <td class="cell-mode" data-label="Mode">
        {player.as_of === null || player.mode === null ? (
          <span class="muted">none</span>
        ) : (
          <Text value={player.mode} />
        )}
      </td>
      <td class="cell-time" data-label="Last seen">
        {player.last_seen_at === 0 ? <span class="muted">never</span> : <Time ms={player.last_seen_at} />}
      </td>
      <td class="cell-time cell-as-of" data-label="Score as of">
        {player.as_of === null ? <span class="muted">not yet</span> : <Time ms={player.as_of} />}
      </td>
    </tr>
  );
};

const columnsOf = (query: PlayersPageQuery): readonly Column[] => [
  { title: "Player", sorting: sortingOf(query, "name") },
  { title: "Risk", class: "cell-risk w-risk", sorting: sortingOf(query, "risk") },
  { title: "Standing", class: "w-standing" },
  { title: "Mode", class: "w-mode" },
  { title: "Last seen", class: "w-time", sorting: sortingOf(query, "seen") },
  { title: "Score as of", class: "w-time" },
];

const Group: FC<{ title: string; players: readonly PlayerLine[] }> = ({ title, players }) => (
  <RowGroup title={title} span={6}>
    {players.map((player) => (
      <Row player={player} />
    ))}
  </RowGroup>
);

const byIdCut = `By id: the first ${shownById}. Type more of it to find others.`;

/** Whoever matches by id stands above those who match by name. */
export const PlayersTable: FC<{ view: PlayersView }> = ({ view: { query, byId, list } }) => (
  <Table
    class="players"
    caption={`Players, by ${sortOf(query) === "seen" ? "last seen" : sortOf(query)}`}
    isCaptionUnseen
    columns={columnsOf(query)}
    isGrouped
  >
    {byId.length > 0 ? <Group title={byId.length < shownById ? "By id" : byIdCut} players={byId} /> : null}
    {byId.length > 0 && list.rows.length > 0 ? <Group title="By name" players={list.rows} /> : null}
    {byId.length === 0 ? (
      <tbody>
        {list.rows.map((player) => (
          <Row player={player} />
        ))}
      </tbody>
    ) : null}
  </Table>
);
