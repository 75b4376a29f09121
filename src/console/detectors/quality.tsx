/** How rightly a detector flags: by month, by version and by game. */
import type { FC } from "hono/jsx";
import { type FlagFigures, flagsTogether } from "../../actions/quality/quality-answers.ts";
import type { FlagCounts } from "../../db/quality.ts";
import { Empty } from "../blocks/empty.tsx";
import { Pager } from "../blocks/pager.tsx";
import { ShareText } from "../blocks/share.tsx";
import { Table } from "../blocks/table.tsx";
import { countText, Text } from "../text.tsx";
import type { DetectorView } from "./load.ts";
import { monthText } from "./parts.tsx";
import { detectorHref } from "./query.ts";

const columnsOf = (first: string) => [
  { title: first },
  { title: "Flags", class: "w-count" },
  { title: "Precision", class: "w-share" },
  { title: "Confirmed", class: "w-count" },
  { title: "Cleared", class: "w-count" },
  { title: "Inconclusive", class: "w-count" },
  { title: "Overturned", class: "w-count" },
  { title: "Without verdict", class: "w-share" },
];

const Figures: FC<{ figures: FlagFigures }> = ({ figures }) => (
  <>
    <td data-label="Flags">{countText(figures.flags)}</td>
    <td data-label="Precision">
      <ShareText share={figures.precision} none="no verdicts yet" />
    </td>
    <td data-label="Confirmed">{countText(figures.confirmed)}</td>
    <td data-label="Cleared">{countText(figures.cleared)}</td>
    <td data-label="Inconclusive">{countText(figures.inconclusive)}</td>
    <td data-label="Overturned">{countText(figures.overturned)}</td>
    <td data-label="Without verdict">
      <ShareText share={figures.without_verdict} none="no flags" />
    </td>
  </>
);

const byVersion = (rows: readonly FlagCounts[]) =>
  [...Map.groupBy(rows, ({ version }) => version)].sort(([a], [b]) => b - a);

const Months: FC<{ shown: DetectorView }> = ({ shown: { flags, months } }) => (
  <Table
    class="quality numbers"
    caption="By the month in which the case was opened."
    columns={columnsOf("Month")}
  >
    {months.toReversed().map((month) => (
      <tr>
        <th scope="row">{monthText(month)}</th>
        <Figures figures={flagsTogether(flags.filter((row) => row.month === month))} />
      </tr>
    ))}
  </Table>
);

const Versions: FC<{ shown: DetectorView }> = ({ shown: { flags, card } }) => (
  <Table
    class="quality numbers"
    caption={`By the version that flagged. The present one is ${card.version}.`}
    columns={columnsOf("Version")}
  >
    {byVersion(flags).map(([version, rows]) => (
      <tr>
        <th scope="row">
          {version}
          {version === card.version ? <span class="muted small"> present</span> : null}
        </th>
        <Figures figures={flagsTogether(rows)} />
      </tr>
    ))}
  </Table>
);

const Games: FC<{ shown: DetectorView }> = ({ shown: { card, games, first, next } }) => (
  <>
    <Table
      class="quality numbers"
      caption="By game, of the games that have flags of any detector."
      columns={columnsOf("Game")}
    >
      {games.map((row) => (
        <tr data-row>
          <th scope="row">
            <a class="player-link" href={detectorHref(card.id, { game: row.game })}>
              <Text value={row.game} />
            </a>
          </th>
          <Figures figures={flagsTogether(row.flags)} />
        </tr>
      ))}
    </Table>
    <Pager of="games" first={first} next={next} />
  </>
);

export const Quality: FC<{ shown: DetectorView }> = ({ shown }) => {
  const { flags, games, months, query } = shown;
  const all = flagsTogether(flags);
  return (
    <section aria-labelledby="precision">
      <h2 id="precision">Precision</h2>
      <p class="muted small lead">
        Since {monthText(months[0] ?? "")} in{" "}
        {query.game === undefined ? "all games" : <Text value={query.game} />}: {countText(all.flags)}{" "}
        {all.flags === 1 ? "flag" : "flags"}, precision{" "}
        <ShareText share={all.precision} none="unknown, no verdicts yet" />. Precision is confirmed among
        confirmed and cleared cases that the detector had a line in, not what it would have found alone.
      </p>
      {all.flags === 0 ? (
        <Empty title="No flags in six months">
          A flag is a line of this detector in a case. Cases open by themselves from risk 70 on, or by hand on
          a <a href="/players">player</a>; verdicts are given in the <a href="/queue">queue</a>.
        </Empty>
      ) : (
        <>
          <Months shown={shown} />
          <Versions shown={shown} />
        </>
      )}
      {games.length > 0 ? <Games shown={shown} /> : null}
    </section>
  );
};
