/** Who rose into a higher band, newest first. */
import type { FC } from "hono/jsx";
import { type Column, Table } from "../blocks/table.tsx";
import { ageText } from "../queue/table.tsx";
import { Badge, PlayerName, pointsText, Text } from "../text.tsx";
import type { Escalation } from "./load.ts";

const Row: FC<{ escalation: Escalation; nowMs: number }> = ({ escalation, nowMs }) => (
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
    <td class="cell-time">{ageText(nowMs - escalation.escalated_at)}</td>
  </tr>
);

const columns: readonly Column[] = [
  { title: "Player" },
  { title: "From, to", class: "w-rise" },
  { title: "Risk", class: "cell-risk w-points" },
  { title: "When", class: "w-age" },
];

export const Escalations: FC<{ escalations: readonly Escalation[]; nowMs: number }> = ({
  escalations,
  nowMs,
}) => (
  <section aria-labelledby="escalations" class="panel">
    <div class="panel-head">
      <h2 id="escalations">Latest escalations</h2>
    </div>
    {escalations.length === 0 ? (
      <div class="empty">
        <p class="empty-title">No escalations yet</p>
        <p>A player appears here when a new score lifts it into a higher band.</p>
      </div>
    ) : (
      <Table class="escalations" caption="Rises into a higher band, newest first." columns={columns}>
        {escalations.map((escalation) => (
          <Row escalation={escalation} nowMs={nowMs} />
        ))}
      </Table>
    )}
  </section>
);
