/** `npm run serve`: the built Worker in workerd, with its state in a directory, for a host of one's own. */

import { join } from "node:path";
import { buildWorker } from "./serve/build.ts";
import { type BuiltWorker, readBuilt } from "./serve/built.ts";
import { type Front, startFront } from "./serve/front.ts";
import { lockState } from "./serve/lock.ts";
import { readServeOptions, type ServeOptions } from "./serve/options.ts";
import { type Runtime, startRuntime } from "./serve/runtime.ts";
import { migrateState, runtimeStage } from "./serve/state.ts";
import { readServeVariables, type ServeVariables, unfitness } from "./serve/variables.ts";
import { bannerOf } from "./start/banner.ts";
import { scheduleCrons } from "./start/crons.ts";
import { isAnswering } from "./start/ports.ts";
import { seedDatabase } from "./start/stage.ts";
import { stopAll } from "./start/wrangler.ts";

/** What a container is given to end in, less what is left to do after the last request. */
const graceMs = 25_000;
/** A run of cron may be left once nobody waits for an answer any more. */
const minDrainMs = 1_000;
/** Where workerd listens; the front alone calls it there. */
const inside = { host: "127.0.0.1", port: 0 };

let runtime: Runtime | null = null;
let front: Front | null = null;
let stopCrons = () => {};
let stopping = false;

async function stop(code: number): Promise<void> {
  // Whoever asks twice does not want to wait.
  if (stopping) process.exit(1);
  stopping = true;
  if (runtime) console.log("Stopping: requests under way have 25 seconds to end.");
  stopCrons();
  const untilMs = Date.now() + graceMs;
  await front?.stop(graceMs);
  await Promise.all([runtime?.stop(Math.max(minDrainMs, untilMs - Date.now())), stopAll()]);
  process.exit(code);
}

function refuseUnfit(variables: ServeVariables): void {
  const reasons = unfitness(variables);
  if (reasons.length === 0) return;
  throw new Error(
    [
      "Not started:",
      ...reasons.map((reason) => `- ${reason}`),
      "Variables come from the environment and from --env-file FILE. A secret: openssl rand -base64 32",
      "To try it on this machine alone, with a local account: npm start",
    ].join("\n"),
  );
}

async function refuseBusyPort({ host, port }: ServeOptions): Promise<void> {
  const reachable = ["0.0.0.0", "::"].includes(host) ? "localhost" : host;
  if (await isAnswering(reachable, port)) {
    throw new Error(`Port ${port} is in use. Choose another: npm run serve -- --port 5001`);
  }
}

/** Everything that has to be there before somebody finds the port open. */
async function prepare(options: ServeOptions): Promise<BuiltWorker> {
  const { stateDir, built, seeds } = options;
  lockState(stateDir);
  const worker = built === null ? await buildWorker(join(stateDir, "build"), []) : await readBuilt(built);
  const { used } = await migrateState(worker, stateDir);
  if (seeds && !used) {
    console.log("Seeding 50 players and 1,050 sessions ...");
    await seedDatabase(stateDir, runtimeStage(worker), Date.now());
  }
  return worker;
}

async function serve(options: ServeOptions, variables: ServeVariables): Promise<void> {
  const { host, port, stateDir } = options;
  const worker = await prepare(options);
  if (stopping) return;
  runtime = await startRuntime({
    worker,
    // The front sees to that header, whoever may set it.
    variables: { ...variables, TRUST_CF_HEADERS: "true" },
    stateDir,
    ...inside,
    onLog: console.log,
    onWarning: console.error,
    onFailure: (error) => {
      console.error(error.message);
      void stop(1);
    },
  });
  front = await startFront({
    host,
    port,
    target: runtime.url,
    trustsAddressHeader: variables.TRUST_CF_HEADERS === "true",
    onRefused: (count) =>
      console.error(`Refused ${count} requests with 503: more than this machine can do at once.`),
  });
  const { fireCron } = runtime;
  stopCrons = scheduleCrons(worker.crons, fireCron);
  console.log(bannerOf(front.url, variables));
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
try {
  const options = readServeOptions(process.argv.slice(2), process.cwd());
  const variables = await readServeVariables(options.envFiles, process.env);
  refuseUnfit(variables);
  await refuseBusyPort(options);
  await serve(options, variables);
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? [error.message, error.cause ?? ""].join("\n").trim() : error);
    await stop(1);
  }
}
