/** A built Worker in workerd behind a direct socket: no dev proxy, no tracing, state in a directory. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import type { BuiltWorker } from "./built.ts";

export interface RuntimeOptions {
  readonly worker: BuiltWorker;
  /** Beside those of the configuration, which they beat. */
  readonly variables: Readonly<Record<string, string>>;
  /** Everything that D1 and the Durable Objects keep is below it, where `wrangler dev --persist-to` has it too. */
  readonly stateDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** A line of the Worker's own log. */
  onLog(line: string): void;
  /** Something about workerd itself: that it died and starts again. */
  onWarning(text: string): void;
  /** It does not start again: nothing is served any more. */
  onFailure(error: Error): void;
}

export interface Runtime {
  readonly url: string;
  /** The process id of workerd; it changes where that is restarted. */
  pid(): number | null;
  database(): ReturnType<Miniflare["getD1Database"]>;
  /** Fires a cron; throws where the Worker does not say that it ran. */
  fireCron(cron: string): Promise<void>;
  /** Serves no new connection, lets the requests under way end, at most `graceMs`; then it is gone. */
  stop(graceMs: number): Promise<void>;
}

const pollMs = 20;
type ModuleType = "ESModule" | "CompiledWasm" | "Data" | "Text";

/** Of what the entry imports; scripts among it are for browsers, so they are text. */
const importedTypes: Readonly<Record<string, ModuleType>> = {
  ".wasm": "CompiledWasm",
  ".bin": "Data",
};

const typeOf = (file: string, isEntry: boolean): ModuleType =>
  isEntry ? "ESModule" : (importedTypes[extname(file)] ?? "Text");

/** Miniflare's own words reach us: it logs an error only where the runtime has failed for good. */
class RuntimeLog extends Log {
  readonly options: Pick<RuntimeOptions, "onWarning" | "onFailure">;
  constructor(options: Pick<RuntimeOptions, "onWarning" | "onFailure">) {
    super(LogLevel.WARN);
    this.options = options;
  }
  override warn(message: string): void {
    this.options.onWarning(message);
  }
  override error(error: Error): void {
    this.options.onFailure(error);
  }
}

const workerd = (): string =>
  createRequire(fileURLToPath(import.meta.resolve("miniflare")))("workerd").default as string;

function workerOf({ worker, variables, host, port }: RuntimeOptions) {
  const { options, folder, files } = worker;
  return {
    ...options,
    name: worker.name,
    modules: files.map((file, index) => ({
      type: typeOf(file, index === 0),
      path: join(folder, file),
      contents: readFileSync(join(folder, file)),
    })),
    modulesRoot: folder,
    bindings: { ...options.bindings, ...variables },
    unsafeDirectSockets: [{ host, port }],
  };
}

function createMiniflare(options: RuntimeOptions, runFolder: string): Miniflare {
  process.env.MINIFLARE_WORKERD_PATH = join(import.meta.dirname, "workerd.sh");
  return new Miniflare(
    convertV4MiniflareOptions({
      workers: [workerOf(options)],
      resourcePersistencePath: join(options.stateDir, "v3"),
      // Its own port is of the loopback interface; crons are fired there, never on the port that is served.
      host: "127.0.0.1",
      unsafeTriggerHandlers: true,
      unsafeRuntimeEnv: { SERVE_RUN: runFolder, SERVE_WORKERD: workerd() },
      cf: false,
      log: new RuntimeLog(options),
      handleStructuredLogs: ({ message }: { readonly message: string }) => options.onLog(message),
    }),
  );
}

function isRunning(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Asks workerd to end: it accepts nothing more, ends idle connections, and goes with its last request. */
async function drain(pid: number | null, graceMs: number): Promise<void> {
  if (pid === null || !isRunning(pid)) return;
  process.kill(pid, "SIGTERM");
  for (const deadline = Date.now() + graceMs; isRunning(pid) && Date.now() < deadline; ) await pause(pollMs);
}

/** Miniflare ends the process at once where a signal comes; when to end is ours to say. */
function keepSignals<T>(start: () => T): T {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const before = new Map(signals.map((signal) => [signal, new Set(process.listeners(signal))]));
  const started = start();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.has(listener)) process.removeListener(signal, listener);
    }
  }
  return started;
}

/** Starts workerd; it listens when this resolves. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const runFolder = mkdtempSync(join(tmpdir(), "serve-"));
  const stopping = join(runFolder, "stopping");
  // Once we stop it, Miniflare takes its end for a crash: nothing to tell anybody.
  const unlessStopping =
    <T>(tell: (what: T) => void) =>
    (what: T) =>
      existsSync(stopping) || tell(what);
  const told = {
    onWarning: unlessStopping(options.onWarning),
    onFailure: unlessStopping(options.onFailure),
  };
  const miniflare = keepSignals(() => createMiniflare({ ...options, ...told }, runFolder));
  const entry = await miniflare.ready;
  const pidFile = join(runFolder, "pid");
  const pid = () => (existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : null);
  return {
    url: (await miniflare.unsafeGetDirectURL(options.worker.name)).origin,
    pid,
    database: () => miniflare.getD1Database("DB"),
    async fireCron(cron) {
      const response = await fetch(
        new URL(`/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`, entry),
      );
      const text = await response.text();
      if (!response.ok) throw new Error(`answered ${response.status} ${text.slice(0, 200)}`);
    },
    async stop(graceMs) {
      writeFileSync(stopping, "");
      await drain(pid(), graceMs);
      await miniflare.dispose().catch(() => {});
      rmSync(runFolder, { recursive: true, force: true });
    },
  };
}
