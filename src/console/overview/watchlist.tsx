/** The players to look at first. */
import type { FC } from "hono/jsx";
import type { Totals } from "../../db/totals.ts";
import { bandFloors } from "../../detection/risk.ts";
import { type Column, RowGroup, Table } from "../blocks/table.tsx";
import type { Watched } from "./load.ts";
import { Nobody } from "./nobody.tsx";
import { PlayerRow } from "./player-row.tsx";

const Group: FC<{ title: string; rows: readonly Watched[] }> = ({ title, rows }) =>
  rows.length === 0 ? null : (
    <RowGroup title={title} span={columns.length}>
      {rows.map((watched) => (
        <PlayerRow watched={watched} />
      ))}
    </RowGroup>
  );

const columns: readonly Column[] = [
  { title: "Player" },
  { title: "Risk", class: "cell-risk w-risk" },
  { title: "Standing", class: "w-standing" },
  { title: "Mode", class: "w-mode" },
  { title: "Latest event", class: "w-event" },
  { title: "Score as of", class: "w-time" },
];

export const Watchlist: FC<{ watched: readonly Watched[]; totals: Totals }> = ({ watched, totals }) => {
  const isHigh = ({ player }: Watched) => (player.risk ?? 0) >= bandFloors.suspicious;
  return (
    <section aria-labelledby="watchlist">
      <h2 id="watchlist">Watchlist</h2>
      {watched.length === 0 ? (
        <Nobody totals={totals} />
      ) : (
        <Table
          class="watchlist"
          caption={`The ${watched.length} riskiest players at 40 points or more. A score is a reason to look, not a verdict.`}
          columns={columns}
          isGrouped
        >
          <Group title="High: 70 and above" rows={watched.filter(isHigh)} />
          <Group title="Elevated: 40 to 70" rows={watched.filter((one) => !isHigh(one))} />
        </Table>
      )}
    </section>
  );
};
