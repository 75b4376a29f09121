/** A backup and what it becomes when it is restored: the same, or nothing at all. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { insertBackup } from "../../../src/cli/backup/insert.ts";
import { type Manifest, manifestFile, readManifest, verifyFiles } from "../../../src/cli/backup/manifest.ts";
import { readBackupOptions, readRestoreOptions } from "../../../src/cli/backup/options.ts";
import { writeBackup } from "../../../src/cli/backup/write.ts";
import { registry } from "../../../src/db/registry.ts";
import { change, fill, makeDatabase, migrationNames } from "./database.ts";

const nowMs = Date.UTC(2026, 10, 24, 12);

let folder = "";
const at = (name: string) => join(folder, name);

/** A backup of a full database in `name`. */
async function backUp(name: string): Promise<Manifest> {
  makeDatabase(at(`${name}.sqlite`));
  fill(at(`${name}.sqlite`), 40);
  return writeBackup(at(`${name}.sqlite`), at(name), nowMs);
}

/** Rewrites a file of a backup, and its hash in the manifest where `signed`. */
function tamper(name: string, file: string, edit: (text: string) => string, signed: boolean): void {
  const text = edit(readFileSync(at(join(name, file)), "utf8"));
  writeFileSync(at(join(name, file)), text);
  if (!signed) return;
  const manifest = JSON.parse(readFileSync(at(join(name, manifestFile)), "utf8")) as Manifest;
  const tables = manifest.tables.map((table) =>
    table.file === file ? { ...table, sha256: createHash("sha256").update(text).digest("hex") } : table,
  );
  writeFileSync(at(join(name, manifestFile)), JSON.stringify({ ...manifest, tables }));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "backup-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a backup", () => {
  it("has every table with its columns, rows and hash, and the level of the schema", async () => {
    const manifest = await backUp("one");
    expect(manifest.migrations).toEqual(migrationNames);
    expect(manifest.tables.map(({ name }) => name)).toEqual(registry.map(({ name }) => name));
    const seeded = registry.filter((table) => table.seeded).map(({ name }) => name);
    const rows = manifest.tables.filter(({ name }) => !seeded.includes(name)).map((table) => table.rows);
    expect(new Set(rows)).toEqual(new Set([40]));
    for (const { file, columns, sha256 } of manifest.tables) {
      const text = readFileSync(at(join("one", file)), "utf8");
      expect(createHash("sha256").update(text).digest("hex")).toBe(sha256);
      expect(JSON.parse(text.split("\n")[0] ?? "")).toHaveLength(columns.length);
    }
  });

  it("is restored as it was, ids that were given out included, and backs up to the same bytes again", async () => {
    await backUp("one");
    change(at("one.sqlite"), "DELETE FROM players WHERE id > 100");
    const first = await writeBackup(at("one.sqlite"), at("first"), nowMs);
    makeDatabase(at("two.sqlite"));
    await insertBackup(at("two.sqlite"), at("first"), await readManifest(at("first")));
    const second = await writeBackup(at("two.sqlite"), at("second"), nowMs);
    expect(second).toEqual(first);
    expect(second.sequences.players).toBe(400);
  });

  it("ends where a value would be lost, or where nobody registered a table, and is none without its manifest", async () => {
    await backUp("one");
    change(at("one.sqlite"), "UPDATE sessions SET movement_speed = 9e999 WHERE player_id = 10");
    await expect(writeBackup(at("one.sqlite"), at("two"), nowMs)).rejects.toThrow(
      "sessions.movement_speed holds a value that JSON cannot",
    );
    await expect(readManifest(at("two"))).rejects.toThrow("is no backup");
    change(at("one.sqlite"), "CREATE TABLE notes (id INTEGER PRIMARY KEY)");
    await expect(writeBackup(at("one.sqlite"), at("three"), nowMs)).rejects.toThrow("lacks the table notes");
  });

  it("never writes into a folder that holds something", async () => {
    await backUp("one");
    await expect(writeBackup(at("one.sqlite"), at("one"), nowMs)).rejects.toThrow("is not empty");
  });
});

