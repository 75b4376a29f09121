/** Forms about API keys. */
import type { FC } from "hono/jsx";
import { z } from "zod";
import { keyState } from "../../../actions/api-keys.ts";
import type { ApiKeyRow } from "../../../db/api-keys.ts";
import { type KeyLimit, scopes } from "../../../env.ts";
import { KeyChangeRequest, NewKeyRequest, RotateRequest } from "../../../http/schemas/access.ts";
import { adapters } from "../../../telemetry/adapters/registry.ts";
import type { Sent } from "../answer-form.ts";
import { type Form, SelectField, TextField, TicksField } from "../fields.tsx";
import { formOf, Mark, Panel, type Refused, SurePanel } from "../panel.tsx";
import { fieldTimeOf, instantIn, wordsIn } from "../values.ts";
import { LimitFields, limitsIn, limitValues } from "./limits.tsx";

export const forms = {
  create: "new-key",
  change: "change-key",
  rotate: "rotate-key",
  revoke: "revoke-key",
} as const;

export const CreateForm = NewKeyRequest;
export const readCreate = (sent: Sent) => {
  const asked = sent.list("scopes");
  return {
    name: sent.text("name"),
    ...(asked.length === 0 ? {} : { scopes: asked }),
    adapter: sent.word("adapter"),
    games: wordsIn(sent, "games"),
    expires_at: instantIn(sent, "expires_at"),
    limits: limitsIn(sent),
  };
};

const Seen = z.tuple([z.string(), z.number().nullable(), z.string().nullable()]);

/** When the key ended as it was seen, as its field shows it. */
function seenTime(seen: string): string {
  try {
    return fieldTimeOf(Seen.parse(JSON.parse(seen))[1]);
  } catch {
    return "";
  }
}

/** `seen`: the key as its page showed it. */
export const ChangeForm = KeyChangeRequest.safeExtend({ seen: z.string().min(1).max(10_000) });
/** A field shows an end to the minute: one that nobody touched stays to the millisecond. */
export const readChange = (sent: Sent) => {
  const seen = sent.text("seen");
  const isTouched = (sent.word("expires_at") ?? "") !== seenTime(seen);
  const expires_at = isTouched ? (instantIn(sent, "expires_at") ?? null) : undefined;
  return { name: sent.text("name"), expires_at, limits: limitsIn(sent) ?? null, seen };
};

export const RotateForm = RotateRequest;
export const readRotate = (sent: Sent) => ({ overlap_seconds: sent.number("overlap_seconds") });

/** What stands in the fields of a key that is there. */
export const keyValues = (key: ApiKeyRow): Record<string, unknown> => ({
  name: key.name,
  expires_at: fieldTimeOf(key.expires_at),
  ...limitValues(key.limits === null ? null : (JSON.parse(key.limits) as Record<string, KeyLimit>)),
  seen: keyState(key),
});

const nameLength = 64;
const adapterOptions = [
  ["", "No: it may do what is ticked below"],
  ...adapters.map(({ card: { id } }) => [id, `Yes: ${id}`] as const),
] as const;

const EndField: FC<{ form: Form }> = ({ form }) => (
  <TextField form={form} name="expires_at" label="Ends (UTC)" type="datetime-local" hint="Empty: never." />
);

export const NewKey: FC<{ refused: Refused | null; isOpen: boolean }> = ({ refused, isOpen }) => {
  const form = formOf(forms.create, refused);
  return (
    <Panel
      form={form}
      title="New key"
      path="/settings/keys"
      submit="Make key"
      isOpen={isOpen}
      lead="For machines. What it may do never changes: make another key for that."
    >
      <Mark />
      <TextField
        form={form}
        name="name"
        label="Name"
        maxLength={nameLength}
        required
        placeholder="eu-west match servers"
      />
      <SelectField form={form} name="adapter" label="For one adapter alone" options={adapterOptions} />
      <TicksField
        form={form}
        name="scopes"
        label="May"
        options={scopes.map((scope) => [scope, scope] as const)}
      />
      <TextField
        form={form}
        name="games"
        label="Games"
        hint="Separated by commas; empty: all."
        placeholder="cs2, rust"
      />
      <EndField form={form} />
      <LimitFields form={form} />
    </Panel>
  );
};

interface KeyFormProps {
  readonly keyRow: ApiKeyRow;
  readonly path: string;
  readonly refused: Refused | null;
}

const Change: FC<KeyFormProps> = ({ keyRow, path, refused }) => {
  const form = formOf(forms.change, refused, keyValues(keyRow));
  return (
    <Panel form={form} title="Change name, end or limits" path={`${path}/change`} submit="Save">
      <input type="hidden" name="seen" value={keyState(keyRow)} />
      <TextField form={form} name="name" label="Name" maxLength={nameLength} required />
      <EndField form={form} />
      <LimitFields form={form} />
    </Panel>
  );
};

const overlaps = [
  ["0", "at once"],
  ["3600", "in an hour"],
  ["86400", "in a day"],
  ["604800", "in a week"],
  ["2592000", "in 30 days"],
] as const;

const Rotate: FC<KeyFormProps> = ({ path, refused }) => {
  const form = formOf(forms.rotate, refused, { overlap_seconds: "86400" });
  return (
    <Panel
      form={form}
      title="Rotate"
      path={`${path}/rotate`}
      submit="Make the new key"
      lead="A new key that may do the same. The old one works on until it ends."
    >
      <Mark />
      <SelectField form={form} name="overlap_seconds" label="The old key ends" options={overlaps} />
    </Panel>
  );
};

const Revoke: FC<KeyFormProps> = ({ path, refused }) => (
  <SurePanel
    form={formOf(forms.revoke, refused)}
    title="Revoke"
    path={`${path}/revoke`}
    submit="Revoke for good"
    lead="Within five seconds it is refused everywhere. It cannot be taken back."
    sure="No machine needs this key any more"
  />
);

export const KeyForms: FC<KeyFormProps> = (props) => (
  <div class="panels">
    <Change {...props} />
    <Rotate {...props} />
    <Revoke {...props} />
  </div>
);
