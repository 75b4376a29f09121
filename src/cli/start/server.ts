/** A wrangler dev that answers. */
import { setTimeout as pause } from "node:timers/promises";
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
