/** Forms about people. */
import type { FC } from "hono/jsx";
import { z } from "zod";
import type { UserRow } from "../../../db/users.ts";
import { roles } from "../../../env.ts";
import { NewUserRequest } from "../../../http/schemas/access.ts";
import type { Sent } from "../answer-form.ts";
import { SecretField, SelectField, TextField } from "../fields.tsx";
import { ButtonForm, formOf, Panel, type Refused, SurePanel } from "../panel.tsx";

const minPassword = 12;
const passwordHint = "12 characters or more, not the user's name. They change it under Your account.";
const roleOptions = roles.map((role) => [role, role] as const);
const role = z.enum(roles);

export const forms = { create: "new-user", role: "user-role", password: "user-password" } as const;

export const CreateForm = NewUserRequest;
export const readCreate = (sent: Sent) => ({
  username: sent.text("username"),
  password: sent.text("password"),
  role: sent.text("role"),
});

/** `seen`: what it was on the page. */
export const RoleForm = z.strictObject({ role, seen: role });
export const readRole = (sent: Sent) => ({ role: sent.text("role"), seen: sent.text("seen") });

export const AccessForm = z.strictObject({ to: z.enum(["disabled", "enabled"]) });

export const PasswordForm = z.strictObject({ password: NewUserRequest.shape.password });
export const readPassword = (sent: Sent) => ({ password: sent.text("password") });

export const NewUser: FC<{ refused: Refused | null; isOpen: boolean }> = ({ refused, isOpen }) => {
  const form = formOf(forms.create, refused, { role: "viewer" });
  return (
    <Panel form={form} title="New user" path="/settings/users" submit="Create user" isOpen={isOpen}>
      <TextField
        form={form}
        name="username"
        label="User name"
        maxLength={64}
        required
        hint="Lower case; letters, digits and . _ @ + -"
      />
      <SelectField form={form} name="role" label="Role" options={roleOptions} />
      <SecretField
        form={form}
        name="password"
        label="First password"
        hint={passwordHint}
        autocomplete="new-password"
        minLength={minPassword}
      />
    </Panel>
  );
};

const Role: FC<{ user: UserRow; path: string; refused: Refused | null }> = ({ user, path, refused }) => {
  const form = formOf(forms.role, refused, { role: user.role, seen: user.role });
  return (
    <Panel
      form={form}
      title="Change role"
      path={`${path}/role`}
      submit="Change role"
      lead="All sign-ins of the user end, so that the new role counts at once."
    >
      <input type="hidden" name="seen" value={user.role} />
      <SelectField form={form} name="role" label="Role" options={roleOptions} />
    </Panel>
  );
};

const Reset: FC<{ path: string; refused: Refused | null }> = ({ path, refused }) => {
  const form = formOf(forms.password, refused);
  return (
    <SurePanel
      form={form}
      title="Reset password"
      path={`${path}/password`}
      submit="Reset password"
      lead="All sign-ins of the user end, and the old password is gone."
      sure="I can tell the user the new password"
    >
      <SecretField
        form={form}
        name="password"
        label="New password"
        hint={passwordHint}
        autocomplete="new-password"
        minLength={minPassword}
      />
    </SurePanel>
  );
};

interface UserFormsProps {
  readonly user: UserRow;
  readonly path: string;
  readonly isOwn: boolean;
  readonly refused: Refused | null;
}

/** Nobody changes their own role or access. */
export const UserForms: FC<UserFormsProps> = ({ user, path, isOwn, refused }) => (
  <div class="panels">
    {isOwn ? (
      <p class="muted">
        This is you. Nobody changes their own role or access: another admin does. Your password is changed
        under <a href="/settings">Your account</a>.
      </p>
    ) : (
      <>
        <Role user={user} path={path} refused={refused} />
        <Reset path={path} refused={refused} />
      </>
    )}
  </div>
);

/** Can be undone, so it asks nothing. */
export const AccessButton: FC<{ user: UserRow; path: string }> = ({ user, path }) =>
  user.disabled_at === null ? (
    <ButtonForm
      path={`${path}/access`}
      title="Disable"
      label={`Disable ${user.username}`}
      fields={{ to: "disabled" }}
    />
  ) : (
    <ButtonForm
      path={`${path}/access`}
      title="Enable"
      label={`Enable ${user.username}`}
      fields={{ to: "enabled" }}
    />
  );
