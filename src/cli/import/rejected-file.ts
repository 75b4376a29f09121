/** Rows that were not taken, with their reasons: NDJSON, in the order of the file that they come from. */
import { appendFile, rm, stat, truncate } from "node:fs/promises";
import { InputError } from "../evaluate/input-error.ts";
import type { RejectedLine } from "./row.ts";

export interface RejectedFile {
  /** Forgets what was written after so many bytes; with 0, the file of an earlier import. False: it holds fewer. */
  cut(bytes: number): Promise<boolean>;
  /** Answers the bytes that were added. */
  append(lines: readonly RejectedLine[]): Promise<number>;
}

export function openRejectedFile(path: string): RejectedFile {
  const refuse = (error: unknown): never => {
    const why = error instanceof Error ? error.message : error;
    throw new InputError(`Cannot write the rejected rows: ${why}. --rejected FILE puts them elsewhere.`);
  };
  return {
    async cut(bytes) {
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      if (size < bytes) return false;
      await (bytes === 0 ? rm(path, { force: true }) : truncate(path, bytes)).catch(refuse);
      return true;
    },
    async append(lines) {
      if (lines.length === 0) return 0;
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      await appendFile(path, text).catch(refuse);
      return Buffer.byteLength(text);
    },
  };
}
