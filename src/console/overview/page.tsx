/** The first page: what needs somebody now, then how it goes. */
import type { FC } from "hono/jsx";
import { Select } from "../blocks/filters.tsx";
import { Layout, type View } from "../layout.tsx";
import { Time } from "../text.tsx";
import { RiskBands } from "./bands.tsx";
import { CostOfDay } from "./cost.tsx";
import { Escalations } from "./escalations.tsx";
import { Figures } from "./figures.tsx";
import { Jobs, Trouble } from "./jobs.tsx";
import type { Overview } from "./load.ts";
import { DetectorQuality } from "./quality.tsx";
import { Trends } from "./trends.tsx";
import { WaitingCases } from "./waiting.tsx";
import { Watchlist } from "./watchlist.tsx";
import { WeekOfDecisions } from "./week.tsx";

/** With one game there is nothing to choose. */
const GameChoice: FC<{ overview: Overview }> = ({ overview: { game, games } }) =>
  game === undefined && games.length < 2 ? null : (
    <form class="game-choice" method="get" action="/">
      <Select
        name="game"
        label="Game"
        any="All games"
        options={[...new Set([...games, ...(game === undefined ? [] : [game])])].map(
          (one) => [one, one] as const,
        )}
        value={game}
      />
      <button type="submit" class="button-quiet">
        Show
      </button>
    </form>
  );

export const OverviewPage: FC<{ view: View; overview: Overview }> = ({ view, overview }) => (
  <Layout
    title="Overview"
    current="overview"
    viewer={view.viewer}
    flash={view.flash}
    charts={overview.trend !== null}
  >
    <div class="heading overview-heading">
      <div>
        <h1>Overview</h1>
        <p class="muted small">
          As of <Time ms={view.nowMs} />. Reload for newer figures.
        </p>
      </div>
      <GameChoice overview={overview} />
    </div>
    <Trouble jobs={overview.jobs} />
    <Figures overview={overview} nowMs={view.nowMs} />
    <div class="halves">
      <WaitingCases overview={overview} nowMs={view.nowMs} />
      <Escalations escalations={overview.escalations} nowMs={view.nowMs} />
    </div>
    <Trends overview={overview} viewer={view.viewer} />
    <div class="halves">
      <RiskBands overview={overview} />
      <Watchlist overview={overview} />
    </div>
    <div class="halves">
      <WeekOfDecisions overview={overview} />
      <DetectorQuality overview={overview} viewer={view.viewer} />
    </div>
    <div class="halves">
      <Jobs jobs={overview.jobs} viewer={view.viewer} nowMs={view.nowMs} />
      <CostOfDay cost={overview.cost} />
    </div>
  </Layout>
);
