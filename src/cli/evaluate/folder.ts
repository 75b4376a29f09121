import { mkdir } from "node:fs/promises";
import { InputError } from "./input-error.ts";

/** Makes a folder that the caller named, with all above it. Throws InputError. */
export async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw new InputError(`Cannot make the folder ${dir}: ${error instanceof Error ? error.message : error}`);
  }
}
