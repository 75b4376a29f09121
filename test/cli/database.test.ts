import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readState } from "../../src/cli/start/database.ts";

const schema = `
  CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT);
  INSERT INTO d1_migrations (name) VALUES ('0001_a.sql'), ('0002_b.sql');
  CREATE TABLE players (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
  CREATE TABLE totals (id INTEGER, players INTEGER, sessions INTEGER, events INTEGER);
  INSERT INTO totals VALUES (1, 0, 0, 0);`;

let folder = "";

function make(name: string, ...statements: readonly string[]): void {
  using database = new DatabaseSync(join(folder, "objects", name));
  for (const sql of statements) database.exec(sql);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "database-"));
  await mkdir(join(folder, "objects"));
  make("metadata.sqlite", "CREATE TABLE alarms (id INTEGER)");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the state of the local database", () => {
  it("is null without a folder, without a database, and before the migrations", async () => {
    expect(await readState(join(folder, "missing"))).toBeNull();
    expect(await readState(folder)).toBeNull();
    make("ours.sqlite", "CREATE TABLE other (id INTEGER)");
    expect(await readState(folder)).toBeNull();
  });

  it("names the applied migrations of an unused database", async () => {
    make("ours.sqlite", schema);
    expect(await readState(folder)).toEqual({ applied: new Set(["0001_a.sql", "0002_b.sql"]), used: false });
  });

  it.each([
    ["a player", "UPDATE totals SET players = 1"],
    ["a session", "UPDATE totals SET sessions = 1"],
    ["an event", "UPDATE totals SET events = 1"],
    ["a player that was erased since", "INSERT INTO players (name) VALUES ('x'); DELETE FROM players"],
  ])("is used with %s", async (_, sql) => {
    make("ours.sqlite", schema, sql);
    expect(await readState(folder)).toMatchObject({ used: true });
  });

  it("is never taken for empty or current where two databases could be ours", async () => {
    make("a.sqlite", schema);
    make("b.sqlite", schema);
    expect(await readState(folder)).toEqual({ applied: new Set(), used: true });
  });
});
