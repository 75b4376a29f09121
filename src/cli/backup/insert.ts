/** Puts a verified backup into a SQLite file: all of it, in one transaction, or nothing. */
import { DatabaseSync } from "node:sqlite";
import { registry } from "../../db/registry.ts";
import { type Manifest, readRows, type TableFile } from "./manifest.ts";

/** Why a database must not be restored into; null where it is as the migrations left it. */
export function occupied(db: DatabaseSync): string | null {
  for (const { name, seeded } of registry) {
    const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name);
    if (exists && !seeded && db.prepare(`SELECT 1 FROM "${name}" LIMIT 1`).get()) return `${name} has rows`;
  }
  const used = db.prepare("SELECT name FROM sqlite_sequence WHERE name <> 'd1_migrations' AND seq > 0").get();
  return used ? `ids of ${String(used.name)} have been given out` : null;
}

async function insertTable(db: DatabaseSync, folder: string, table: TableFile): Promise<void> {
  const { name, columns, rows } = table;
  // What the migrations put there, and what an older schema's backup does not have.
  db.exec(`DELETE FROM "${name}"`);
  const list = columns.map((column) => `"${column}"`).join(", ");
  const insert = db.prepare(`INSERT INTO "${name}" (${list}) VALUES (${columns.map(() => "?").join(", ")})`);
  let inserted = 0;
  for await (const values of readRows(folder, table)) {
    if (values.length !== columns.length)
      throw new Error(`${table.file} has a row of ${values.length} values.`);
    insert.run(...values);
    inserted += 1;
  }
  if (inserted !== rows) throw new Error(`${table.file} has ${inserted} rows, not ${rows}.`);
}

function setSequences(db: DatabaseSync, sequences: Manifest["sequences"]): void {
  const remove = db.prepare("DELETE FROM sqlite_sequence WHERE name = ?");
  const insert = db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)");
  for (const [name, seq] of Object.entries(sequences)) {
    remove.run(name);
    insert.run(name, seq);
  }
}

/** Restores into a SQLite file; throws, and leaves it as it was, where it is not empty or anything fails. */
export async function insertBackup(database: string, folder: string, manifest: Manifest): Promise<void> {
  using db = new DatabaseSync(database);
  db.exec("BEGIN IMMEDIATE");
  try {
    const reason = occupied(db);
    if (reason !== null) throw new Error(`The database is not empty: ${reason}. Restore into a new one.`);
    for (const table of manifest.tables) await insertTable(db, folder, table);
    setSequences(db, manifest.sequences);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}
