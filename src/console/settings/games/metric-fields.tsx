/** The fields of one metric that a game declares. */
import type { FC } from "hono/jsx";
import { DeclaredMetric } from "../../../detection/game-profile.ts";
import { Text } from "../../text.tsx";
import { hasFaultUnder, textIn } from "../draft.ts";
import { type Form, NumberField, type Options, SelectField, TextField, TickField } from "../fields.tsx";

const kinds: Readonly<Record<DeclaredMetric["kind"], string>> = {
  proportion: "share: so many of so many",
  rate: "rate: so many per exposure",
  latency: "latency: one time a session",
  level: "level: one value a session",
};
const directions: Readonly<Record<DeclaredMetric["direction"], string>> = {
  high: "upwards",
  low: "downwards",
  steady: "too steady",
};
const { exposure, group } = DeclaredMetric.shape;
const asOptions = (values: readonly string[]): Options =>
  values.map((value) => [value, value.replace("_", " ")]);
const exposures = asOptions(exposure.unwrap().options);
const groups = asOptions(group.options);

interface MetricProps {
  readonly form: Form;
  readonly place: number;
  /** The row for another one, at the end. */
  readonly isNew: boolean;
}

export const MetricFields: FC<MetricProps> = ({ form, place, isNew }) => {
  const at = (name: string) => `metrics.${place}.${name}`;
  const name = textIn(form.draft.fields, at("name"));
  return (
    <details class="panel" open={hasFaultUnder(form.draft, `metrics.${place}`)}>
      <summary>{isNew ? "Another metric" : <Text value={name === "" ? "without a name" : name} />}</summary>
      <div class="panel-form">
        <div class="field-row">
          <TextField
            form={form}
            name={at("name")}
            label="Name in sessions"
            maxLength={64}
            placeholder="grenade_rate"
          />
          <TextField form={form} name={at("label")} label="How people read it" maxLength={64} />
          <SelectField form={form} name={at("kind")} label="Kind" options={Object.entries(kinds)} />
          <TextField form={form} name={at("unit")} label="Unit" maxLength={32} placeholder="per minute" />
          <NumberField form={form} name={at("range.0")} label="Least" step="any" />
          <NumberField form={form} name={at("range.1")} label="Most" step="any" />
          <SelectField
            form={form}
            name={at("direction")}
            label="A cheat moves it"
            options={Object.entries(directions)}
          />
          <SelectField form={form} name={at("group")} label="Group" options={groups} />
          <SelectField form={form} name={at("exposure")} label="Counted per" options={exposures} />
          <NumberField form={form} name={at("minimum_exposure")} label="Least exposure" min={1} step="any" />
          <NumberField form={form} name={at("prior.median")} label="Usual median" step="any" />
          <NumberField form={form} name={at("prior.spread")} label="Spread (log or logit)" step="any" />
        </div>
        {isNew ? (
          <p class="muted hint small">
            Values outside of least and most count as missing. Without a usual median and a spread, only the
            game's own players say what is usual.
          </p>
        ) : (
          <TickField form={form} name={at("remove")} label="Take this metric away" />
        )}
      </div>
    </details>
  );
};
