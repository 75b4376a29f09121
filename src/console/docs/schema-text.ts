/** A schema in words. Pure. */
import type { Schema } from "./document.ts";

/** A piece of a type's text; `ref` names the component that it stands for. */
export interface Piece {
  readonly text: string;
  readonly ref: string | null;
}

const plain = (text: string): Piece => ({ text, ref: null });
/** zod writes the safe integers as limits of every integer: they say nothing. */
const isLimit = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;

const joined = (alternatives: readonly (readonly Piece[])[]): Piece[] =>
  alternatives.flatMap((pieces, place) => (place === 0 ? pieces : [plain(" or "), ...pieces]));

const componentOf = (ref: string): string => ref.split("/").at(-1) ?? ref;

function piecesOfType(type: string, schema: Schema): Piece[] {
  if (type === "array") return [plain("list of "), ...piecesOf(schema.items ?? {})];
  const { additionalProperties: values } = schema;
  if (type === "object" && !schema.properties && typeof values === "object") {
    return [plain("map of text to "), ...piecesOf(values)];
  }
  return [plain(type === "string" ? "text" : type)];
}

/** `list of Player`, `number or null`, `"low" or "high"`. */
export function piecesOf(schema: Schema): Piece[] {
  if (schema.$ref) return [{ text: componentOf(schema.$ref), ref: componentOf(schema.$ref) }];
  if (schema.enum) return joined(schema.enum.map((value) => [plain(JSON.stringify(value))]));
  if (schema.const !== undefined) return [plain(JSON.stringify(schema.const))];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return joined(alternatives.map(piecesOf));
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? ["any"]);
  return joined(types.map((type) => piecesOfType(type, schema)));
}

/** `1 to 100`, `at least 1`, `at most 100`; null without limits. */
function rangeOf(min: number | undefined, max: number | undefined, unit: string): string | null {
  if (isLimit(min) && isLimit(max))
    return `${min.toLocaleString("en-US")} to ${max.toLocaleString("en-US")}${unit}`;
  if (isLimit(min)) return `at least ${min.toLocaleString("en-US")}${unit}`;
  return isLimit(max) ? `at most ${max.toLocaleString("en-US")}${unit}` : null;
}

/** What a value must keep to, each as a phrase. Of alternatives, the limits of each. */
export function limitsOf(schema: Schema): string[] {
  const own = [
    schema.format ?? null,
    rangeOf(schema.minimum, schema.maximum, ""),
    rangeOf(schema.minLength, schema.maxLength, " characters"),
    rangeOf(schema.minItems, schema.maxItems, " entries"),
    schema.pattern ? `pattern ${schema.pattern}` : null,
    schema.default === undefined ? null : `default ${JSON.stringify(schema.default)}`,
  ].filter((phrase) => phrase !== null);
  return [...own, ...(schema.anyOf ?? schema.oneOf ?? []).flatMap(limitsOf)];
}

/** The inline object within a schema, if it has one: itself, its entries, its values or an alternative. */
export function objectWithin(schema: Schema): Schema | null {
  if (schema.properties) return schema;
  const { additionalProperties: values } = schema;
  const inner = [schema.items, typeof values === "object" ? values : undefined];
  for (const candidate of [...inner, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const found = candidate ? objectWithin(candidate) : null;
    if (found) return found;
  }
  return null;
}
