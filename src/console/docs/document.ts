/** The OpenAPI document as the page reads it: the parts that ours uses, by tag. */
import { openApiDocument } from "../../http/openapi.ts";

/** JSON Schema 2020-12, as far as the document uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface DocumentOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export interface Answer {
  readonly status: string;
  readonly description: string;
  readonly schema: Schema | null;
}

export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** Who may call: "Roles: viewer, analyst, admin." */
  readonly access: string;
  readonly isPublic: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  readonly answers: readonly Answer[];
  readonly faults: readonly Answer[];
}

export interface ApiTag {
  readonly name: string;
  readonly operations: readonly ApiOperation[];
}

export interface Api {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly tags: readonly ApiTag[];
  readonly schemas: readonly (readonly [name: string, schema: Schema])[];
}

const schemaOf = (content: Content | undefined): Schema | null =>
  Object.values(content ?? {})[0]?.schema ?? null;

function operationOf(path: string, method: string, found: DocumentOperation): ApiOperation {
  const answers = Object.entries(found.responses).map(([status, { description, content }]) => ({
    status,
    description,
    schema: schemaOf(content),
  }));
  return {
    id: found.operationId,
    method: method.toUpperCase(),
    path,
    summary: found.summary,
    access: found.description,
    isPublic: found.security.length === 0,
    parameters: found.parameters ?? [],
    body: schemaOf(found.requestBody?.content),
    answers: answers.filter(({ status }) => Number(status) < 400),
    faults: answers.filter(({ status }) => Number(status) >= 400),
  };
}

/** Tags and their operations in the document's own order. */
export function readApi(): Api {
  // The library's type allows all of OpenAPI; ours is written by http/openapi.ts alone.
  const document = openApiDocument() as unknown as Document;
  const tags = new Map<string, ApiOperation[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, found] of Object.entries(methods)) {
      const [tag = "Other"] = found.tags;
      tags.set(tag, [...(tags.get(tag) ?? []), operationOf(path, method, found)]);
    }
  }
  return {
    ...document.info,
    tags: [...tags].map(([name, operations]) => ({ name, operations })),
    schemas: Object.entries(document.components?.schemas ?? {}),
  };
}
