/** One service per state directory: two would each count limits and seal the audit trail for themselves. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Held as long as the process lives: SQLite's lock ends with it, however it ends, and needs no stale file judged. */
const held: DatabaseSync[] = [];

/** Makes the directory, and takes it for this process; throws where another one has it. */
export function lockState(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true });
  const lock = new DatabaseSync(join(stateDir, "lock"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    throw new Error(`${stateDir} is in use by another npm run serve or npm run restore.`, { cause });
  }
  held.push(lock);
}
