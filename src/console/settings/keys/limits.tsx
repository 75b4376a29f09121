/** The limits that a key has in place of the service's, as fields. */
import type { FC } from "hono/jsx";
import type { KeyLimit } from "../../../env.ts";
import { keyLimitClasses } from "../../../rate-limit/policy.ts";
import type { Sent } from "../answer-form.ts";
import { hasFaultUnder } from "../draft.ts";
import { type Form, NumberField } from "../fields.tsx";

type Limits = Readonly<Record<string, KeyLimit>>;

export const limitValues = (limits: Limits | null): Record<string, number> =>
  Object.fromEntries(
    Object.entries(limits ?? {}).flatMap(([cls, limit]) =>
      Object.entries(limit).map(([part, value]) => [`limits.${cls}.${part}`, value]),
    ),
  );

/** Undefined where no class has any. */
export function limitsIn(sent: Sent): Record<string, object> | undefined {
  const named = keyLimitClasses.flatMap((cls) => {
    const requests = sent.number(`limits.${cls}.requests`);
    const period_seconds = sent.number(`limits.${cls}.period_seconds`);
    return requests === undefined && period_seconds === undefined
      ? []
      : [[cls, { requests, period_seconds }]];
  });
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

const isSet = ({ draft }: Form): boolean =>
  Object.keys(draft.fields).some((name) => name.startsWith("limits.") && draft.fields[name]?.[0] !== "");

export const LimitFields: FC<{ form: Form }> = ({ form }) => (
  <details class="more" open={isSet(form) || hasFaultUnder(form.draft, "limits")}>
    <summary>Limits of its own</summary>
    <p class="muted hint">In place of the service's; a class without numbers has those.</p>
    {keyLimitClasses.map((cls) => (
      <fieldset class="pair">
        <legend>{cls}</legend>
        <NumberField
          form={form}
          name={`limits.${cls}.requests`}
          label={cls === "rows" ? "Rows" : "Requests"}
          min={1}
          max={1_000_000_000}
        />
        <NumberField
          form={form}
          name={`limits.${cls}.period_seconds`}
          label="in seconds"
          min={1}
          max={86_400}
        />
      </fieldset>
    ))}
  </details>
);
