/** Bundles the Worker as `wrangler deploy` would, without an account or a network. */
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runOwnScript, runWrangler } from "../start/wrangler.ts";
import { type BuiltWorker, descriptionFile, readBuilt, type WorkerDescription } from "./built.ts";

/** What Miniflare takes as a module; wrangler also leaves a README and a source map. */
const isModule = (file: string): boolean => /\.(js|wasm|txt|html|sql|bin)$/.test(file);

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
  const modules = (await readdir(folder)).filter(isModule);
  const entry = modules.filter((file) => file.endsWith(".js"));
  if (entry.length !== 1) throw new Error(`wrangler left ${entry.length} scripts in ${folder}, not one.`);
  const files = [...entry, ...modules.filter((file) => !entry.includes(file))];
  await writeFile(join(folder, descriptionFile), JSON.stringify({ ...described, files }));
  return readBuilt(folder);
}
