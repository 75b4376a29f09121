/** `npm run serve` as an operator meets it: refusals, a restart over the same data, crashes, and a stop with work under way. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildWorker } from "../../src/cli/serve/build.ts";
import { numberOf, signIn } from "../../src/cli/start/client.ts";
import { databaseFolder } from "../../src/cli/start/database.ts";
import { freePort, isAnswering } from "../../src/cli/start/ports.ts";
import { projectRoot } from "../../src/cli/start/project.ts";

const limitMs = 120_000;
const account = { username: "ops", password: "plum orbit canvas ninety" };
const secrets = {
  JWT_SECRET: "7hGk2LmQ9xZp4VtR8wYb3NcD6fJs1AeU5oTi0KqX",
  SERVICE_USERNAME: account.username,
  SERVICE_PASSWORD: account.password,
};

interface Serving {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
}

let folder = "";
let port = 0;
let current: Serving | null = null;

function serve(environment: Readonly<Record<string, string>>, ...more: readonly string[]): Serving {
  const place = ["--state", join(folder, "state"), "--built", join(folder, "built")];
  const args = [join(projectRoot, "src/cli/serve.ts"), "--port", String(port), ...place, ...more];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH ?? "", ...environment } });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(String(chunk)));
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, exited, output: () => chunks.join("") };
}

async function served(...more: readonly string[]): Promise<Serving> {
  const serving = serve(secrets, ...more);
  current = serving;
  const ready = new Promise<void>((resolve) => {
    serving.child.stdout?.on("data", () => serving.output().includes("Ctrl-C stops it.") && resolve());
  });
  const early = serving.exited.then((code) => {
    throw new Error(`npm run serve ended with ${code}:\n${serving.output()}`);
  });
  await Promise.race([ready, early]);
  return serving;
}

const origin = () => `http://127.0.0.1:${port}`;
const isHealthy = () => fetch(`${origin()}/health`).then(({ ok }) => ok, String);
const countPlayers = async () =>
  numberOf(await (await signIn(origin(), account)).get("/api/security/dashboard"), "totals", "players");

/** The process id of the workerd of a serving process. */
function workerdOf({ child }: Serving): number {
  const parentOf = (pid: string) => {
    try {
      return /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? [];
    } catch {
      return [];
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    const [, name, parent] = parentOf(pid);
    return name === "workerd" && Number(parent) === child.pid;
  });
  if (!found) throw new Error("No workerd.");
  return Number(found);
}

/** A sign-in whose body is sent in two parts; `finish` sends the second and answers the status. */
function halfSent(): Promise<{ finish(): Promise<number> }> {
  const body = JSON.stringify(account);
  const headers = { "content-type": "application/json", "content-length": body.length };
  return new Promise((resolve, reject) => {
    const sent = request(`${origin()}/api/auth/token`, { method: "POST", headers, agent: false });
    const answered = new Promise<number>((done, failed) => {
      sent.on("response", (reply) => done(reply.resume().statusCode ?? 0));
      sent.on("error", failed);
    });
    sent.on("error", reject);
    sent.write(body.slice(0, 9), () =>
      resolve({
        finish: () => {
          sent.end(body.slice(9));
          return answered;
        },
      }),
    );
  });
}

const longBody = "x".repeat(5_000_000);

