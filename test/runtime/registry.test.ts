/** The registry of tables against the database that the migrations make. */
import { beforeEach, describe, expect, it } from "vitest";
import { registry } from "../../src/db/registry.ts";
import { env, freshDatabase } from "./service.ts";

beforeEach(freshDatabase);

/** Tables that belong to D1 or its migrations. */
const foreign = /^(sqlite_|_cf_|d1_migrations)/;

const rowsOf = async <T>(text: string) => (await env.DB.prepare(text).all<T>()).results;

async function storedTables(): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  return rows.map(({ name }) => name).filter((name) => !foreign.test(name));
}

describe("the registry of tables", () => {
  it("lacks no table, and names none twice", async () => {
    expect(registry.map(({ name }) => name).toSorted()).toEqual((await storedTables()).toSorted());
  });

  it.each(registry.map((table) => [table.name, table] as const))(
    "knows the columns of %s",
    async (name, table) => {
      const columns = await rowsOf<{ name: string; pk: number }>(
        `SELECT name, pk FROM pragma_table_info('${name}')`,
      );
      const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
      expect(table.key).toEqual(key.map((column) => column.name));
      const named = [...table.personal, ...(table.person ? [table.person.column] : [])];
      for (const column of named) expect(columns.map((one) => one.name)).toContain(column);
      const { through, on } = table.person ?? {};
      if (through === undefined) return;
      const other = registry.find((one) => one.name === through);
      expect(other?.person).not.toBeNull();
      expect(other?.person?.through).toBeUndefined();
      const found = await rowsOf<{ name: string }>(`SELECT name FROM pragma_table_info('${through}')`);
      if (on === undefined) expect(other?.key).toHaveLength(1);
      else expect(found.map((column) => column.name)).toContain(on);
    },
  );

  it("says which tables the migrations put rows into", async () => {
    const filled: string[] = [];
    for (const { name } of registry) {
      const [row] = await rowsOf<{ n: number }>(`SELECT count(*) AS n FROM "${name}"`);
      if (row && row.n > 0) filled.push(name);
    }
    expect(filled).toEqual(registry.filter(({ seeded }) => seeded).map(({ name }) => name));
  });
});
