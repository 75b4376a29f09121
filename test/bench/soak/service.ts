/** `npm run serve` as a child process that is killed and started again, and the memory of the workerd below it. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "../../../src/cli/start/project.ts";

export interface ServiceOptions {
  readonly folder: string;
  readonly built: string;
  readonly port: number;
  readonly variables: Readonly<Record<string, string>>;
}

export interface Served {
  readonly origin: string;
  /** How often something was killed. */
  readonly kills: number;
  start(): Promise<void>;
  /** SIGKILL to workerd alone; `npm run serve` starts it again. */
  killWorkerd(): void;
  /** SIGKILL to `npm run serve`, which takes workerd along; then it is started again. */
  killAll(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** Resident memory of workerd, in MB; null while there is none. */
  workerdMb(): number | null;
  /** Of the process that runs it. */
  serveMb(): number | null;
}

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
};

/** The process id of the workerd that a process started; null where there is none. */
function workerdOf(parent: number): number | null {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    const [, name, of] = /^\d+ \((.*)\) \S (\d+)/.exec(contentOf(`/proc/${pid}/stat`)) ?? [];
    return name === "workerd" && Number(of) === parent;
  });
  return found === undefined ? null : Number(found);
}

function residentMb(pid: number | null | undefined): number | null {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(contentOf(`/proc/${pid}/status`)) ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
}

export function createService({ folder, built, port, variables }: ServiceOptions): Served {
  const origin = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let exited: Promise<number | null> = Promise.resolve(null);
  let kills = 0;
  let output = "";

  async function start(): Promise<void> {
    const args = [
      "src/cli/serve.ts",
      "--port",
      String(port),
      "--state",
      join(folder, "state"),
      "--built",
      built,
    ];
    const env = { PATH: process.env.PATH ?? "", ...variables };
    const own = spawn(process.execPath, args, { cwd: projectRoot, env, stdio: ["ignore", "pipe", "pipe"] });
    child = own;
    output = "";
    for (const stream of [own.stdout, own.stderr]) {
      stream.on("data", (chunk) => {
        output = (output + String(chunk)).slice(-20_000);
      });
    }
    exited = new Promise((resolve) => own.once("close", resolve));
    for (let tries = 0; !output.includes("Ctrl-C stops it."); tries++) {
      if (own.exitCode !== null || tries > 1_200) throw new Error(`npm run serve did not start:\n${output}`);
      await pause(100);
    }
  }

  return {
    origin,
    get kills() {
      return kills;
    },
    start,
    killWorkerd() {
      const pid = workerdOf(child?.pid ?? 0);
      if (pid === null) return;
      process.kill(pid, "SIGKILL");
      kills += 1;
    },
    async killAll() {
      child?.kill("SIGKILL");
      kills += 1;
      await exited;
      // The port is free once workerd has followed.
      for (let tries = 0; tries < 100; tries++) {
        if (
          !(await fetch(`${origin}/health`).then(
            ({ ok }) => ok,
            () => false,
          ))
        )
          break;
        await pause(100);
      }
      await start();
    },
    async stop() {
      child?.kill("SIGTERM");
      return exited;
    },
    workerdMb: () => residentMb(workerdOf(child?.pid ?? 0)),
    serveMb: () => residentMb(child?.pid),
  };
}
