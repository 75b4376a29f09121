/** A player's sessions, events and audit entries, as tables. */
import type { FC } from "hono/jsx";
import { auditEntryAnswer } from "../../actions/audit-answers.ts";
import type { ListedEntry } from "../../db/audit-list.ts";
import type { StoredEvent } from "../../db/events.ts";
import type { StoredSession } from "../../db/sessions.ts";
import { Empty } from "../blocks/empty.tsx";
import { type Column, columnsOf, Table } from "../blocks/table.tsx";
import { Badge, countText, Text, Time, wordsOf } from "../text.tsx";

const none = <span class="muted">–</span>;
const rounded = (value: number | null, digits: number) =>
  value === null ? none : String(Number(value.toFixed(digits)));
const percent = (share: number | null) => (share === null ? none : `${(share * 100).toFixed(1)} %`);
const shareOf = (part: number | null, of: number | null) => (part === null || !of ? null : part / of);

const SessionRow: FC<{ session: StoredSession; isSuspect: boolean }> = ({ session, isSuspect }) => (
  <tr data-row>
    <th scope="row" class="cell-session">
      <Time ms={session.recordedAtMs} />{" "}
      {isSuspect ? <span class="badge badge-suspicious">suspect</span> : null}
      <div class="muted small">
        <Text value={session.sessionId} />
      </div>
    </th>
    <td data-label="Minutes">{rounded(session.durationMinutes, 1)}</td>
    <td data-label="Kills">{session.kills === null ? none : countText(session.kills)}</td>
    <td data-label="Deaths">{session.deaths === null ? none : countText(session.deaths)}</td>
    <td data-label="Headshots">
      {percent(shareOf(session.headshots, session.kills) ?? session.headshotRate)}
    </td>
    <td data-label="Accuracy">{percent(shareOf(session.shotsHit, session.shotsFired))}</td>
    <td data-label="Reaction">
      {session.reactionTimeMs === null ? none : `${rounded(session.reactionTimeMs, 0)} ms`}
    </td>
    <td data-label="Server">{session.server === null ? none : <Text value={session.server} />}</td>
  </tr>
);

interface SessionsProps {
  readonly sessions: readonly StoredSession[];
  /** Ids of sessions that the score names. */
  readonly suspects: ReadonlySet<string>;
}

const sessionColumns: readonly Column[] = [
  { title: "Recorded", class: "w-session" },
  ...columnsOf("Minutes", "Kills", "Deaths", "Headshots", "Accuracy", "Reaction", "Server"),
];

export const SessionsTable: FC<SessionsProps> = ({ sessions, suspects }) =>
  sessions.length === 0 ? (
    <Empty title="No sessions">
      This player has none in this mode. They arrive through{" "}
      <a href="/docs#post_api_telemetry_sessions">POST /api/telemetry/sessions</a>.
    </Empty>
  ) : (
    <Table
      class="sessions numbers"
      caption="Newest first. Suspect sessions are those that the score names."
      columns={sessionColumns}
    >
      {sessions.map((session) => (
        <SessionRow session={session} isSuspect={suspects.has(session.sessionId)} />
      ))}
    </Table>
  );

const EventRow: FC<{ event: StoredEvent }> = ({ event }) => (
  <tr data-row>
    <th scope="row">
      <Text value={wordsOf(event.event_type)} />
      <div class="muted small">
        {event.source}
        {event.reporter === null ? null : (
          <>
            {" by "}
            <Text value={event.reporter} />
          </>
        )}
      </div>
    </th>
    <td class="cell-severity">
      <Badge level={event.severity} />
    </td>
    <td class={event.notes === null && event.session_id === null ? "cell-notes cell-none" : "cell-notes"}>
      {event.notes === null ? (
        none
      ) : (
        <p class="notes">
          <Text value={event.notes} />
        </p>
      )}
      {event.session_id === null ? null : (
        <div class="muted small">
          session <Text value={event.session_id} />
        </div>
      )}
    </td>
    <td class="cell-time">
      <Time ms={event.detected_at} />
    </td>
  </tr>
);

const eventColumns: readonly Column[] = [
  { title: "What" },
  { title: "Severity", class: "w-severity" },
  { title: "Notes", class: "w-notes" },
  { title: "When", class: "w-time" },
];

export const EventsTable: FC<{ events: readonly StoredEvent[] }> = ({ events }) =>
  events.length === 0 ? (
    <Empty title="No events">
      No log, report or outside detector has named this player. Analysts report with the button above.
    </Empty>
  ) : (
    <Table class="events" caption="Newest first, over all modes." columns={eventColumns}>
      {events.map((event) => (
        <EventRow event={event} />
      ))}
    </Table>
  );

const detailText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const EntryRow: FC<{ entry: ListedEntry }> = ({ entry }) => {
  const { details } = auditEntryAnswer(entry);
  return (
    <tr data-row>
      <th scope="row">
        {entry.action}
        <div class="muted small">
          <Text value={entry.actor} />
        </div>
      </th>
      <td>
        {details === null ? (
          <span class="muted">erased</span>
        ) : (
          <dl class="details">
            {Object.entries(details).map(([name, value]) => (
              <div>
                <dt class="muted small">{name}</dt>
                <dd>
                  <Text value={detailText(value)} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </td>
      <td class="cell-time">
        <Time ms={entry.at} />
      </td>
    </tr>
  );
};

const entryColumns: readonly Column[] = [
  { title: "Action", class: "w-standing" },
  { title: "Details" },
  { title: "When", class: "w-time" },
];

export const AuditTable: FC<{ entries: readonly ListedEntry[] }> = ({ entries }) =>
  entries.length === 0 ? (
    <Empty title="No entries">
      Nobody has changed anything about this player, or the entries are past their retention.
    </Empty>
  ) : (
    <Table
      class="audit"
      caption="Newest first: what people and keys did to this player."
      columns={entryColumns}
    >
      {entries.map((entry) => (
        <EntryRow entry={entry} />
      ))}
    </Table>
  );
