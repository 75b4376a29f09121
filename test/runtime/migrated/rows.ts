/** Rows for every table that there is, made from what the schema says of it. */
import { env } from "../service.ts";
import { all } from "../trail.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: 0 | 1;
  readonly pk: number;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** It holds one row, which the migrations made. */
  readonly isSingle: boolean;
  /** What a column may hold, where the schema lists it. */
  readonly choices: ReadonlyMap<string, readonly Value[]>;
}

type Value = string | number | null;
const foreign = /^(sqlite_|_cf_|d1_)/;

const literalOf = (text: string): Value => (text.startsWith("'") ? text.slice(1, -1) : Number(text));

function choicesOf(sql: string): Map<string, Value[]> {
  const found = sql.matchAll(/CHECK \((\w+) IN \(([^)]*)\)\)/g);
  return new Map([...found].map(([, name = "", list = ""]) => [name, list.split(/, */).map(literalOf)]));
}

/** The tables of the database as it is now; the one that refuses rows of others comes last. */
export async function readTables(): Promise<Table[]> {
  const found = await all<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name = 'erasures', name",
  );
  const own = found.filter(({ name }) => !foreign.test(name));
  const columns = await env.DB.batch<Column>(
    own.map(({ name }) =>
      env.DB.prepare(`SELECT name, type, "notnull", pk FROM pragma_table_info('${name}')`),
    ),
  );
  return own.map(({ name, sql }, place) => ({
    name,
    columns: columns[place]?.results ?? [],
    isSingle: sql.includes("CHECK (id = 1)"),
    choices: choicesOf(sql),
  }));
}

/** Row 1 is empty wherever it may be, row 2 nowhere. */
function cellOf({ name: table, choices }: Table, { name, type, notnull, pk }: Column, row: number): Value {
  if (row === 1 && notnull === 0 && pk === 0) return null;
  const choice = choices.get(name);
  if (choice) return choice[(row - 1) % choice.length] ?? null;
  if (type === "INTEGER") return row;
  return type === "REAL" ? row + 0.25 : `${table}.${name} ${row}`;
}

/** Two rows for a table, one for a table of one. */
export function insertRows(table: Table): D1PreparedStatement[] {
  const names = table.columns.map(({ name }) => name);
  const text = `INSERT OR REPLACE INTO ${table.name} (${names}) VALUES (${names.map(() => "?")})`;
  return (table.isSingle ? [1] : [1, 2]).map((row) =>
    env.DB.prepare(text).bind(...table.columns.map((column) => cellOf(table, column, row))),
  );
}

type Rows = Readonly<Record<string, readonly unknown[]>>;

/** What the tables hold in the columns that they had. */
export async function readRows(tables: readonly Table[]): Promise<Rows> {
  const results = await env.DB.batch(
    tables.map(({ name, columns }) =>
      env.DB.prepare(`SELECT ${columns.map((column) => column.name)} FROM ${name} ORDER BY 1, 2`),
    ),
  );
  return Object.fromEntries(tables.map(({ name }, place) => [name, results[place]?.results ?? []]));
}
