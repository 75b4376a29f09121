/** `npm start` as a person meets it: from nothing to a seeded service, and again over the same data. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import { defaultCredentials } from "../../src/cli/start/banner.ts";
import { type Client, memberOf, numberOf, signIn } from "../../src/cli/start/client.ts";
import { localFrom, randomSecret } from "../../src/cli/start/dev-vars.ts";
import { freePort, isAnswering } from "../../src/cli/start/ports.ts";
import { localVariables, projectRoot } from "../../src/cli/start/project.ts";
import { seedNumber } from "../../src/cli/start/stage.ts";

const startLimitMs = 180_000;

interface Start {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
}

let folder = "";
let port = 0;
let current: Start | null = null;

/** Runs the command over a state and variables of the test's own; the project's stay as they are. */
function start(...more: readonly string[]): Start {
  const args = [
    "--port",
    String(port),
    "--persist-to",
    join(folder, "state"),
    "--env-file",
    join(folder, "vars"),
  ];
  const child = spawn(process.execPath, [join(projectRoot, "src/cli/start.ts"), ...args, ...more]);
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(String(chunk)));
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  current = { child, exited, output: () => chunks.join("") };
  return current;
}

/** Resolves with the banner's arrival; throws where the command ends before it. */
async function untilReady({ child, exited, output }: Start): Promise<void> {
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on("data", () => output().includes("Ctrl-C stops it.") && resolve());
  });
  const early = exited.then((code) => {
    throw new Error(`npm start ended with ${code}:\n${output()}`);
  });
  await Promise.race([ready, early]);
}

async function stop({ child, exited }: Start): Promise<number | null> {
  child.kill("SIGINT");
  return exited;
}

/** Begins a request, and goes once the service has had time to read it. */
function hangUp(port: number): void {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => socket.destroy());
  socket.write(
    "POST /api/auth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{",
  );
  setTimeout(() => socket.destroy(), 400);
}

async function counts(client: Client): Promise<{ players: number; sessions: number; events: number }> {
  const dashboard = await client.get("/api/security/dashboard");
  const stats = await client.get("/api/analytics/stats");
  return {
    players: numberOf(dashboard, "totals", "players"),
    sessions: numberOf(stats, "totals", "sessions"),
    events: numberOf(stats, "totals", "security_events"),
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "start-"));
  port = await freePort();
  const example = await readFile(join(projectRoot, localVariables.example), "utf8");
  await writeFile(join(folder, "vars"), localFrom(example, randomSecret()));
});
afterEach(async () => {
  if (current) await stop(current);
  current = null;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("npm start", () => {
  const players = generateSeed({ nowMs: 0, seed: seedNumber }).players;
  const suspects = players.filter(({ suspect }) => suspect).map(({ ref }) => ref);
  const origin = () => `http://127.0.0.1:${port}`;
  let first = { players: 0, sessions: 0, events: 0 };

  it("serves a complete, seeded service", { timeout: startLimitMs }, async () => {
    const running = start();
    await untilReady(running);
    expect(running.output()).toContain(`http://localhost:${port}`);
    const client = await signIn(`http://localhost:${port}`, defaultCredentials);
    first = await counts(client);
    expect(first).toMatchObject({ players: 50, sessions: 1_050 });
    expect(first.events).toBeGreaterThan(36);
    const answer = await client.get("/api/players/suspicious");
    const listed = memberOf(answer, "players");
    const refs = Array.isArray(listed) ? listed.map((player) => memberOf(player, "ref")) : [];
    expect(refs.toSorted()).toEqual(suspects.toSorted());
  });

  it("keeps the data at the next start, and fires crons by hand", { timeout: startLimitMs }, async () => {
    const running = start("--var", "RATE_LIMIT_REQUESTS:100000");
    await untilReady(running);
    expect(running.output()).not.toContain("seeding");
    expect(await counts(await signIn(origin(), defaultCredentials))).toEqual(first);
    expect(await readdir(join(folder, "state"))).not.toContain("seeding");
    const fired = await fetch(
      `${origin()}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("*/5 * * * *")}`,
    );
    expect(fired.status).toBe(200);
  });

  it("refuses a port in use, and leaves nothing running behind", { timeout: startLimitMs }, async () => {
    const running = start();
    await untilReady(running);
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(`Port ${port} is in use`);
    expect(await stop(running)).toBe(0);
    expect(await isAnswering("127.0.0.1", port)).toBe(false);
  });

  it("outlives clients that hang up in the middle of a body", { timeout: startLimitMs }, async () => {
    const running = start();
    await untilReady(running);
    const again = () => {
      hangUp(port);
      return running.output();
    };
    await expect.poll(again, { timeout: 30_000, interval: 500 }).toContain("Starting it again");
    const isHealthy = () => fetch(`${origin()}/health`).then(({ ok }) => ok, String);
    await expect.poll(isHealthy, { timeout: 60_000 }).toBe(true);
    expect(await counts(await signIn(origin(), defaultCredentials))).toEqual(first);
    expect(await stop(running)).toBe(0);
  });

  it("takes its server along when it is killed", { timeout: startLimitMs }, async () => {
    const running = start();
    await untilReady(running);
    running.child.kill("SIGKILL");
    await running.exited;
    await expect.poll(() => isAnswering("127.0.0.1", port), { timeout: 15_000 }).toBe(false);
  });
});
