/** What `npm start -- ...` was asked for. Every flag goes to wrangler dev as it is; some are read here too. */
import { resolve } from "node:path";
import { localVariables } from "./project.ts";

export interface StartOptions {
  readonly host: string;
  readonly port: number;
  /** Absolute; everything local that wrangler keeps is below it. */
  readonly persistTo: string;
  /** Variables of the command line; they beat every file. */
  readonly vars: Readonly<Record<string, string>>;
  /** Files that take the place of .dev.vars. */
  readonly envFiles: readonly string[];
  /** `--config` and `--env`, which the D1 commands need as well. */
  readonly project: readonly string[];
  /** All arguments of wrangler dev. */
  readonly dev: readonly string[];
}

const aliases: Readonly<Record<string, string>> = { c: "config", e: "env", r: "remote" };
/** Flags of wrangler dev that take any number of values. */
const lists: ReadonlySet<string> = new Set(["var", "env-file"]);
const takesValue: ReadonlySet<string> = new Set([...lists, "port", "ip", "persist-to", "config", "env"]);
/** They would make this another command than a server on this machine over this project. */
const refused: ReadonlySet<string> = new Set(["remote", "cwd", "local-protocol"]);

/** `--persistTo=x` is `--persist-to` with `x`, as it is for wrangler; null stands for no value in the same word. */
function readFlag(arg: string): { readonly name: string; readonly value: string | null } {
  const equals = arg.indexOf("=");
  const flag = (equals < 0 ? arg : arg.slice(0, equals)).replace(/^--?/, "");
  const name = flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { name: aliases[name] ?? name, value: equals < 0 ? null : arg.slice(equals + 1) };
}

/** Values by flag, of `--flag value`, `--flag=value` and `--var A:1 B:2`. */
function readFlags(args: readonly string[]): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  /** The flag whose value the next bare word is. */
  let open = "";
  for (const arg of args) {
    if (!arg.startsWith("-")) {
      flags.get(open)?.push(arg);
      open = lists.has(open) ? open : "";
      continue;
    }
    const { name, value } = readFlag(arg);
    const before = flags.get(name) ?? [];
    flags.set(name, value === null ? before : [...before, value]);
    open = value === null && takesValue.has(name) ? name : "";
  }
  return flags;
}

/** A port that a caller can be told beforehand: 0 is none. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`--port must be 1 to 65535, not ${text}.`);
  return port;
}

function readVars(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const colon = pair.indexOf(":");
      if (colon < 1) throw new Error(`--var wants NAME:value, not ${pair}.`);
      return [pair.slice(0, colon), pair.slice(colon + 1)];
    }),
  );
}

/** Reads the arguments after `npm start --`; `cwd` and `root` are absolute. Throws with what is wrong. */
export function readOptions(args: readonly string[], cwd: string, root: string): StartOptions {
  const flags = readFlags(args);
  for (const name of refused) {
    if (flags.has(name)) throw new Error(`npm start does not take --${name}; use npx wrangler dev.`);
  }
  const last = (name: string) => flags.get(name)?.at(-1);
  const host = last("ip") ?? "127.0.0.1";
  const port = readPort(last("port") ?? "8787");
  const persist = last("persist-to");
  const defaults = [
    ...(flags.has("ip") ? [] : ["--ip", host]),
    ...(flags.has("port") ? [] : ["--port", String(port)]),
    ...(flags.has("show-interactive-dev-session") ? [] : ["--show-interactive-dev-session=false"]),
  ];
  return {
    host,
    port,
    persistTo: persist === undefined ? resolve(root, localVariables.state) : resolve(cwd, persist),
    vars: readVars(flags.get("var") ?? []),
    envFiles: (flags.get("env-file") ?? []).map((file) => resolve(root, file)),
    project: ["config", "env"].flatMap((name) => {
      const value = last(name);
      return value === undefined ? [] : [`--${name}`, value];
    }),
    dev: [...defaults, ...args],
  };
}
