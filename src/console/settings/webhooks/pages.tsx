/** Webhooks: the list, and one of them. */
import type { FC } from "hono/jsx";
import type { webhookAnswer } from "../../../actions/webhooks/manage.ts";
import type { WebhookRow } from "../../../db/webhooks.ts";
import { Empty } from "../../blocks/empty.tsx";
import { Table } from "../../blocks/table.tsx";
import type { View } from "../../layout.tsx";
import { countText, Text, Time, wordsOf } from "../../text.tsx";
import { SettingsFrame } from "../frame.tsx";
import { ButtonForm, type Refused } from "../panel.tsx";
import { ShownOnce } from "../secret.tsx";
import { type Deliveries, DeliveriesPart } from "./deliveries.tsx";
import { NewWebhook, WebhookForms } from "./forms.tsx";

export const webhookPath = (id: number): string => `/settings/webhooks/${id}`;

const State: FC<{ row: WebhookRow }> = ({ row: { status, pause_reason, failures, failing_since } }) => (
  <>
    {status === "active" && failures === 0 ? <span class="badge badge-low">active</span> : null}
    {status === "active" && failures > 0 ? <span class="badge badge-elevated">failing</span> : null}
    {status === "paused" ? <span class="badge">paused</span> : null}
    <div class="muted small">
      {status === "paused" && pause_reason !== null ? wordsOf(pause_reason) : null}
      {status === "active" && failing_since !== null ? (
        <>
          {countText(failures)} in a row since <Time ms={failing_since} />
        </>
      ) : null}
    </div>
  </>
);

const Hears: FC<{ row: WebhookRow }> = ({ row: { types, games } }) => (
  <>
    {types === null ? "everything" : (JSON.parse(types) as string[]).join(", ")}
    <div class="muted small">
      {games === null ? "all games" : <Text value={(JSON.parse(games) as string[]).join(", ")} />}
    </div>
  </>
);

const Row: FC<{ row: WebhookRow }> = ({ row }) => (
  <tr data-row>
    <th scope="row">
      <a class="player-link" href={webhookPath(row.id)}>
        <Text value={row.name} />
      </a>
      <div class="muted small">
        <Text value={row.host} /> · {row.format}
      </div>
    </th>
    <td class="cell-notes">
      <Hears row={row} />
    </td>
    <td data-label="State">
      <span>
        <State row={row} />
      </span>
    </td>
    <td data-label="Delivered">
      {row.delivered_at === null ? <span class="muted">never</span> : <Time ms={row.delivered_at} />}
    </td>
  </tr>
);

/** The secret of a webhook that was just made, or made anew. */
export interface MadeSecret {
  readonly name: string;
  readonly secret: string;
}

const Made: FC<{ made: MadeSecret | null }> = ({ made }) =>
  made === null ? null : (
    <ShownOnce
      title={`The secret of ${made.name}`}
      secret={made.secret}
      advice="The receiver checks signatures with it (Standard Webhooks). If it is lost, make a new one."
    />
  );

interface WebhooksProps {
  readonly view: View;
  readonly rows: readonly WebhookRow[];
  readonly refused: Refused | null;
  readonly made: MadeSecret | null;
}

export const WebhooksPage: FC<WebhooksProps> = ({ view, rows, refused, made }) => (
  <SettingsFrame view={view} part="webhooks">
    <Made made={made} />
    {rows.length === 0 ? (
      <Empty title="No webhooks yet">
        Lobbies, chats and other services hear of decisions, cases and failing jobs by them. Make the first
        one below.
      </Empty>
    ) : (
      <Table
        class="hooks"
        caption="Newest first."
        columns={[
          { title: "Webhook", class: "w-standing" },
          { title: "Hears of" },
          { title: "State", class: "w-standing" },
          { title: "Delivered", class: "w-time" },
        ]}
      >
        {rows.map((row) => (
          <Row row={row} />
        ))}
      </Table>
    )}
    <div class="panels">
      <NewWebhook refused={refused} isOpen={rows.length === 0} />
    </div>
  </SettingsFrame>
);

type Answer = Awaited<ReturnType<typeof webhookAnswer>>;

const Facts: FC<{ row: WebhookRow; answer: Answer }> = ({ row, answer }) => (
  <dl class="facts head-facts">
    <div>
      <dt>Address</dt>
      <dd>
        {answer.url === null ? "cannot be opened: its JWT_SECRET is gone" : <Text value={answer.url} />}
      </dd>
    </div>
    <div>
      <dt>State</dt>
      <dd>
        <State row={row} />
      </dd>
    </div>
    <div>
      <dt>Hears of</dt>
      <dd>
        <Hears row={row} />
      </dd>
    </div>
    <div>
      <dt>Made</dt>
      <dd>
        <Time ms={row.created_at} /> by <Text value={row.created_by} />
      </dd>
    </div>
    {row.previous_until === null ? null : (
      <div>
        <dt>Old secret signs until</dt>
        <dd>
          <Time ms={row.previous_until} />
        </dd>
      </div>
    )}
  </dl>
);

const Buttons: FC<{ row: WebhookRow; path: string }> = ({ row, path }) => (
  <div class="actions">
    <ButtonForm path={`${path}/test`} title="Send a test" />
    {row.status === "active" ? (
      <ButtonForm path={`${path}/status`} title="Pause" fields={{ status: "paused" }} />
    ) : (
      <ButtonForm path={`${path}/status`} title="Resume" fields={{ status: "active" }} />
    )}
  </div>
);

interface WebhookProps {
  readonly view: View;
  readonly row: WebhookRow;
  readonly answer: Answer;
  readonly deliveries: Deliveries;
  readonly refused: Refused | null;
  readonly made: MadeSecret | null;
}

export const WebhookPage: FC<WebhookProps> = ({ view, row, answer, deliveries, refused, made }) => {
  const path = webhookPath(row.id);
  return (
    <SettingsFrame view={view} part="webhooks" title={row.name}>
      <div class="part-head">
        <div>
          <p class="crumb small">
            <a href="/settings/webhooks">Webhooks</a>
          </p>
          <h2>
            <Text value={row.name} />
          </h2>
        </div>
        <Buttons row={row} path={path} />
      </div>
      <Made made={made} />
      <Facts row={row} answer={answer} />
      <WebhookForms row={row} path={path} refused={refused} />
      <DeliveriesPart deliveries={deliveries} path={path} />
    </SettingsFrame>
  );
};
