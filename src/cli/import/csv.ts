/** Rows of CSV: a header row with our field names; a column `metrics.NAME` is a metric, `metrics` an object of them. */
import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { measures } from "../../telemetry/fields.ts";
import { SessionRow } from "../../telemetry/session.ts";
import { InputError } from "../evaluate/input-error.ts";
import type { Row } from "./row.ts";

const fields: ReadonlySet<string> = new Set(Object.keys(SessionRow.shape));
const numeric: ReadonlySet<string> = new Set([...Object.keys(measures), "player_id"]);
const metricPrefix = "metrics.";
const maxRowBytes = 1_000_000;

/** A number where the text is one; else the text, for the service to refuse. */
const numberOf = (text: string): unknown => {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
};

function objectOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function put(row: Record<string, unknown>, name: string, text: string): void {
  if (name.startsWith(metricPrefix)) {
    const metrics = typeof row.metrics === "object" ? row.metrics : {};
    row.metrics = { ...metrics, [name.slice(metricPrefix.length)]: numberOf(text) };
  } else if (name === "metrics") row.metrics = objectOf(text);
  else row[name] = numeric.has(name) ? numberOf(text) : text;
}

function rowOf(columns: readonly string[], cells: readonly string[], game: string | null) {
  const row: Record<string, unknown> = game === null ? {} : { game };
  columns.forEach((name, place) => {
    const text = cells[place]?.trim() ?? "";
    if (text !== "" && name !== "") put(row, name, text);
  });
  return JSON.stringify(row);
}

const isKnown = (name: string) => fields.has(name) || name.startsWith(metricPrefix);

/** Columns by place, unknown ones blanked; `onIgnored` hears of those. */
function columnsOf(header: readonly string[], onIgnored: (names: readonly string[]) => void): string[] {
  const names = header.map((name) => name.trim());
  const missing = ["session_id", "recorded_at"].filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new InputError(
      `The CSV's header row has no ${missing.join(" and no ")}; it must hold our field names.`,
    );
  const twice = names.find((name, place) => name !== "" && names.indexOf(name) !== place);
  if (twice !== undefined) throw new InputError(`The CSV's header row has ${twice} twice.`);
  const ignored = names.filter((name) => name !== "" && !isKnown(name));
  if (ignored.length > 0) onIgnored(ignored);
  return names.map((name) => (isKnown(name) ? name : ""));
}

/** The rows behind the first `skip`. A quote may span lines, so those are read again rather than jumped over. */
export async function* csvRows(
  pieces: AsyncIterable<Buffer>,
  skip: number,
  game: string | null,
  onIgnored: (names: readonly string[]) => void,
): AsyncGenerator<Row> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
  });
  // A failure of either ends both; whoever reads hears of it.
  const records = pipeline(Readable.from(pieces, { objectMode: false }), parser, () => {});
  let columns: string[] | null = null;
  let number = 0;
  for await (const cells of records as AsyncIterable<string[]>) {
    if (columns === null) {
      columns = columnsOf(cells, onIgnored);
      continue;
    }
    number += 1;
    if (number <= skip) continue;
    const after = { offset: 0, row: number };
    if (cells.length === columns.length) {
      yield { number, after, text: rowOf(columns, cells, game), refusal: null };
    } else {
      const detail = `The row has ${cells.length} cells, the header row ${columns.length}.`;
      yield {
        number,
        after,
        text: JSON.stringify(cells),
        refusal: { code: "column_count", pointer: "", detail },
      };
    }
  }
}
