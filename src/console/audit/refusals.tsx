/** The counted refusals. */
import type { FC } from "hono/jsx";
import { denialAnswer } from "../../actions/audit-answers.ts";
import { Empty } from "../blocks/empty.tsx";
import { Pager } from "../blocks/pager.tsx";
import { Table } from "../blocks/table.tsx";
import type { View } from "../layout.tsx";
import { countText, Text, Time, wordsOf } from "../text.tsx";
import { AuditFrame } from "./frame.tsx";
import type { RefusalsView } from "./load.ts";

const Rows: FC<{ refusals: RefusalsView }> = ({ refusals: { rows, first, next } }) => (
  <>
    <Table
      class="refusals numbers"
      caption="Newest minute first: wrong passwords, tokens and keys, and what somebody may not do. Beyond 200 a minute and kind, others share a row."
      columns={[
        { title: "Minute", class: "w-time" },
        { title: "Kind", class: "w-event" },
        { title: "Who, or from where" },
        { title: "Times", class: "w-mode" },
      ]}
    >
      {rows.map(denialAnswer).map(({ minute, kind, who, count }) => (
        <tr>
          <th scope="row">
            <Time ms={Date.parse(minute)} />
          </th>
          <td data-label="Kind">{wordsOf(kind)}</td>
          <td data-label="Who">
            <Text value={who} />
          </td>
          <td data-label="Times">{countText(count)}</td>
        </tr>
      ))}
    </Table>
    <Pager of="refusals" first={first} next={next} />
  </>
);

export const RefusalsPage: FC<{ view: View; refusals: RefusalsView }> = ({ view, refusals }) => (
  <AuditFrame view={view} current="refusals">
    {refusals.rows.length === 0 ? (
      <Empty title="Nobody was refused">
        Or it is longer ago than the trail is kept. <a href="/audit">See what was done</a>
      </Empty>
    ) : (
      <Rows refusals={refusals} />
    )}
  </AuditFrame>
);
