/** The first page: totals, the watchlist, the latest escalations. */
import type { FC } from "hono/jsx";
import { Layout, type View } from "../layout.tsx";
import { Time } from "../text.tsx";
import { Escalations } from "./escalations.tsx";
import type { Overview } from "./load.ts";
import { TotalsList } from "./totals.tsx";
import { Watchlist } from "./watchlist.tsx";

export const OverviewPage: FC<{ view: View; overview: Overview }> = ({ view, overview }) => (
  <Layout title="Overview" current="overview" viewer={view.viewer} flash={view.flash}>
    <div class="heading">
      <h1>Overview</h1>
      <p class="muted small">
        As of <Time ms={view.nowMs} />. Reload for newer figures.
      </p>
    </div>
    <TotalsList totals={overview.totals} />
    <Watchlist watched={overview.watched} totals={overview.totals} />
    <Escalations escalations={overview.escalations} />
  </Layout>
);
