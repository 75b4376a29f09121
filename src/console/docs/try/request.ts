/** A request out of the fields of a form. Pure but for reading the form. */
import { Problem } from "../../../http/problem.ts";
import type { Parameter } from "../document.ts";
import type { Trial } from "./offered.ts";

export type Fields = Readonly<Record<string, string>>;

/** `path.player`, `query.limit`, `header.Idempotency-Key`. */
export const fieldOf = (parameter: Parameter): string => `${parameter.in}.${parameter.name}`;

export interface Asked {
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const malformed = (text: string) => new Problem(400, "invalid_request", text);

/** Two dots would be another path, whatever they are written as. */
function pathSegment(name: string, value: string): string {
  if (value === "" || /^\.{1,2}$/.test(value)) throw malformed(`Fill in ${name}.`);
  return encodeURIComponent(value);
}

/** What a header can carry everywhere: no line break, and nothing beyond ASCII. */
function headerValue(name: string, value: string): string {
  if (!/^[ -~]*$/.test(value)) throw malformed(`${name} may hold letters, digits and signs of ASCII alone.`);
  return value;
}

/** @throws Problem 400 for a field that the operation does not have, or a part of the path that is missing */
export function requestOf({ operation, isWrite }: Trial, fields: Fields): Asked {
  const { method, parameters } = operation;
  const known = [
    ...parameters.map(fieldOf),
    ...(operation.body ? ["body"] : []),
    ...(isWrite ? ["confirm"] : []),
  ];
  if (Object.keys(fields).some((name) => !known.includes(name)))
    throw malformed("The form has a field that the operation does not have.");
  if (isWrite && fields.confirm !== "yes")
    throw malformed("Tick that you want to change what is stored, then send it again.");
  const given = (place: string) =>
    parameters
      .filter((parameter) => parameter.in === place)
      .map((parameter) => [parameter.name, fields[fieldOf(parameter)] ?? ""] as const);
  const path = given("path").reduce(
    (text, [name, value]) => text.replace(`{${name}}`, () => pathSegment(name, value)),
    operation.path,
  );
  const query = new URLSearchParams(
    given("query")
      .filter(([, value]) => value !== "")
      .map((pair) => [...pair]),
  );
  const isEmpty = fields.body === undefined || fields.body.trim() === "";
  return {
    path: query.size > 0 ? `${path}?${query}` : path,
    headers: Object.fromEntries(
      given("header")
        .filter(([, value]) => value !== "")
        .map(([name, value]) => [name, headerValue(name, value)]),
    ),
    body: method === "GET" || isEmpty ? null : (fields.body ?? null),
  };
}
