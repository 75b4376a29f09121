/**
 * Seeding happens in a copy of the empty database, which takes the original's place when it is complete:
 * a start that dies half way leaves the original as it was, and the next start begins anew.
 */
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { generateSeed } from "../../../seed/generate.ts";
import { defaultCredentials } from "./banner.ts";
import { signIn } from "./client.ts";
import { databaseFolder } from "./database.ts";
import { randomSecret } from "./dev-vars.ts";
import { sendSeed } from "./send-seed.ts";

/** Any number would do; with it, every fresh clone shows the same players. */
export const seedNumber = 20_261_122;

/** A service over the stage, on the loopback interface. */
export interface Staged {
  readonly origin: string;
  /** What it has written so far. */
  output(): string;
  stop(): Promise<unknown>;
}

/** Starts a service over the state in a folder, with these variables. */
export type StartStage = (folder: string, variables: Readonly<Record<string, string>>) => Promise<Staged>;

/** The stage has variables of its own: the user's credentials, limits and mode are none of its business. */
const stageVariables = () => ({
  ENVIRONMENT: "development",
  TRUST_CF_HEADERS: "false",
  RATE_LIMIT_REQUESTS: "100000000",
  JWT_SECRET: randomSecret(),
});

/** Enough to see what went wrong. */
const lastLines = (output: string) => output.trim().split("\n").slice(-15).join("\n");

async function fill(stage: string, start: StartStage, nowMs: number): Promise<void> {
  const server = await start(stage, stageVariables());
  try {
    const client = await signIn(server.origin, defaultCredentials);
    await sendSeed(client, generateSeed({ nowMs, seed: seedNumber }));
  } catch (error) {
    // First the end, then the lines: the one that tells may still be on its way.
    await server.stop();
    throw new Error(`Seeding failed; the service's last lines:\n${lastLines(server.output())}`, {
      cause: error,
    });
  } finally {
    await server.stop();
  }
}

/** Puts `staged` where `target` is; `aside` takes the old one. Two renames, and nothing to copy. */
async function replace(target: string, staged: string, aside: string): Promise<void> {
  await rename(target, aside);
  await rename(staged, target);
}

/** Fills the migrated, unused database below `state` with the seed as of `nowMs` (milliseconds since the epoch). */
export async function seedDatabase(state: string, start: StartStage, nowMs: number): Promise<void> {
  const stage = join(state, "seeding");
  const target = databaseFolder({ persistTo: state });
  const staged = databaseFolder({ persistTo: stage });
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  await cp(target, staged, { recursive: true });
  await fill(stage, start, nowMs);
  await replace(target, staged, join(stage, "unused"));
  await rm(stage, { recursive: true, force: true });
}
