/** How soon a fresh workerd answers, and what it has to load for that. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BuiltWorker } from "../../src/cli/serve/built.ts";
import { startRuntime } from "../../src/cli/serve/runtime.ts";
import { serviceVariables } from "./miniflare.ts";
import { cpuMs, residentMb } from "./workerd.ts";

/** Linux counts the start of a process in hundredths of a second. */
const ticksASecond = 100;

function ageMs(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /, "")
    .split(" ");
  const [uptime = "0"] = readFileSync("/proc/uptime", "latin1").split(" ");
  return (Number(uptime) - Number(fields[19]) / ticksASecond) * 1_000;
}

export interface Start {
  /** From the start of the process to its first answer, to 10 ms. */
  readonly answeredMs: number;
  readonly cpuMs: number;
  readonly residentMb: number;
}

/** Starts a Worker over an empty state and asks it once. */
export async function measureStart(worker: BuiltWorker, path: string): Promise<Start> {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
  const runtime = await startRuntime({
    worker,
    variables: serviceVariables,
    stateDir: folder,
    host: "127.0.0.1",
    port: 0,
    onLog: () => {},
    onWarning: console.error,
    onFailure: console.error,
  });
  try {
    const response = await fetch(new URL(path, runtime.url));
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    const pid = String(runtime.pid());
    return { answeredMs: ageMs(pid), cpuMs: cpuMs(pid), residentMb: residentMb(pid) };
  } finally {
    await runtime.stop(0);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** KB of all modules together, plain and gzipped. */
export function bundleKb({ folder, files }: BuiltWorker): {
  readonly plain: number;
  readonly gzipped: number;
} {
  const all = Buffer.concat(files.map((file) => readFileSync(join(folder, file))));
  return { plain: all.length / 1_000, gzipped: gzipSync(all).length / 1_000 };
}
