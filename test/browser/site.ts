/** The built Worker on a loopback port, over a database of its own in a temporary folder. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultCredentials } from "../../src/cli/start/banner.ts";
import { type Client, signIn } from "../../src/cli/start/client.ts";
import { migrate } from "../../src/cli/start/database.ts";
import { randomSecret } from "../../src/cli/start/dev-vars.ts";
import { freePort } from "../../src/cli/start/ports.ts";
import { startServer } from "../../src/cli/start/server.ts";

export interface Site {
  readonly origin: string;
  /** The API, as the local account. */
  readonly client: Client;
  stop(): Promise<void>;
}

const variables = () =>
  [
    'ENVIRONMENT="development"',
    'TRUST_CF_HEADERS="false"',
    'RATE_LIMIT_REQUESTS="100000000"',
    `JWT_SECRET="${randomSecret()}"`,
  ].join("\n");

async function serve(folder: string): Promise<Site> {
  const file = join(folder, "vars");
  await writeFile(file, variables(), { mode: 0o600 });
  await migrate({ persistTo: folder, project: [] });
  const port = String(await freePort());
  const origin = `http://localhost:${port}`;
  const place = ["--ip", "127.0.0.1", "--port", port, "--persist-to", folder, "--env-file", file];
  const server = await startServer([...place, "--show-interactive-dev-session=false"], origin, false);
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { origin, client: await signIn(origin, defaultCredentials), stop };
}

/** Starts it with an empty database. */
export async function startSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "game-security-browser-"));
  try {
    return await serve(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
