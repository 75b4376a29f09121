/** API keys: the list, and one of them. */
import type { FC } from "hono/jsx";
import { keyAnswer } from "../../../actions/api-keys.ts";
import type { ApiKeyRow } from "../../../db/api-keys.ts";
import { Empty } from "../../blocks/empty.tsx";
import { Pager } from "../../blocks/pager.tsx";
import { Table } from "../../blocks/table.tsx";
import type { View } from "../../layout.tsx";
import { countText, Text, Time } from "../../text.tsx";
import { SettingsFrame } from "../frame.tsx";
import type { Refused } from "../panel.tsx";
import { ShownOnce } from "../secret.tsx";
import { KeyForms, NewKey } from "./forms.tsx";

export const keyPath = (id: number): string => `/settings/keys/${id}`;

const State: FC<{ row: ApiKeyRow; nowMs: number }> = ({ row: { revoked_at, expires_at }, nowMs }) => {
  if (revoked_at !== null) {
    return (
      <>
        <span class="badge">revoked</span> <Time ms={revoked_at} />
      </>
    );
  }
  if (expires_at === null) return <span class="muted">works, without end</span>;
  return (
    <>
      {expires_at <= nowMs ? <span class="badge">ended</span> : "works until"} <Time ms={expires_at} />
    </>
  );
};

const May: FC<{ row: ApiKeyRow }> = ({ row }) => {
  const { adapter, scopes, games } = keyAnswer(row);
  return (
    <>
      {adapter === null ? scopes.join(", ") : `telemetry through ${adapter}`}
      <div class="muted small">{games === null ? "all games" : <Text value={games.join(", ")} />}</div>
    </>
  );
};

const Row: FC<{ row: ApiKeyRow; nowMs: number }> = ({ row, nowMs }) => (
  <tr data-row>
    <th scope="row">
      <a class="player-link" href={keyPath(row.id)}>
        <Text value={row.name} />
      </a>
      <div class="muted small">
        <code>{row.hint}…</code>
      </div>
    </th>
    <td class="cell-notes">
      <May row={row} />
    </td>
    <td data-label="Last used">
      {row.last_used_at === null ? <span class="muted">never</span> : <Time ms={row.last_used_at} />}
    </td>
    <td data-label="State">
      <span>
        <State row={row} nowMs={nowMs} />
      </span>
    </td>
  </tr>
);

export interface KeysList {
  readonly keys: readonly ApiKeyRow[];
  readonly first: string | null;
  readonly next: string | null;
}

/** A key in full, with its name. */
export interface MadeKey {
  readonly name: string;
  readonly key: string;
}

const Made: FC<{ made: MadeKey | null }> = ({ made }) =>
  made === null ? null : (
    <ShownOnce
      title={`The key ${made.name}`}
      secret={made.key}
      advice="Servers send it in the header X-API-Key. If it is lost, rotate the key."
    />
  );

interface KeysProps {
  readonly view: View;
  readonly list: KeysList;
  readonly refused: Refused | null;
  readonly made: MadeKey | null;
}

export const KeysPage: FC<KeysProps> = ({ view, list: { keys, first, next }, refused, made }) => (
  <SettingsFrame view={view} part="keys">
    <Made made={made} />
    {keys.length === 0 ? (
      <Empty title="No keys yet">
        Game servers send telemetry with a key of their own. Make the first one below, with the scope
        telemetry:write.
      </Empty>
    ) : (
      <Table
        class="keys-list"
        caption="Newest first. A key shows how it begins and nothing else of itself."
        columns={[
          { title: "Key", class: "w-standing" },
          { title: "May" },
          { title: "Last used", class: "w-time" },
          { title: "State", class: "w-standing" },
        ]}
      >
        {keys.map((row) => (
          <Row row={row} nowMs={view.nowMs} />
        ))}
      </Table>
    )}
    <Pager of="keys" first={first} next={next} />
    <div class="panels">
      <NewKey refused={refused} isOpen={keys.length === 0} />
    </div>
  </SettingsFrame>
);

const Facts: FC<{ row: ApiKeyRow; nowMs: number }> = ({ row, nowMs }) => {
  const { limits } = keyAnswer(row);
  return (
    <dl class="facts head-facts">
      <div>
        <dt>May</dt>
        <dd>
          <May row={row} />
        </dd>
      </div>
      <div>
        <dt>State</dt>
        <dd>
          <State row={row} nowMs={nowMs} />
        </dd>
      </div>
      <div>
        <dt>Last used</dt>
        <dd>{row.last_used_at === null ? "never" : <Time ms={row.last_used_at} />}</dd>
      </div>
      <div>
        <dt>Made</dt>
        <dd>
          <Time ms={row.created_at} /> by <Text value={row.created_by} />
        </dd>
      </div>
      {limits === null ? null : (
        <div>
          <dt>Limits of its own</dt>
          <dd>
            {Object.entries(limits).map(([cls, { requests, period_seconds }]) => (
              <div>
                {cls}: {countText(requests)} in {countText(period_seconds)} s
              </div>
            ))}
          </dd>
        </div>
      )}
      {row.replaces === null ? null : (
        <div>
          <dt>Replaces</dt>
          <dd>
            <a href={keyPath(row.replaces)}>key {row.replaces}</a>
          </dd>
        </div>
      )}
    </dl>
  );
};

interface KeyProps {
  readonly view: View;
  readonly row: ApiKeyRow;
  readonly refused: Refused | null;
  readonly made: MadeKey | null;
}

export const KeyPage: FC<KeyProps> = ({ view, row, refused, made }) => (
  <SettingsFrame view={view} part="keys" title={row.name}>
    <div class="part-head">
      <div>
        <p class="crumb small">
          <a href="/settings/keys">API keys</a>
        </p>
        <h2>
          <Text value={row.name} />
        </h2>
        <p class="muted small">
          key {row.id}, begins with <code>{row.hint}</code>
        </p>
      </div>
      <div class="actions">
        <a class="button-like" href={`/audit?actor=key:${row.id}`}>
          What it did
        </a>
      </div>
    </div>
    <Made made={made} />
    <Facts row={row} nowMs={view.nowMs} />
    {row.revoked_at === null ? <KeyForms keyRow={row} path={keyPath(row.id)} refused={refused} /> : null}
  </SettingsFrame>
);
