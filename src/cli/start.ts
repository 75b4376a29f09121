/** `npm start`: from a fresh clone to a running, seeded service on this machine. */
import { join } from "node:path";
import { bannerOf } from "./start/banner.ts";
import { fireCron, readCrons, scheduleCrons } from "./start/crons.ts";
import { migrate } from "./start/database.ts";
import { ensureDevVars, readVariables } from "./start/dev-vars.ts";
import { readOptions, type StartOptions } from "./start/options.ts";
import { isAnswering } from "./start/ports.ts";
import { localVariables, projectRoot } from "./start/project.ts";
import { startServer, wranglerStage } from "./start/server.ts";
import { seedDatabase } from "./start/stage.ts";
import { type Running, stopAll } from "./start/wrangler.ts";

/** Set once somebody asked us to stop: children that end from then on ended as they should. */
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await stopAll();
  process.exit(0);
}

async function refuseBusyPort({ host, port }: StartOptions): Promise<void> {
  const busy = await Promise.all([host, "localhost"].map((name) => isAnswering(name, port)));
  if (!busy.includes(true)) return;
  throw new Error(
    `Port ${port} is in use. Stop what runs there, or choose another: npm start -- --port 8790`,
  );
}

/** Everything that has to be there before somebody finds the port open. */
async function prepare(options: StartOptions): Promise<void> {
  if (options.envFiles.length === 0 && (await ensureDevVars(projectRoot))) {
    console.log(`Made ${localVariables.file} with a random JWT_SECRET.`);
  }
  console.log("Preparing the local database ...");
  const { used } = await migrate(options);
  if (used) return;
  console.log("It is empty: seeding 50 players and 1,050 sessions ...");
  await seedDatabase(options.persistTo, wranglerStage(options.project), Date.now());
}

/** The variables that the Worker gets, as far as they come from files and the command line. */
async function effectiveVariables({ envFiles, vars }: StartOptions): Promise<Record<string, string>> {
  const files = envFiles.length > 0 ? envFiles : [join(projectRoot, localVariables.file)];
  return { ...(await readVariables(files)), ...vars };
}

/** More often than this no client's fault explains it. */
const maxRestarts = 100;

/** Follows a server and its successors to their end; answers the last exit code, or null where we were asked to stop. */
async function keepServing(first: Running, restart: () => Promise<Running>): Promise<number | null> {
  let server = first;
  for (let restarts = 0; ; restarts++) {
    const code = await server.exited;
    if (stopping) return null;
    if (restarts === maxRestarts) return code;
    // It does so when a client hangs up in the middle of a body (4.124.0), which is not for one client to decide.
    console.error(`wrangler dev ended with ${code}. Starting it again ...`);
    server = await restart();
  }
}

/** Serves until somebody stops it; answers the exit code of a wrangler dev that keeps ending. */
async function serve(options: StartOptions): Promise<number> {
  const { host, port, dev, project } = options;
  const probed = `http://${["0.0.0.0", "::", "*"].includes(host) ? "127.0.0.1" : host}:${port}`;
  const begin = () => startServer(dev, probed, true);
  const server = await begin();
  const origin = host === "127.0.0.1" ? `http://localhost:${port}` : probed;
  console.log(bannerOf(origin, await effectiveVariables(options)));
  const stopCrons = scheduleCrons(await readCrons(project), (cron) => fireCron(probed, cron));
  const code = await keepServing(server, begin);
  stopCrons();
  // A server that ends unasked has failed, whatever its code says.
  return code === 0 ? 1 : (code ?? 0);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.cwd(), projectRoot);
  await refuseBusyPort(options);
  await prepare(options);
  process.exitCode = await serve(options);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());
try {
  await main();
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? [error.message, error.cause ?? ""].join("\n").trim() : error);
    process.exitCode = 1;
    await stopAll();
  }
}
