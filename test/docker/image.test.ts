/** What the Dockerfile and the compose file promise, held against the code. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readServeOptions } from "../../src/cli/serve/options.ts";
import { accessTable } from "../../src/http/access.ts";
import { listOf, readStages } from "./dockerfile.ts";

const stages = readStages(readFileSync("docker/Dockerfile", "utf8"));
const image = stages.at(-1);
const textsOf = (name: string) =>
  (image?.instructions ?? []).filter((one) => one.name === name).map(({ text }) => text);
const compose = readFileSync("docker/compose.yaml", "utf8");
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const ignored = readFileSync("docker/Dockerfile.dockerignore", "utf8").split("\n");

describe("the image", () => {
  it("is built on one pinned version of Node: the one that npm scripts run", () => {
    const images = new Set(stages.map((stage) => stage.image));
    expect([...images]).toEqual([`node:${manifest.devDependencies.node}-bookworm-slim`]);
  });

  it("serves port 5000 to the network from /state, with options that exist", () => {
    const [command = ""] = textsOf("CMD");
    const [program, script = "", ...args] = listOf(command);
    expect(program).toBe("node");
    expect(manifest.scripts.serve).toContain(script);
    const options = readServeOptions(args, "/app");
    expect(options).toMatchObject({ host: "0.0.0.0", port: 5_000, stateDir: "/state", built: "/app/dist" });
    expect(textsOf("EXPOSE")).toEqual(["5000"]);
    expect(textsOf("VOLUME")).toEqual(["/state"]);
  });

  it("runs as a user without rights, who owns the state, and is told to stop as serve expects", () => {
    expect(textsOf("USER")).toEqual(["node"]);
    expect(textsOf("RUN")).toEqual(["mkdir /state && chown node:node /state"]);
    expect(textsOf("STOPSIGNAL")).toEqual(["SIGTERM"]);
  });

  it("asks a route that needs no token for its health", () => {
    const [check = ""] = textsOf("HEALTHCHECK");
    expect(check).toContain("http://127.0.0.1:5000/health'");
    expect(accessTable["GET /health"]?.roles).toBe("public");
  });

  it("runs npm scripts that exist, on the lock file", () => {
    const runs = stages.flatMap(({ instructions }) =>
      instructions.filter(({ name }) => name === "RUN").map(({ text }) => text),
    );
    const scripts = runs.flatMap((run) =>
      [...run.matchAll(/npm run (?:-s )?(\S+)/g)].map(([, name]) => name),
    );
    expect(scripts).toEqual(["build"]);
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(scripts));
    expect(runs.filter((run) => run.startsWith("npm ci"))).toEqual(["npm ci", "npm ci --omit=dev"]);
    expect(runs.join()).not.toContain("npm install");
  });

  it("copies what exists, between stages that exist, and no secret of the folder it is built in", () => {
    const names = stages.map(({ name }) => name);
    for (const [, stage] of textsOf("COPY")
      .join("\n")
      .matchAll(/--from=(\S+)/g))
      expect(names).toContain(stage);
    for (const path of ["package.json", "src", "seed"]) expect(existsSync(path), path).toBe(true);
    for (const path of [".dev.vars", ".env", "**/.env", "node_modules", "state", "backup", ".git"]) {
      expect(ignored).toContain(path);
    }
  });

  it("has what it runs among the dependencies of production, in wrangler's own versions", () => {
    expect(manifest.dependencies).toHaveProperty("croner");
    const wrangler = JSON.parse(readFileSync("node_modules/wrangler/package.json", "utf8"));
    expect(manifest.dependencies.miniflare).toBe(wrangler.dependencies.miniflare);
  });
});

describe("the compose file", () => {
  const list = (name: string) =>
    new RegExp(`^ {4}${name}:\\n((?: {6}- .*\\n)+)`, "m")
      .exec(compose)?.[1]
      ?.trim()
      .split(/\n\s*/)
      .map((line) => line.replace(/^- "?|"$/g, ""));
  const value = (name: string) => new RegExp(`^ {4}${name}: (.*)$`, "m").exec(compose)?.[1];

  it("is of one service on port 5000 that builds the Dockerfile and keeps its state in a volume", () => {
    expect(list("ports")).toEqual(["5000:5000"]);
    expect(list("volumes")).toEqual(["state:/state"]);
    expect(compose).toMatch(/^volumes:\n {2}state:$/m);
    expect(compose).toMatch(/context: \.\.\n\s+dockerfile: docker\/Dockerfile$/m);
  });

  it("takes its secrets from a file that git ignores, and holds none", () => {
    expect(value("env_file")).toBe(".env");
    expect(readFileSync(".gitignore", "utf8").split("\n")).toContain(".env");
    expect(compose).not.toMatch(/(SECRET|PASSWORD)\s*[:=]\s*\S/);
  });

  it("gives it no rights, and more time to stop than it takes", () => {
    expect(value("read_only")).toBe("true");
    expect(list("cap_drop")).toEqual(["ALL"]);
    expect(list("tmpfs")).toEqual(["/tmp"]);
    const graceMs = Number(
      /graceMs = ([\d_]+)/.exec(readFileSync("src/cli/serve.ts", "utf8"))?.[1]?.replaceAll("_", ""),
    );
    expect(Number.parseInt(value("stop_grace_period") ?? "", 10) * 1_000).toBeGreaterThan(graceMs);
  });
});
