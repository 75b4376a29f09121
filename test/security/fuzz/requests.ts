/** Requests for the operations of the OpenAPI document: good ones, nearly good ones, and worse. */
import fc from "fast-check";
import {
  adapterBodies,
  contentTypes,
  hopelessBodies,
  hostileHeaders,
  hostilePieces,
  hostileQueries,
} from "./hostile.ts";
import { nearly } from "./hostile-values.ts";
import { type Json, jsonOf, textOf, textsIn } from "./json-text.ts";
import { type Schema, type Vocabulary, valuesOf } from "./schema-values.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface DocumentedOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface FuzzedRequest {
  readonly method: string;
  /** With its query, as it goes into the URL. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
  /** Texts that the client says: none of them is for the log. */
  readonly said: readonly string[];
}

/** As one operation is called: its key in the access table, and what the document says of it. */
export interface Target {
  readonly key: string;
  readonly method: string;
  readonly template: string;
  readonly operation: DocumentedOperation;
}

export function targetsOf(document: OpenApi): Target[] {
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([name, operation]) => {
      const method = name.toUpperCase();
      return { key: `${method} ${template.replaceAll(/\{([a-z]+)\}/g, ":$1")}`, method, template, operation };
    }),
  );
}

/** Good three times in four. */
const mostly = <T>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: good, weight: 3 }, { arbitrary: bad, weight: 1 });

/** `encodeURIComponent` throws on lone surrogates; what a client would send for them is this. */
const encoded = (value: unknown) => encodeURIComponent(String(value).toWellFormed());

function paths({ template, operation }: Target, words: Vocabulary): fc.Arbitrary<string> {
  const named = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
  const pieces = named.map(({ name, schema }) =>
    mostly(valuesOf(schema, words, `path:${name}`).map(encoded), hostilePieces),
  );
  return fc
    .tuple(...pieces)
    .map((values) =>
      named.reduce((path, { name }, at) => path.replace(`{${name}}`, () => values[at] ?? ""), template),
    );
}

function queries({ operation }: Target, words: Vocabulary): fc.Arbitrary<string> {
  const named = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  const parts = named.map(({ name, schema, required }) => {
    const part = valuesOf(schema, words, name).map((value) => `${name}=${encoded(value)}`);
    return required ? part : fc.option(part, { nil: "", freq: 2 });
  });
  const good = fc.tuple(...parts).map((values) => values.filter((part) => part !== ""));
  return fc
    .tuple(good, mostly(fc.constant<string[]>([]), fc.array(hostileQueries, { minLength: 1, maxLength: 2 })))
    .map(([values, more]) => {
      const query = [...values, ...more].join("&");
      return query === "" ? "" : `?${query}`;
    });
}

/** The document's own example where there is one, of a player that exists here; else what the schema allows. */
function goodBodies(schema: Schema, words: Vocabulary): fc.Arbitrary<Json> {
  const allowed = valuesOf(schema, words).map(jsonOf);
  if (schema.example === undefined) return allowed;
  const example = JSON.stringify(schema.example).replaceAll('"player_id":17', '"player_id":1');
  return fc.oneof(allowed, fc.constant(jsonOf(JSON.parse(example))));
}

interface Body {
  readonly text: string | null;
  readonly said: readonly string[];
}

function bodies({ operation, method, template }: Target, words: Vocabulary): fc.Arbitrary<Body> {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  const nothing: Body = { text: null, said: [] };
  if (method === "GET") return fc.constant(nothing);
  const asText = (value: Json): Body => ({ text: textOf(value), said: textsIn(value) });
  const asIs = (text: string): Body => ({ text, said: [] });
  // What an adapter takes is the source's own, not the document's.
  if (/\{adapter\}/.test(template)) return adapterBodies.map(asIs);
  if (!schema) return mostly(fc.constant(nothing), fc.string().map(asIs));
  const good = goodBodies(schema, words);
  return fc.oneof(
    { arbitrary: good.map(asText), weight: 4 },
    { arbitrary: nearly(good).map(asText), weight: 5 },
    { arbitrary: hopelessBodies(good).map(asIs), weight: 2 },
    { arbitrary: fc.constant(nothing), weight: 1 },
  );
}

const methods = (method: string) =>
  fc.oneof(
    { arbitrary: fc.constant(method), weight: 24 },
    { arbitrary: fc.constantFrom("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "PURGE"), weight: 1 },
  );

/** Few: each is a counter of its own. */
const addresses = fc.nat(63).map((host) => ["cf-connecting-ip", `198.18.0.${host}`] as const);

/** Requests for one operation. */
export function requestsFor(target: Target, words: Vocabulary): fc.Arbitrary<FuzzedRequest> {
  return fc
    .record({
      method: methods(target.method),
      path: paths(target, words),
      query: queries(target, words),
      body: bodies(target, words),
      type: contentTypes,
      address: addresses,
      more: fc.oneof(
        { arbitrary: fc.constant([]), weight: 2 },
        { arbitrary: fc.array(hostileHeaders, { minLength: 1, maxLength: 3 }), weight: 1 },
      ),
    })
    .map(({ method, path, query, body, type, address, more }) => {
      const text = ["GET", "HEAD"].includes(method) ? null : body.text;
      const typed = text === null ? [] : [["content-type", type] as const];
      return {
        method,
        path: path + query,
        headers: [address, ...typed, ...more],
        body: text,
        said: body.said,
      };
    });
}
