/** How often detectors were right this month, as far as people have judged. */
import type { FC } from "hono/jsx";
import { detectors } from "../../detection/registry.ts";
import type { Person } from "../../env.ts";
import { type Column, Table } from "../blocks/table.tsx";
import { countText } from "../text.tsx";
import { hrefOf, IfAllowed, Way } from "./links.tsx";
import type { Overview, Quality } from "./load.ts";

/** The others are a page away. */
const shownDetectors = 6;

const columns: readonly Column[] = [
  { title: "Detector" },
  { title: "Flags", class: "cell-risk w-points" },
  { title: "Judged", class: "cell-risk w-points" },
  { title: "Precision", class: "w-precision" },
];

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const Precision: FC<{ of: Quality["all"]["precision"] }> = ({ of: { value, low, high } }) =>
  value === null || low === null || high === null ? (
    <span class="muted">no verdict yet</span>
  ) : (
    <>
      {percent(value)}{" "}
      <span class="muted small">
        {Math.round(low * 100)} to {percent(high)}
      </span>
    </>
  );

interface Props {
  readonly overview: Overview;
  readonly viewer: Person;
}

const Row: FC<Props & { quality: Quality }> = ({ quality, overview: { game }, viewer }) => {
  const { flags, precision } = quality.all;
  const href = hrefOf(`/detectors/${encodeURIComponent(quality.detector)}`, { game });
  // One that a game declared, or that is no more, has no page without its game.
  const hasPage = detectors.some(({ id }) => id === quality.detector);
  const linked = (text: string) =>
    hasPage ? (
      <IfAllowed viewer={viewer} route="GET /detectors/:detector" href={href}>
        {text}
      </IfAllowed>
    ) : (
      <span>{text}</span>
    );
  return (
    <tr>
      <th scope="row">{linked(quality.detector)}</th>
      <td class="cell-risk" data-label="Flags">
        {linked(countText(flags))}
      </td>
      <td class="cell-risk" data-label="Judged">
        {precision.n === 0 ? <span class="muted">0</span> : linked(countText(precision.n))}
      </td>
      <td data-label="Precision">
        <span>
          <Precision of={precision} />
        </span>
      </td>
    </tr>
  );
};

export const DetectorQuality: FC<Props> = ({ overview, viewer }) => (
  <section aria-labelledby="quality" class="panel">
    <div class="panel-head">
      <h2 id="quality">Detectors this month</h2>
      <Way
        viewer={viewer}
        route="GET /detectors"
        href={hrefOf("/detectors", { game: overview.game })}
        title={overview.quality.length > shownDetectors ? `All ${overview.quality.length}` : "Detectors"}
      />
    </div>
    {overview.quality.length === 0 ? (
      <div class="empty">
        <p class="empty-title">No flags this month</p>
        <p>A flag is a detector's line in the evidence of a case. They are counted as cases open.</p>
      </div>
    ) : (
      <Table
        class="quality numbers"
        caption="Flags in cases opened this month (UTC); precision is the share confirmed of those judged, with its 95 % interval."
        columns={columns}
      >
        {overview.quality.slice(0, shownDetectors).map((quality) => (
          <Row quality={quality} overview={overview} viewer={viewer} />
        ))}
      </Table>
    )}
  </section>
);
