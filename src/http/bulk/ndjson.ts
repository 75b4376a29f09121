/** Rows of an NDJSON body: one JSON value a line, blank lines left out, and a line that is none is a row's fault. */
import { UnreadableRow } from "../../telemetry/bulk.ts";
import type { Parts } from "../bytes.ts";

/** Bytes of a line: a row with 64 metrics and the longest names takes a quarter of it. */
export const maxRowBytes = 64 * 1024;
const newline = 0x0a;

const malformed = (detail: string) => new UnreadableRow("malformed_json", detail);
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

function textOf(line: Uint8Array): string | UnreadableRow {
  try {
    return decoder.decode(line).trim();
  } catch {
    return malformed("The line is not valid UTF-8.");
  }
}

/** The line's value; undefined for a blank one. */
function rowOf(line: Uint8Array): unknown {
  if (line.byteLength > maxRowBytes) return malformed(`A line must not exceed ${maxRowBytes} bytes.`);
  const text = textOf(line);
  if (text === "") return undefined;
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return malformed("The line is not valid JSON.");
  }
}

/** Appends what there is room for: of a line that is too long only that it is so matters. */
function appended(line: Uint8Array, more: Uint8Array): Uint8Array {
  if (line.byteLength === 0) return more;
  const room = Math.max(0, maxRowBytes + 1 - line.byteLength);
  const joined = new Uint8Array(line.byteLength + Math.min(room, more.byteLength));
  joined.set(line);
  joined.set(more.subarray(0, room), line.byteLength);
  return joined;
}

/** Yields the rows of each part once it is there; lazily, so that no more are parsed than are wanted. */
export async function* ndjsonRows(parts: Parts): AsyncGenerator<Iterable<unknown>> {
  let unfinished: Uint8Array = new Uint8Array(0);

  function* rowsOf(part: Uint8Array): Generator<unknown> {
    let from = 0;
    for (let to = part.indexOf(newline); to >= 0; to = part.indexOf(newline, from)) {
      const row = rowOf(appended(unfinished, part.subarray(from, to)));
      unfinished = new Uint8Array(0);
      from = to + 1;
      if (row !== undefined) yield row;
    }
    // A copy: the part may be a view of a buffer that is used again.
    unfinished = appended(unfinished, part.slice(from));
  }

  for await (const part of parts) yield rowsOf(part);
  const last = rowOf(unfinished);
  if (last !== undefined) yield [last];
}