/** What is answered to a body of five megabytes. */
function statusOfLong(path: string, type: string, agent: Agent): Promise<number | undefined> {
  const headers = { "content-type": type, "content-length": longBody.length };
  return new Promise((resolve, reject) => {
    request(`${origin()}${path}`, { method: "POST", headers, agent }, (reply) => {
      reply.resume().on("end", () => resolve(reply.statusCode));
    })
      .on("error", reject)
      .end(longBody);
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "serve-"));
  port = await freePort();
  await buildWorker(join(folder, "built"), []);
}, limitMs);
afterEach(async () => {
  current?.child.kill("SIGKILL");
  await current?.exited;
  current = null;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("npm run serve", { timeout: limitMs }, () => {
  it("does not start without secrets, and makes no state", async () => {
    const serving = serve({});
    expect(await serving.exited).toBe(1);
    expect(serving.output()).toContain("JWT_SECRET must be set to 32 bytes or more.");
    expect(serving.output()).toContain("SERVICE_USERNAME and SERVICE_PASSWORD must be set.");
    expect(readdirSync(folder)).toEqual(["built"]);
  });

  it("serves an empty service, keeps what is written, and hides the runtime's own routes", async () => {
    const first = await served();
    expect(await countPlayers()).toBe(0);
    const client = await signIn(origin(), account);
    await client.post("/api/players", { game: "default", ref: "p1", username: "Ann" });
    const fired = await fetch(
      `${origin()}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("*/5 * * * *")}`,
    );
    expect(fired.status).toBe(404);
    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(0);
    await served();
    expect(await countPlayers()).toBe(1);
  });

  it("lets a request that is under way end when it is stopped", async () => {
    const serving = await served();
    const under = await halfSent();
    serving.child.kill("SIGTERM");
    await expect.poll(() => serving.output(), { timeout: 10_000 }).toContain("Stopping");
    expect(await under.finish()).toBe(200);
    expect(await serving.exited).toBe(0);
    expect(serving.output()).not.toContain("crashed");
    expect(await isAnswering("127.0.0.1", port)).toBe(false);
  });

  it("starts workerd again when it dies, and outlives clients that hang up", async () => {
    const serving = await served();
    process.kill(workerdOf(serving), "SIGKILL");
    await expect.poll(() => serving.output(), { timeout: 10_000 }).toContain("crashed unexpectedly");
    await expect.poll(isHealthy, { timeout: 20_000 }).toBe(true);
    expect(await countPlayers()).toBe(1);
    const before = workerdOf(serving);
    const socket = connect(port, "127.0.0.1");
    socket.write(
      "POST /api/auth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{",
    );
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.destroy();
    expect(await isHealthy()).toBe(true);
    expect(workerdOf(serving)).toBe(before);
  });

  it("answers whoever it refuses before it has read their body, however long that is", async () => {
    await served();
    const agent = new Agent({ keepAlive: true });
    const seen = new Map<string, number>();
    for (const [path, type] of [
      ["/nowhere", "text/plain"],
      ["/api/auth/token", "text/plain"],
      ["/api/auth/token", "application/json"],
    ] as const) {
      for (let n = 0; n < 30; n++) {
        const what = `${path} ${type}: ${await statusOfLong(path, type, agent)}`;
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
    }
    agent.destroy();
    expect(Object.fromEntries(seen)).toEqual({
      "/nowhere text/plain: 404": 30,
      "/api/auth/token text/plain: 415": 30,
      "/api/auth/token application/json: 413": 30,
    });
  });

  it("takes workerd along when it is killed", async () => {
    const serving = await served();
    serving.child.kill("SIGKILL");
    await serving.exited;
    await expect.poll(() => isAnswering("127.0.0.1", port), { timeout: 10_000 }).toBe(false);
  });

  it("refuses a port and a state directory that are in use", async () => {
    await served();
    const samePort = serve(secrets);
    expect(await samePort.exited).toBe(1);
    expect(samePort.output()).toContain(`Port ${port} is in use`);
    const sameState = serve(secrets, "--port", String(await freePort()));
    expect(await sameState.exited).toBe(1);
    expect(sameState.output()).toContain("is in use by another");
  });

  it("refuses the state of a newer version", async () => {
    const objects = join(databaseFolder({ persistTo: join(folder, "state") }), "miniflare-D1DatabaseObject");
    for (const name of readdirSync(objects).filter((file) => /^[0-9a-f]+\.sqlite$/.test(file))) {
      using database = new DatabaseSync(join(objects, name));
      database.exec("INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')");
    }
    const serving = serve(secrets);
    expect(await serving.exited).toBe(1);
    expect(serving.output()).toContain("this one does not know 9999_later.sql");
  });
});
