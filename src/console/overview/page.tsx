/** The first page: totals, the watchlist, the latest escalations. */
import type { FC } from "hono/jsx";
import type { Person } from "../../env.ts";
import { Layout } from "../layout.tsx";
import { Time } from "../text.tsx";
import { Escalations } from "./escalations.tsx";
import type { Overview } from "./load.ts";
import { TotalsList } from "./totals.tsx";
import { Watchlist } from "./watchlist.tsx";

export const OverviewPage: FC<{ viewer: Person; overview: Overview; nowMs: number }> = ({
  viewer,
  overview,
  nowMs,
}) => (
  <Layout title="Overview" current="overview" viewer={viewer}>
    <div class="heading">
      <h1>Overview</h1>
      <p class="muted small">
        As of <Time ms={nowMs} />. Reload for newer figures.
      </p>
    </div>
    <TotalsList totals={overview.totals} />
    <Watchlist watched={overview.watched} totals={overview.totals} />
    <Escalations escalations={overview.escalations} />
  </Layout>
);
