/** What `npm run serve -- ...` was asked for. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readPort } from "../start/options.ts";

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** Absolute; everything that the service keeps is below it. */
  readonly stateDir: string;
  /** Absolute; a later file beats an earlier one, and the environment beats them all. */
  readonly envFiles: readonly string[];
  /** Whether an unused database is filled with the sample players. */
  readonly seeds: boolean;
  /** Absolute: what `npm run build` made there is run; null: the Worker is built first. */
  readonly built: string | null;
}

const known = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5000" },
  state: { type: "string", default: "state" },
  "env-file": { type: "string", multiple: true, default: [] as string[] },
  seed: { type: "boolean", default: false },
  built: { type: "string" },
} as const;

/** Reads the arguments after `npm run serve --`; `cwd` is absolute. Throws with what is wrong. */
export function readServeOptions(args: readonly string[], cwd: string): ServeOptions {
  const { values } = parseArgs({ args: [...args], options: known });
  return {
    host: values.host,
    port: readPort(values.port),
    stateDir: resolve(cwd, values.state),
    envFiles: values["env-file"].map((file) => resolve(cwd, file)),
    seeds: values.seed,
    built: values.built === undefined ? null : resolve(cwd, values.built),
  };
}
