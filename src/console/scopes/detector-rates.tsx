/** What each detector said in the scope of late. */
import type { FC } from "hono/jsx";
import { detectorsOf } from "../../detection/registry.ts";
import { Empty } from "../blocks/empty.tsx";
import { ShareText } from "../blocks/share.tsx";
import { Table } from "../blocks/table.tsx";
import { type Looks, looksIn, shareOfLooks } from "../detectors/days.ts";
import { groupTitles } from "../detectors/parts.tsx";
import { detectorHref } from "../detectors/query.ts";
import { countText } from "../text.tsx";
import type { ScopeView } from "./load.ts";

const columns = [
  { title: "Detector" },
  { title: "Suspect", class: "w-share" },
  { title: "Scores judged", class: "w-count" },
  { title: "Found suspect", class: "w-count" },
  { title: "Newly", class: "w-count" },
];

const Row: FC<{ id: string; group: string; looks: Looks; shown: ScopeView }> = (props) => {
  const { id, group, looks, shown } = props;
  return (
    <tr data-row>
      <th scope="row">
        <a class="player-link" href={detectorHref(id, shown.name)}>
          {id}
        </a>
        <div class="muted small">{group}</div>
      </th>
      <td data-label="Suspect">
        <ShareText share={shareOfLooks(looks)} none="nothing judged" />
      </td>
      <td data-label="Scores judged">{countText(looks.judged)}</td>
      <td data-label="Found suspect">{countText(looks.flagged)}</td>
      <td data-label="Newly">{countText(looks.newlyFlagged)}</td>
    </tr>
  );
};

export const DetectorRates: FC<{ shown: ScopeView }> = ({ shown }) => {
  const { days, today, profile } = shown;
  const oldest = days.at(-1)?.day;
  const span = oldest === undefined ? 0 : today - oldest + 1;
  return (
    <section aria-labelledby="rates">
      <h2 id="rates">Detectors of late</h2>
      {span === 0 ? (
        <Empty title="No scores in 30 days">
          Detectors are counted as players are scored, within five minutes of a{" "}
          <a href="/docs#post_api_telemetry_sessions">session</a>.
        </Empty>
      ) : (
        <Table
          class="rates numbers"
          caption={`${span === 1 ? "Today" : `The last ${span} days`}. Shares are of scores that the detector could judge; whoever is scored often counts often.`}
          columns={columns}
        >
          {detectorsOf(profile.profile)
            .map((card) => ({ card, looks: looksIn(days.filter(({ detector }) => detector === card.id)) }))
            .filter(({ looks }) => looks.judged > 0)
            .map(({ card, looks }) => (
              <Row id={card.id} group={groupTitles[card.family]} looks={looks} shown={shown} />
            ))}
        </Table>
      )}
    </section>
  );
};