describe("a restore", () => {
  it("refuses what is not byte for byte what was backed up", async () => {
    const manifest = await backUp("one");
    await expect(verifyFiles(at("one"), manifest)).resolves.toBeUndefined();
    await cp(at("one"), at("two"), { recursive: true });
    tamper("one", "players.ndjson", (text) => text.replace("1", "2"), false);
    await expect(verifyFiles(at("one"), manifest)).rejects.toThrow(
      "players.ndjson is not what was backed up",
    );
    await rm(at("two/events.ndjson"));
    await expect(verifyFiles(at("two"), manifest)).rejects.toThrow("events.ndjson is missing");
  });

  it.each([
    ["another format", (manifest: Manifest) => ({ ...manifest, format: 2 }), "is not what a backup has"],
    [
      "a file elsewhere",
      (manifest: Manifest) => ({ ...manifest, tables: [{ ...manifest.tables[0], file: "../x.ndjson" }] }),
      "is not what a backup has",
    ],
    [
      "a table that nobody knows",
      (manifest: Manifest) => ({ ...manifest, tables: [{ ...manifest.tables[0], name: "d1_migrations" }] }),
      "knows no table d1_migrations",
    ],
  ])("refuses a manifest of %s", async (_, edit, reason) => {
    const manifest = await backUp("one");
    writeFileSync(at(join("one", manifestFile)), JSON.stringify(edit(manifest)));
    await expect(readManifest(at("one"))).rejects.toThrow(reason);
  });

  it.each([
    ["has rows", "INSERT INTO patterns VALUES ('x', 1)", "patterns has rows"],
    [
      "had rows",
      "INSERT INTO histogram_deltas (deltas) VALUES ('[]'); DELETE FROM histogram_deltas",
      "ids of",
    ],
  ])("refuses a database that %s", async (_, sql, reason) => {
    const manifest = await backUp("one");
    makeDatabase(at("two.sqlite"));
    change(at("two.sqlite"), sql);
    await expect(insertBackup(at("two.sqlite"), at("one"), manifest)).rejects.toThrow(reason);
  });

  it.each([
    ["a row twice", (text: string) => `${text}${text.split("\n")[0]}\n`, "UNIQUE"],
    ["a row too few", (text: string) => text.slice(text.indexOf("\n") + 1), "has 39 rows, not 40"],
    ["a row of another shape", (text: string) => text.replace("\n", "\n[1]\n"), "a row of 1 values"],
  ])("leaves nothing behind where a file has %s", async (_, edit, reason) => {
    await backUp("one");
    tamper("one", "agreements.ndjson", edit, true);
    const manifest = await readManifest(at("one"));
    await verifyFiles(at("one"), manifest);
    makeDatabase(at("two.sqlite"));
    const before = await writeBackup(at("two.sqlite"), at("before"), nowMs);
    await expect(insertBackup(at("two.sqlite"), at("one"), manifest)).rejects.toThrow(reason);
    expect(await writeBackup(at("two.sqlite"), at("after"), nowMs)).toEqual(before);
  });
});

describe("the options", () => {
  it("name one place, and a folder by the time where none is given", () => {
    expect(readBackupOptions(["--state", "data"], "/srv", nowMs)).toEqual({
      place: { state: "/srv/data" },
      folder: "/srv/backup/2026-11-24T12-00-00",
    });
    expect(readRestoreOptions(["/b", "--remote", "--env", "staging"], "/srv")).toEqual({
      place: { remote: ["--env", "staging"] },
      folder: "/b",
    });
  });

  it.each([[[]], [["--state", "a", "--remote"]]])("refuse %j", (args) => {
    expect(() => readBackupOptions(args, "/srv", nowMs)).toThrow("either --state DIR or --remote");
  });

  it("want to know which backup", () => {
    expect(() => readRestoreOptions(["--state", "a"], "/srv")).toThrow("Say which backup");
  });
});
