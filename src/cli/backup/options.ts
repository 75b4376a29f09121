/** What `npm run backup` and `npm run restore` were asked for. */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** The state directory of a service on this machine, or the deployed database with wrangler's `--config` and `--env`. */
export type Place = { readonly state: string } | { readonly remote: readonly string[] };

export interface BackupOptions {
  readonly place: Place;
  /** Absolute. */
  readonly folder: string;
}

const known = {
  state: { type: "string" },
  remote: { type: "boolean", default: false },
  config: { type: "string" },
  env: { type: "string" },
  out: { type: "string" },
} as const;

const read = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: known, allowPositionals: true });

function placeOf({ values }: ReturnType<typeof read>, cwd: string): Place {
  const { state, remote, config, env } = values;
  if ((state !== undefined) === remote) throw new Error("Say where: either --state DIR or --remote.");
  if (state !== undefined) return { state: resolve(cwd, state) };
  const project = Object.entries({ config, env });
  return {
    remote: project.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
  };
}

/** `--state DIR | --remote [--env NAME]`, `[--out DIR]`: by default a folder below ./backup that is named by the time. */
export function readBackupOptions(args: readonly string[], cwd: string, nowMs: number): BackupOptions {
  const parsed = read(args);
  if (parsed.positionals.length > 0) throw new Error(`Not an option: ${parsed.positionals.join(" ")}`);
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-");
  return { place: placeOf(parsed, cwd), folder: resolve(cwd, parsed.values.out ?? join("backup", stamp)) };
}

/** `FOLDER --state DIR | --remote [--env NAME]`. */
export function readRestoreOptions(args: readonly string[], cwd: string): BackupOptions {
  const parsed = read(args);
  const [folder, ...more] = parsed.positionals;
  if (folder === undefined || more.length > 0)
    throw new Error("Say which backup: npm run restore -- FOLDER ...");
  return { place: placeOf(parsed, cwd), folder: resolve(cwd, folder) };
}
