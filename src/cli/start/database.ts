/** The local D1 database, before anything serves it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StartOptions } from "./options.ts";
import { projectRoot } from "./project.ts";
import { runWrangler } from "./wrangler.ts";

export interface DatabaseState {
  /** File names of the migrations that are applied. */
  readonly applied: ReadonlySet<string>;
  /** Whether there has ever been a player, a session or an event. */
  readonly used: boolean;
}

/** sqlite_sequence remembers players that were erased since: an emptied database is its owner's wish. */
const usedSql = `SELECT (SELECT players + sessions + events FROM totals)
  + coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'players'), 0) AS used`;

/** Where wrangler keeps D1 below `--persist-to`. */
export const databaseFolder = ({ persistTo }: Pick<StartOptions, "persistTo">): string =>
  join(persistTo, "v3", "d1");

/** The state of one file; null where it is another project's database, or not migrated yet. */
function readFileState(file: string): DatabaseState | null {
  try {
    using database = new DatabaseSync(file, { readOnly: true });
    const names = database.prepare("SELECT name FROM d1_migrations").all();
    const { used = null } = database.prepare(usedSql).get() ?? {};
    return { applied: new Set(names.map(({ name }) => String(name))), used: used !== 0 };
  } catch {
    return null;
  }
}

/** Reads our database below `folder` (1 ms; wrangler takes seconds a command); null where there is none. */
export async function readState(folder: string): Promise<DatabaseState | null> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const states = files
    .filter((file) => file.endsWith(".sqlite"))
    .map((file) => readFileState(join(folder, file)))
    .filter((state) => state !== null);
  // Of several that could be ours none is known to be: then nothing is skipped, and nothing is seeded.
  return states.length > 1 ? { applied: new Set(), used: true } : (states[0] ?? null);
}

/** The file of our database below `folder`; null where there is none, and where several could be it. */
export async function findDatabase(folder: string): Promise<string | null> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const ours = files
    .filter((file) => file.endsWith(".sqlite"))
    .map((file) => join(folder, file))
    .filter((file) => readFileState(file) !== null);
  return ours.length === 1 ? (ours[0] ?? null) : null;
}

/** Whether nothing is left to apply; of another configuration (`--config`, `--env`) we do not know. */
async function isCurrent(state: DatabaseState | null, project: readonly string[]): Promise<boolean> {
  if (state === null || project.length > 0) return false;
  const migrations = await readdir(join(projectRoot, "migrations"));
  return migrations.filter((file) => file.endsWith(".sql")).every((file) => state.applied.has(file));
}

/** Brings the schema up to date, and answers what the database is then. */
export async function migrate(options: Pick<StartOptions, "persistTo" | "project">): Promise<DatabaseState> {
  const folder = databaseFolder(options);
  const before = await readState(folder);
  if (before !== null && (await isCurrent(before, options.project))) return before;
  const place = ["--local", "--persist-to", options.persistTo, ...options.project];
  const output = await runWrangler(["d1", "migrations", "apply", "DB", ...place]);
  const after = await readState(folder);
  if (after === null) throw new Error(`No database at ${folder} after its migrations:\n${output}`);
  return after;
}
