/** Values that a JSON schema of the OpenAPI document allows. */
import fc from "fast-check";

/** As much of JSON Schema as the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number | null)[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: false | Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly example?: unknown;
}

/** Schemas by name, and values that mean something to the store behind, by the name of their field. */
export interface Vocabulary {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly known: Readonly<Record<string, readonly unknown[]>>;
}

const times = fc.constantFrom(
  "2026-10-29T00:16:56.000Z",
  "2026-10-30T12:00:00+02:00",
  "2027-01-01T00:00:00Z",
);
const longest = 40;

function textValues(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.format === "date-time") return times;
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern), { size: "small" });
  const minLength = schema.minLength ?? 0;
  const lengths = {
    minLength,
    maxLength: Math.max(minLength, Math.min(schema.maxLength ?? longest, longest)),
  };
  return fc.oneof(fc.string(lengths), fc.string({ ...lengths, unit: "grapheme" }));
}

function numberValues({ minimum, maximum, exclusiveMinimum }: Schema, isInteger: boolean) {
  const min = minimum ?? exclusiveMinimum ?? -1e9;
  const max = maximum ?? 1e9;
  if (isInteger) return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  return fc.double({ min, max, noNaN: true, minExcluded: exclusiveMinimum !== undefined });
}

function objectValues(schema: Schema, words: Vocabulary): fc.Arbitrary<unknown> {
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, part]) => [name, valuesOf(part, words, name)] as const,
  );
  const required = [...(schema.required ?? [])];
  const named = fc.record(Object.fromEntries(members), { requiredKeys: required });
  if (typeof schema.additionalProperties !== "object") return named;
  const names = schema.propertyNames ? textOrEnum(schema.propertyNames) : fc.string({ minLength: 1 });
  return fc.dictionary(names, valuesOf(schema.additionalProperties, words), { maxKeys: 3 });
}

const textOrEnum = (schema: Schema) =>
  (schema.enum ? fc.constantFrom(...schema.enum) : textValues(schema)) as fc.Arbitrary<string>;

function listValues(schema: Schema, words: Vocabulary): fc.Arbitrary<unknown> {
  if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map((part) => valuesOf(part, words)));
  const minLength = schema.minItems ?? 0;
  const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? 4, 4));
  return fc.array(valuesOf(schema.items || {}, words), { minLength, maxLength });
}

function typedValues(type: string | undefined, schema: Schema, words: Vocabulary): fc.Arbitrary<unknown> {
  switch (type) {
    case "string":
      return textValues(schema);
    case "integer":
      return numberValues(schema, true);
    case "number":
      return numberValues(schema, false);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return listValues(schema, words);
    case "object":
      return objectValues(schema, words);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function schemaValues(schema: Schema, words: Vocabulary, name: string): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const target = words.schemas[schema.$ref.split("/").at(-1) ?? ""];
    if (target === undefined) throw new Error(`The document has no ${schema.$ref}.`);
    return valuesOf(target, words, name);
  }
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((part) => valuesOf(part, words, name)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type as string | undefined];
  return fc.oneof(...types.map((type) => typedValues(type, schema, words)));
}

/** Values of a schema; of a field with a name that means something, mostly meaningful ones. */
export function valuesOf(schema: Schema, words: Vocabulary, name = ""): fc.Arbitrary<unknown> {
  const known = Object.hasOwn(words.known, name) ? words.known[name] : undefined;
  const any = schemaValues(schema, words, name);
  if (known === undefined) return any;
  return fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 3 }, { arbitrary: any, weight: 1 });
}
