/** A wrangler dev that answers. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./ports.ts";
import type { StartStage } from "./stage.ts";
import { type Running, startWrangler } from "./wrangler.ts";

const pollMs = 100;
const probeMs = 2_000;
/** A cold start takes seconds; a slow machine may need a minute. */
const startLimitMs = 120_000;

async function isHealthy(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/health`, { signal: AbortSignal.timeout(probeMs) })).ok;
  } catch {
    return false;
  }
}

/** Resolves once /health answers; throws where the server ends before that, or takes too long. */
async function untilHealthy(server: Running, origin: string): Promise<void> {
  let ended = false;
  const watch = server.exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + startLimitMs;
  while (!(await isHealthy(origin))) {
    if (ended) throw new Error(`wrangler dev ended with ${await server.exited}.\n${server.output()}`);
    if (Date.now() > deadline)
      throw new Error(`wrangler dev did not answer at ${origin}.\n${server.output()}`);
    await Promise.race([pause(pollMs), watch]);
  }
}

/** Starts wrangler dev and waits for it; `origin` is where it will answer. It is stopped where that fails. */
export async function startServer(args: readonly string[], origin: string, shown: boolean): Promise<Running> {
  const server = startWrangler(["dev", ...args], { shown });
  try {
    await untilHealthy(server, origin);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** A wrangler dev over a stage; `project` is wrangler's `--config` and `--env`. */
export const wranglerStage =
  (project: readonly string[]): StartStage =>
  async (folder, variables) => {
    const file = join(folder, "vars");
    const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"`);
    await writeFile(file, lines.join("\n"), { mode: 0o600 });
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const place = ["--ip", "127.0.0.1", "--port", String(port), "--persist-to", folder, "--env-file", file];
    const args = [...place, "--show-interactive-dev-session=false", ...project];
    return { ...(await startServer(args, origin, false)), origin };
  };
