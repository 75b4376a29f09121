/** A temporary folder, options and surroundings for an import. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readImportOptions } from "../../../src/cli/import/options.ts";
import type { Surroundings } from "../../../src/cli/import/run.ts";
import type { World } from "../../../src/client/world.ts";

export function createFolder() {
  const folder = mkdtempSync(join(tmpdir(), "import-"));
  const at = (name: string) => join(folder, name);
  return {
    at,
    write(name: string, content: string | Buffer): string {
      writeFileSync(at(name), content);
      return at(name);
    },
    /** Rows of a file of rejected rows; none where there is no file. */
    rejected(name: string): { row: number; code: string; pointer: string; content: unknown }[] {
      try {
        const lines = readFileSync(at(name), "utf8").trim().split("\n");
        return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
      } catch {
        return [];
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const optionsOf = (file: string, url: string, ...more: readonly string[]) =>
  readImportOptions([file, "--url", url, ...more], { GSA_KEY: "gsk_secret" });

export function surroundingsOf(world: World) {
  const stop = new AbortController();
  const abort = new AbortController();
  const shown: string[] = [];
  const surroundings: Surroundings = {
    world,
    screen: { write: (text) => shown.push(text) },
    stop: stop.signal,
    abort: abort.signal,
  };
  return { surroundings, shown, stop, abort };
}

export const sessionRow = (n: number) => ({
  player: `p-${n % 7}`,
  session_id: `s-${n}`,
  recorded_at: "2026-11-20T20:15:00Z",
  kills: n,
});
