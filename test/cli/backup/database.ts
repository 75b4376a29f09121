/** SQLite files of our schema, and rows in every table of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { appliedTable } from "../../../src/cli/serve/state.ts";
import { registry } from "../../../src/db/registry.ts";

export const migrationNames = readdirSync("migrations")
  .filter((name) => name.endsWith(".sql"))
  .sort();

/** A new database with the migrations up to `last`. */
export function makeDatabase(file: string, last = migrationNames.at(-1) ?? ""): void {
  using db = new DatabaseSync(file);
  db.exec("PRAGMA synchronous = OFF");
  db.exec(appliedTable);
  for (const name of migrationNames.filter((one) => one <= last)) {
    db.exec(readFileSync(join("migrations", name), "utf8"));
    db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").run(name);
  }
}

/** What files, JSON and SQL each have to take care of. */
const awkward = [
  "it's",
  'a "b"',
  "two\nlines;\n",
  "tab\t\\n",
  "ünïcödé 🎮",
  "",
  "NULL",
  "-- no comment",
  "\u2028",
  "cr\r\n",
];

function sampleOf(type: string, n: number): string | number {
  if (type === "INTEGER") return n;
  if (type === "REAL") return n / 3;
  return `${n} ${awkward[n % awkward.length]}`;
}

/** A value of each column that a CHECK of the table's SQL limits to some: `c IN ('a', 'b')`, `c IN (0, 1)`, `c = 1`. */
function limitedIn(sql: string): Map<string, string | number> {
  const lists = sql.matchAll(/CHECK \((\w+) IN \('([^']*)'/g);
  const numbers = sql.matchAll(/CHECK \((\w+) (?:= |IN \()(\d+)/g);
  return new Map<string, string | number>([
    ...[...lists].map(([, column = "", text = ""]) => [column, text] as const),
    ...[...numbers].map(([, column = "", number]) => [column, Number(number)] as const),
  ]);
}

/** Fills every table that the database has with rows of awkward values. */
export function fill(file: string, rows: number): void {
  using db = new DatabaseSync(file);
  db.exec("BEGIN");
  const stored = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").all();
  for (const { name, seeded } of registry) {
    const table = stored.find((one) => one.name === name);
    if (!table) continue;
    const limited = limitedIn(String(table.sql));
    if (seeded) db.exec(`DELETE FROM "${name}"`);
    const columns = db
      .prepare(`SELECT name, type, "notnull" AS required, pk FROM pragma_table_info('${name}')`)
      .all();
    const insert = db.prepare(`INSERT INTO "${name}" VALUES (${columns.map(() => "?").join(", ")})`);
    for (let n = 1; n <= (seeded ? 1 : rows); n++) {
      const rowOf = (nulls: boolean) =>
        columns.map((column, index) => {
          const isKey = Number(column.pk) > 0;
          if (nulls && !column.required && !isKey) return null;
          return (
            limited.get(String(column.name)) ?? sampleOf(String(column.type), n * 10 + (isKey ? 0 : index))
          );
        });
      try {
        insert.run(...rowOf(n % 3 === 0));
      } catch {
        // A check of several columns at once: those that come together may all be missing.
        insert.run(...rowOf(true));
      }
    }
  }
  db.exec("COMMIT");
}

/** Runs SQL on a database. */
export function change(file: string, sql: string): void {
  using db = new DatabaseSync(file);
  db.exec(sql);
}
