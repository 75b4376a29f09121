/** Rows as SQL text, within what D1 takes, and SQL text as wrangler exports it. */
import { Buffer } from "node:buffer";
import type { TableFile, Value } from "./manifest.ts";

/** D1's own is 100 KB a statement: https://developers.cloudflare.com/d1/platform/limits/ */
const maxStatementBytes = 90_000;
/** What is left of a longer text in the first statement, and added by each further one. */
const maxPieceCharacters = 15_000;

const name = (text: string): string => `"${text}"`;

/** SQL has no word for NUL inside of a text. */
const textLiteral = (text: string): string =>
  text
    .split("\0")
    .map((part) => `'${part.replaceAll("'", "''")}'`)
    .join(" || char(0) || ");

const literal = (value: Value): string =>
  value === null ? "NULL" : typeof value === "number" ? String(value) : textLiteral(value);

/** A text in pieces that cut no character in two. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let end = Math.min(from + maxPieceCharacters, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
    pieces.push(text.slice(from, end));
    from = end;
  }
  return pieces;
}

const insertOf = (table: string, columns: readonly string[], values: readonly Value[]): string =>
  `INSERT INTO ${name(table)} (${columns.map(name).join(", ")}) VALUES (${values.map(literal).join(", ")});`;

const isLong = (value: Value): value is string =>
  typeof value === "string" && value.length > maxPieceCharacters;

/** The statements that put one row back; of a long row the first piece of each text, and an UPDATE for each further one. */
export function statementsOf(
  { name: table, columns }: Pick<TableFile, "name" | "columns">,
  key: readonly string[],
  values: readonly Value[],
): string[] {
  const whole = insertOf(table, columns, values);
  if (Buffer.byteLength(whole) <= maxStatementBytes) return [whole];
  const short = values.map((value) => (isLong(value) ? (piecesOf(value)[0] ?? "") : value));
  const where = key
    .map((column) => `${name(column)} = ${literal(values[columns.indexOf(column)] ?? null)}`)
    .join(" AND ");
  const additions = columns.flatMap((column, index) => {
    const value = values[index] ?? null;
    const more = isLong(value) ? piecesOf(value).slice(1) : [];
    return more.map(
      (piece) =>
        `UPDATE ${name(table)} SET ${name(column)} = ${name(column)} || ${textLiteral(piece)} WHERE ${where};`,
    );
  });
  return [insertOf(table, columns, short), ...additions];
}

/** The statements of an export without its schema: a text may hold line ends, and a quote inside of one is doubled. */
export async function* readStatements(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let statement = "";
  for await (const line of lines) {
    statement = statement === "" ? line : `${statement}\n${line}`;
    const isOpen = (statement.split("'").length - 1) % 2 === 1;
    if (isOpen || !statement.endsWith(";")) continue;
    yield statement;
    statement = "";
  }
  if (statement.trim() !== "") throw new Error("The export ends in the middle of a statement.");
}
