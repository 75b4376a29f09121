/** Each import rule of the house is broken once, and caught by the linter. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Folder, what it must not import, and what it may. */
const rules: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    "detection",
    ["../db/client.ts", "../env.ts", "hono", "drizzle-orm", "node:crypto", "../http/problem.ts"],
    ["zod", "./risk.ts"],
  ],
  ["telemetry", ["../actions/answers.ts", "cloudflare:workers"], ["zod", "../detection/evidence.ts"]],
  ["decisions", ["../db/client.ts", "../routes/players.ts"], ["../detection/risk.ts"]],
  [
    "db",
    ["../actions/answers.ts", "../http/problem.ts", "hono", "../auth/tokens.ts", "../audit/chain.ts"],
    ["../detection/risk.ts", "./audit.ts"],
  ],
  [
    "auth",
    ["../actions/answers.ts", "../audit/chain.ts", "../http/problem.ts", "../routes/auth.ts"],
    ["../db/client.ts"],
  ],
  ["rate-limit", ["../http/gate.ts", "../actions/context.ts"], ["./window.ts"]],
  [
    "audit",
    ["../actions/audit.ts", "../http/problem.ts", "../jobs/run.ts"],
    ["../db/audit.ts", "../auth/digest.ts"],
  ],
  ["actions", ["../http/gate.ts", "../routes/ops.ts", "../console/routes.tsx"], ["../http/problem.ts"]],
  ["http", ["../actions/context.ts", "../routes/ops.ts", "../app.ts"], ["../auth/tokens.ts"]],
  ["routes", ["../console/routes.tsx", "../jobs/run.ts", "../app.ts"], ["../actions/answers.ts"]],
  ["console", ["../routes/players.ts", "../jobs/run.ts"], ["../actions/answers.ts"]],
  ["jobs", ["../routes/ops.ts", "../console/routes.tsx"], ["../actions/run-job.ts", "../audit/trail.ts"]],
  [
    "cli",
    ["../routes/ops.ts", "../db/client.ts", "../actions/run-job.ts", "../auth/tokens.ts"],
    ["../detection/score.ts", "../client/send.ts", "../auth/accounts.ts", "../db/registry.ts"],
  ],
  [
    "client",
    ["../telemetry/session.ts", "../http/schemas/answers.ts", "node:fs", "zod", "../../seed/types.ts"],
    ["./world.ts"],
  ],
];

const worldly = [
  "Date.now()",
  "fetch('x')",
  "crypto.randomUUID()",
  "console.log(1)",
  "performance.now()",
  "setTimeout(() => 1, 1)",
  "process.exit()",
];

let root = "";
/** Rules that the linter saw broken, by file. */
const broken = new Map<string, string[]>();

const fileOf = (folder: string, code: string) =>
  `src/${folder}/${code.replaceAll(/[^a-z]+/gi, "-").replace(/^-/, "")}-sample.ts`;
const importing = (path: string) => `import { x } from "${path}";\nexport const y = x;\n`;
const calling = (code: string) => `export const x = () => ${code};\n`;

function put(file: string, code: string): void {
  mkdirSync(join(root, file, ".."), { recursive: true });
  writeFileSync(join(root, file), code);
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "import-rules-"));
  copyFileSync("biome.json", join(root, "biome.json"));
  for (const [folder, forbidden, allowed] of rules) {
    for (const path of [...forbidden, ...allowed]) put(fileOf(folder, path), importing(path));
  }
  for (const code of worldly) put(fileOf("detection", code), calling(code));
  const biome = resolve("node_modules/.bin/biome");
  const args = ["lint", "--vcs-enabled=false", "--reporter=github", "--max-diagnostics=none", "."];
  const { stdout } = spawnSync(biome, args, { cwd: root, encoding: "utf8" });
  for (const [, rule = "", file = ""] of stdout.matchAll(/::\w+ title=(\S+?),file=([^,]+),/g)) {
    const place = file.slice(file.indexOf("src/"));
    broken.set(place, [...(broken.get(place) ?? []), rule]);
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("import rules", () => {
  for (const [folder, forbidden, allowed] of rules) {
    it.each(forbidden)(`${folder} must not import %s`, (path) => {
      expect(broken.get(fileOf(folder, path))).toContain("lint/style/noRestrictedImports");
    });
    it.each(allowed)(`${folder} may import %s`, (path) => {
      expect(broken.get(fileOf(folder, path)) ?? []).not.toContain("lint/style/noRestrictedImports");
    });
  }
});

describe("the client", () => {
  it("takes types alone from the service, in one file", () => {
    const imports = readFileSync("src/client/types.ts", "utf8").match(/^import .*$/gm) ?? [];
    expect(imports.length).toBeGreaterThan(2);
    expect(imports.filter((line) => !line.startsWith("import type "))).toEqual([]);
  });
});

describe("pure folders know no world", () => {
  it.each(worldly)("%s is caught", (code) => {
    expect(broken.get(fileOf("detection", code))).toContain("lint/style/noRestrictedGlobals");
  });

  it("and no chance: randomness comes in as a seed", () => {
    const pure = ["detection", "telemetry"].flatMap((folder) =>
      readdirSync(`src/${folder}`, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `src/${folder}/${name}`),
    );
    expect(pure.length).toBeGreaterThan(10);
    expect(pure.filter((file) => readFileSync(file, "utf8").includes("Math.random"))).toEqual([]);
  });
});
