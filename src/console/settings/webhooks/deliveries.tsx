/** What was sent to a webhook, and what came of it. */
import type { FC } from "hono/jsx";
import type { DeliveryRow, DeliveryState } from "../../../db/delivery-list.ts";
import { Empty } from "../../blocks/empty.tsx";
import { Pager } from "../../blocks/pager.tsx";
import { Table } from "../../blocks/table.tsx";
import { Text, Time, wordsOf } from "../../text.tsx";
import { ButtonForm } from "../panel.tsx";

export interface Deliveries {
  readonly rows: readonly DeliveryRow[];
  readonly state: DeliveryState | null;
  readonly first: string | null;
  readonly next: string | null;
}

const states = [
  [null, "All"],
  ["pending", "Pending"],
  ["delivered", "Delivered"],
  ["dead", "Given up"],
] as const;

const Outcome: FC<{ row: DeliveryRow }> = ({ row }) => {
  const { state, last_status, last_error, delivered_at, due_at } = row;
  const why = [last_status, last_error === null ? null : wordsOf(last_error)].filter((part) => part !== null);
  return (
    <>
      {state === "delivered" ? <span class="badge badge-low">delivered</span> : null}
      {state === "dead" ? <span class="badge badge-critical">given up</span> : null}
      {state === "pending" ? <span class="badge">pending</span> : null}{" "}
      <span class="muted small">{why.join(", ")}</span>
      <div class="muted small">
        {state === "delivered" && delivered_at !== null ? <Time ms={delivered_at} /> : null}
        {state === "pending" ? (
          <>
            due <Time ms={due_at} />
          </>
        ) : null}
      </div>
    </>
  );
};

const Row: FC<{ row: DeliveryRow; path: string }> = ({ row, path }) => (
  <tr>
    <th scope="row">
      {row.type}
      <div class="muted small">
        event {row.event_id}
        {row.game === null ? null : (
          <>
            {" · "}
            <Text value={row.game} />
          </>
        )}
      </div>
    </th>
    <td data-label="Happened">
      <Time ms={row.at} />
    </td>
    <td data-label="Attempts">{row.attempts}</td>
    <td data-label="Outcome">
      <span>
        <Outcome row={row} />
      </span>
    </td>
    <td class="cell-do">
      {row.state === "pending" ? null : (
        <ButtonForm
          path={`${path}/replay`}
          title="Send again"
          label={`Send event ${row.event_id} again`}
          fields={{ event: String(row.event_id) }}
        />
      )}
    </td>
  </tr>
);

const List: FC<{ rows: readonly DeliveryRow[]; path: string }> = ({ rows, path }) => (
  <Table
    class="deliveries"
    caption="Newest first; what is pending, in the order of its time."
    columns={[
      { title: "Event" },
      { title: "Happened", class: "w-time" },
      { title: "Attempts", class: "w-mode" },
      { title: "Outcome", class: "w-standing" },
      { title: "Again", class: "w-do" },
    ]}
  >
    {rows.map((row) => (
      <Row row={row} path={path} />
    ))}
  </Table>
);

export const DeliveriesPart: FC<{ deliveries: Deliveries; path: string }> = ({ deliveries, path }) => {
  const { rows, state, first, next } = deliveries;
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">Deliveries</h2>
      <nav class="choices" aria-label="Deliveries by state">
        {states.map(([key, title]) => (
          <a
            href={key === null ? path : `${path}?state=${key}`}
            aria-current={key === state ? "page" : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <div class="after">
        {rows.length === 0 ? (
          <Empty title="No deliveries here">
            They begin with the next event that this webhook hears of. The test message above goes out at
            once.
          </Empty>
        ) : (
          <List rows={rows} path={path} />
        )}
      </div>
      <Pager of="deliveries" first={first} next={next} />
    </section>
  );
};
