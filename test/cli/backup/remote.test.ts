/** Backups through wrangler: rows as SQL and back, and D1 itself taking them. */

import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { unstable_splitSqlQuery } from "wrangler";
import { readManifest } from "../../../src/cli/backup/manifest.ts";
import { loadExport, restoreRemote } from "../../../src/cli/backup/remote.ts";
import { readStatements, statementsOf } from "../../../src/cli/backup/sql.ts";
import { writeBackup } from "../../../src/cli/backup/write.ts";
import { migrateState } from "../../../src/cli/serve/state.ts";
import { databaseFolder, findDatabase } from "../../../src/cli/start/database.ts";
import { projectRoot } from "../../../src/cli/start/project.ts";
import { change, fill, makeDatabase, migrationNames } from "./database.ts";

const limitMs = 300_000;
const nowMs = Date.UTC(2026, 10, 24, 12);

/** Enough of a Worker to have a database. */
const bareWorker = {
  name: "bare",
  databaseName: "bare",
  files: ["index.js"],
  crons: [],
  options: {
    compatibilityDate: "2026-08-15",
    compatibilityFlags: [],
    bindings: {},
    d1Databases: { DB: { id: "DB" } },
    durableObjects: {},
    ratelimits: {},
  },
  migrations: migrationNames.map((name) => ({
    name,
    statements: unstable_splitSqlQuery(readFileSync(join("migrations", name), "utf8")),
  })),
};

let folder = "";
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "remote-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split("\n");
}

async function statementsIn(text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const statement of readStatements(linesOf(text))) found.push(statement);
  return found;
}

describe("rows as SQL", () => {
  const table = { name: "t", columns: ["a", "b", "c", "d"] };
  const long = `${"it's 🎮\n".repeat(30_000)}`;

  it.each([
    ["numbers and nulls", [1, 0.1, null, -1e21]],
    ["awkward texts", [1, "it's; --", "two\nlines", 'nul \0 and "quotes"']],
    ["texts longer than a statement may be", [1, long, "short", long]],
  ])("bring back %s", (_, values) => {
    using db = new DatabaseSync(":memory:");
    db.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b, c, d); INSERT INTO t (a) VALUES (2)");
    const statements = statementsOf(table, ["a"], values);
    for (const statement of statements) {
      expect(Buffer.byteLength(statement)).toBeLessThan(100_000);
      db.exec(statement);
    }
    expect(Object.values(db.prepare("SELECT * FROM t WHERE a = 1").get() ?? {})).toEqual(values);
    expect(db.prepare("SELECT b FROM t WHERE a = 2").get()).toEqual({ b: null });
  });

  it("are found in an export though texts hold line ends, quotes and semicolons", async () => {
    const insert = `INSERT INTO "t" ("a") VALUES('one;\n''two'';\n');`;
    expect(
      await statementsIn(`DELETE FROM sqlite_sequence;\n${insert}\nINSERT INTO "t" VALUES(1);\n`),
    ).toEqual(["DELETE FROM sqlite_sequence;", insert, 'INSERT INTO "t" VALUES(1);']);
    await expect(statementsIn("INSERT INTO t VALUES('cut")).rejects.toThrow("ends in the middle");
  });
});

it("makes a database of an export as wrangler writes it", async () => {
  const text = [
    "PRAGMA defer_foreign_keys=TRUE;",
    `INSERT INTO "d1_migrations" ("id","name","applied_at") VALUES(1,'0001_service.sql','2026-11-24 11:31:37');`,
    `INSERT INTO "patterns" ("pattern","occurrences") VALUES('speed\nhack',3);`,
    `INSERT INTO "totals" ("id","players") VALUES(1,7);`,
    "DELETE FROM sqlite_sequence;",
    `INSERT INTO "sqlite_sequence" ("name","seq") VALUES('players',9);`,
  ].join("\n");
  using source = new DatabaseSync(":memory:");
  makeDatabase(at("schema.sqlite"));
  source.exec(`ATTACH '${at("schema.sqlite")}' AS schema`);
  const made = source
    .prepare(
      "SELECT sql FROM schema.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' AND name <> 'd1_migrations'",
    )
    .all();
  await loadExport(at("copy.sqlite"), linesOf(text), [
    { name: "0001_service.sql", statements: made.map(({ sql }) => String(sql)) },
  ]);
  const { tables, sequences } = await writeBackup(at("copy.sqlite"), at("backup"), nowMs);
  const filled = tables.filter(({ rows }) => rows > 0).map(({ name, rows }) => [name, rows]);
  expect(filled).toEqual([
    ["totals", 1],
    ["patterns", 1],
  ]);
  expect(sequences).toEqual({ players: 9 });
});

describe("D1, by wrangler's own commands", { timeout: limitMs }, () => {
  let state = "";
  const target = () => ["--local", "--persist-to", state];
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), "remote-state-"));
    writeFileSync(join(state, "index.js"), "export default {};");
    await migrateState({ ...bareWorker, folder: state }, state);
  }, limitMs);
  afterAll(() => rm(state, { recursive: true, force: true }));

  it("takes a backup as a whole, once, and only at its own level of the schema", async () => {
    makeDatabase(at("one.sqlite"));
    fill(at("one.sqlite"), 12);
    change(at("one.sqlite"), `UPDATE scopes SET baseline = '${"x".repeat(250_000)}' WHERE game LIKE '10 %'`);
    const written = await writeBackup(at("one.sqlite"), at("one"), nowMs);
    const manifest = await readManifest(at("one"));
    const older = { ...manifest, migrations: migrationNames.slice(0, -1) };
    await expect(restoreRemote(target(), at("one"), older, folder)).rejects.toThrow("they must be the same");
    await restoreRemote(target(), at("one"), manifest, folder);
    const file = await findDatabase(databaseFolder({ persistTo: state }));
    expect(await writeBackup(file ?? "", at("two"), nowMs)).toEqual(written);
    await expect(restoreRemote(target(), at("one"), manifest, folder)).rejects.toThrow("is not empty");
  });
});

describe("npm run restore", { timeout: limitMs }, () => {
  const run = (script: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [join(projectRoot, "src/cli", script), ...args], { encoding: "utf8" });

  it("brings a backup of an older schema up to today's, and npm run backup reads it there", async () => {
    const [first = ""] = migrationNames;
    makeDatabase(at("old.sqlite"), first);
    change(at("old.sqlite"), "INSERT INTO games VALUES ('g', 3, '{}', 5)");
    await writeBackup(at("old.sqlite"), at("old"), nowMs);
    const restored = run("restore.ts", at("old"), "--state", at("state"));
    expect(restored.stderr).toBe("");
    expect(restored.stdout).toContain("as of 2026-11-24T12:00:00.000Z");
    expect(run("backup.ts", "--state", at("state"), "--out", at("new")).status).toBe(0);
    const { migrations, tables } = await readManifest(at("new"));
    expect(migrations).toEqual(migrationNames);
    // Of a later migration, which copied what it found in `games`.
    expect(tables.find(({ name }) => name === "game_versions")?.rows).toBe(1);
    const again = run("restore.ts", at("old"), "--state", at("state"));
    expect(again.status).toBe(1);
    expect(again.stderr).toContain("later schema than the backup");
  });
});
