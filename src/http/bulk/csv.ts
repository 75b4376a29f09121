/** Rows of a CSV body (RFC 4180): a header of our field names, `metrics.<name>` for metrics, empty cells missing. */
import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { UnreadableRow } from "../../telemetry/bulk.ts";
import { measureLimits } from "../../telemetry/fields.ts";
import type { Parts } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { maxRowBytes } from "./ndjson.ts";

const metricPrefix = "metrics.";
const maxColumns = 256;
const numeric: ReadonlySet<string> = new Set([...Object.keys(measureLimits), "player_id"]);
const numberFormat = /^\s*-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\s*$/;

const malformed = (detail: string) => new Problem(400, "malformed_csv", detail);

/** A cell where a number belongs; what is none stays text, and is refused as JSON's text would be. */
const numberOf = (cell: string): number | string => (numberFormat.test(cell) ? Number(cell) : cell);

/** @throws Problem 400 for a header that names nothing, or something twice */
function checkHeader(names: readonly string[]): void {
  if (names.length > maxColumns) throw malformed(`The header must not hold more than ${maxColumns} columns.`);
  if (names.some((name) => name === "")) throw malformed("The header must name every column.");
  if (new Set(names).size < names.length) throw malformed("The header must name each column once.");
}

interface Column {
  readonly name: string;
  /** The metric that the column holds, if it holds one. */
  readonly metric: string | null;
  readonly isNumber: boolean;
}

function columnsOf(header: readonly string[]): Column[] {
  checkHeader(header);
  return header.map((name) => ({
    name,
    metric: name.startsWith(metricPrefix) ? name.slice(metricPrefix.length) : null,
    isNumber: numeric.has(name),
  }));
}

/** A record as the row that JSON would have given. */
function rowOf(columns: readonly Column[], cells: readonly string[]): unknown {
  if (cells.length !== columns.length) {
    const detail = `The record holds ${cells.length} cells, the header ${columns.length}.`;
    return new UnreadableRow("malformed_csv", detail);
  }
  const row: Record<string, unknown> = {};
  const metrics: Record<string, unknown> = {};
  for (const [place, { name, metric, isNumber }] of columns.entries()) {
    const cell = cells[place] ?? "";
    if (cell === "") continue;
    if (metric !== null) metrics[metric] = numberOf(cell);
    else row[name] = isNumber ? numberOf(cell) : cell;
  }
  return Object.keys(metrics).length > 0 ? { ...row, metrics } : row;
}

/** @throws Problem 400 */
async function* decoded(parts: Parts): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  try {
    for await (const part of parts) yield decoder.decode(part, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw error instanceof Problem ? error : malformed("The body is not valid UTF-8.");
  }
}

/** Yields rows one by one. A quote out of place ends the request: nobody can say where the next record begins. */
export async function* csvRows(parts: Parts): AsyncGenerator<Iterable<unknown>> {
  const parser = parse({ skip_empty_lines: true, relax_column_count: true, max_record_size: maxRowBytes });
  let failure: unknown;
  pipeline(Readable.from(decoded(parts)), parser, (error) => {
    failure ??= error;
  });
  let columns: readonly Column[] | null = null;
  try {
    for await (const cells of parser as AsyncIterable<readonly string[]>) {
      if (columns === null) columns = columnsOf(cells);
      else yield [rowOf(columns, cells)];
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (failure instanceof Problem) throw failure;
    throw malformed(`The record after line ${parser.info.lines} is not CSV.`);
  }
}
