/** One scope: its baselines, whether its promise holds and why, its evidence, its detectors, its declaration. */
import type { FC } from "hono/jsx";
import { calibratedPlayers, scopeMinimum } from "../../detection/baseline.ts";
import { Empty } from "../blocks/empty.tsx";
import { dateOf } from "../detectors/days-chart.tsx";
import { detectorHref } from "../detectors/query.ts";
import { Layout, type View } from "../layout.tsx";
import { countText, Text, Time } from "../text.tsx";
import { Declaration } from "./declaration.tsx";
import { DetectorRates } from "./detector-rates.tsx";
import { Evidence } from "./evidence-sections.tsx";
import type { ScopeView } from "./load.ts";
import { BaselineTable, MetricCharts } from "./metric-charts.tsx";
import { metricsOf } from "./metrics.ts";
import { CalibrationBadge, Why } from "./parts.tsx";
import { scopesHref } from "./query.ts";

const Head: FC<{ shown: ScopeView }> = ({ shown: { name, calibration } }) => (
  <header class="player-head">
    <div class="player-title">
      <p class="crumb small">
        <a href={scopesHref()}>Scopes</a>
      </p>
      <h1>
        <Text value={name.mode} />
      </h1>
      <p class="muted small">
        <a href={scopesHref({ game: name.game })}>
          <Text value={name.game} />
        </a>{" "}
        <CalibrationBadge calibration={calibration} />
      </p>
    </div>
  </header>
);

const Fact: FC<{ name: string; children?: unknown }> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Facts: FC<{ shown: ScopeView }> = ({ shown: { scope, name, profile, baseline } }) => (
  <dl class="facts head-facts">
    <Fact name="Players">{countText(scope?.players ?? 0)}</Fact>
    <Fact name="Baseline">{baseline.version === 0 ? "the prior" : `version ${baseline.version}`}</Fact>
    <Fact name="Refreshed">
      {scope === null || scope.refreshed_at === null ? "not yet" : <Time ms={scope.refreshed_at} />}
      {scope?.stale === 1 ? <span class="muted small"> newer scores wait</span> : null}
    </Fact>
    <Fact name="Profile">{profile.version === 0 ? "built in" : `version ${profile.version}`}</Fact>
    <Fact name="Detectors">
      <a href={detectorHref(null, name)}>in this scope</a>
    </Fact>
    <Fact name="Riskiest players">
      <a href={`/players?${new URLSearchParams({ game: name.game })}`}>of the game</a>
    </Fact>
  </dl>
);

const NoBaseline: FC<{ shown: ScopeView }> = ({ shown: { scope, isPlayed } }) => {
  if (scope !== null) return null;
  return (
    <Empty title="No baseline yet">
      {isPlayed
        ? "Somebody plays here, and the next hourly refresh will know of it."
        : "The game declares this mode, and nobody has played it."}{" "}
      Players count from their first scored session on: with {scopeMinimum} players the scope judges metrics
      in the game's own unit, with {countText(calibratedPlayers)} it is calibrated. Sessions arrive through{" "}
      <a href="/docs#post_api_telemetry_sessions">POST /api/telemetry/sessions</a>.
    </Empty>
  );
};

/** Proofs that so many showed within a day that they are taken for faults of measurement. */
const Suspensions: FC<{ shown: ScopeView }> = ({ shown: { baseline, name } }) => {
  const suspended = Object.entries(baseline.suspended);
  return suspended.length === 0 ? null : (
    <div class="notice notice-hint">
      <p>
        Suspended: so many players completed the same proof within a day that it is taken for a fault of
        measurement. Until the senders are mended, evidence of these days proves nothing.
      </p>
      <ul class="prose-list">
        {suspended.map(([detector, days]) => (
          <li>
            <a href={detectorHref(detector, name)}>{detector}</a>: {days.map(dateOf).join(", ")}
          </li>
        ))}
      </ul>
    </div>
  );
};

export const ScopePage: FC<{ view: View; shown: ScopeView }> = ({ view, shown }) => {
  const { name, profile, baseline, histogram, scope, calibration } = shown;
  const metrics = metricsOf(profile.profile, baseline, histogram);
  return (
    <Layout
      title={`${name.mode} in ${name.game}`}
      current="scopes"
      viewer={view.viewer}
      flash={view.flash}
      charts
    >
      <Head shown={shown} />
      <Facts shown={shown} />
      {scope === null ? null : <Why calibration={calibration} />}
      <Suspensions shown={shown} />
      <NoBaseline shown={shown} />
      <section aria-labelledby="baselines">
        <h2 id="baselines">Baselines</h2>
        <BaselineTable metrics={metrics} />
      </section>
      <MetricCharts metrics={metrics} />
      <Evidence shown={shown} />
      <DetectorRates shown={shown} />
      <Declaration shown={shown} />
    </Layout>
  );
};
