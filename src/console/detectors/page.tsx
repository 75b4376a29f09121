/** One detector: what it sees, how often, how rightly, and how it errs. */
import type { FC } from "hono/jsx";
import { detectors } from "../../detection/registry.ts";
import { Layout, type View } from "../layout.tsx";
import { Text, wordsOf } from "../text.tsx";
import { CardSections } from "./card.tsx";
import { Days, dateOf } from "./days-chart.tsx";
import { type DetectorView, scopesAsked } from "./load.ts";
import { groupTitles, Scopes, weightText } from "./parts.tsx";
import { Quality } from "./quality.tsx";
import { detectorHref } from "./query.ts";

const Fact: FC<{ name: string; children?: unknown }> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** What a metric weighs among those of its group; null where the detector is of no one metric. */
function metricWeight({ card, profile }: DetectorView): number | null {
  const metric = profile.profile.metrics.find(({ id }) => id === card.metricId);
  return metric?.weight ?? null;
}

const isBuiltIn = (id: string): boolean => detectors.some((one) => one.id === id);

const Facts: FC<{ shown: DetectorView }> = ({ shown }) => {
  const { card } = shown;
  const weight = metricWeight(shown);
  return (
    <dl class="facts head-facts">
      <Fact name="Group">{groupTitles[card.family]}</Fact>
      <Fact name="Weight of the group">{weightText(card.family, shown)}</Fact>
      {weight === null ? null : <Fact name="Weight within the group">{weight}</Fact>}
      <Fact name="Category">{wordsOf(card.category)}</Fact>
      <Fact name="Version">{card.version}</Fact>
      <Fact name="Needs at least">
        <Text value={card.minimumEvidence} />
      </Fact>
      {isBuiltIn(card.id) ? (
        <Fact name="As a document">
          <a href={`${detectorHref(card.id)}/document`}>{card.id}.md</a>
        </Fact>
      ) : (
        <Fact name="Origin">a metric that the game declares</Fact>
      )}
    </dl>
  );
};

/** So many showed the same proof within a day that it is taken for a fault of measurement. */
const Suspensions: FC<{ shown: DetectorView }> = ({ shown: { suspensions } }) => {
  if (suspensions === null) return null;
  const suspended = suspensions.flatMap(({ days, ...scope }) =>
    days === null ? [] : [{ scope, days: (JSON.parse(days) as number[]).map(dateOf) }],
  );
  const asked = suspensions.length < scopesAsked ? "any scope" : `the first ${scopesAsked} scopes`;
  return (
    <section aria-labelledby="proof">
      <h2 id="proof">Its proof</h2>
      {suspended.length === 0 ? (
        <p class="muted">
          It passes 70 alone, and is suspended in none of {asked === "any scope" ? "the scopes" : asked} (n{" "}
          {suspensions.length}).
        </p>
      ) : (
        <div class="notice notice-hint">
          <p>
            Suspended: so many players completed it within a day that it is taken for a fault of measurement.
            Until the senders are mended, evidence of these days proves nothing.
          </p>
          <ul class="prose-list">
            {suspended.map(({ scope, days }) => (
              <li>
                <a href={`/scopes/${encodeURIComponent(scope.game)}/${encodeURIComponent(scope.mode)}`}>
                  <Text value={`${scope.game} / ${scope.mode}`} />
                </a>
                : {days.join(", ")}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
};

export const DetectorPage: FC<{ view: View; shown: DetectorView }> = ({ view, shown }) => {
  const { card, query } = shown;
  return (
    <Layout title={card.id} current="detectors" viewer={view.viewer} flash={view.flash} charts>
      <header class="player-head">
        <div class="player-title">
          <p class="crumb small">
            <a href={detectorHref(null, { ...query, after: undefined })}>Detectors</a>
          </p>
          <h1>{card.id}</h1>
          <p class="summary">
            <Text value={card.summary} />
          </p>
        </div>
      </header>
      <Facts shown={shown} />
      <Scopes place={shown} id={card.id} />
      <Days shown={shown} />
      <Quality shown={shown} />
      <Suspensions shown={shown} />
      <CardSections card={card} />
    </Layout>
  );
};
