/** Finding the rows about one person in any table of the registry. */
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { type RegisteredTable, registry } from "./registry.ts";

/** Whom the rows are about. */
export interface Person {
  readonly id: number;
  readonly game: string;
  readonly ref: string | null;
}

/** Tables that hold rows about one person each. */
export const personalTables: readonly RegisteredTable[] = registry.filter(({ person }) => person !== null);

const name = (identifier: string): SQL => sql.raw(`"${identifier}"`);

/** A condition on a table's rows: those that are about the person. */
export function aboutPerson({ person }: RegisteredTable, who: Pick<Person, "id">): SQL {
  if (person === null) return sql`false`;
  const column = name(person.column);
  const through = registry.find((one) => one.name === person.through);
  if (through === undefined) {
    return sql`${column} = ${person.prefix === undefined ? who.id : `${person.prefix}${who.id}`}`;
  }
  const rows = sql`FROM ${name(through.name)} WHERE ${aboutPerson(through, who)}`;
  if (person.on === undefined) return sql`${column} IN (SELECT ${name(through.key[0] ?? "id")} ${rows})`;
  return sql`("game", ${column}) IN (SELECT "game", ${name(person.on)} ${rows})`;
}

const columnsOf = (columns: readonly string[]): SQL => sql.join(columns.map(name), sql`, `);

export type StoredRow = Readonly<Record<string, unknown>>;

/** A page of the rows about a person in the order of their key, after a row. */
export function selectAbout(
  db: Db,
  table: RegisteredTable,
  who: Person,
  limit: number,
  after: StoredRow | null,
) {
  const values = table.key.map((column) => sql`${after?.[column] ?? null}`);
  const from = after === null ? sql`` : sql` AND (${columnsOf(table.key)}) > (${sql.join(values, sql`, `)})`;
  return db.all<StoredRow>(sql`SELECT * FROM ${name(table.name)} WHERE ${aboutPerson(table, who)}${from}
    ORDER BY ${columnsOf(table.key)} LIMIT ${limit}`);
}

/** Deletes all rows about a person. */
export const deleteAbout = (db: Db, table: RegisteredTable, who: Person) =>
  db.run(sql`DELETE FROM ${name(table.name)} WHERE ${aboutPerson(table, who)}`);
