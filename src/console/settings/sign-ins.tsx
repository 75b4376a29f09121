/** Sign-ins of somebody as a table, each with a button that ends it. */
import type { FC } from "hono/jsx";
import { z } from "zod";
import type { AuthSession } from "../../db/auth-sessions.ts";
import { SessionParam } from "../../http/schemas/access.ts";
import { identifier } from "../../telemetry/fields.ts";
import { Table } from "../blocks/table.tsx";
import { Text, Time, wordsOf } from "../text.tsx";
import { ButtonForm } from "./panel.tsx";

/** `of`: whose page to go back to; absent on one's own. */
export const EndSignInForm = z.strictObject({
  session: SessionParam.shape.session,
  of: identifier(128).optional(),
});

interface SignInsProps {
  readonly sessions: readonly AuthSession[];
  /** The sign-in that looks. */
  readonly currentId: string | null;
  /** Whose, where it is not the viewer. */
  readonly of?: string;
  readonly nowMs: number;
}

const State: FC<{ session: AuthSession; isCurrent: boolean; nowMs: number }> = (props) => {
  const { session, isCurrent, nowMs } = props;
  if (isCurrent) return <span class="badge badge-low">this one</span>;
  if (session.ended_at !== null) {
    return (
      <span class="muted">
        {wordsOf(session.end_reason ?? "ended")} <Time ms={session.ended_at} />
      </span>
    );
  }
  return <span class="muted">{session.expires_at <= nowMs ? "expired" : "signed in"}</span>;
};

const Row: FC<{ session: AuthSession } & Omit<SignInsProps, "sessions">> = (props) => {
  const { session, currentId, of, nowMs } = props;
  const isCurrent = session.id === currentId;
  const isLive = session.ended_at === null && session.expires_at > nowMs;
  return (
    <tr>
      <th scope="row">
        <Time ms={session.created_at} />
        <div class="muted small">
          used <Time ms={session.last_used_at} />
        </div>
      </th>
      <td class="cell-notes">
        {session.address === null ? "unknown address" : <Text value={session.address} />}
        {session.user_agent === null ? null : (
          <div class="muted small">
            <Text value={session.user_agent} />
          </div>
        )}
      </td>
      <td data-label="State">
        <span>
          <State session={session} isCurrent={isCurrent} nowMs={nowMs} />
        </span>
      </td>
      <td class="cell-do">
        {isLive && !isCurrent ? (
          <ButtonForm
            path="/settings/sign-ins/end"
            title="End"
            label={`End the sign-in from ${session.address ?? "an unknown address"}`}
            fields={{ session: session.id, ...(of === undefined ? {} : { of }) }}
          />
        ) : null}
      </td>
    </tr>
  );
};

export const SignIns: FC<SignInsProps> = ({ sessions, ...rest }) => (
  <Table
    class="sign-ins"
    caption="Newest first, the last 20. Within seconds of its end a sign-in is worth nothing."
    columns={[
      { title: "Since", class: "w-time" },
      { title: "From" },
      { title: "State", class: "w-event" },
      { title: "End", class: "w-do" },
    ]}
  >
    {sessions.map((session) => (
      <Row session={session} {...rest} />
    ))}
  </Table>
);
