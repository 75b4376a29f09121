import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeEach, describe, expect, it } from "vitest";
import * as schema from "../../src/db/schema.ts";
import { env, freshDatabase } from "./service.ts";

beforeEach(freshDatabase);

const tables = Object.values(schema).filter((value) => value instanceof SQLiteTable);

/** Tables that belong to D1 or its migrations. */
const foreign = /^(sqlite_|_cf_|d1_migrations)/;

describe("schema.ts says what the migrations made", () => {
  it("knows every table", async () => {
    const { results } = await env.DB.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all<{
      name: string;
    }>();
    const stored = results.map(({ name }) => name).filter((name) => !foreign.test(name));
    expect(tables.map((table) => getTableConfig(table).name).sort()).toEqual(stored.sort());
  });

  it.each(tables.map((table) => [getTableConfig(table).name, table] as const))(
    "columns of %s",
    async (name, table) => {
      const { results } = await env.DB.prepare(
        'SELECT name, type, pk, "notnull" AS required FROM pragma_table_info(?)',
      )
        .bind(name)
        .all<{ name: string; type: string; pk: number; required: number }>();
      const stored = results.map((column) => [column.name, column.type.toLowerCase()]);
      const declared = getTableConfig(table).columns.map((column) => [column.name, column.getSQLType()]);
      expect(declared).toEqual(stored);
      const nullable = results
        .filter(({ pk, required }) => pk === 0 && required === 0)
        .map((column) => column.name);
      const declaredNullable = getTableConfig(table).columns.filter(
        (column) => !column.notNull && !column.primary,
      );
      expect(declaredNullable.map((column) => column.name)).toEqual(nullable);
    },
  );
});
