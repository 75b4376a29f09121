/** Finding the rows about one person in any table of the registry. */
import { type SQL, sql } from "drizzle-orm";
import { subjectOf } from "../decisions/subject.ts";
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

/** What `person.column` holds of the rows that are about the person themselves. */
function heldValue({ person }: RegisteredTable, who: Person): SQL {
  if (person?.by === "ref") return sql`${who.ref} AND game = ${who.game}`;
  if (person?.by === "subject") return sql`${subjectOf(who)} AND game IN (${who.game}, '*')`;
  return person?.prefix === undefined ? sql`${who.id}` : sql`${person.prefix + who.id}`;
}

/** A condition on a table's rows: those that are about the person. */
export function aboutPerson(table: RegisteredTable, who: Person): SQL {
  const { person } = table;
  if (person === null) return sql`false`;
  const column = name(person.column);
  const through = registry.find((one) => one.name === person.through);
  if (through === undefined) return sql`${column} = ${heldValue(table, who)}`;
  const key = name(through.key[0] ?? "id");
  const inGame = person.inGame ? sql`game = ${who.game} AND ` : sql``;
  return sql`${inGame}${column} IN (SELECT ${key} FROM ${name(through.name)} WHERE ${aboutPerson(through, who)})`;
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
