/** A deployment step by step, against a wrangler that only remembers, and its dry run against the real one. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { deploy, type Order, type Tools } from "../../../src/cli/deploy/deploy.ts";
import { readDeployOptions } from "../../../src/cli/deploy/options.ts";
import { smokeTest } from "../../../src/cli/deploy/smoke.ts";
import { projectRoot } from "../../../src/cli/start/project.ts";

const account = { SERVICE_USERNAME: "ops", SERVICE_PASSWORD: "plum orbit canvas ninety" };
const strong = { JWT_SECRET: "7hGk2LmQ9xZp4VtR8wYb3NcD6fJs1AeU5oTi0KqX", ...account };

const worker: Order["worker"] = {
  name: "w",
  databaseName: "game-security",
  crons: ["* * * * *"],
  migrations: [{ name: "0001_a.sql", statements: [] }],
  options: {
    compatibilityDate: "",
    compatibilityFlags: [],
    bindings: {},
    d1Databases: {},
    durableObjects: {},
    ratelimits: {},
  },
};

interface Cloud {
  readonly loggedIn?: boolean;
  readonly databases?: readonly string[];
  /** Null: there is no Worker yet. */
  readonly secrets?: readonly string[] | null;
  /** The command that fails. */
  readonly fails?: string;
}

/** A wrangler over an account that is in this state; `ran` are its commands, `uploaded` the secrets of the deployment. */
function world(
  { loggedIn = true, databases = [], secrets = null, fails = "none" }: Cloud,
  ask: Tools["ask"] = null,
) {
  const ran: string[] = [];
  const said: string[] = [];
  const files: string[] = [];
  let uploaded: Record<string, string> = {};
  let tested: readonly unknown[] = [];
  const answers: Readonly<Record<string, () => string>> = {
    whoami: () => JSON.stringify({ loggedIn }),
    "d1 list": () => `a remark\n${JSON.stringify(databases.map((name) => ({ name })))}`,
    "secret list": () => {
      if (secrets === null) throw new Error("This Worker does not exist on your account. [code: 10007]");
      return JSON.stringify(secrets.map((name) => ({ name, type: "secret_text" })));
    },
  };
  const tools: Tools = {
    async wrangler(args) {
      const command = args.join(" ");
      ran.push(command);
      if (command.startsWith(fails)) throw new Error(`${fails} failed`);
      if (args.includes("--secrets-file")) {
        const file = args[args.indexOf("--secrets-file") + 1] ?? "";
        files.push(file);
        uploaded = JSON.parse(readFileSync(file, "utf8"));
        return "Uploaded w\n  https://w.studio.workers.dev\nCurrent Version ID: x";
      }
      const known = Object.keys(answers).find((start) => command.startsWith(start));
      return known ? (answers[known]?.() ?? "") : "";
    },
    say: (line) => said.push(line),
    ask,
    smokeTest: async (...args) => {
      tested = args;
      return "Fine.";
    },
  };
  return { tools, ran, said, files, uploaded: () => uploaded, tested: () => tested };
}

const order = (given: Order["given"], ...args: readonly string[]): Order => ({
  options: readDeployOptions(args, "/srv"),
  worker,
  given,
});
const isSecret = /^[\w-]{43}$/;

