/** The deployed database, through wrangler: D1's own export and import. */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { finished } from "node:stream/promises";
import { registry } from "../../db/registry.ts";
import type { Migration } from "../serve/built.ts";
import { appliedTable } from "../serve/state.ts";
import { runWrangler } from "../start/wrangler.ts";
import { readLines } from "./lines.ts";
import { type Manifest, readRows } from "./manifest.ts";
import { readStatements, statementsOf } from "./sql.ts";

/** Wrangler's words for which database: `--remote`, or in tests `--local` with its folder; then `--config` and `--env`. */
export type Target = readonly string[];

async function query(target: Target, sql: string): Promise<Record<string, unknown>[]> {
  const output = await runWrangler(["d1", "execute", "DB", ...target, "--json", "--command", sql]);
  const answers = JSON.parse(output.slice(output.indexOf("["))) as { results: Record<string, unknown>[] }[];
  return answers[0]?.results ?? [];
}

/** Names of the migrations that the database has. */
async function appliedTo(target: Target): Promise<string[]> {
  const rows = await query(target, "SELECT name FROM d1_migrations ORDER BY name");
  return rows.map(({ name }) => String(name));
}

/** Makes a SQLite file of an export without schema (wrangler's `--no-schema`), over the schema of its own migrations. */
export async function loadExport(
  database: string,
  exported: AsyncIterable<string>,
  migrations: readonly Migration[],
): Promise<void> {
  using db = new DatabaseSync(database);
  db.exec(appliedTable);
  for (const { statements } of migrations) for (const statement of statements) db.exec(statement);
  for (const { name, seeded } of registry) if (seeded) db.exec(`DELETE FROM "${name}"`);
  db.exec("BEGIN");
  for await (const statement of readStatements(exported)) db.exec(statement);
  db.exec("COMMIT");
}

/** Copies the deployed database into a SQLite file in `folder`; answers its path. */
export async function copyRemote(
  target: Target,
  folder: string,
  known: readonly Migration[],
): Promise<string> {
  const applied = new Set(await appliedTo(target));
  const migrations = known.filter(({ name }) => applied.has(name));
  if (migrations.length < applied.size)
    throw new Error("The database has migrations that this version lacks.");
  const file = join(folder, "export.sql");
  await runWrangler([
    "d1",
    "export",
    "DB",
    ...target,
    "--no-schema",
    "--skip-confirmation",
    "--output",
    file,
  ]);
  const database = join(folder, "copy.sqlite");
  await loadExport(database, readLines(file), migrations);
  return database;
}

interface TargetState {
  readonly applied: readonly string[];
  /** Why it must not be restored into; null where it is as its migrations left it. */
  readonly occupied: string | null;
}

/** In one query: each costs a start of wrangler. */
async function stateOf(target: Target): Promise<TargetState> {
  const tables = registry.filter(({ seeded }) => !seeded).map(({ name }) => name);
  const any = tables.map((name) => `EXISTS (SELECT 1 FROM "${name}") AS "${name}"`);
  const ids = "(SELECT max(seq) FROM sqlite_sequence WHERE name <> 'd1_migrations') AS ids";
  const names = "(SELECT json_group_array(name ORDER BY name) FROM d1_migrations) AS applied";
  const [row = {}] = await query(target, `SELECT ${[...any, ids, names].join(", ")}`);
  const { applied, ...counts } = row;
  const occupied = Object.keys(counts).find((name) => Number(counts[name]) > 0) ?? null;
  return { applied: JSON.parse(String(applied)) as string[], occupied };
}

async function writeSql(file: string, folder: string, manifest: Manifest): Promise<void> {
  const out = createWriteStream(file, { mode: 0o600 });
  const write = async (line: string) => {
    if (!out.write(`${line}\n`)) await once(out, "drain");
  };
  for (const table of manifest.tables) {
    const registered = registry.find(({ name }) => name === table.name);
    if (registered?.seeded) await write(`DELETE FROM "${table.name}";`);
    for await (const values of readRows(folder, table)) {
      for (const statement of statementsOf(table, registered?.key ?? [], values)) await write(statement);
    }
  }
  for (const [name, seq] of Object.entries(manifest.sequences)) {
    await write(`DELETE FROM sqlite_sequence WHERE name = '${name}';`);
    await write(`INSERT INTO sqlite_sequence (name, seq) VALUES ('${name}', ${seq});`);
  }
  out.end();
  await finished(out);
}

/**
 * Restores a verified backup into the target through one SQL file, which D1 takes as a whole or not at all; throws where
 * the target is not empty or not of the same schema.
 */
export async function restoreRemote(
  target: Target,
  folder: string,
  manifest: Manifest,
  scratch: string,
): Promise<void> {
  const { applied, occupied } = await stateOf(target);
  if (applied.join() !== manifest.migrations.join()) {
    throw new Error(
      `The database has the migrations up to ${applied.at(-1)}, the backup those up to ${manifest.migrations.at(-1)}: they must be the same.`,
    );
  }
  if (occupied !== null) throw new Error(`The database is not empty: ${occupied}. Restore into a new one.`);
  const file = join(scratch, "restore.sql");
  await writeSql(file, folder, manifest);
  await runWrangler(["d1", "execute", "DB", ...target, "--yes", "--file", file]);
}
