/** What the database read and wrote today, and about what that costs. */
import type { FC } from "hono/jsx";
import { type Cause, type DayCost, listPrices } from "../../actions/watch/cost-of-day.ts";
import { type Column, Table } from "../blocks/table.tsx";
import { countText } from "../text.tsx";

const columns: readonly Column[] = [
  { title: "Caused by" },
  { title: "Rows read", class: "cell-risk w-risk" },
  { title: "Rows written", class: "cell-risk w-risk" },
];

const causes: Readonly<Record<Cause, string>> = {
  requests: "requests",
  jobs: "jobs",
  metrics: "counting itself",
};

const dollarsText = (dollars: number): string =>
  dollars > 0 && dollars < 0.01 ? "less than $0.01" : `$${dollars.toFixed(2)}`;

/** Where the counters are described. */
const source = "/docs#get_metrics";

const Line: FC<{ title: string; read: number; written: number }> = ({ title, read, written }) => (
  <tr class={title === "all" ? "sum" : undefined}>
    <th scope="row">{title}</th>
    <td class="cell-risk">
      <a href={source}>{countText(read)}</a>
    </td>
    <td class="cell-risk">
      <a href={source}>{countText(written)}</a>
    </td>
  </tr>
);

const spans = {
  day: "Since midnight UTC, as isolates have reported it.",
  counting: "Since counting began; from the next midnight UTC on, of the day.",
} as const;

export const CostOfDay: FC<{ cost: DayCost | null }> = ({ cost }) => (
  <section aria-labelledby="cost" class="panel">
    <div class="panel-head">
      <h2 id="cost">Database today</h2>
      <a href={source}>Metrics</a>
    </div>
    {cost === null ? (
      <div class="empty">
        <p class="empty-title">Not counted yet</p>
        <p>Isolates report what they read and wrote with the first cron, or after ten seconds.</p>
      </div>
    ) : (
      <>
        <Table class="cost keep numbers" caption={spans[cost.since]} columns={columns}>
          {cost.byCause.map(({ cause, read, written }) => (
            <Line title={causes[cause]} read={read} written={written} />
          ))}
          <Line title="all" read={cost.read} written={cost.written} />
        </Table>
        <p class="after">
          About <strong>{dollarsText(cost.dollars)}</strong>{" "}
          <span class="muted small">
            An estimate at list prices: ${listPrices.read} a million rows read, $
            {listPrices.written.toFixed(2)} a million written, before what a plan includes.
          </span>
        </p>
      </>
    )}
  </section>
);
