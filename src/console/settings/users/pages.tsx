/** People: the list, and one of them. */
import type { FC } from "hono/jsx";
import type { Account } from "../../../auth/accounts.ts";
import type { AuthSession } from "../../../db/auth-sessions.ts";
import type { UserRow } from "../../../db/users.ts";
import { Empty } from "../../blocks/empty.tsx";
import { Pager } from "../../blocks/pager.tsx";
import { Table } from "../../blocks/table.tsx";
import type { View } from "../../layout.tsx";
import { Text, Time } from "../../text.tsx";
import { SettingsFrame } from "../frame.tsx";
import type { Refused } from "../panel.tsx";
import { SignIns } from "../sign-ins.tsx";
import { AccessButton, NewUser, UserForms } from "./forms.tsx";

export const userPath = (username: string): string => `/settings/users/${encodeURIComponent(username)}`;

const Access: FC<{ user: UserRow }> = ({ user }) =>
  user.disabled_at === null ? (
    <span class="muted">active</span>
  ) : (
    <span class="badge badge-elevated">disabled</span>
  );

const Row: FC<{ user: UserRow }> = ({ user }) => (
  <tr data-row>
    <th scope="row">
      <a class="player-link" href={userPath(user.username)}>
        <Text value={user.username} />
      </a>
    </th>
    <td data-label="Role">{user.role}</td>
    <td data-label="Access">
      <span>
        <Access user={user} />
      </span>
    </td>
    <td data-label="Last sign-in">
      {user.last_sign_in_at === null ? <span class="muted">never</span> : <Time ms={user.last_sign_in_at} />}
    </td>
    <td data-label="Created">
      <span>
        <Time ms={user.created_at} />
        <div class="muted small">
          by <Text value={user.created_by} />
        </div>
      </span>
    </td>
  </tr>
);

/** Their names and roles; they are changed where the secrets are. */
const Configured: FC<{ accounts: readonly Account[] }> = ({ accounts }) => (
  <p class="muted small after">
    Configured in the service's secrets, and changed there:{" "}
    {accounts.map(({ username, role }, place) => (
      <>
        {place === 0 ? null : ", "}
        <Text value={username} /> ({role})
      </>
    ))}
    .
  </p>
);

export interface UsersList {
  readonly users: readonly UserRow[];
  readonly first: string | null;
  readonly next: string | null;
}

interface UsersProps {
  readonly view: View;
  readonly list: UsersList;
  readonly accounts: readonly Account[];
  readonly refused: Refused | null;
}

export const UsersPage: FC<UsersProps> = ({ view, list, accounts, refused }) => (
  <SettingsFrame view={view} part="users">
    {list.users.length === 0 ? (
      <Empty title="No users yet">
        Give each person an account of their own: the trail then says who did what.
      </Empty>
    ) : (
      <Table
        class="people"
        caption="By name."
        columns={[
          { title: "User" },
          { title: "Role", class: "w-band" },
          { title: "Access", class: "w-band" },
          { title: "Last sign-in", class: "w-time" },
          { title: "Created", class: "w-time" },
        ]}
      >
        {list.users.map((user) => (
          <Row user={user} />
        ))}
      </Table>
    )}
    <Pager of="users" first={list.first} next={list.next} />
    <Configured accounts={accounts} />
    <div class="panels">
      <NewUser refused={refused} isOpen={list.users.length === 0} />
    </div>
  </SettingsFrame>
);

interface UserProps {
  readonly view: View;
  readonly user: UserRow;
  readonly sessions: readonly AuthSession[];
  readonly isOwn: boolean;
  readonly refused: Refused | null;
}

const Facts: FC<{ user: UserRow }> = ({ user }) => (
  <dl class="facts head-facts">
    <div>
      <dt>Role</dt>
      <dd>{user.role}</dd>
    </div>
    <div>
      <dt>Access</dt>
      <dd>
        {user.disabled_at === null ? (
          "active"
        ) : (
          <>
            disabled <Time ms={user.disabled_at} />
          </>
        )}
      </dd>
    </div>
    <div>
      <dt>Password</dt>
      <dd>
        of <Time ms={user.password_changed_at} />
      </dd>
    </div>
    <div>
      <dt>Created</dt>
      <dd>
        <Time ms={user.created_at} /> by <Text value={user.created_by} />
      </dd>
    </div>
  </dl>
);

export const UserPage: FC<UserProps> = ({ view, user, sessions, isOwn, refused }) => {
  const path = userPath(user.username);
  return (
    <SettingsFrame view={view} part="users" title={user.username}>
      <div class="part-head">
        <div>
          <p class="crumb small">
            <a href="/settings/users">Users</a>
          </p>
          <h2>
            <Text value={user.username} />
          </h2>
        </div>
        <div class="actions">
          <a class="button-like" href={`/audit?actor=${encodeURIComponent(`user:${user.username}`)}`}>
            What they did
          </a>
          {isOwn ? null : <AccessButton user={user} path={path} />}
        </div>
      </div>
      <Facts user={user} />
      <UserForms user={user} path={path} isOwn={isOwn} refused={refused} />
      <section aria-labelledby="sign-ins">
        <h2 id="sign-ins">Sign-ins</h2>
        {sessions.length === 0 ? (
          <Empty title="Never signed in">Tell the user their name and first password.</Empty>
        ) : (
          <SignIns
            sessions={sessions}
            currentId={view.viewer.sessionId}
            of={user.username}
            nowMs={view.nowMs}
          />
        )}
      </section>
    </SettingsFrame>
  );
};
