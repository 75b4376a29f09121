/** The database of a state directory, before anything is served from it. */
import { type DatabaseState, databaseFolder, readState } from "../start/database.ts";
import type { StartStage } from "../start/stage.ts";
import type { BuiltWorker, Migration } from "./built.ts";
import { type Runtime, startRuntime } from "./runtime.ts";

/** Wrangler's own, so that both know what the other applied. */
export const appliedTable = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`;

/** A Worker over the state on a loopback port that nobody is told. */
function startUntold(
  worker: BuiltWorker,
  stateDir: string,
  variables: Readonly<Record<string, string>>,
  onLog: (line: string) => void,
): Promise<Runtime> {
  const fail = (what: unknown) => onLog(String(what));
  return startRuntime({
    worker,
    variables,
    stateDir,
    host: "127.0.0.1",
    port: 0,
    onLog,
    onWarning: fail,
    onFailure: fail,
  });
}

/** Each migration is one batch, and so is applied as a whole or not at all. */
async function apply(runtime: Runtime, migrations: readonly Migration[]): Promise<void> {
  const db = await runtime.database();
  await db.prepare(appliedTable).run();
  for (const { name, statements } of migrations) {
    const mark = db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name);
    try {
      await db.batch([...statements.map((statement) => db.prepare(statement)), mark]);
    } catch (cause) {
      throw new Error(`The migration ${name} failed; the database is as it was before it.`, { cause });
    }
  }
}

/**
 * Brings the schema below `stateDir` up to the Worker's, or to the migration `last`, and answers what the database is
 * then.
 */
export async function migrateState(
  worker: BuiltWorker,
  stateDir: string,
  last?: string,
): Promise<DatabaseState> {
  const folder = databaseFolder({ persistTo: stateDir });
  const before = await readState(folder);
  const names = new Set(worker.migrations.map(({ name }) => name));
  const newer = [...(before?.applied ?? [])].filter((name) => !names.has(name));
  if (newer.length > 0) {
    throw new Error(`${stateDir} was used by a newer version: this one does not know ${newer.join(", ")}.`);
  }
  const wanted = worker.migrations.filter(({ name }) => last === undefined || name <= last);
  const due = wanted.filter(({ name }) => !before?.applied.has(name));
  if (before !== null && due.length === 0) return before;
  const runtime = await startUntold(worker, stateDir, {}, () => {});
  try {
    await apply(runtime, due);
  } finally {
    await runtime.stop(0);
  }
  const after = await readState(folder);
  if (after === null) throw new Error(`No database below ${folder} after its migrations.`);
  return after;
}

/** The stage that seeding happens on, in workerd directly. */
export const runtimeStage =
  (worker: BuiltWorker): StartStage =>
  async (folder, variables) => {
    const lines: string[] = [];
    const runtime = await startUntold(worker, folder, variables, (line) => lines.push(line));
    return { origin: runtime.url, output: () => lines.join("\n"), stop: () => runtime.stop(0) };
  };
