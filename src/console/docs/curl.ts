/** A request as a command to copy. Pure. */
import type { ApiOperation, Parameter, Schema } from "./document.ts";

/** In single quotes a POSIX shell reads nothing but the closing quote. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function scalarOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.format === "date-time") return "2026-10-29T00:16:56.000Z";
  const [type] = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  return type === "boolean" ? true : "text";
}

/** A value that fits: the schema's own example, or one made of its required fields. */
export function exampleOf(schema: Schema): unknown {
  if (schema.example !== undefined) return schema.example;
  const [alternative] = schema.anyOf ?? schema.oneOf ?? [];
  if (alternative) return exampleOf(alternative);
  if (schema.items) return [exampleOf(schema.items)];
  const { properties, required } = schema;
  if (!properties) return scalarOf(schema);
  const names = required ?? Object.keys(properties);
  return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {})]));
}

const exampleText = ({ schema }: Parameter): string => encodeURIComponent(String(exampleOf(schema ?? {})));

function pathOf({ path, parameters }: ApiOperation): string {
  const within = parameters.filter((parameter) => parameter.in === "path");
  const filled = within.reduce((text, one) => text.replace(`{${one.name}}`, exampleText(one)), path);
  const query = parameters.filter((parameter) => parameter.in === "query" && parameter.required);
  const asked = query.map((parameter) => `${parameter.name}=${exampleText(parameter)}`);
  return asked.length > 0 ? `${filled}?${asked.join("&")}` : filled;
}

/** `$API` and `$TOKEN` are set in the page's introduction. */
export function curlOf(operation: ApiOperation): string {
  const method = operation.method === "GET" ? "" : `-X ${operation.method} `;
  const parts = [`curl ${method}"$API${pathOf(operation)}"`];
  if (!operation.isPublic) parts.push('-H "Authorization: Bearer $TOKEN"');
  if (operation.body) {
    parts.push(
      "-H 'Content-Type: application/json'",
      `-d ${quoted(JSON.stringify(exampleOf(operation.body)))}`,
    );
  }
  return parts.join(" \\\n  ");
}
