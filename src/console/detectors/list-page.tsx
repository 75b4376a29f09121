/** All detectors as cards, by what they look at. */
import type { FC } from "hono/jsx";
import { isWeighted } from "../../detection/group-weights.ts";
import type { Group } from "../../detection/risk.ts";
import { ShareText } from "../blocks/share.tsx";
import { Spark } from "../blocks/spark.tsx";
import { Layout, type View } from "../layout.tsx";
import { countText, Text } from "../text.tsx";
import { shareOfLooks } from "./days.ts";
import type { DetectorsView, ListedDetector } from "./load-list.ts";
import { groupTitles, monthText, Scopes, weightText } from "./parts.tsx";
import { detectorHref } from "./query.ts";

const groups = Object.keys(groupTitles) as Group[];

const Flags: FC<{ counts: readonly number[] }> = ({ counts }) => {
  const now = counts.at(-1) ?? 0;
  const before = counts.at(-2) ?? 0;
  return (
    <div>
      <dt>This month</dt>
      <dd class="card-flags">
        <span class="share">
          {countText(now)} {now === 1 ? "flag" : "flags"}{" "}
          <span class="muted small">{countText(before)} last month</span>
        </span>
        <Spark counts={counts} />
      </dd>
    </div>
  );
};

const LooksFact: FC<{ detector: ListedDetector; days: number }> = ({ detector: { looks }, days }) =>
  looks === null ? null : (
    <div>
      <dt>{days === 0 ? "Suspect of late" : days === 1 ? "Suspect today" : `In ${days} days`}</dt>
      <dd>
        <ShareText share={shareOfLooks(looks)} none="nothing judged yet" />
      </dd>
    </div>
  );

const Card: FC<{ detector: ListedDetector; view: DetectorsView }> = ({ detector, view }) => {
  const { card, figures } = detector;
  return (
    <li class="card" data-row>
      <h3>
        <a href={detectorHref(card.id, view.query)}>{card.id}</a>
      </h3>
      <p>
        <Text value={card.summary} />
      </p>
      <dl>
        <Flags counts={detector.counts} />
        <div>
          <dt>Precision</dt>
          <dd>
            <ShareText share={figures.precision} none="no verdicts yet" />
          </dd>
        </div>
        <LooksFact detector={detector} days={view.days} />
      </dl>
    </li>
  );
};

const GroupOf: FC<{ group: Group; view: DetectorsView }> = ({ group, view }) => {
  const own = view.detectors.filter(({ card }) => card.family === group);
  return own.length === 0 ? null : (
    <section aria-labelledby={`group-${group}`}>
      <h2 id={`group-${group}`}>{groupTitles[group]}</h2>
      <p class="muted small lead">
        {own.length} {own.length === 1 ? "detector" : "detectors"} · {isWeighted(group) ? "weight " : ""}
        {weightText(group, view)}
      </p>
      <ul class="cards">
        {own.map((detector) => (
          <Card detector={detector} view={view} />
        ))}
      </ul>
    </section>
  );
};

/** What the figures are of. */
const About: FC<{ view: DetectorsView }> = ({ view: { months, query, scope } }) => (
  <p class="muted small after">
    Flags are lines of a detector in cases, by the month in which the case was opened; precision is the share
    of those with a verdict that was confirmed, with its 95 % interval. Both since{" "}
    {monthText(months[0] ?? "")} in {query.game === undefined ? "all games" : <Text value={query.game} />}.{" "}
    {scope === null
      ? "Choose a scope to see what detectors said there of late."
      : "Suspect is the share of scores in the scope that a detector could judge and found suspect."}
  </p>
);

export const DetectorsPage: FC<{ view: View; shown: DetectorsView }> = ({ view, shown }) => (
  <Layout title="Detectors" current="detectors" viewer={view.viewer} flash={view.flash}>
    <div class="heading">
      <h1>Detectors</h1>
      <p class="muted small">Members of one group see the same symptom and never corroborate each other.</p>
    </div>
    <Scopes place={shown} id={null} />
    <About view={shown} />
    {groups.map((group) => (
      <GroupOf group={group} view={shown} />
    ))}
  </Layout>
);
