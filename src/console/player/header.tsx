/** Who the player is, and how it stands: the head of every view. */
import type { FC } from "hono/jsx";
import { bandOf } from "../../detection/bands.ts";
import type { Person } from "../../env.ts";
import { RiskBar } from "../blocks/risk.tsx";
import { Tabs } from "../blocks/tabs.tsx";
import { Badge, countText, pointsText, Text, Time } from "../text.tsx";
import { mayCall } from "../viewing.ts";
import { PlayerActions } from "./actions.tsx";
import type { PlayerHead } from "./load.ts";
import { playerHref, type TabKey, tabs } from "./query.ts";

const tabTitles: Readonly<Record<TabKey, string>> = {
  score: "Score",
  metrics: "Metrics",
  sessions: "Sessions",
  events: "Events",
  cases: "Cases",
  decisions: "Decisions",
  reports: "Reports",
  audit: "Audit",
};

/** Whether somebody may open a view. */
export const maySee = (viewer: Person, tab: TabKey): boolean =>
  tab !== "audit" || mayCall(viewer, "GET /api/audit");

const Modes: FC<{ head: PlayerHead; tab: TabKey }> = ({ head: { player, standings, standing }, tab }) =>
  standings.length < 2 ? null : (
    <nav class="choices" aria-label="Modes">
      {standings.map(({ mode, risk }) => (
        <a
          href={playerHref({ id: player.id, tab, mode })}
          aria-current={mode === standing?.mode ? "page" : undefined}
        >
          <Text value={mode} /> {pointsText(risk)}
        </a>
      ))}
    </nav>
  );

const Fact: FC<{ name: string; children?: unknown }> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Facts: FC<{ head: PlayerHead }> = ({ head: { player, standing, score } }) => (
  <dl class="facts head-facts">
    <Fact name="Evidence">{standing?.confidence ?? "insufficient"}</Fact>
    <Fact name="Scope">{standing?.calibrated === 1 ? "calibrated" : "uncalibrated"}</Fact>
    <Fact name="Mode">{standing === null ? "none" : <Text value={standing.mode} />}</Fact>
    <Fact name="Sessions judged">{countText(score?.aggregates.sessions ?? 0)}</Fact>
    <Fact name="Events">{countText(player.event_count)}</Fact>
    <Fact name="Last seen">{player.last_seen_at === 0 ? "never" : <Time ms={player.last_seen_at} />}</Fact>
    <Fact name="Score as of">
      {standing === null || standing.as_of === null ? "not yet" : <Time ms={standing.as_of} />}
    </Fact>
  </dl>
);

const Pending: FC<{ head: PlayerHead }> = ({ head: { standing } }) =>
  standing === null || standing.changed_at === null ? null : (
    <p class="notice notice-plain">
      {standing.as_of === null
        ? "There is evidence, and no score yet."
        : "There is evidence that this score does not know yet."}{" "}
      The next sweep scores it, within five minutes.
    </p>
  );

export const PlayerHeader: FC<{ head: PlayerHead; viewer: Person; tab: TabKey }> = ({
  head,
  viewer,
  tab,
}) => {
  const { player, standing } = head;
  const risk = standing?.risk ?? 0;
  const mode = standing?.top === 1 ? undefined : standing?.mode;
  return (
    <>
      <header class="player-head">
        <div class="player-title">
          <p class="crumb small">
            <a href="/players">Players</a>
          </p>
          <h1>
            <Text value={player.username} />
          </h1>
          <p class="muted small">
            <Text value={player.game} /> · id {player.id}
            {player.ref === null ? null : (
              <>
                {" · game id "}
                <Text value={player.ref} />
              </>
            )}
          </p>
        </div>
        <div class="player-risk">
          <span class="risk-figure">{pointsText(risk)}</span> <Badge level={bandOf(risk)} />
          <RiskBar risk={risk} />
        </div>
        <PlayerActions player={player} viewer={viewer} />
      </header>
      <Facts head={head} />
      <Pending head={head} />
      <Modes head={head} tab={tab} />
      <Tabs
        label="Views of this player"
        tabs={tabs
          .filter((key) => maySee(viewer, key))
          .map((key) => ({
            title: tabTitles[key],
            href: playerHref({ id: player.id, tab: key, mode }),
            isCurrent: key === tab,
          }))}
      />
    </>
  );
};
