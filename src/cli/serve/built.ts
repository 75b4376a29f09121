/** What `npm run build` leaves in its folder: the Worker's modules, and `worker.json`, which says how to run them. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../start/project.ts";

/** One migration, cut into statements. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** The Worker's bindings, in Miniflare's words. */
export interface WorkerOptions {
  compatibilityDate: string;
  compatibilityFlags: string[];
  /** Variables of the configuration. */
  bindings: Record<string, string>;
  d1Databases: Record<string, { id: string }>;
  durableObjects: Record<string, { className: string; useSQLite: boolean }>;
  ratelimits: Record<string, { namespace_id: string; simple: { limit: number; period: 10 | 60 } }>;
}

export interface WorkerDescription {
  readonly name: string;
  /** Of the D1 database. */
  readonly databaseName: string;
  readonly options: WorkerOptions;
  readonly crons: readonly string[];
  readonly migrations: readonly Migration[];
}

export interface BuiltWorker extends WorkerDescription {
  /** Of the modules; the first is the entry. */
  readonly files: readonly string[];
  readonly folder: string;
}

/** Git-ignored. */
export const builtFolder = join(projectRoot, "dist");

export const descriptionFile = "worker.json";

/** Reads what was built into `folder`; throws with what to do where there is nothing. */
export async function readBuilt(folder: string): Promise<BuiltWorker> {
  const file = join(folder, descriptionFile);
  if (!existsSync(file)) throw new Error(`Nothing is built in ${folder}. Run npm run build first.`);
  const described = JSON.parse(await readFile(file, "utf8")) as Omit<BuiltWorker, "folder">;
  return { ...described, folder };
}
