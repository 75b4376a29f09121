/** `npm run deploy [-- --dry-run] [--env staging] [--url URL] [--env-file FILE]`: from a clone to a working service. */
import { createInterface } from "node:readline/promises";
import { deploy } from "./deploy/deploy.ts";
import { readDeployOptions } from "./deploy/options.ts";
import { smokeTest } from "./deploy/smoke.ts";
import { describeWorker } from "./serve/build.ts";
import { readServeVariables } from "./serve/variables.ts";
import { runWrangler, stopAll } from "./start/wrangler.ts";

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

try {
  const options = readDeployOptions(process.argv.slice(2), process.cwd());
  const {
    ENVIRONMENT: _,
    TRUST_CF_HEADERS: __,
    ...given
  } = await readServeVariables(options.envFiles, process.env);
  const worker = await describeWorker(["--env", options.env]);
  const tools = { wrangler: runWrangler, say: console.log, ask: process.stdin.isTTY ? ask : null, smokeTest };
  await deploy(tools, { options, worker, given });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
  await stopAll();
}
