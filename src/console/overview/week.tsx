/** The decisions of the last seven days: by type, by people and by rules. */
import type { FC } from "hono/jsx";
import { decisionTypes } from "../../decisions/decision.ts";
import { type Column, Table } from "../blocks/table.tsx";
import { Time, wordsOf } from "../text.tsx";
import { Count, hrefOf } from "./links.tsx";
import type { Overview } from "./load.ts";

const columns: readonly Column[] = [
  { title: "Type" },
  { title: "People", class: "cell-risk w-points" },
  { title: "Rules", class: "cell-risk w-points" },
  { title: "Both", class: "cell-risk w-points" },
];

interface LineProps {
  readonly title: string;
  readonly type: string | undefined;
  readonly counts: readonly [people: number, automatic: number];
  readonly overview: Overview;
}

const Line: FC<LineProps> = ({ title, type, counts: [people, automatic], overview }) => {
  const { game, decided } = overview;
  const cell = (n: number, origin: string | undefined) => (
    <td class="cell-risk">
      <Count n={n} href={hrefOf("/decisions", { game, type, origin, made: "week" })} isCut={decided.isCut} />
    </td>
  );
  return (
    <tr class={type === undefined ? "sum" : undefined}>
      <th scope="row">{title}</th>
      {cell(people, "person")}
      {cell(automatic, "automatic")}
      {cell(people + automatic, undefined)}
    </tr>
  );
};

export const WeekOfDecisions: FC<{ overview: Overview }> = ({ overview }) => {
  const { counts, atMs } = overview.decided;
  const made = decisionTypes.flatMap((type) => {
    const count = counts[type];
    return count === undefined ? [] : [{ type, count }];
  });
  const sum = (place: 0 | 1) => made.reduce((total, { count }) => total + count[place], 0);
  return (
    <section aria-labelledby="week" class="panel">
      <div class="panel-head">
        <h2 id="week">Decisions of the week</h2>
        <a href={hrefOf("/decisions", { game: overview.game })}>Decisions</a>
      </div>
      {made.length === 0 ? (
        <div class="empty">
          <p class="empty-title">None in seven days</p>
          <p>
            They are made with a verdict, by a game's backend, or by a rule that an admin switched on.{" "}
            <a href={hrefOf("/queue", { game: overview.game })}>See what waits</a>
          </p>
        </div>
      ) : (
        <Table
          class="week keep numbers"
          caption={
            <>
              Made in the seven days until <Time ms={atMs} />.
            </>
          }
          columns={columns}
        >
          {made.map(({ type, count }) => (
            <Line title={wordsOf(type)} type={type} counts={count} overview={overview} />
          ))}
          <Line title="all" type={undefined} counts={[sum(0), sum(1)]} overview={overview} />
        </Table>
      )}
    </section>
  );
};
