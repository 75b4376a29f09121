/** `docs/security.md` names the test that attacks each item: the test must be there, under that name. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const text = readFileSync("docs/security.md", "utf8");
const cited = [...text.matchAll(/`(test\/[\w./-]+\.test\.ts)`: "([^"]+)"/g)].map(
  ([, file = "", name = ""]) => ({
    file,
    name,
  }),
);

/** The rows of the table under a heading, without its head. */
const rowsUnder = (heading: string) =>
  (text.split(`## ${heading}`)[1] ?? "")
    .split("\n## ")[0]
    ?.split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2) ?? [];

describe("docs/security.md", () => {
  it("names a test in every row of both tables of attacks", () => {
    const rows = ["OWASP API Security Top 10 (2023)", "OWASP ASVS 4.0, level 2"].flatMap(rowsUnder);
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) expect(row, row).toMatch(/`test\/[\w./-]+\.test\.ts`: "[^"]+"/);
  });

  it("has all ten items of the Top 10", () => {
    const items = rowsUnder("OWASP API Security Top 10 (2023)").map((row) => /^\| (API\d+) /.exec(row)?.[1]);
    expect(items).toEqual(Array.from({ length: 10 }, (_, place) => `API${place + 1}`));
  });

  it.each(cited)("$file has $name", ({ file, name }) => {
    expect(existsSync(file), file).toBe(true);
    const title = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    // Of a test, of a group, or of a table of either.
    const pattern = `(it|describe|\\))\\(\\s*"${title}"`;
    expect(readFileSync(file, "utf8")).toMatch(new RegExp(pattern));
  });
});
