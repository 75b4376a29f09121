/** One operation: who may call it, what it takes, what it answers. */
import type { FC } from "hono/jsx";
import { curlOf } from "./curl.ts";
import type { Answer, ApiOperation, Parameter } from "./document.ts";
import { Prose } from "./prose.tsx";
import { Remarks, SchemaBody, TypeText } from "./schema.tsx";

/** Where a status of an error is described on the page. */
export const faultAnchor = (status: string): string => `error-${status}`;

export const Endpoint: FC<{ method: string; path: string }> = ({ method, path }) => (
  <code class="endpoint">
    <span class={`method method-${method.toLowerCase()}`}>{method}</span> <span>{path}</span>
  </code>
);

const Parameters: FC<{ parameters: readonly Parameter[] }> = ({ parameters }) =>
  parameters.length === 0 ? null : (
    <>
      <h4>Parameters</h4>
      <ul class="fields">
        {parameters.map(({ name, schema = {}, description, required, ...parameter }) => (
          <li>
            <code class="field-name">{name}</code> <TypeText schema={schema} />
            <span class="muted small">
              {" "}
              in {parameter.in}
              {required ? "" : ", optional"}
            </span>
            <Remarks schema={schema} description={description} />
          </li>
        ))}
      </ul>
    </>
  );

const Success: FC<{ answer: Answer }> = ({ answer: { status, description, schema } }) => (
  <details>
    <summary>
      <code>{status}</code> <Prose text={description} />
    </summary>
    {schema ? <SchemaBody schema={schema} /> : <p>No body.</p>}
  </details>
);

const Faults: FC<{ faults: readonly Answer[] }> = ({ faults }) =>
  faults.length === 0 ? null : (
    <p class="faults">
      Errors:{" "}
      {faults.map(({ status }, place) => (
        <>
          {place === 0 ? "" : ", "}
          <a href={`#${faultAnchor(status)}`}>{status}</a>
        </>
      ))}
    </p>
  );

export const OperationSection: FC<{ operation: ApiOperation }> = ({ operation }) => (
  <section id={operation.id} class="operation" aria-labelledby={`${operation.id}-title`}>
    <h3 id={`${operation.id}-title`}>
      <Endpoint method={operation.method} path={operation.path} />
    </h3>
    <p>
      <Prose text={operation.summary} />
    </p>
    <p class="muted">{operation.access}</p>
    <Parameters parameters={operation.parameters} />
    {operation.body ? (
      <>
        <h4>Request body</h4>
        <SchemaBody schema={operation.body} />
      </>
    ) : null}
    <h4>Example</h4>
    {/* Scrolls sideways, so the keyboard must reach it. */}
    <pre tabindex={0}>
      <code>{curlOf(operation)}</code>
    </pre>
    <p>
      <a href={`/docs/try/${operation.id}`}>
        Try it<span class="unseen"> ({operation.summary})</span>
      </a>
    </p>
    <h4>Answers</h4>
    {operation.answers.map((answer) => (
      <Success answer={answer} />
    ))}
    <Faults faults={operation.faults} />
  </section>
);
