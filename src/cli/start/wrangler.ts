/** Wrangler as a child process that ends with us. */
import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { projectRoot, wranglerEntry, wranglerEnvironment } from "./project.ts";
import { withoutKeys } from "./redact.ts";

export interface Running {
  /** Resolves once it is gone, with its exit code. */
  readonly exited: Promise<number>;
  /** What it has written so far; empty where it writes to our own output. */
  output(): string;
  /** Ends it with everything that it started. */
  stop(): Promise<number>;
}

const keeper = join(import.meta.dirname, "keeper.ts");
const running = new Set<Running>();

/** Ends all that was started here. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()));
}

/** The exit code that the keeper reports of its command, or its own. */
function exitOf(child: ChildProcess): Promise<number> {
  let reported: number | null = null;
  child.on("message", (message: { readonly exitCode: number }) => {
    reported = message.exitCode;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    // `close`, not `exit`: by then all output has arrived.
    child.on("close", (code) => resolve(reported ?? code ?? 1));
  });
}

/** Passes a stream on line by line, without the keys that game servers have in their URLs: wrangler prints each. */
function passOn(source: Readable | null, to: Writable): void {
  if (source === null) return;
  createInterface({ input: source }).on("line", (line) => to.write(`${withoutKeys(line)}\n`));
}

function runScript(script: string, args: readonly string[], shown: boolean): Running {
  const child = spawn(process.execPath, [keeper, script, ...args], {
    cwd: projectRoot,
    detached: true,
    // Where this process runs a Worker itself, workerd's stand-in is its own: serve/workerd.sh.
    env: { ...process.env, MINIFLARE_WORKERD_PATH: undefined, ...wranglerEnvironment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const chunks: string[] = [];
  if (shown) {
    passOn(child.stdout, process.stdout);
    passOn(child.stderr, process.stderr);
  } else {
    for (const source of [child.stdout, child.stderr])
      source?.on("data", (chunk) => chunks.push(String(chunk)));
  }
  const exited = exitOf(child).finally(() => running.delete(entry));
  const stop = () => {
    child.kill("SIGTERM");
    return exited;
  };
  const entry: Running = { exited, output: () => chunks.join(""), stop };
  running.add(entry);
  return entry;
}

/** Starts wrangler; `shown` lets it write to our own output. */
export function startWrangler(args: readonly string[], { shown }: { readonly shown: boolean }): Running {
  return runScript(wranglerEntry(), args, shown);
}

async function finish(child: Running, what: string): Promise<string> {
  const code = await child.exited;
  if (code !== 0) throw new Error(`${what} failed (exit ${code}):\n${child.output()}`);
  return child.output();
}

/** Runs wrangler to its end and answers what it wrote; throws with that where it fails. */
export function runWrangler(args: readonly string[]): Promise<string> {
  return finish(startWrangler(args, { shown: false }), `wrangler ${args.slice(0, 3).join(" ")}`);
}

/** Runs one of our own scripts (absolute, or beside this file) to its end, in the same way. */
export function runOwnScript(file: string, args: readonly string[]): Promise<string> {
  return finish(runScript(resolve(import.meta.dirname, file), args, false), file);
}
