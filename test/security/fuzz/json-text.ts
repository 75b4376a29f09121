/** JSON as an attacker writes it: numbers that no double holds, names twice, escapes that are no text. */

/** Stands in the body as it is, JSON or not. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object with its members in order: a name may come twice, and may be `__proto__`. */
export class Members {
  readonly list: readonly (readonly [string, Json])[];

  constructor(list: readonly (readonly [string, Json])[]) {
    this.list = list;
  }
}

export type Json = null | boolean | number | string | Raw | Members | readonly Json[];

/** A plain value as an attacker holds it, so that any part of it can be exchanged. */
export function jsonOf(value: unknown): Json {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value !== null && typeof value === "object") {
    return new Members(Object.entries(value).map(([name, part]) => [name, jsonOf(part)]));
  }
  return value as Json;
}

export function textOf(value: Json): string {
  if (value instanceof Raw) return value.text;
  if (value instanceof Members) {
    return `{${value.list.map(([name, part]) => `${JSON.stringify(name)}:${textOf(part)}`).join()}}`;
  }
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  return JSON.stringify(value);
}

/** All texts of a value, names aside. */
export function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (value instanceof Members) return value.list.flatMap(([, part]) => textsIn(part));
  return Array.isArray(value) ? value.flatMap(textsIn) : [];
}

/** How many parts a value has, itself among them. */
export function sizeOf(value: Json): number {
  const parts =
    value instanceof Members ? value.list.map(([, part]) => part) : Array.isArray(value) ? value : [];
  return parts.reduce((sum: number, part) => sum + sizeOf(part), 1);
}

/** Exchanges the `place`th part, counted from the outermost in order of the text. */
export function exchange(value: Json, place: number, change: (part: Json) => Json): Json {
  if (place === 0) return change(value);
  let left = place - 1;
  const inside = (part: Json): Json => {
    const size = sizeOf(part);
    const here = left >= 0 && left < size;
    const changed = here ? exchange(part, left, change) : part;
    left -= size;
    return changed;
  };
  if (value instanceof Members) return new Members(value.list.map(([name, part]) => [name, inside(part)]));
  return Array.isArray(value) ? value.map(inside) : value;
}
