/** How far an import got, in a small file: written after each decided parcel, removed when all are. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { InputError } from "../evaluate/input-error.ts";
import type { Identity } from "./input.ts";

const count = z.int().min(0);

export const ImportState = z.object({
  version: z.literal(1),
  /** What this is the state of: the same file, sent to the same place in the same way. */
  file: z.object({ size: count, mtimeMs: z.number(), sha256: z.string() }),
  job: z.string(),
  position: z.object({ offset: count, row: count }),
  counts: z.object({ accepted: count, duplicates: count, rejected: count }),
  /** Bytes of the file of rejected rows that belong to what is decided; what follows them is cut off. */
  rejectedBytes: count,
});
export type ImportState = z.infer<typeof ImportState>;
export type Counts = ImportState["counts"];

export const freshState = (file: Identity, job: string): ImportState => ({
  version: 1,
  file,
  job,
  position: { offset: 0, row: 0 },
  counts: { accepted: 0, duplicates: 0, rejected: 0 },
  rejectedBytes: 0,
});

export interface StateFile {
  /** null: there is none, or none that can be read. */
  load(): Promise<ImportState | null>;
  save(state: ImportState): Promise<void>;
  remove(): Promise<void>;
}

function parsed(text: string): ImportState | null {
  try {
    return ImportState.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function openStateFile(path: string): StateFile {
  return {
    load: () => readFile(path, "utf8").then(parsed, () => null),
    async save(state) {
      try {
        // Renamed into its place, it is the old state or the new one, whenever the machine stops.
        await writeFile(`${path}.new`, `${JSON.stringify(state)}\n`);
        await rename(`${path}.new`, path);
      } catch (error) {
        const why = error instanceof Error ? error.message : error;
        throw new InputError(`Cannot keep the state: ${why}. --state FILE puts it elsewhere.`);
      }
    },
    remove: () => rm(path, { force: true }),
  };
}

/** Whether a state is of this file and this job. */
export const isOf = (state: ImportState, file: Identity, job: string): boolean =>
  state.job === job && JSON.stringify(state.file) === JSON.stringify(file);
