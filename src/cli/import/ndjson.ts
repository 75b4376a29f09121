/** Rows of NDJSON: a line each, read as bytes, so that a place in the file can be returned to. */
import type { Position, Refusal, Row } from "./row.ts";

/** Far longer than any row: a file without line breaks must not fill the memory. */
const maxLineBytes = 1_000_000;
const newline = 0x0a;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** For showing what is no valid text. */
const lenient = new TextDecoder();

const tooLong: Refusal = {
  code: "too_long",
  pointer: "",
  detail: `The line is longer than ${maxLineBytes} bytes.`,
};
const noText: Refusal = { code: "malformed_text", pointer: "", detail: "The line is not valid UTF-8." };
const noJson: Refusal = { code: "malformed_json", pointer: "", detail: "The line is not valid JSON." };

interface Line {
  readonly bytes: Buffer;
  readonly isTooLong: boolean;
  readonly after: Position;
}

async function* linesOf(pieces: AsyncIterable<Buffer>, from: Position): AsyncGenerator<Line> {
  let { offset, row } = from;
  let carried: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer) => {
    if (length <= maxLineBytes) carried.push(part);
    length += part.length;
  };
  const take = (separatorBytes: number): Line => {
    offset += length + separatorBytes;
    row += 1;
    const line = { bytes: Buffer.concat(carried), isTooLong: length > maxLineBytes, after: { offset, row } };
    [carried, length] = [[], 0];
    return line;
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, start)) {
      keep(piece.subarray(start, end));
      yield take(1);
      start = end + 1;
    }
    if (start < piece.length) keep(piece.subarray(start));
  }
  if (length > 0) yield take(0);
}

function withGame(text: string, game: string | null): { text: string; refusal: Refusal | null } {
  try {
    const row: unknown = JSON.parse(text);
    const isRow = typeof row === "object" && row !== null && !Array.isArray(row);
    if (game === null || !isRow || Reflect.get(row, "game") != null) return { text, refusal: null };
    return { text: JSON.stringify({ ...row, game }), refusal: null };
  } catch {
    return { text, refusal: noJson };
  }
}

function read({ bytes, isTooLong }: Line, game: string | null): { text: string; refusal: Refusal | null } {
  if (isTooLong) return { text: lenient.decode(bytes.subarray(0, 2_000)), refusal: tooLong };
  try {
    return withGame(decoder.decode(bytes).trim(), game);
  } catch {
    return { text: lenient.decode(bytes), refusal: noText };
  }
}

/** The rows from a position on; empty lines are passed over. */
export async function* ndjsonRows(
  pieces: AsyncIterable<Buffer>,
  from: Position,
  game: string | null,
): AsyncGenerator<Row> {
  for await (const line of linesOf(pieces, from)) {
    const { text, refusal } = read(line, game);
    if (text !== "") yield { number: line.after.row, after: line.after, text, refusal };
  }
}
