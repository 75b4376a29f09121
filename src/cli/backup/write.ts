/** Writes a backup from a SQLite file: one snapshot, table by table, row by row. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { finished } from "node:stream/promises";
import { registry } from "../../db/registry.ts";
import { type Manifest, manifestFile, type TableFile } from "./manifest.ts";

/** Foreign to the service: D1's own tables and the migrations'. */
const foreign = /^(sqlite_|_cf_|d1_migrations$)/;

const namesOf = (db: DatabaseSync, sql: string): string[] =>
  db
    .prepare(sql)
    .all()
    .map(({ name }) => String(name));

/** The tables that the database has, in the registry's order; throws where it has one that nobody registered. */
function tablesOf(db: DatabaseSync): string[] {
  const stored = namesOf(db, "SELECT name FROM sqlite_schema WHERE type = 'table'");
  const known = registry.map(({ name }) => name);
  const unknown = stored.filter((name) => !foreign.test(name) && !known.includes(name));
  if (unknown.length > 0) throw new Error(`src/db/registry.ts lacks the table ${unknown.join(", ")}.`);
  return known.filter((name) => stored.includes(name));
}

/** JSON has no word for infinity and none for bytes: a value that would be lost ends the backup instead. */
function checked(value: unknown, where: string): unknown {
  const fits = value === null || typeof value === "string" || Number.isFinite(value);
  if (!fits) throw new Error(`${where} holds a value that JSON cannot.`);
  return value;
}

async function writeTable(db: DatabaseSync, name: string, folder: string): Promise<TableFile> {
  const columns = namesOf(db, `SELECT name FROM pragma_table_info('${name}')`);
  const key = registry.find((table) => table.name === name)?.key ?? [];
  const [list, order] = [columns, key].map((some) => some.map((column) => `"${column}"`).join(", "));
  const file = `${name}.ndjson`;
  const out = createWriteStream(join(folder, file), { flags: "wx", mode: 0o600 });
  const hash = createHash("sha256");
  let rows = 0;
  for (const row of db.prepare(`SELECT ${list} FROM "${name}" ORDER BY ${order}`).iterate()) {
    const values = columns.map((column) => checked(row[column], `${name}.${column}`));
    const line = `${JSON.stringify(values)}\n`;
    hash.update(line);
    rows += 1;
    if (!out.write(line)) await once(out, "drain");
  }
  out.end();
  await finished(out);
  return { name, file, columns, rows, sha256: hash.digest("hex") };
}

/** Backs a SQLite file up into a folder, which must be new or empty. The manifest is written last: without, it is no backup. */
export async function writeBackup(database: string, folder: string, nowMs: number): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty.`);
  using db = new DatabaseSync(database, { readOnly: true });
  // One snapshot for all tables; in WAL mode it keeps no writer waiting.
  db.exec("BEGIN");
  const migrations = namesOf(db, "SELECT name FROM d1_migrations ORDER BY name");
  const tables: TableFile[] = [];
  for (const name of tablesOf(db)) tables.push(await writeTable(db, name, folder));
  const counted = db.prepare("SELECT name, seq FROM sqlite_sequence").all();
  const sequences = counted
    .filter(({ name }) => !foreign.test(String(name)))
    .map(({ name, seq }) => [String(name), Number(seq)] as const);
  db.exec("COMMIT");
  const manifest: Manifest = {
    format: 1,
    made_at: new Date(nowMs).toISOString(),
    migrations,
    tables,
    sequences: Object.fromEntries(sequences),
  };
  await writeFile(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  return manifest;
}
