/** Keyset cursors: opaque to clients, checked as any other input. */
import { z } from "zod";
import { badRequest } from "./problem.ts";

const toBase64Url = (text: string) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const fromBase64Url = (text: string) =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
      character.charCodeAt(0),
    ),
  );

/** A list's cursors: `[list, number, number or text]`; a cursor of another list is refused. */
export function cursorsOf<T extends z.ZodType>(list: string, position: T) {
  const schema = z.tuple([z.literal(list), position]);
  return {
    write: (value: z.infer<T>): string => toBase64Url(JSON.stringify([list, value])),
    /** @throws Problem 400 */
    read(cursor: string | undefined): z.infer<T> | null {
      if (cursor === undefined) return null;
      try {
        return schema.parse(JSON.parse(fromBase64Url(cursor)))[1] as z.infer<T>;
      } catch {
        throw badRequest([
          { pointer: "/cursor", code: "invalid_value", detail: "The cursor is not one of this list." },
        ]);
      }
    },
  };
}

/** The last row of a full page is where the next one goes on; a page that is not full is the last. */
export function nextCursor<T>(rows: readonly T[], limit: number, write: (last: T) => string): string | null {
  const last = rows.at(-1);
  return rows.length === limit && last !== undefined ? write(last) : null;
}
