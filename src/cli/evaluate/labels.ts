/** The labels file: who is known to be what, and any other columns to split the figures by. */
import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { InputError } from "./input-error.ts";

export const labelValues = ["clean", "cheater", "unverified"] as const;
export type Label = (typeof labelValues)[number];

export interface LabelRow {
  readonly player: string;
  readonly label: Label;
  /** All columns as they stand in the file. */
  readonly columns: Readonly<Record<string, string>>;
}

export interface Labels {
  readonly columns: readonly string[];
  readonly byPlayer: ReadonlyMap<string, LabelRow>;
}

const isLabel = (text: string): text is Label => (labelValues as readonly string[]).includes(text);

function recordsOf(text: string, name: string): { columns: string[]; records: Record<string, string>[] } {
  try {
    let columns: string[] = [];
    const records = parse<Record<string, string>>(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      columns: (header: string[]) => {
        columns = header;
        return header;
      },
    });
    return { columns, records };
  } catch (error) {
    if (error instanceof CsvError) throw new InputError(`${name} is not valid CSV: ${error.message}`);
    throw error;
  }
}

/** Reads labels from CSV text with a header; `name` is the file's, for messages. Throws InputError. */
export function parseLabels(text: string, name: string): Labels {
  const { columns, records } = recordsOf(text, name);
  for (const needed of ["player", "label"]) {
    if (!columns.includes(needed)) throw new InputError(`${name} has no column "${needed}" in its header.`);
  }
  const byPlayer = new Map<string, LabelRow>();
  for (const record of records) {
    const { player = "", label = "" } = record;
    if (!isLabel(label)) {
      throw new InputError(`${name}: "${label}" is no label of ${player}; use ${labelValues.join(", ")}.`);
    }
    if (byPlayer.has(player)) throw new InputError(`${name} names ${player} twice.`);
    byPlayer.set(player, { player, label, columns: record });
  }
  if (byPlayer.size === 0) throw new InputError(`${name} names no player.`);
  return { columns, byPlayer };
}

export async function readLabels(path: string): Promise<Labels> {
  try {
    return parseLabels(await readFile(path, "utf8"), path);
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error;
    throw new InputError(`Cannot read the labels: ${error.message}`);
  }
}
