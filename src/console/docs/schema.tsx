/** Schemas as nested lists of fields. */
import type { FC } from "hono/jsx";
import type { Schema } from "./document.ts";
import { Prose } from "./prose.tsx";
import { limitsOf, objectWithin, piecesOf } from "./schema-text.ts";

/** Where a component is described on the page. */
export const schemaAnchor = (name: string): string => `schema-${name}`;

export const TypeText: FC<{ schema: Schema }> = ({ schema }) => (
  <span class="type">
    {piecesOf(schema).map(({ text, ref }) =>
      ref === null ? text : <a href={`#${schemaAnchor(ref)}`}>{text}</a>,
    )}
  </span>
);

/** Description and limits of a value, under its name. */
export const Remarks: FC<{ schema: Schema; description?: string | undefined }> = ({
  schema,
  description,
}) => {
  const text = description ?? schema.description;
  const limits = limitsOf(schema);
  return (
    <>
      {text ? (
        <div>
          <Prose text={text} />
        </div>
      ) : null}
      {limits.length > 0 ? <div class="muted small">{limits.join("; ")}</div> : null}
    </>
  );
};

const Field: FC<{ name: string; schema: Schema; required: boolean }> = ({ name, schema, required }) => {
  const inner = objectWithin(schema);
  return (
    <li>
      <code class="field-name">{name}</code> <TypeText schema={schema} />
      {required ? null : <span class="muted small"> optional</span>}
      <Remarks schema={schema} />
      {inner ? <Fields schema={inner} /> : null}
    </li>
  );
};

/** The fields of an object. */
export const Fields: FC<{ schema: Schema }> = ({ schema }) => (
  <ul class="fields">
    {Object.entries(schema.properties ?? {}).map(([name, field]) => (
      <Field name={name} schema={field} required={schema.required?.includes(name) ?? false} />
    ))}
  </ul>
);

/** Any schema: its fields if it is an object, else its type. */
export const SchemaBody: FC<{ schema: Schema }> = ({ schema }) => {
  const inner = objectWithin(schema);
  return (
    <>
      {inner === schema ? null : (
        <p>
          <TypeText schema={schema} />
        </p>
      )}
      {inner ? <Fields schema={inner} /> : null}
    </>
  );
};
