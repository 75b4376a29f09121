/** How risk is spread over the players: by band, from the top. */
import type { FC } from "hono/jsx";
import { bandFloors } from "../../detection/risk.ts";
import { type Column, Table } from "../blocks/table.tsx";
import { Badge, Time } from "../text.tsx";
import { Count, hrefOf } from "./links.tsx";
import type { Overview } from "./load.ts";

const columns: readonly Column[] = [
  { title: "Band", class: "w-span" },
  { title: "Risk", class: "w-span" },
  { title: "Players", class: "cell-risk w-points" },
  { title: "Share at 40+", class: "cell-share" },
];

interface Line {
  readonly band: "critical" | "suspicious" | "elevated" | "low";
  readonly risk: string;
  readonly n: number;
  readonly isCut: boolean;
}

const floor = (hundredths: number): number => hundredths / 100;
const { elevated, suspicious, critical } = bandFloors;
const risks = {
  critical: `${floor(critical)} to 100`,
  suspicious: `${floor(suspicious)} to ${floor(critical)}`,
  elevated: `${floor(elevated)} to ${floor(suspicious)}`,
  low: `below ${floor(elevated)}`,
} as const;

/** Everybody else is low; how many a single game has of them is not kept. */
function linesOf({ bands, game, totals }: Overview): Line[] {
  if (bands === null) return [];
  const { counts, isCut } = bands;
  const lines = (["critical", "suspicious", "elevated"] as const).map((band) => ({
    band,
    risk: risks[band],
    n: counts[band],
    isCut,
  }));
  if (game !== undefined || isCut) return lines;
  const others = totals.players - lines.reduce((sum, { n }) => sum + n, 0);
  return [...lines, { band: "low", risk: risks.low, n: Math.max(0, others), isCut: false }];
}

function percent(share: number): string {
  if (share > 0 && share < 0.001) return "below 0.1 %";
  return `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`;
}

const Row: FC<{ line: Line; above: number; game: string | undefined }> = ({ line, above, game }) => {
  const { band, risk, n, isCut } = line;
  const share = band === "low" || above === 0 ? null : n / above;
  return (
    <tr>
      <th scope="row">
        <Badge level={band} />
      </th>
      <td>{risk}</td>
      <td class="cell-risk">
        <Count n={n} href={hrefOf("/players", { band, game })} isCut={isCut} />
      </td>
      <td class="cell-share">
        {share === null ? (
          <span class="muted">–</span>
        ) : (
          <>
            <svg
              class={`share-bar fill-${band}`}
              viewBox="0 0 100 4"
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              <rect class="track" width="100" height="4" />
              <rect class="fill" width={share * 100} height="4" />
            </svg>
            <span class="small">{percent(share)}</span>
          </>
        )}
      </td>
    </tr>
  );
};

export const RiskBands: FC<{ overview: Overview }> = ({ overview }) => {
  const lines = linesOf(overview);
  const above = lines.reduce((sum, { band, n }) => (band === "low" ? sum : sum + n), 0);
  return (
    <section aria-labelledby="bands" class="panel">
      <div class="panel-head">
        <h2 id="bands">Risk of the players</h2>
        <a href={hrefOf("/players", { game: overview.game })}>Players</a>
      </div>
      {overview.bands === null ? (
        <div class="empty">
          <p class="empty-title">Not counted yet</p>
          <p>Bands are counted every five minutes, with the sweep. Reload then.</p>
        </div>
      ) : (
        <Table
          class="bands keep numbers"
          caption={
            <>
              By the highest of each player's modes, counted <Time ms={overview.bands.atMs} />.
            </>
          }
          columns={columns}
        >
          {lines.map((line) => (
            <Row line={line} above={above} game={overview.game} />
          ))}
        </Table>
      )}
    </section>
  );
};
