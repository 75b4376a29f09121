/** The API's documentation, from the same document that /openapi.json serves. */
import { raw } from "hono/html";
import type { FC } from "hono/jsx";
import { Layout } from "../layout.tsx";
import { Contents, tagAnchor } from "./contents.tsx";
import { type Answer, type Api, readApi } from "./document.ts";
import { faultAnchor, OperationSection } from "./operation.tsx";
import { Prose } from "./prose.tsx";
import { SchemaBody, schemaAnchor } from "./schema.tsx";

const signInCommand = (origin: string): string => `API=${origin}
TOKEN=$(curl -s "$API/api/auth/token" -H 'Content-Type: application/json' \\
  -d '{"username":"...","password":"..."}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;

const Start: FC<{ origin: string }> = ({ origin }) => (
  <section id="start" aria-labelledby="start-title">
    <h2 id="start-title">Getting started</h2>
    <p>
      Requests and answers are JSON in snake_case; times are ISO 8601 in UTC. Sign in for an access token of
      one hour, and send it as <code>Authorization: Bearer</code>. The examples below use these two variables:
    </p>
    <pre tabindex={0}>
      <code>{signInCommand(origin)}</code>
    </pre>
    <p>
      The <code>RateLimit</code> header of an answer says how many requests are left.
    </p>
  </section>
);

/** Each status once: its text is the same wherever it appears. */
function faultsOf(api: Api): Answer[] {
  const all = api.tags.flatMap(({ operations }) => operations.flatMap(({ faults }) => faults));
  const byStatus = new Map(all.map((fault) => [fault.status, fault]));
  return [...byStatus.values()].sort((a, b) => Number(a.status) - Number(b.status));
}

const Errors: FC<{ api: Api }> = ({ api }) => (
  <section id="errors" aria-labelledby="errors-title">
    <h2 id="errors-title">Errors</h2>
    <p>
      Every error is a <a href={`#${schemaAnchor("Problem")}`}>problem</a> (RFC 9457) as{" "}
      <code>application/problem+json</code>. Its <code>request_id</code> finds the request in the log.
    </p>
    <dl class="errors">
      {faultsOf(api).map(({ status, description }) => (
        <div id={faultAnchor(status)}>
          <dt>
            <code>{status}</code>
          </dt>
          <dd>
            <Prose text={description} />
          </dd>
        </div>
      ))}
    </dl>
  </section>
);

const Schemas: FC<{ api: Api }> = ({ api }) => (
  <section id="schemas" aria-labelledby="schemas-title">
    <h2 id="schemas-title">Schemas</h2>
    {api.schemas.map(([name, schema]) => (
      <section id={schemaAnchor(name)} class="operation" aria-labelledby={`${schemaAnchor(name)}-title`}>
        <h3 id={`${schemaAnchor(name)}-title`}>{name}</h3>
        <SchemaBody schema={schema} />
      </section>
    ))}
  </section>
);

const Introduction: FC<{ api: Api }> = ({ api }) => (
  <div class="introduction">
    <h1>{api.title}</h1>
    <p>
      <Prose text={api.description} /> Version {api.version}; as a document for tools:{" "}
      <a href="/openapi.json">/openapi.json</a>.
    </p>
  </div>
);

const Reference: FC<{ api: Api }> = ({ api }) => (
  <>
    {api.tags.map(({ name, operations }) => (
      <section id={tagAnchor(name)} aria-labelledby={`${tagAnchor(name)}-title`}>
        <h2 id={`${tagAnchor(name)}-title`}>{name}</h2>
        {operations.map((operation) => (
          <OperationSection operation={operation} />
        ))}
      </section>
    ))}
    <Errors api={api} />
    <Schemas api={api} />
  </>
);

/** The parts that every request sees alike. */
interface Fixed {
  readonly introduction: string;
  readonly contents: string;
  readonly reference: string;
}

let fixed: Fixed | null = null;

/** Rendered once an isolate: it takes 20 ms and more of CPU (Node 24, here), and anybody may ask. */
function renderFixed(): Fixed {
  const api = readApi();
  return {
    introduction: (<Introduction api={api} />).toString(),
    contents: (<Contents api={api} />).toString(),
    reference: (<Reference api={api} />).toString(),
  };
}

export const DocsPage: FC<{ origin: string }> = ({ origin }) => {
  fixed ??= renderFixed();
  return (
    <Layout title="API documentation" current="docs">
      <div class="docs">
        {raw(fixed.introduction)}
        {raw(fixed.contents)}
        <div class="reference">
          <Start origin={origin} />
          {raw(fixed.reference)}
        </div>
      </div>
    </Layout>
  );
};
