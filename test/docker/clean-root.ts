/**
 * `npm run test:clean-root [BASE]`: from a clone to a seeded service in a clean Debian root that has Node and nothing else
 * that the README asks for, by the README's own commands. As root on Linux, with debootstrap; BASE is a root made
 * before, to save the minutes that one takes.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "../../src/cli/start/project.ts";
import { environmentOf, insideRoot, makeRoot } from "./root.ts";

const out = mkdtempSync(join(tmpdir(), "clean-root-"));
const root = join(out, "root");
const clone = "/home/node/game-security-api";
const env = environmentOf({ HOME: "/home/node" });
const local = { username: "security_console", password: "letmein123" };
const own = { username: "ops", password: "plum orbit canvas ninety" };
const variables = [
  "JWT_SECRET=7hGk2LmQ9xZp4VtR8wYb3NcD6fJs1AeU5oTi0KqX",
  `SERVICE_USERNAME=${own.username}`,
  `SERVICE_PASSWORD=${own.password}`,
];

/** The machine's own Node: what `npm run` puts before it is what the project installs for itself. */
function systemNode(): string {
  const found = execFileSync("which", ["-a", "node"], { encoding: "utf8" }).trim().split("\n");
  return found.find((path) => !path.includes("node_modules")) ?? process.execPath;
}

/** The commands of the README's section on how to start, without their comments. */
function readCommands(): string[] {
  const section =
    /^## Start\n(.*?)^## /ms.exec(readFileSync(join(projectRoot, "README.md"), "utf8"))?.[1] ?? "";
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, text = ""]) => text);
  return blocks
    .flatMap((text) => text.split("\n"))
    .flatMap((line) => line.replace(/\s+#.*$/, "").trim() || []);
}

function commandOf(beginning: string): string {
  const found = readCommands().find((command) => command.startsWith(beginning));
  if (found === undefined) throw new Error(`The README's section Start has no ${beginning}.`);
  return found;
}

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const startedMs = Date.now();
  const done = await work();
  console.log(`${what}: ${((Date.now() - startedMs) / 1_000).toFixed(1)} s`);
  return done;
}

const words = (command: string) => ["/bin/sh", "-c", `exec ${command}`];

/** What somebody on the same machine is answered: the root has a network of its own. */
function ask(child: ChildProcess, code: string): string {
  const args = ["-t", String(child.pid), "-n", process.execPath, "--input-type=module", "-e", code];
  return execFileSync("nsenter", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

/** Waits for /ready, signs in, and prints a player or how many there are. */
function codeOf(origin: string, who: object): string {
  return `const origin = ${JSON.stringify(origin)};
    const ready = await (await fetch(origin + "/ready")).json();
    if (ready.status !== "ready") throw new Error(JSON.stringify(ready));
    const body = ${JSON.stringify(JSON.stringify(who))};
    const json = { "content-type": "application/json" };
    const { access_token } = await (await fetch(origin + "/api/auth/token", { method: "POST", headers: json, body })).json();
    const headers = { authorization: "Bearer " + access_token };
    const { players } = await (await fetch(origin + "/api/players/suspicious?limit=1", { headers })).json();
    console.log("/ready: " + ready.status + "; signed in; the first suspect: " + (players[0]?.username ?? "nobody"));`;
}

const patienceMs = 600_000;

/** Runs a command until it answers as it should, and stops it. */
async function serve(command: string, origin: string, who: object, expected: RegExp): Promise<void> {
  const place = { user: "node", folder: clone, isAlone: true };
  const stdio = ["ignore", "pipe", "pipe"] as const;
  // A group of its own, as a terminal gives it: Ctrl-C reaches all of it.
  const child = spawn("unshare", insideRoot(root, place, words(command)), {
    env,
    stdio: [...stdio],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
    });
  }
  const exited = new Promise((resolve) => child.once("close", resolve));
  const answer = await timed(command, async () => {
    for (const untilMs = Date.now() + patienceMs; ; await pause(500)) {
      if (child.exitCode !== null || Date.now() > untilMs)
        throw new Error(`${command} did not serve:\n${output}`);
      if (!output.includes("Ctrl-C stops it.")) continue;
      return ask(child, codeOf(origin, who));
    }
  });
  console.log(`  ${answer}`);
  if (!expected.test(answer)) throw new Error(`Expected ${expected}.`);
  process.kill(-Number(child.pid), "SIGINT");
  await exited;
  console.log("  Ctrl-C: ended");
}

const given = process.argv[2];
const base = given ?? join(out, "base");
try {
  if (given === undefined) {
    const arguments_ = ["--variant=minbase", "bookworm", base];
    await timed("debootstrap", () =>
      execFileSync("debootstrap", arguments_, { stdio: ["ignore", "ignore", "inherit"] }),
    );
  }
  const node = systemNode();
  makeRoot(base, root, node);
  console.log(
    `In the root: Debian's minbase and Node ${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}.`,
  );
  execFileSync("git", ["clone", "-q", "-c", "advice.detachedHead=false", projectRoot, join(root, clone)]);
  execFileSync("chroot", [root, "chown", "-R", "node:node", clone]);
  const place = { user: "node", folder: clone };
  const install = commandOf("npm ci");
  await timed(install, () =>
    execFileSync("unshare", insideRoot(root, place, words(install)), {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  await serve(commandOf("npm start"), "http://localhost:8787", local, /the first suspect: \w+$/);
  writeFileSync(join(root, "etc/game-security.env"), `${variables.join("\n")}\n`);
  const command = commandOf("npm run serve")
    .replace("FILE", "/etc/game-security.env")
    .replace("DIR", "/home/node/state");
  await serve(command, "http://127.0.0.1:5000", own, /nobody$/);
} finally {
  rmSync(out, { recursive: true, force: true });
}
