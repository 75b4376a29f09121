/** Forms about webhooks. */
import type { FC } from "hono/jsx";
import { z } from "zod";
import type { WebhookRow } from "../../../db/webhooks.ts";
import { domainEventTypes } from "../../../decisions/event-types.ts";
import { NewWebhookRequest, ReplayRequest, WebhookChangeRequest } from "../../../http/schemas/webhooks.ts";
import type { Sent } from "../answer-form.ts";
import { type Form, NumberField, SecretField, SelectField, TextField, TicksField } from "../fields.tsx";
import { formOf, Mark, Panel, type Refused, SurePanel } from "../panel.tsx";
import { instantIn, wordsIn } from "../values.ts";

export const forms = {
  create: "new-webhook",
  change: "change-webhook",
  rotate: "rotate-secret",
  replay: "replay-webhook",
  remove: "delete-webhook",
} as const;

const digestIn = (sent: Sent): boolean | undefined => {
  const text = sent.word("digest");
  return text === undefined ? undefined : text === "yes";
};
const typesIn = (sent: Sent): readonly string[] | null => {
  const types = sent.list("event_types");
  return types.length === 0 ? null : types;
};

export const CreateForm = NewWebhookRequest;
export const readCreate = (sent: Sent) => ({
  name: sent.text("name"),
  url: sent.text("url").trim(),
  format: sent.text("format"),
  event_types: typesIn(sent),
  games: wordsIn(sent, "games") ?? null,
  min_interval_seconds: sent.number("min_interval_seconds"),
  digest: digestIn(sent),
});

/** `revision`: the webhook's as its page showed it. */
export const ChangeForm = WebhookChangeRequest.safeExtend({ revision: z.int().min(0) });
export const readChange = (sent: Sent) => ({
  ...readCreate(sent),
  url: sent.word("url"),
  min_interval_seconds: sent.number("min_interval_seconds") ?? 0,
  digest: digestIn(sent) ?? false,
  revision: sent.number("revision"),
});

export const StatusForm = z.strictObject({ status: z.enum(["active", "paused"]) });

export const ReplayForm = ReplayRequest;
const beginning = "1970-01-01T00:00:00Z";
/** One delivery by its button, or what the form of many says. */
export const readReplay = (sent: Sent) => {
  const event = sent.number("event");
  const since = instantIn(sent, "since");
  const dead_only = sent.isTicked("dead_only");
  if (event !== undefined) return { event_ids: [event], since, dead_only };
  return { since: since ?? (dead_only ? undefined : beginning), dead_only };
};

const formats = [
  ["json", "JSON, signed (Standard Webhooks)"],
  ["discord", "Discord"],
  ["slack", "Slack"],
] as const;
const digests = [
  ["no", "Each by itself"],
  ["yes", "Together, up to 100"],
] as const;
const types = domainEventTypes.filter((type) => type !== "webhook.test").map((type) => [type, type] as const);

const CommonFields: FC<{ form: Form; digestOptions: readonly (readonly [string, string])[] }> = ({
  form,
  digestOptions,
}) => (
  <>
    <TicksField
      form={form}
      name="event_types"
      label="Hears of"
      hint="None ticked: everything."
      options={types}
    />
    <TextField
      form={form}
      name="games"
      label="Games"
      hint="Separated by commas; empty: all, and what is about none."
    />
    <div class="field-row">
      <NumberField
        form={form}
        name="min_interval_seconds"
        label="Seconds between messages"
        min={0}
        max={86_400}
      />
      <SelectField form={form} name="digest" label="What waits is sent" options={digestOptions} />
    </div>
  </>
);

export const NewWebhook: FC<{ refused: Refused | null; isOpen: boolean }> = ({ refused, isOpen }) => {
  const form = formOf(forms.create, refused, { format: "json" });
  return (
    <Panel
      form={form}
      title="New webhook"
      path="/settings/webhooks"
      submit="Make webhook"
      isOpen={isOpen}
      lead="It hears of what happens from now on."
    >
      <Mark />
      <TextField
        form={form}
        name="name"
        label="Name"
        maxLength={64}
        required
        placeholder="Bans to the lobby"
      />
      <SecretField
        form={form}
        name="url"
        label="Address"
        type="url"
        autocomplete="off"
        hint="https, and no private address. It is not filled in again: a chat's address is a credential."
      />
      <SelectField form={form} name="format" label="Written for" options={formats} />
      <CommonFields
        form={form}
        digestOptions={[["", "As usual: together for chats, else each by itself"], ...digests]}
      />
    </Panel>
  );
};

interface WebhookFormProps {
  readonly row: WebhookRow;
  readonly path: string;
  readonly refused: Refused | null;
}

const listOf = (text: string | null): string[] => (text === null ? [] : (JSON.parse(text) as string[]));

const valuesOf = (row: WebhookRow): Record<string, unknown> => ({
  name: row.name,
  format: row.format,
  event_types: listOf(row.types),
  games: listOf(row.games).join(", "),
  min_interval_seconds: row.min_interval_ms / 1_000,
  digest: row.digest === 1 ? "yes" : "no",
});

const Change: FC<WebhookFormProps> = ({ row, path, refused }) => {
  const form = formOf(forms.change, refused, valuesOf(row));
  return (
    <Panel form={form} title="Change" path={`${path}/change`} submit="Save">
      <input type="hidden" name="revision" value={row.revision} />
      <TextField form={form} name="name" label="Name" maxLength={64} required />
      <SecretField
        form={form}
        name="url"
        label="Address"
        type="url"
        autocomplete="off"
        required={false}
        hint="Empty: as it is."
      />
      <SelectField form={form} name="format" label="Written for" options={formats} />
      <CommonFields form={form} digestOptions={digests} />
    </Panel>
  );
};

const Rotate: FC<WebhookFormProps> = ({ path, refused }) => (
  <SurePanel
    form={formOf(forms.rotate, refused)}
    title="New secret"
    path={`${path}/rotate-secret`}
    submit="Make the new secret"
    lead="For 24 hours messages carry the signatures of both; then the old secret is gone."
    sure="The receiver will know the new secret within a day"
  >
    <Mark />
  </SurePanel>
);

const Replay: FC<WebhookFormProps> = ({ path, refused }) => {
  const form = formOf(forms.replay, refused, { dead_only: "yes" });
  return (
    <Panel
      form={form}
      title="Send again"
      path={`${path}/replay`}
      submit="Send again"
      lead="Under the same message ids, a thousand at a time, so that a receiver knows what it has already."
    >
      <TextField
        form={form}
        name="since"
        label="What happened since (UTC)"
        type="datetime-local"
        hint="Empty: since the beginning."
      />
      <label class="tick">
        <input
          type="checkbox"
          name="dead_only"
          value="yes"
          checked={form.draft.fields.dead_only?.[0] === "yes"}
        />{" "}
        <span>Only what was given up</span>
      </label>
    </Panel>
  );
};

const Remove: FC<WebhookFormProps> = ({ path, refused }) => (
  <SurePanel
    form={formOf(forms.remove, refused)}
    title="Delete"
    path={`${path}/delete`}
    submit="Delete for good"
    lead="With all that waits for it. It cannot be taken back; pausing can."
    sure="Nobody needs to hear of this any more"
  />
);

export const WebhookForms: FC<WebhookFormProps> = (props) => (
  <div class="panels">
    <Change {...props} />
    <Replay {...props} />
    <Rotate {...props} />
    <Remove {...props} />
  </div>
);
