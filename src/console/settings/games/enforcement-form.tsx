/** What a game does with scores: when cases open, what policies say, what happens by itself. */
import type { FC } from "hono/jsx";
import { type DecisionType, decisionTypes } from "../../../decisions/decision.ts";
import type { EnforcementSettings } from "../../../decisions/settings.ts";
import { Text, wordsOf } from "../../text.tsx";
import { hasFaultUnder, textIn } from "../draft.ts";
import { AreaField, type Form, FormMessage, NumberField, SelectField, TextField } from "../fields.tsx";
import { formOf, type Refused } from "../panel.tsx";
import { enforcementValues } from "./enforcement-values.ts";
import { gamePath } from "./frame.tsx";
import { placesOf } from "./rows.ts";

export const enforcementForm = "enforcement";

const PolicyFields: FC<{ form: Form; place: number; isNew: boolean }> = ({ form, place, isNew }) => {
  const at = (name: string) => `policies.${place}.${name}`;
  const name = textIn(form.draft.fields, at("name"));
  return (
    <details class="panel" open={hasFaultUnder(form.draft, `policies.${place}`)}>
      <summary>{isNew ? "Another policy" : <Text value={name === "" ? "without a name" : name} />}</summary>
      <div class="panel-form">
        <TextField form={form} name={at("name")} label="Name" maxLength={64} placeholder="cheating" />
        <AreaField
          form={form}
          name={at("ladder")}
          label="Ladder"
          rows={4}
          placeholder="suspend 7"
          hint={`A step a line: ${decisionTypes.join(", ")}, and for how many days. The last step stays.`}
        />
        <NumberField
          form={form}
          name={at("counts_days")}
          label="An earlier decision counts for so many days"
          min={1}
          max={3_650}
          hint="Empty: always."
        />
        {isNew ? null : <p class="muted hint small">Empty all three to take the policy away.</p>}
      </div>
    </details>
  );
};

const Policies: FC<{ form: Form }> = ({ form }) => {
  const rows = placesOf(form.draft.fields, "policies");
  return (
    <div class="form-section">
      <h3>Policies</h3>
      <p class="muted small">What the first decision on a player is, the second, and so on.</p>
      {rows.map((place) => (
        <PolicyFields form={form} place={place} isNew={false} />
      ))}
      <PolicyFields form={form} place={(rows.at(-1) ?? -1) + 1} isNew />
    </div>
  );
};

const states = [
  ["", "not set up"],
  ["off", "off"],
  ["on", "on"],
] as const;
const bands = [
  ["critical", "critical"],
  ["suspicious", "suspicious or critical"],
] as const;
const lengths = [
  ["policy", "as a policy says"],
  ["days", "so many days"],
  ["endless", "without an end"],
] as const;

const stateWords: Readonly<Record<string, string>> = { on: "on", off: "off" };

const AutomationFields: FC<{ form: Form; type: DecisionType }> = ({ form, type }) => {
  const start = `automation.${type}`;
  const at = (name: string) => `${start}.${name}`;
  const state = stateWords[textIn(form.draft.fields, at("state"))] ?? "not set up";
  return (
    <details class="panel" open={hasFaultUnder(form.draft, start)}>
      <summary>
        {wordsOf(type)}{" "}
        {state === "on" ? (
          <span class="badge badge-elevated">on</span>
        ) : (
          <span class="muted small">{state}</span>
        )}
      </summary>
      <div class="panel-form">
        <div class="field-row">
          <SelectField form={form} name={at("state")} label="State" options={states} />
          <SelectField form={form} name={at("min_band")} label="Band" options={bands} />
          <NumberField form={form} name={at("groups")} label="Groups that agree" min={2} max={6} />
          <NumberField
            form={form}
            name={at("daily_quota")}
            label="At most a day (UTC)"
            min={1}
            max={10_000}
          />
          <SelectField form={form} name={at("length")} label="How long" options={lengths} />
          <TextField form={form} name={at("policy")} label="Policy" maxLength={64} />
          <NumberField form={form} name={at("days")} label="Days" step="any" min={0} max={3_650} />
          <NumberField
            form={form}
            name={at("delay_window_hours")}
            label="Random delay up to hours"
            step="any"
            min={0}
            max={720}
          />
        </div>
      </div>
    </details>
  );
};

interface FormProps {
  readonly game: string;
  readonly version: number;
  readonly settings: EnforcementSettings;
  readonly refused: Refused | null;
}

export const EnforcementForm: FC<FormProps> = ({ game, version, settings, refused }) => {
  const form = formOf(enforcementForm, refused, enforcementValues(settings));
  return (
    <form method="post" action={`${gamePath(game)}/enforcement`} class="form" id={enforcementForm}>
      <FormMessage form={form} />
      <input type="hidden" name="version" value={version} />
      <div class="field-row">
        <NumberField
          form={form}
          name="case_threshold"
          label="A case opens from"
          min={40}
          max={100}
          step={0.01}
          hint="Points of risk, at two refreshes in a row."
        />
        <NumberField
          form={form}
          name="second_review_share"
          label="Reviewed twice"
          min={0}
          max={1}
          step="any"
          hint="Share of cases, 0 to 1, that somebody else reviews too, blind."
        />
      </div>
      <Policies form={form} />
      <div class="form-section">
        <h3>Automation</h3>
        <p class="muted small">
          A type that is on is decided by itself for players of the band whose score is sufficient,
          calibrated, and carried by as many groups of detectors at two refreshes in a row. One more than a
          day's quota stops the type until somebody looks.
        </p>
        {decisionTypes.map((type) => (
          <AutomationFields form={form} type={type} />
        ))}
      </div>
      <div>
        <button type="submit">Declare</button>
      </div>
    </form>
  );
};
