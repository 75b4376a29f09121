/** One player of the watchlist. */
import type { FC } from "hono/jsx";
import type { StoredEvent } from "../../db/events.ts";
import { bandOf } from "../../detection/bands.ts";
import { RiskBar } from "../blocks/risk.tsx";
import { Badge, PlayerName, pointsText, Text, Time, wordsOf } from "../text.tsx";
import type { Watched } from "./load.ts";

const LatestEvent: FC<{ event: StoredEvent | null }> = ({ event }) =>
  event === null ? (
    <span class="muted">none</span>
  ) : (
    <div>
      <Text value={wordsOf(event.event_type)} /> <span class="muted">({event.severity})</span>
      <div class="muted small">
        <Time ms={event.detected_at} />
      </div>
    </div>
  );

export const PlayerRow: FC<{ watched: Watched }> = ({ watched: { player, event } }) => {
  const risk = player.risk ?? 0;
  return (
    <tr data-row>
      <th scope="row" class="cell-player">
        <PlayerName id={player.id} name={player.username} />
        <div class="muted small">
          <Text value={player.game} /> · id {player.id}
        </div>
      </th>
      <td class="cell-risk">
        <span class="risk-value">{pointsText(risk)}</span>
        <RiskBar risk={risk} />
      </td>
      <td class="cell-standing">
        <Badge level={bandOf(risk)} />
        <div class="muted small">
          {player.confidence ?? "insufficient"} evidence,{" "}
          {player.calibrated === 1 ? "calibrated" : "uncalibrated"}
        </div>
      </td>
      <td class="cell-mode" data-label="Mode">
        {player.mode === null ? <span class="muted">none</span> : <Text value={player.mode} />}
      </td>
      <td class="cell-event" data-label="Latest event">
        <LatestEvent event={event} />
      </td>
      <td class="cell-time" data-label="Score as of">
        {player.as_of === null ? <span class="muted">not yet</span> : <Time ms={player.as_of} />}
      </td>
    </tr>
  );
};
