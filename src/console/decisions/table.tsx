/** Decisions as a table: all of them, and of one player. */
import type { FC } from "hono/jsx";
import type { NamedDecision } from "../../db/decision-page.ts";
import { stateAt } from "../../decisions/lifecycle.ts";
import { type Column, Table } from "../blocks/table.tsx";
import { Badge, PlayerName, Text, Time, wordsOf } from "../text.tsx";

export const stateOf = (row: NamedDecision, nowMs: number) =>
  stateAt({ startsAtMs: row.starts_at, expiresAtMs: row.expires_at }, row.end_kind, nowMs);

export const whereText = ({ game }: NamedDecision) => (game === "*" ? "all games" : game);

const Row: FC<{ row: NamedDecision; nowMs: number }> = ({ row, nowMs }) => (
  <tr data-row>
    <th scope="row" class="cell-player">
      <a class="player-link" href={`/decisions/${row.id}`}>
        {wordsOf(row.type)}
      </a>
      <div class="muted small">
        decision {row.id} · <Text value={whereText(row)} />
      </div>
    </th>
    <td data-label="Player">
      <PlayerName id={row.player_id} name={row.username ?? `player ${row.player_id}`} />
    </td>
    <td data-label="State">
      <span>
        <Badge level={stateOf(row, nowMs)} />{" "}
        {row.end_kind === null ? null : <span class="muted small">{row.end_kind}</span>}
      </span>
    </td>
    <td data-label="Reason">
      <span>
        <Text value={row.reason.length > 160 ? `${row.reason.slice(0, 160)}…` : row.reason} />
      </span>
    </td>
    <td data-label="Made by">
      <span>
        {row.origin === "automatic" ? "a rule" : <Text value={row.made_by} />}
        <div class="muted small">
          <Time ms={row.made_at} />
        </div>
      </span>
    </td>
    <td data-label="Until">
      {row.expires_at === null ? <span class="muted">without end</span> : <Time ms={row.expires_at} />}
    </td>
  </tr>
);

const columns: readonly Column[] = [
  { title: "Decision", class: "w-band" },
  { title: "Player" },
  { title: "State", class: "w-mode" },
  { title: "Reason" },
  { title: "Made by", class: "w-time" },
  { title: "Until", class: "w-time" },
];

export const DecisionsTable: FC<{ rows: readonly NamedDecision[]; nowMs: number }> = ({ rows, nowMs }) => (
  <Table class="decisions numbers" caption="Newest first." columns={columns}>
    {rows.map((row) => (
      <Row row={row} nowMs={nowMs} />
    ))}
  </Table>
);
