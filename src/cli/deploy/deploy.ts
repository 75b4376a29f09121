/** The steps of a deployment, in the order in which each can fail without harm to what is deployed. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkerDescription } from "../serve/built.ts";
import type { DeployOptions } from "./options.ts";
import { type Ask, gatherSecrets, refuseWeak } from "./secrets.ts";

/** The world as a deployment sees it. */
export interface Tools {
  /** Runs wrangler to its end; throws with what it wrote where it fails. */
  wrangler(args: readonly string[]): Promise<string>;
  say(line: string): void;
  readonly ask: Ask;
  smokeTest(url: string, secrets: Readonly<Record<string, string>>): Promise<string>;
}

export interface Order {
  readonly options: DeployOptions;
  readonly worker: WorkerDescription;
  /** Secrets of the environment and of files. */
  readonly given: Readonly<Record<string, string>>;
}

/** The end of what wrangler wrote that is JSON; its own remarks stand before it. */
function jsonOf(output: string): unknown {
  return JSON.parse(output.slice(output.search(/^[[{]/m)));
}

async function requireLogin({ wrangler }: Tools): Promise<void> {
  const isLoggedIn = await wrangler(["whoami", "--json"]).then(
    (output) => /"loggedIn":\s*true/.test(output),
    () => false,
  );
  if (!isLoggedIn)
    throw new Error("Not signed in at Cloudflare: npx wrangler login, or set CLOUDFLARE_API_TOKEN.");
}

async function provision({ wrangler, say }: Tools, name: string, project: readonly string[]): Promise<void> {
  const databases = jsonOf(await wrangler(["d1", "list", "--json", ...project])) as { name: string }[];
  if (databases.some((database) => database.name === name)) return say(`D1 database ${name}: there.`);
  await wrangler(["d1", "create", name, ...project]);
  say(`D1 database ${name}: created.`);
}

/** Names of the secrets that are deployed. Only a Worker that is not there yet has none for sure. */
async function deployedSecrets({ wrangler }: Tools, project: readonly string[]): Promise<Set<string>> {
  try {
    const listed = jsonOf(await wrangler(["secret", "list", ...project])) as { name: string }[];
    return new Set(listed.map(({ name }) => name));
  } catch (error) {
    if (/10007|does not exist|not found/i.test(String(error))) return new Set();
    throw error;
  }
}

/** Uploads code and secrets together: neither is ever live without the other. Answers what wrangler wrote. */
async function upload(
  { wrangler }: Tools,
  secrets: Readonly<Record<string, string>>,
  project: readonly string[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "deploy-"));
  const file = join(folder, "secrets.json");
  try {
    await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
    return await wrangler(["deploy", "--secrets-file", file, ...project]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Builds and checks everything that can be checked on this machine. */
async function rehearse(tools: Tools, { worker, given }: Order, project: readonly string[]): Promise<void> {
  refuseWeak(given);
  await tools.wrangler(["deploy", "--dry-run", ...project]);
  const { name, databaseName, migrations, crons } = worker;
  tools.say(`Worker ${name}: builds. Crons: ${crons.join(", ")}.`);
  tools.say(
    `D1 database ${databaseName}: ${migrations.length} migrations, the last is ${migrations.at(-1)?.name}.`,
  );
}

/** Deploys, or with `dryRun` says what would be deployed. Throws with what stopped it. */
export async function deploy(tools: Tools, order: Order): Promise<void> {
  const { options, worker, given } = order;
  // Empty for production: without it wrangler warns that there are several environments.
  const project = ["--env", options.env];
  await rehearse(tools, order, project);
  if (options.dryRun) return tools.say("Dry run: nothing left this machine.");
  await requireLogin(tools);
  const secrets = await gatherSecrets(given, await deployedSecrets(tools, project), tools.ask);
  await provision(tools, worker.databaseName, project);
  // Before the code: what is deployed now goes on with a schema that only grew, new code would fail with an old one.
  await tools.wrangler(["d1", "migrations", "apply", "DB", "--remote", ...project]);
  tools.say("Migrations: applied.");
  const output = await upload(tools, secrets, project);
  const url = options.url ?? /https:\/\/\S+\.workers\.dev/.exec(output)?.[0];
  tools.say(`Deployed, with the secrets ${Object.keys(secrets).join(", ") || "that were there"}.`);
  if (!url) throw new Error("wrangler names no address: check it with npm run deploy -- --url https://...");
  tools.say(`${await tools.smokeTest(url, secrets)} ${url}`);
}
