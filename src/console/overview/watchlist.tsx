/** The players to look at first. */
import type { FC } from "hono/jsx";
import type { ListedPlayer } from "../../db/players.ts";
import { bandOf } from "../../detection/bands.ts";
import { RiskBar } from "../blocks/risk.tsx";
import { type Column, Table } from "../blocks/table.tsx";
import { Badge, PlayerName, pointsText, Text } from "../text.tsx";
import { hrefOf } from "./links.tsx";
import type { Overview } from "./load.ts";
import { Nobody } from "./nobody.tsx";

const columns: readonly Column[] = [
  { title: "Player" },
  { title: "Risk", class: "cell-risk w-risk" },
  { title: "Standing", class: "w-standing" },
];

const Row: FC<{ player: ListedPlayer }> = ({ player }) => {
  const risk = player.risk ?? 0;
  return (
    <tr data-row>
      <th scope="row" class="cell-player">
        <PlayerName id={player.id} name={player.username} />
        <div class="muted small">
          <Text value={player.game} /> · {player.mode === null ? "no mode" : <Text value={player.mode} />}
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
    </tr>
  );
};

export const Watchlist: FC<{ overview: Overview }> = ({ overview: { watched, totals, game } }) => (
  <section aria-labelledby="watchlist" class="panel">
    <div class="panel-head">
      <h2 id="watchlist">Riskiest players</h2>
      <a href={hrefOf("/players", { game })}>Players</a>
    </div>
    {watched.length === 0 ? (
      <Nobody totals={totals} />
    ) : (
      <Table class="watchlist" caption="A score is a reason to look, not a verdict." columns={columns}>
        {watched.map((player) => (
          <Row player={player} />
        ))}
      </Table>
    )}
  </section>
);