describe("npm run deploy", () => {
  it("makes what is missing, migrates before it uploads, and tests what it deployed", async () => {
    const { tools, ran, said, files, uploaded, tested } = world({});
    await deploy(tools, order(account, "--env", "staging"));
    expect(ran.map((command) => command.replace(/--secrets-file \S+/, "--secrets-file F"))).toEqual([
      "deploy --dry-run --env staging",
      "whoami --json",
      "secret list --env staging",
      "d1 list --json --env staging",
      "d1 create game-security --env staging",
      "d1 migrations apply DB --remote --env staging",
      "deploy --secrets-file F --env staging",
    ]);
    expect(uploaded()).toEqual({ ...account, JWT_SECRET: expect.stringMatching(isSecret) });
    expect(tested()).toEqual(["https://w.studio.workers.dev", uploaded()]);
    for (const file of files) expect(existsSync(file)).toBe(false);
    for (const secret of Object.values(uploaded()))
      expect([...said, ...ran].join("\n")).not.toContain(secret);
  });

  it("keeps the database and the secrets that are there", async () => {
    const { tools, ran, uploaded } = world({ databases: ["game-security"], secrets: Object.keys(strong) });
    await deploy(tools, order({}, "--url", "https://security.example"));
    expect(uploaded()).toEqual({});
    expect(ran.filter((command) => command.startsWith("d1 create"))).toEqual([]);
  });

  it("asks a person for what only they know", async () => {
    const { tools, uploaded } = world({ secrets: ["JWT_SECRET"] }, async (question) =>
      question.includes("password") ? account.SERVICE_PASSWORD : account.SERVICE_USERNAME,
    );
    await deploy(tools, order({}));
    expect(uploaded()).toEqual(account);
  });

  it.each([
    ["nobody is signed in", { loggedIn: false }, strong, "Not signed in", 2],
    [
      "a password is weak",
      {},
      { ...strong, SERVICE_PASSWORD: "letmein123" },
      "local development password",
      0,
    ],
    ["a secret is short", {}, { JWT_SECRET: "short" }, "JWT_SECRET must be set to 32 bytes", 0],
    [
      "nobody says who may come in",
      {},
      { JWT_SECRET: strong.JWT_SECRET },
      "SERVICE_USERNAME is not deployed",
      3,
    ],
    ["the secrets can't be listed", { fails: "secret list" }, strong, "secret list failed", 3],
    ["a migration fails", { fails: "d1 migrations" }, strong, "d1 migrations failed", 6],
  ] as const)("deploys nothing where %s", async (_, cloud, given, reason, commands) => {
    const { tools, ran } = world(cloud);
    await expect(deploy(tools, order(given))).rejects.toThrow(reason);
    expect(ran).toHaveLength(commands);
    expect(ran.join("\n")).not.toContain("--secrets-file");
  });

  it("leaves no file with secrets behind where the upload fails", async () => {
    const { tools, files } = world({});
    const failing: Tools = {
      ...tools,
      wrangler: async (args) => {
        await tools.wrangler(args);
        if (args.includes("--secrets-file")) throw new Error("upload failed");
        return tools.wrangler(args);
      },
    };
    await expect(deploy(failing, order(strong))).rejects.toThrow("upload failed");
    expect(files).toHaveLength(1);
    expect(existsSync(files[0] ?? "")).toBe(false);
  });

  it.each([[[]], [["--env", "staging"]]])(
    "rehearses %j without an account or a network",
    { timeout: 300_000 },
    (args) => {
      const run = spawnSync(
        process.execPath,
        [join(projectRoot, "src/cli/deploy.ts"), "--dry-run", ...args],
        { encoding: "utf8", env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent" } },
      );
      expect(run.stderr).toBe("");
      const suffix = args.length > 0 ? "-staging" : "";
      expect(run.stdout).toContain(`Worker game-security-api${suffix}: builds.`);
      expect(run.stdout).toContain(`D1 database game-security${suffix}: `);
      expect(run.stdout).toContain("nothing left this machine");
    },
  );
});

describe("the smoke test", () => {
  let close = () => {};
  afterEach(() => close());

  async function answering(statuses: Readonly<Record<string, number>>): Promise<string> {
    const server = createServer((request, reply) => {
      const status = statuses[request.url ?? ""] ?? 404;
      reply.writeHead(status).end(JSON.stringify({ status: "ok", access_token: "t" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    close = () => server.close();
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const once = { tries: 1, everyMs: 0 };
  const fine = { "/health": 200, "/api/auth/token": 200, "/api/security/dashboard": 200 };

  it("is fine where health, sign-in and a read are, and says what it could not try", async () => {
    const url = await answering(fine);
    expect(await smokeTest(url, strong, once)).toContain("sign-in and the dashboard are fine");
    expect(await smokeTest(url, {}, once)).toContain("Sign-in was not tried");
  });

  it.each([
    ["/health", "wrangler rollback"],
    ["/api/auth/token", "/api/auth/token answered 503"],
    ["/api/security/dashboard", "/api/security/dashboard answered 503"],
  ])("fails where %s does", async (path, reason) => {
    const url = await answering({ ...fine, [path]: 503 });
    await expect(smokeTest(url, strong, once)).rejects.toThrow(reason);
  });
});
