/** What people do to a player: each asks for a reason, which the audit trail keeps. */
import type { FC } from "hono/jsx";
import { z } from "zod";
import type { PlayerRow } from "../../db/players.ts";
import type { Person } from "../../env.ts";
import { severity } from "../../http/schemas/answers.ts";
import { identifier, prose, username } from "../../telemetry/fields.ts";
import { Action, Reason } from "../blocks/action.tsx";
import { mayCall } from "../viewing.ts";

const reasonLength = 300;
const notesLength = 2_000;

export const RenameForm = z.strictObject({ username, reason: identifier(reasonLength) });

/** `reason` of a report is a word of the game's vocabulary: it becomes the event's type. */
export const ReportForm = z.strictObject({
  reason: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: "must be lower-case words joined by _" }),
  severity,
  notes: prose(notesLength).transform((text) => text.trim() || null),
});

const reasons = ["manual_report", "aim_assistance", "wall_hack", "automation", "boosting"] as const;
const severities = severity.options;

const Rename: FC<{ player: PlayerRow }> = ({ player }) => (
  <Action title="Rename" path={`/players/${player.id}/rename`} submit="Rename">
    <label class="field" for="rename-name">
      <span>New name</span>
      <input id="rename-name" name="username" type="text" maxlength={64} required value={player.username} />
    </label>
    <Reason id="rename-reason" maxLength={reasonLength} />
  </Action>
);

const Report: FC<{ player: PlayerRow }> = ({ player }) => (
  <Action title="Report" path={`/players/${player.id}/report`} submit="Report">
    <label class="field" for="report-reason">
      <span>Reason</span>
      <select id="report-reason" name="reason">
        {reasons.map((reason) => (
          <option value={reason}>{reason.replaceAll("_", " ")}</option>
        ))}
      </select>
    </label>
    <label class="field" for="report-severity">
      <span>Severity</span>
      <select id="report-severity" name="severity">
        {severities.map((level) => (
          <option value={level} selected={level === "medium"}>
            {level}
          </option>
        ))}
      </select>
    </label>
    <label class="field" for="report-notes">
      <span>
        What was seen <span class="muted">up to 2,000 characters</span>
      </span>
      <textarea id="report-notes" name="notes" maxlength={notesLength} required />
    </label>
  </Action>
);

/** Only what the viewer may do is there. */
export const PlayerActions: FC<{ player: PlayerRow; viewer: Person }> = ({ player, viewer }) => (
  <div class="actions">
    {mayCall(viewer, "POST /players/:player/rename") ? <Rename player={player} /> : null}
    {mayCall(viewer, "POST /players/:player/report") ? <Report player={player} /> : null}
  </div>
);
