/** One's own account: who one is, the password, the sign-ins. */
import type { FC } from "hono/jsx";
import type { AuthSession } from "../../../db/auth-sessions.ts";
import type { View } from "../../layout.tsx";
import { Text } from "../../text.tsx";
import { SecretField } from "../fields.tsx";
import { SettingsFrame } from "../frame.tsx";
import { formOf, Panel, type Refused } from "../panel.tsx";
import { SignIns } from "../sign-ins.tsx";

export const passwordForm = "password";
const minPassword = 12;

const Password: FC<{ refused: Refused | null }> = ({ refused }) => {
  const form = formOf(passwordForm, refused);
  return (
    <Panel
      form={form}
      title="Change password"
      path="/settings/password"
      submit="Change password"
      lead="All your other sign-ins end."
    >
      <SecretField
        form={form}
        name="current_password"
        label="Current password"
        autocomplete="current-password"
      />
      <SecretField
        form={form}
        name="new_password"
        label="New password"
        hint="12 characters or more. Length is what counts."
        autocomplete="new-password"
        minLength={minPassword}
      />
    </Panel>
  );
};

interface AccountProps {
  readonly view: View;
  readonly sessions: readonly AuthSession[];
  /** Accounts of the service's secrets change their password there. */
  readonly isConfigured: boolean;
  readonly refused: Refused | null;
}

const roleWords: Readonly<Record<string, string>> = {
  viewer: "reads everything but the settings and the trail",
  analyst: "works on cases, makes and ends decisions",
  admin: "does everything, and manages people, keys and settings",
};

export const AccountPage: FC<AccountProps> = ({ view, sessions, isConfigured, refused }) => {
  const { viewer, nowMs } = view;
  return (
    <SettingsFrame view={view} part="account">
      <dl class="facts head-facts">
        <div>
          <dt>Name</dt>
          <dd>
            <Text value={viewer.subject} />
          </dd>
        </div>
        <div>
          <dt>Role</dt>
          <dd>
            {viewer.role}: {roleWords[viewer.role] ?? "only sends"}
          </dd>
        </div>
      </dl>
      <div class="panels">
        {viewer.kind === "sso" ? (
          <p class="muted">Your studio signs you in, and gives you the role; there is no password here.</p>
        ) : isConfigured ? (
          <p class="muted">
            This account is configured in the service's secrets; its password is changed there.
          </p>
        ) : (
          <Password refused={refused} />
        )}
      </div>
      <section aria-labelledby="sign-ins">
        <h2 id="sign-ins">Your sign-ins</h2>
        <SignIns sessions={sessions} currentId={viewer.sessionId} nowMs={nowMs} />
      </section>
    </SettingsFrame>
  );
};
