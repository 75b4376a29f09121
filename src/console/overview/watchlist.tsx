/** The players to look at first. */
import type { FC } from "hono/jsx";
import type { Totals } from "../../db/totals.ts";
import { bandFloors } from "../../detection/risk.ts";
import type { Watched } from "./load.ts";
import { Nobody } from "./nobody.tsx";
import { PlayerRow } from "./player-row.tsx";

const Group: FC<{ title: string; rows: readonly Watched[] }> = ({ title, rows }) =>
  rows.length === 0 ? null : (
    <tbody>
      <tr class="group">
        <th scope="rowgroup" colspan={6}>
          {title}
        </th>
      </tr>
      {rows.map((watched) => (
        <PlayerRow watched={watched} />
      ))}
    </tbody>
  );

const Head: FC = () => (
  <thead>
    <tr>
      <th scope="col">Player</th>
      <th scope="col" class="cell-risk w-risk">
        Risk
      </th>
      <th scope="col" class="w-standing">
        Standing
      </th>
      <th scope="col" class="w-mode">
        Mode
      </th>
      <th scope="col" class="w-event">
        Latest event
      </th>
      <th scope="col" class="w-time">
        Score as of
      </th>
    </tr>
  </thead>
);

export const Watchlist: FC<{ watched: readonly Watched[]; totals: Totals }> = ({ watched, totals }) => {
  const isHigh = ({ player }: Watched) => (player.risk ?? 0) >= bandFloors.suspicious;
  return (
    <section aria-labelledby="watchlist">
      <h2 id="watchlist">Watchlist</h2>
      {watched.length === 0 ? (
        <Nobody totals={totals} />
      ) : (
        <table class="watchlist">
          <caption>
            The {watched.length} riskiest players at 40 points or more. A score is a reason to look, not a
            verdict.
          </caption>
          <Head />
          <Group title="High: 70 and above" rows={watched.filter(isHigh)} />
          <Group title="Elevated: 40 to 70" rows={watched.filter((one) => !isHigh(one))} />
        </table>
      )}
    </section>
  );
};
