/** Bundles the Worker as `wrangler deploy` would, without an account or a network. */
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runOwnScript, runWrangler } from "../start/wrangler.ts";
import { type BuiltWorker, descriptionFile, readBuilt, type WorkerDescription } from "./built.ts";

/** Wrangler leaves the entry under the name of its source, and beside it a README and a source map. */
const entry = "index.js";
/** What the entry imports by a rule of the configuration, such as text, is named by its hash. */
const isImported = (file: string): boolean => /^[0-9a-f]{40}-/.test(file);

/** What wrangler's configuration says of the Worker. `project`: wrangler's `--config` and `--env`. */
export async function describeWorker(project: readonly string[]): Promise<WorkerDescription> {
  // A process of its own: importing wrangler costs 270 MB, which would stay as long as the service runs.
  const lines = (await runOwnScript(join(import.meta.dirname, "describe-worker.ts"), project)).trim();
  return JSON.parse(lines.split("\n").at(-1) ?? "") as WorkerDescription;
}

/** Builds into `folder`, which is emptied first. */
export async function buildWorker(folder: string, project: readonly string[]): Promise<BuiltWorker> {
  await rm(folder, { recursive: true, force: true });
  await runWrangler(["deploy", "--dry-run", "--outdir", folder, ...project]);
  const described = await describeWorker(project);
  const files = [entry, ...(await readdir(folder)).filter(isImported)];
  await writeFile(join(folder, descriptionFile), JSON.stringify({ ...described, files }));
  return readBuilt(folder);
}
