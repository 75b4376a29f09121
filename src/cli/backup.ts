/** `npm run backup -- --state DIR | --remote [--env NAME] [--out DIR]`: every table as NDJSON, with a manifest. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBackupOptions } from "./backup/options.ts";
import { copyRemote } from "./backup/remote.ts";
import { writeBackup } from "./backup/write.ts";
import { describeWorker } from "./serve/build.ts";
import { databaseFolder, findDatabase } from "./start/database.ts";
import { stopAll } from "./start/wrangler.ts";

const scratch = await mkdtemp(join(tmpdir(), "backup-"));
try {
  const { place, folder } = readBackupOptions(process.argv.slice(2), process.cwd(), Date.now());
  const database =
    "state" in place
      ? await findDatabase(databaseFolder({ persistTo: place.state }))
      : await copyRemote(
          ["--remote", ...place.remote],
          scratch,
          (await describeWorker(place.remote)).migrations,
        );
  if (database === null) throw new Error("There is no database of this service there.");
  const { tables, migrations } = await writeBackup(database, folder, Date.now());
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(`${tables.length} tables, ${rows} rows, schema ${migrations.at(-1)}: ${folder}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await Promise.all([stopAll(), rm(scratch, { recursive: true, force: true })]);
}
