/** Migrations run once in each database: one that has landed is never changed, what it got wrong is for the next. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../src/cli/start/project.ts";

const folder = join(projectRoot, "migrations");
const listed = readFileSync(join(import.meta.dirname, "migrations.sha256"), "utf8")
  .trim()
  .split("\n");
const hashes = new Map(listed.map((line) => line.split("  ").reverse() as [string, string]));
const names = readdirSync(folder).sort();

const hashOf = (name: string) =>
  createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("hex");

/** What is wrong with a file, and what to do about it; null where nothing is. */
function faultOf(name: string): string | null {
  const hash = hashes.get(name);
  if (hash === hashOf(name)) return null;
  if (hash !== undefined)
    return `${name} has landed, and databases have run it: leave it, and write a new migration.`;
  return `${name} is new: add its line to test/migrations.sha256 once it is final: ${hashOf(name)}  ${name}`;
}

it("are as they landed", () => {
  expect(names.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
  expect(
    [...hashes.keys()].filter((name) => !names.includes(name)),
    "have landed, and are gone",
  ).toEqual([]);
});

it("are numbered without a gap, so that their order is their names'", () => {
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, place) => place + 1));
});
