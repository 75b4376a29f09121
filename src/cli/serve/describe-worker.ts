/** Writes wrangler's configuration as Miniflare wants it, as a line of JSON. Arguments: --config, --env. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig, unstable_splitSqlQuery } from "wrangler";
import type { Migration, WorkerDescription, WorkerOptions } from "./built.ts";

const { values } = parseArgs({ options: { config: { type: "string" }, env: { type: "string" } } });
const config = unstable_readConfig(values, { hideWarnings: true });
const { workerOptions } = unstable_getMiniflareWorkerOptions(config, values.env);

function readMigrations(): Migration[] {
  const [database] = config.d1_databases;
  if (!database?.migrations_dir) return [];
  const folder = join(dirname(config.configPath ?? ""), database.migrations_dir);
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => ({
    name,
    statements: unstable_splitSqlQuery(readFileSync(join(folder, name), "utf8")),
  }));
}

// Its type holds all that wrangler can bind; this Worker's configuration has these.
const { compatibilityDate, compatibilityFlags, d1Databases, durableObjects, ratelimits } =
  workerOptions as unknown as WorkerOptions;
// Not its `bindings`: those hold what .dev.vars says as well, secrets included.
const bindings = config.vars as Record<string, string>;
const described: WorkerDescription = {
  name: config.name ?? "worker",
  databaseName: config.d1_databases[0]?.database_name ?? "",
  options: { compatibilityDate, compatibilityFlags, bindings, d1Databases, durableObjects, ratelimits },
  crons: config.triggers.crons ?? [],
  migrations: readMigrations(),
};
console.log(JSON.stringify(described));
