/** What is kept for how long. */
import type { FC } from "hono/jsx";
import { Table } from "../../blocks/table.tsx";
import type { View } from "../../layout.tsx";
import { SettingsFrame } from "../frame.tsx";
import type { KeptRule } from "./kept.ts";

const Row: FC<{ rule: KeptRule }> = ({ rule: { what, howLong, variable, note } }) => (
  <tr>
    <th scope="row">{what}</th>
    <td data-label="Kept">{howLong}</td>
    <td data-label="Changed by">
      {variable === null ? <span class="muted">nothing</span> : <code>{variable}</code>}
    </td>
    <td class="cell-notes muted">{note}</td>
  </tr>
);

export const RetentionPage: FC<{ view: View; rules: readonly KeptRule[] }> = ({ view, rules }) => (
  <SettingsFrame view={view} part="retention">
    <p class="lead">
      Housekeeping ends what is past its time. The lengths are variables of the deployment, in{" "}
      <code>wrangler.toml</code> or the dashboard; a change counts from the next deployment on.
    </p>
    <Table
      class="kept"
      caption="As this service is configured now."
      columns={[
        { title: "What", class: "w-standing" },
        { title: "Kept", class: "w-event" },
        { title: "Changed by", class: "w-standing" },
        { title: "Note" },
      ]}
    >
      {rules.map((rule) => (
        <Row rule={rule} />
      ))}
    </Table>
  </SettingsFrame>
);
