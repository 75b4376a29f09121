/** `npm run restore -- FOLDER --state DIR | --remote [--env NAME]`: a backup into an empty database, whole or not at all. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { insertBackup } from "./backup/insert.ts";
import { type Manifest, readManifest, verifyFiles } from "./backup/manifest.ts";
import { readRestoreOptions } from "./backup/options.ts";
import { restoreRemote } from "./backup/remote.ts";
import { buildWorker } from "./serve/build.ts";
import { lockState } from "./serve/lock.ts";
import { migrateState } from "./serve/state.ts";
import { databaseFolder, findDatabase } from "./start/database.ts";
import { stopAll } from "./start/wrangler.ts";

/** The schema of the backup first, its rows, and then what came to the schema since. */
async function restoreState(
  state: string,
  folder: string,
  manifest: Manifest,
  scratch: string,
): Promise<void> {
  lockState(state);
  const worker = await buildWorker(join(scratch, "built"), []);
  const level = manifest.migrations.at(-1) ?? "";
  const known = worker.migrations.map(({ name }) => name).filter((name) => name <= level);
  if (known.join() !== manifest.migrations.join()) {
    throw new Error(`The backup's schema is not one of this version's: it ends with ${level}.`);
  }
  const { applied } = await migrateState(worker, state, level);
  if (applied.size > known.length) {
    throw new Error("The database has a later schema than the backup: restore into a directory that is new.");
  }
  const database = await findDatabase(databaseFolder({ persistTo: state }));
  if (database === null) throw new Error(`No database below ${state}.`);
  await insertBackup(database, folder, manifest);
  await migrateState(worker, state);
}

const scratch = await mkdtemp(join(tmpdir(), "restore-"));
try {
  const { place, folder } = readRestoreOptions(process.argv.slice(2), process.cwd());
  const manifest = await readManifest(folder);
  await verifyFiles(folder, manifest);
  if ("state" in place) await restoreState(place.state, folder, manifest, scratch);
  else await restoreRemote(["--remote", ...place.remote], folder, manifest, scratch);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(`Restored ${manifest.tables.length} tables and ${rows} rows, as of ${manifest.made_at}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await Promise.all([stopAll(), rm(scratch, { recursive: true, force: true })]);
}
