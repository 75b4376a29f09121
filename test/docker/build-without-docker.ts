/**
 * `node test/docker/build-without-docker.ts BASE OUT`: carries out docker/Dockerfile without Docker, as root on Linux.
 * BASE is a clean root, such as `debootstrap --variant=minbase bookworm BASE` makes; each stage starts from a copy of it
 * with Node and npm in /usr/local, as Docker's `node` image has them. Every RUN is run in its stage by chroot, word for word; then
 * the image's CMD serves as its USER, its HEALTHCHECK is asked, and it is stopped and started again over the same state.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { listOf, readStages, type Stage } from "./dockerfile.ts";
import { environmentOf, insideRoot, makeRoot } from "./root.ts";

const [base = "", out = ""] = process.argv.slice(2).map((path) => resolve(path));
const secrets = {
  JWT_SECRET: "7hGk2LmQ9xZp4VtR8wYb3NcD6fJs1AeU5oTi0KqX",
  SERVICE_USERNAME: "ops",
  SERVICE_PASSWORD: "plum orbit canvas ninety",
};
const rootOf = (stage: string) => join(out, stage);
const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** Arguments of `unshare`: a command in the root of a stage. */
const inside = (stage: string, user: string, folder: string, command: readonly string[]) =>
  insideRoot(rootOf(stage), { user, folder }, command);

/** The project's files that the ignore file leaves. */
function contextFiles(): string[] {
  const ignored = new Set(readFileSync("docker/Dockerfile.dockerignore", "utf8").trim().split("\n"));
  const files = run("git", "ls-files", "--cached", "--others", "--exclude-standard").trim().split("\n");
  return files.filter((file) => existsSync(file) && !ignored.has(file.split("/")[0] ?? ""));
}

function copy(stage: string, folder: string, text: string): void {
  const words = text.split(/\s+/);
  const from = /^--from=(.*)$/.exec(words[0] ?? "")?.[1];
  const paths = from === undefined ? words : words.slice(1);
  const target = resolve(folder, paths.at(-1) ?? ".");
  for (const path of paths.slice(0, -1)) {
    if (from !== undefined) run("cp", "-a", join(rootOf(from), path), join(rootOf(stage), target));
    else if (path !== ".") cpSync(path, join(rootOf(stage), target, path), { recursive: true });
    else for (const file of contextFiles()) cpSync(file, join(rootOf(stage), target, file));
  }
}

/** Carries out a stage; answers what holds at its end. */
function build({ name: stage, instructions }: Stage) {
  makeRoot(base, rootOf(stage));
  let folder = "/";
  let user = "root";
  const environment: Record<string, string> = {};
  for (const { name, text } of instructions) {
    if (name === "WORKDIR") folder = text;
    mkdirSync(join(rootOf(stage), folder), { recursive: true });
    if (name === "ENV") Object.assign(environment, Object.fromEntries([text.split("=")]));
    if (name === "USER") user = text;
    if (name === "COPY") copy(stage, folder, text);
    if (name !== "RUN") continue;
    console.log(`[${stage}] RUN ${text}`);
    const startedMs = Date.now();
    const args = inside(stage, user, folder, ["/bin/sh", "-c", text]);
    const env = environmentOf({ HOME: "/root", ...environment });
    execFileSync("unshare", args, { env, stdio: ["ignore", "ignore", "inherit"] });
    console.log(`[${stage}]   ${((Date.now() - startedMs) / 1_000).toFixed(1)} s`);
  }
  return {
    stage,
    folder,
    user,
    environment: environmentOf({ HOME: "/home/node", ...environment, ...secrets }),
  };
}

type Image = ReturnType<typeof build>;

/** Runs the image's CMD until it is ready. */
async function start(image: Image, command: readonly string[]): Promise<ChildProcess> {
  const args = inside(image.stage, image.user, image.folder, command);
  const child = spawn("unshare", args, { env: image.environment, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  for (let tries = 0; !output.includes("Ctrl-C stops it."); tries++) {
    if (tries > 600 || child.exitCode !== null) throw new Error(`Not ready:\n${output}`);
    await pause(100);
  }
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  console.log(`SIGTERM: exit ${await exited}`);
}

async function call(path: string, token: string | null, body?: unknown): Promise<Record<string, unknown>> {
  const reply = await fetch(`http://127.0.0.1:5000${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as Record<string, unknown>;
}

async function signIn(): Promise<string> {
  const credentials = { username: secrets.SERVICE_USERNAME, password: secrets.SERVICE_PASSWORD };
  return String((await call("/api/auth/token", null, credentials)).access_token);
}

async function prove(
  image: Image,
  command: readonly string[],
  healthCheck: readonly string[],
): Promise<void> {
  const first = await start(image, command);
  console.log(`uid ${readFileSync(`/proc/${first.pid}/status`, "utf8").match(/^Uid:\s+(\d+)/m)?.[1]}`);
  execFileSync("unshare", inside(image.stage, image.user, image.folder, healthCheck), {
    env: image.environment,
  });
  console.log("HEALTHCHECK: healthy");
  await call("/api/players", await signIn(), { game: "default", ref: "p1", username: "Ann" });
  await stop(first);
  const second = await start(image, command);
  const { totals } = (await call("/api/security/dashboard", await signIn())) as {
    totals: { players: number };
  };
  console.log(`Started again: ${totals.players} player`);
  await stop(second);
}

const stages = readStages(readFileSync("docker/Dockerfile", "utf8"));
mkdirSync(out, { recursive: true });
const images = stages.map(build);
const last = images.at(-1);
const texts = new Map(stages.at(-1)?.instructions.map(({ name, text }) => [name, text]));
if (last) await prove(last, listOf(texts.get("CMD") ?? ""), listOf(texts.get("HEALTHCHECK") ?? ""));
console.log(run("du", "-sh", "--exclude=proc", "--exclude=dev", rootOf(last?.stage ?? ""), base).trim());
