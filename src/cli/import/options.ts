/** What `npm run import` was asked for. Everything wrong is an InputError of one line; a key is never part of it. */
import { parseArgs } from "node:util";
import { targetOf } from "../../client/client.ts";
import type { Target } from "../../client/send.ts";
import type { AdapterCard } from "../../telemetry/adapters/adapter.ts";
import { adapters, findAdapter } from "../../telemetry/adapters/registry.ts";
import { gameName } from "../../telemetry/fields.ts";
import { InputError } from "../evaluate/input-error.ts";

export interface ImportOptions {
  readonly file: string;
  readonly target: Target;
  /** null: rows of sessions, NDJSON or CSV. */
  readonly adapter: AdapterCard | null;
  /** What the server is called that the log comes from; null: the file names itself. */
  readonly server: string | null;
  readonly concurrency: number;
  /** Rows a request. */
  readonly batch: number;
  /** The game of rows that name none. */
  readonly game: string | null;
  readonly rejected: string;
  readonly state: string;
  readonly dryRun: boolean;
}

export const importUsage =
  "Usage: npm run import -- FILE --url URL --key KEY (or GSA_KEY) [--adapter NAME] [--server NAME] [--concurrency N]" +
  " [--batch N] [--game G] [--rejected FILE] [--state FILE] [--dry-run]";

const flags = {
  url: { type: "string" },
  key: { type: "string" },
  adapter: { type: "string" },
  server: { type: "string" },
  concurrency: { type: "string" },
  batch: { type: "string" },
  game: { type: "string" },
  rejected: { type: "string" },
  state: { type: "string" },
  "dry-run": { type: "boolean" },
} as const;

const timeoutMs = 120_000;
const defaultConcurrency = 4;
/** JSON takes no more in a request; above it rows go as NDJSON. */
export const maxJsonRows = 1_000;
const maxBatch = 10_000;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });
  } catch (error) {
    // Its text names the flag; for some mistakes it adds advice in further sentences, with the value.
    const message = error instanceof Error ? error.message : "";
    throw new InputError(`${message.split(". ")[0]}. ${importUsage}`);
  }
}
type Values = ReturnType<typeof parse>["values"];

function wholeNumber(flag: string, text: string | undefined, otherwise: number, max: number): number {
  const value = text === undefined ? otherwise : /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= max) return value;
  throw new InputError(`--${flag} wants a whole number from 1 to ${max}, not "${text}".`);
}

function keyOf(given: string | undefined, environment: NodeJS.ProcessEnv): string {
  const key = (given ?? environment.GSA_KEY ?? "").trim();
  if (key === "") throw new InputError("A key is needed: --key KEY, or GSA_KEY in the environment.");
  if (!/^[\x21-\x7e]+$/.test(key)) throw new InputError("The key holds characters that no key has.");
  return key;
}

function readTarget(values: Values, environment: NodeJS.ProcessEnv): Target {
  if (values.url === undefined) throw new InputError(`--url is needed. ${importUsage}`);
  const key = keyOf(values.key, environment);
  try {
    return targetOf(values.url, key, timeoutMs);
  } catch {
    throw new InputError(`--url wants an http or https address, not "${values.url}".`);
  }
}

function readAdapter(values: Values): AdapterCard | null {
  if (values.adapter === undefined) {
    if (values.server !== undefined)
      throw new InputError("--server goes with --adapter; rows name their own.");
    return null;
  }
  const adapter = findAdapter(values.adapter);
  if (!adapter) {
    const known = adapters.map(({ card }) => card.id).join(", ");
    throw new InputError(`There is no adapter "${values.adapter}", only ${known}.`);
  }
  for (const flag of ["concurrency", "batch", "game", "dry-run"] as const) {
    if (values[flag] !== undefined) {
      throw new InputError(`--${flag} does not go with --adapter: a log is sent as it is, in its order.`);
    }
  }
  return adapter.card;
}

function readGame(game: string | undefined): string | null {
  if (game === undefined) return null;
  if (!gameName.safeParse(game).success) throw new InputError(`--game wants a game's name, not "${game}".`);
  return game;
}

/** Names go into a header, and so does this. */
function readServer(server: string | undefined): string | null {
  if (server === undefined) return null;
  if (/^[\x21-\x7e]{1,48}$/.test(server)) return server;
  throw new InputError("--server wants 1 to 48 plain characters without spaces.");
}

export function readImportOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ImportOptions {
  const { values, positionals } = parse(args);
  const [file, extra] = positionals;
  if (file === undefined || extra !== undefined) throw new InputError(`One file is needed. ${importUsage}`);
  const adapter = readAdapter(values);
  const dryRun = values["dry-run"] ?? false;
  return {
    file,
    target: readTarget(values, environment),
    adapter,
    server: readServer(values.server),
    concurrency: adapter ? 1 : wholeNumber("concurrency", values.concurrency, defaultConcurrency, 32),
    batch: wholeNumber("batch", values.batch, maxJsonRows, maxBatch),
    game: readGame(values.game),
    // A dry run must not take away what an interrupted import has written.
    rejected: values.rejected ?? `${file}.${dryRun ? "dry-run" : "rejected"}.ndjson`,
    state: values.state ?? `${file}.import.json`,
    dryRun,
  };
}
