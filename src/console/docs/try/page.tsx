/** An operation as a form, and what the API answered. */
import type { FC } from "hono/jsx";
import { Layout, type View } from "../../layout.tsx";
import { exampleOf } from "../curl.ts";
import type { Parameter, Schema } from "../document.ts";
import { Endpoint } from "../operation.tsx";
import { Prose } from "../prose.tsx";
import type { Trial } from "./offered.ts";
import { OutcomeSection } from "./outcome.tsx";
import { type Fields, fieldOf } from "./request.ts";
import type { Outcome } from "./send.ts";

/** The values of a parameter that has few; null for a free one. */
function choicesOf({ enum: values, type }: Schema): readonly string[] | null {
  if (values) return values.map(String);
  return type === "boolean" ? ["true", "false"] : null;
}

const isRequired = (parameter: Parameter) => parameter.required === true || parameter.in === "path";

/** What was sent, or an example where something must be. */
function textOf(parameter: Parameter, fields: Fields | null, freshKey: string): string {
  if (parameter.in === "header") return freshKey;
  if (fields) return fields[fieldOf(parameter)] ?? "";
  return isRequired(parameter) ? String(exampleOf(parameter.schema ?? {})) : "";
}

const Value: FC<{ parameter: Parameter; value: string }> = ({ parameter, value }) => {
  const name = fieldOf(parameter);
  const required = isRequired(parameter);
  const choices = choicesOf(parameter.schema ?? {});
  const field = { id: name, name, required, "aria-describedby": `${name}-about` };
  return choices ? (
    <select {...field}>
      {required ? null : <option value="">not sent</option>}
      {choices.map((choice) => (
        <option value={choice} selected={choice === value}>
          {choice}
        </option>
      ))}
    </select>
  ) : (
    <input {...field} type="text" value={value} autocomplete="off" spellcheck={false} />
  );
};

const ParameterField: FC<{ parameter: Parameter; value: string }> = ({ parameter, value }) => {
  const name = fieldOf(parameter);
  const description = parameter.description ?? parameter.schema?.description ?? "";
  return (
    <div class="field">
      <label for={name}>
        <code>{parameter.name}</code>{" "}
        <span class="muted">
          {parameter.in}
          {isRequired(parameter) ? "" : ", optional"}
        </span>
      </label>
      <Value parameter={parameter} value={value} />
      <span id={`${name}-about`} class="muted small">
        <Prose text={description} />
      </span>
    </div>
  );
};

const BodyField: FC<{ schema: Schema; fields: Fields | null }> = ({ schema, fields }) => {
  const value = fields ? (fields.body ?? "") : JSON.stringify(exampleOf(schema), null, 2);
  return (
    <label class="field">
      <span>
        Body <span class="muted">JSON</span>
      </span>
      <textarea name="body" class="code" rows={Math.min(20, value.split("\n").length + 1)} spellcheck={false}>
        {`\n${value}`}
      </textarea>
    </label>
  );
};

const Confirmation: FC = () => (
  <label class="check">
    <input type="checkbox" name="confirm" value="yes" required />
    <span>This may change what is stored, as you, and the audit trail says so. I want that.</span>
  </label>
);

interface TryProps {
  readonly view: View;
  readonly trial: Trial;
  /** What was sent; null before. */
  readonly fields: Fields | null;
  readonly outcome: Outcome | null;
  /** Why whoever looks can't try it. */
  readonly refusal: string | null;
  /** For the Idempotency-Key: a page that is loaded again sends the old one again. */
  readonly freshKey: string;
}

const TryForm: FC<Pick<TryProps, "trial" | "fields" | "freshKey">> = ({ trial, fields, freshKey }) => {
  const { operation, isWrite } = trial;
  return (
    <form method="post" action={`/docs/try/${operation.id}`} class="try-form" data-send>
      {operation.parameters.map((parameter) => (
        <ParameterField parameter={parameter} value={textOf(parameter, fields, freshKey)} />
      ))}
      {operation.body ? <BodyField schema={operation.body} fields={fields} /> : null}
      {isWrite ? <Confirmation /> : null}
      <div>
        <button type="submit">Send {operation.method}</button>
      </div>
    </form>
  );
};

export const TryPage: FC<TryProps> = ({ view, trial, fields, outcome, refusal, freshKey }) => {
  const { operation } = trial;
  return (
    <Layout
      title={`Try ${operation.method} ${operation.path}`}
      current="docs"
      viewer={view.viewer}
      flash={view.flash}
    >
      <div class="try">
        <h1>
          Try <Endpoint method={operation.method} path={operation.path} />
        </h1>
        <p>
          <Prose text={operation.summary} />
        </p>
        <p class="muted">
          {refusal === null ? "It runs here and now, with your session and under your limits. " : null}
          <a href={`/docs#${operation.id}`}>What it takes and answers</a>
        </p>
        {outcome ? <OutcomeSection method={operation.method} outcome={outcome} /> : null}
        {refusal === null ? (
          <TryForm trial={trial} fields={fields} freshKey={freshKey} />
        ) : (
          <p class="notice notice-hint">{refusal}</p>
        )}
      </div>
    </Layout>
  );
};
