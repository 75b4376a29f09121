import { describe, expect, it } from "vitest";
import { readImportOptions } from "../../src/cli/import/options.ts";

const key = "gsk_very-secret";
const url = ["--url", "https://x.example/base/"];
const read = (...args: string[]) => readImportOptions(args, { GSA_KEY: key });

describe("options", () => {
  it("have defaults, and a key of the environment", () => {
    expect(read("rows.ndjson", ...url)).toEqual({
      file: "rows.ndjson",
      target: { url: "https://x.example/base", key, timeoutMs: 120_000 },
      adapter: null,
      server: null,
      concurrency: 4,
      batch: 1_000,
      game: null,
      rejected: "rows.ndjson.rejected.ndjson",
      state: "rows.ndjson.import.json",
      dryRun: false,
    });
  });

  it("take the key of the command line first", () => {
    expect(read("f", ...url, "--key", "gsk_other").target.key).toBe("gsk_other");
  });

  it("keep a dry run's rejected rows away from an import's", () => {
    expect(read("f", ...url, "--dry-run").rejected).toBe("f.dry-run.ndjson");
  });

  it("send an adapter's log in its order", () => {
    const { adapter, concurrency, server } = read(
      "l.log",
      ...url,
      "--adapter",
      "cs2-log",
      "--server",
      "eu-1",
    );
    expect([adapter?.id, concurrency, server]).toEqual(["cs2-log", 1, "eu-1"]);
  });

  it.each([
    [["--url", "https://x"], "One file is needed."],
    [["f", "g", ...url], "One file is needed."],
    [["f"], "--url is needed."],
    [["f", "--url", "x.example"], "--url wants an http or https address"],
    [["f", "--url", "file:///etc"], "--url wants an http or https address"],
    [["f", ...url, "--key", ""], "A key is needed"],
    [["f", ...url, "--key", "gsk secret"], "characters that no key has"],
    [["f", ...url, "--batch", "0"], '--batch wants a whole number from 1 to 10000, not "0".'],
    [["f", ...url, "--batch", "10001"], "--batch wants"],
    [["f", ...url, "--concurrency", "many"], "--concurrency wants"],
    [["f", ...url, "--game", "no such"], "--game wants"],
    [["f", ...url, "--adapter", "quake"], 'no adapter "quake", only cs2-log, '],
    [["f", ...url, "--adapter", "cs2-log", "--dry-run"], "--dry-run does not go with --adapter"],
    [["f", ...url, "--server", "eu-1"], "--server goes with --adapter"],
    [["f", ...url, "--adapter", "cs2-log", "--server", "eu 1"], "--server wants"],
    [["f", ...url, "--batches", "1"], "--batches"],
  ])("%j: one clear line, without the key", (args, message) => {
    let said = "";
    try {
      read(...args);
    } catch (error) {
      said = error instanceof Error ? `${error.name} ${error.message}` : "";
    }
    expect(said).toMatch(/^InputError /);
    expect(said).toContain(message);
    expect(said).not.toContain("secret");
    expect(said.split("\n")).toHaveLength(1);
  });
});
