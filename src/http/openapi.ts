/** The OpenAPI 3.1 document, made from the schemas that validate. */
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { accessTable } from "./access.ts";
import { keyOf, type Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { ProblemDetails } from "./schemas/answers.ts";

const faultTexts: Readonly<Record<number, string>> = {
  400: "The request is malformed; `errors` points at each fault.",
  401: "No valid access token, or wrong credentials.",
  403: "The caller's role may not do this.",
  404: "The player does not exist.",
  409: "It conflicts with what is stored, or a request with the same Idempotency-Key is still running.",
  413: "The body is too large.",
  415: "The body is of a type or an encoding that is not taken here.",
  422: "The Idempotency-Key was used with another request.",
  429: "Too many requests; `Retry-After` says how long to wait.",
  503: "The service is not configured, or too busy, or a bulk request broke off: `stored_through`.",
  507: "The store is full: reads go on, and this is taken once there is room.",
};

/** What is exported is a read with an entry in the trail. */
const grows = ({ method, path }: Operation) => method !== "get" || path.endsWith("/export");

const isWrite = (operation: Operation) =>
  operation.method === "post" && operation.once !== false && !operation.path.startsWith("/api/auth/");

/** Statuses of errors that an operation can answer, from what it takes and who may call it. */
export function faultsOf(operation: Operation): number[] {
  const access = accessTable[keyOf(operation)];
  const reasons: readonly (readonly [unknown, readonly number[]])[] = [
    [true, operation.faults ?? []],
    [operation.params ?? operation.query, [400]],
    [operation.body, [400, 413, 415]],
    [access?.limit, [429, 503]],
    [access?.roles !== "public", [401, 403]],
    [isWrite(operation), [400, 409, 422]],
    [grows(operation), [507]],
  ];
  const faults = reasons.flatMap(([applies, statuses]) => (applies ? statuses : []));
  return [...new Set(faults)].sort((a, b) => a - b);
}

function answersOf(operation: Operation): ZodOpenApiOperationObject["responses"] {
  const answers = Object.entries(operation.answers).map(([status, answer]) => {
    const { description, schema, contentType = "application/json" } = answer;
    return [status, { description, ...(schema ? { content: { [contentType]: { schema } } } : {}) }];
  });
  const faults = faultsOf(operation).map((status) => [
    status,
    {
      description: faultTexts[status] ?? "An error.",
      content: { "application/problem+json": { schema: ProblemDetails } },
    },
  ]);
  return Object.fromEntries([...answers, ...faults]);
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Sent again within 24 hours with the same request, it gets the same answer and writes nothing.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
} as const;

/** A body that is no JSON is text to the document: its rows are as those of the JSON body. */
function bodyOf({ body, streams = [] }: Operation) {
  const others = streams.map((type) => [type, { schema: { type: "string" as const } }] as const);
  return {
    required: true,
    content: { "application/json": { schema: body ?? {} }, ...Object.fromEntries(others) },
  };
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const access = accessTable[keyOf(operation)];
  const roles = access?.roles ?? [];
  return {
    operationId: `${operation.method} ${operation.path}`.replaceAll(/[^a-zA-Z]+/g, "_"),
    tags: [operation.tag],
    summary: operation.summary,
    description: [
      roles === "public" ? "No token needed." : `Roles: ${roles.join(", ")}.`,
      ...(operation.notes ? [operation.notes] : []),
    ].join(" "),
    security: roles === "public" ? [] : [{ bearer: [] }],
    ...(isWrite(operation) ? { parameters: [idempotencyKey] } : {}),
    requestParams: {
      ...(operation.params ? { path: operation.params } : {}),
      ...(operation.query ? { query: operation.query } : {}),
    },
    ...(operation.body ? { requestBody: bodyOf(operation) } : {}),
    responses: answersOf(operation),
  };
}

/** `/api/players/:player` as OpenAPI writes it. */
const templateOf = (path: string) => path.replaceAll(/:([a-z]+)/g, "{$1}");

function build() {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations as readonly Operation[]) {
    const path = templateOf(operation.path);
    paths[path] = { ...paths[path], [operation.method]: describe(operation) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Game Security API",
      version: "1.0.0",
      description: "Gameplay telemetry in, explained risk out. Errors are RFC 9457 problems.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
    paths,
  });
}

let document: ReturnType<typeof build> | null = null;

/** Built once an isolate, when first asked for. */
export function openApiDocument() {
  document ??= build();
  return document;
}
