/** What a backup is: a folder with a file of rows for each table, and the manifest that says what they must be. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { registry } from "../../db/registry.ts";
import { readLines } from "./lines.ts";

export const manifestFile = "manifest.json";

const TableFile = z.strictObject({
  name: z.string(),
  file: z.string().regex(/^[\w-]+\.ndjson$/),
  columns: z.array(z.string().regex(/^\w+$/)).min(1),
  rows: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const Manifest = z.strictObject({
  format: z.literal(1),
  made_at: z.iso.datetime(),
  /** Names of the migrations that had made the schema, in their order. */
  migrations: z.array(z.string()).min(1),
  tables: z.array(TableFile),
  /** The highest id that each counting table has ever given out: ids are never used again. */
  sequences: z.record(z.string(), z.int().min(0)),
});

export type TableFile = z.infer<typeof TableFile>;
export type Manifest = z.infer<typeof Manifest>;

/** A value as SQLite stores it. */
export type Value = string | number | null;

/** The rows of a table's file, in order: each a JSON list in the order of the columns. */
export async function* readRows(folder: string, { file }: TableFile): AsyncGenerator<Value[]> {
  for await (const line of readLines(join(folder, file))) yield JSON.parse(line) as Value[];
}

/** Reads a manifest; throws where it is none of ours. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestFile), "utf8").catch(() => null);
  if (text === null)
    throw new Error(`${folder} is no backup, or one that never ended: it has no ${manifestFile}.`);
  const parsed = Manifest.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Error(`${manifestFile} is not what a backup has: ${z.prettifyError(parsed.error)}`);
  const known = new Set(registry.map(({ name }) => name));
  const unknown = parsed.data.tables.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0) throw new Error(`This version knows no table ${unknown.join(", ")}.`);
  return parsed.data;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

/** Reads every file of the backup; throws where one is not byte for byte what was written. */
export async function verifyFiles(folder: string, { tables }: Manifest): Promise<void> {
  for (const { file, sha256 } of tables) {
    const found = await sha256Of(join(folder, file)).catch(() => null);
    if (found === null) throw new Error(`${file} is missing.`);
    if (found !== sha256) throw new Error(`${file} is not what was backed up: its SHA-256 differs.`);
  }
}
