/** Who rose into a higher band, newest first. */
import type { FC } from "hono/jsx";
import { type Column, Table } from "../blocks/table.tsx";
import { Badge, PlayerName, pointsText, Text, Time } from "../text.tsx";
import type { Escalation } from "./load.ts";

const Row: FC<{ escalation: Escalation }> = ({ escalation }) => (
  <tr data-row>
    <th scope="row" class="cell-player">
      <PlayerName id={escalation.player_id} name={escalation.username} />
      <div class="muted small">
        <Text value={escalation.mode} /> · id {escalation.player_id}
      </div>
    </th>
    <td class="cell-rise">
      <Badge level={escalation.from_band} /> <span aria-hidden="true">→</span>
      <span class="unseen"> to </span> <Badge level={escalation.to_band} />
    </td>
    <td class="cell-risk">{pointsText(escalation.risk)}</td>
    <td class="cell-time">
      <Time ms={escalation.escalated_at} />
    </td>
  </tr>
);

const columns: readonly Column[] = [
  { title: "Player" },
  { title: "From, to", class: "w-standing" },
  { title: "Risk", class: "cell-risk w-risk" },
  { title: "When", class: "w-time" },
];

const Empty: FC = () => (
  <div class="empty">
    <p class="empty-title">No escalations yet</p>
    <p>A player appears here when a new score lifts it into a higher band.</p>
  </div>
);

export const Escalations: FC<{ escalations: readonly Escalation[] }> = ({ escalations }) => (
  <section aria-labelledby="escalations">
    <h2 id="escalations">Latest escalations</h2>
    {escalations.length === 0 ? (
      <Empty />
    ) : (
      <Table class="escalations" caption="Rises into a higher band, newest first." columns={columns}>
        {escalations.map((escalation) => (
          <Row escalation={escalation} />
        ))}
      </Table>
    )}
  </section>
);
