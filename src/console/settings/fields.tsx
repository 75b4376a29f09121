/** Fields of a form, each with its label, its hint and what is wrong with it. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { type Draft, faultAt, textIn } from "./draft.ts";

/** A form on a page: `id` tells its fields from those of another form. */
export interface Form {
  readonly id: string;
  readonly draft: Draft;
}

interface NamedField {
  readonly form: Form;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
}

const idOf = ({ form, name }: Pick<NamedField, "form" | "name">): string =>
  `${form.id}-${name}`.replaceAll(/[^\w-]/g, "-");

/** What describes a field: its fault, then its hint. */
function describedBy(field: NamedField): string | undefined {
  const parts = [
    faultAt(field.form.draft, field.name) === null ? [] : [`${idOf(field)}-fault`],
    field.hint === undefined ? [] : [`${idOf(field)}-hint`],
  ].flat();
  return parts.length === 0 ? undefined : parts.join(" ");
}

const invalid = ({ form, name }: NamedField) => (faultAt(form.draft, name) === null ? undefined : "true");

/** The label above, the hint and the fault below. */
const Framed: FC<PropsWithChildren<{ field: NamedField }>> = ({ field, children }) => {
  const fault = faultAt(field.form.draft, field.name);
  return (
    <div class="field">
      <label for={idOf(field)}>{field.label}</label>
      {children}
      {fault === null ? null : (
        <p class="fault" id={`${idOf(field)}-fault`}>
          {field.label}: {fault}
        </p>
      )}
      {field.hint === undefined ? null : (
        <p class="muted hint" id={`${idOf(field)}-hint`}>
          {field.hint}
        </p>
      )}
    </div>
  );
};

interface TextProps extends NamedField {
  readonly maxLength?: number;
  readonly required?: boolean;
  readonly type?: "text" | "url" | "datetime-local" | "search";
  readonly placeholder?: string;
  readonly list?: string;
  readonly autocomplete?: string;
}

export const TextField: FC<TextProps> = (props) => (
  <Framed field={props}>
    <input
      id={idOf(props)}
      name={props.name}
      type={props.type ?? "text"}
      value={textIn(props.form.draft.fields, props.name)}
      maxlength={props.maxLength}
      required={props.required}
      placeholder={props.placeholder}
      list={props.list}
      autocomplete={props.autocomplete ?? "off"}
      spellcheck={false}
      aria-invalid={invalid(props)}
      aria-describedby={describedBy(props)}
    />
  </Framed>
);

/** What is typed into it is never sent back. */
export const SecretField: FC<
  NamedField & {
    autocomplete: "new-password" | "current-password" | "off";
    minLength?: number;
    type?: "password" | "url";
    required?: boolean;
  }
> = (props) => (
  <Framed field={props}>
    <input
      id={idOf(props)}
      name={props.name}
      type={props.type ?? "password"}
      minlength={props.minLength}
      maxlength={props.type === "url" ? 2_048 : 1_024}
      required={props.required ?? true}
      autocomplete={props.autocomplete}
      spellcheck={false}
      aria-invalid={invalid(props)}
      aria-describedby={describedBy(props)}
    />
  </Framed>
);

interface NumberProps extends NamedField {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | "any";
  readonly required?: boolean;
  readonly placeholder?: string;
}

export const NumberField: FC<NumberProps> = (props) => (
  <Framed field={props}>
    <input
      id={idOf(props)}
      name={props.name}
      type="number"
      inputmode="decimal"
      value={textIn(props.form.draft.fields, props.name)}
      min={props.min}
      max={props.max}
      step={props.step ?? 1}
      required={props.required}
      placeholder={props.placeholder}
      autocomplete="off"
      aria-invalid={invalid(props)}
      aria-describedby={describedBy(props)}
    />
  </Framed>
);

export type Options = readonly (readonly [value: string, text: string])[];

export const SelectField: FC<NamedField & { options: Options }> = (props) => (
  <Framed field={props}>
    <select
      id={idOf(props)}
      name={props.name}
      aria-invalid={invalid(props)}
      aria-describedby={describedBy(props)}
    >
      {props.options.map(([value, text]) => (
        <option value={value} selected={value === textIn(props.form.draft.fields, props.name)}>
          {text}
        </option>
      ))}
    </select>
  </Framed>
);

export const AreaField: FC<NamedField & { rows: number; maxLength?: number; placeholder?: string }> = (
  props,
) => (
  <Framed field={props}>
    <textarea
      id={idOf(props)}
      name={props.name}
      rows={props.rows}
      maxlength={props.maxLength}
      placeholder={props.placeholder}
      spellcheck={false}
      aria-invalid={invalid(props)}
      aria-describedby={describedBy(props)}
    >
      {textIn(props.form.draft.fields, props.name)}
    </textarea>
  </Framed>
);

/** One box. */
export const TickField: FC<NamedField & { required?: boolean }> = (props) => {
  const fault = faultAt(props.form.draft, props.name);
  return (
    <div class="field">
      <label class="tick">
        <input
          type="checkbox"
          name={props.name}
          value="yes"
          checked={textIn(props.form.draft.fields, props.name) === "yes"}
          required={props.required}
          aria-invalid={invalid(props)}
          aria-describedby={describedBy(props)}
        />{" "}
        <span>{props.label}</span>
      </label>
      {fault === null ? null : (
        <p class="fault" id={`${idOf(props)}-fault`}>
          {fault}
        </p>
      )}
      {props.hint === undefined ? null : (
        <p class="muted hint" id={`${idOf(props)}-hint`}>
          {props.hint}
        </p>
      )}
    </div>
  );
};

/** Boxes of which any number may be ticked. */
export const TicksField: FC<NamedField & { options: Options }> = (props) => {
  const fault = faultAt(props.form.draft, props.name);
  const ticked = props.form.draft.fields[props.name] ?? [];
  return (
    <fieldset class="ticks" aria-describedby={describedBy(props)}>
      <legend>{props.label}</legend>
      {props.hint === undefined ? null : (
        <p class="muted hint" id={`${idOf(props)}-hint`}>
          {props.hint}
        </p>
      )}
      <div class="tick-list">
        {props.options.map(([value, text]) => (
          <label class="tick">
            <input type="checkbox" name={props.name} value={value} checked={ticked.includes(value)} />{" "}
            <span>{text}</span>
          </label>
        ))}
      </div>
      {fault === null ? null : (
        <p class="fault" id={`${idOf(props)}-fault`}>
          {props.label}: {fault}
        </p>
      )}
    </fieldset>
  );
};

/** Why nothing was done, above the form; the page opens at it. */
export const FormMessage: FC<{ form: Form }> = ({ form: { id, draft } }) =>
  draft.message === null ? null : (
    <p class="notice notice-error" role="alert" id={`${id}-message`} tabindex={-1} autofocus>
      {draft.message}
    </p>
  );
