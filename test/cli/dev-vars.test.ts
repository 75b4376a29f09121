import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureDevVars, localFrom, randomSecret, readVariables } from "../../src/cli/start/dev-vars.ts";

const example = 'JWT_SECRET=""\n';
let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "dev-vars-"));
  await writeFile(join(root, ".dev.vars.example"), example);
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe(".dev.vars", () => {
  it("is made from the example with a secret of 32 random bytes, for its owner's eyes", async () => {
    expect(await ensureDevVars(root)).toBe(true);
    const file = join(root, ".dev.vars");
    const variables = await readVariables([file]);
    expect(variables.ENVIRONMENT).toBe("development");
    expect(variables.JWT_SECRET).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it("is left alone where there is one", async () => {
    await writeFile(join(root, ".dev.vars"), "mine");
    expect(await ensureDevVars(root)).toBe(false);
    expect(await readFile(join(root, ".dev.vars"), "utf8")).toBe("mine");
  });

  it("needs a line for the secret in the example", () => {
    expect(() => localFrom("A=1\n", "x")).toThrow("JWT_SECRET");
    const made = localFrom(example, "x");
    expect(made).toBe('ENVIRONMENT="development"\nTRUST_CF_HEADERS="false"\nJWT_SECRET="x"\n');
  });

  it("leaves nothing in the example that a deployment must not have", async () => {
    const deployed = await readVariables([join(import.meta.dirname, "../../.dev.vars.example")]);
    expect(deployed).toEqual({ JWT_SECRET: "", SERVICE_USERNAME: "", SERVICE_PASSWORD: "" });
    const { cloudflare } = JSON.parse(
      await readFile(join(import.meta.dirname, "../../package.json"), "utf8"),
    );
    expect(Object.keys(cloudflare.bindings).sort()).toEqual(Object.keys(deployed).sort());
  });

  it("has another secret each time", () => {
    expect(randomSecret()).not.toBe(randomSecret());
  });

  it("is beaten by later files, and a missing file sets nothing", async () => {
    await writeFile(join(root, "a"), "A=1\nB=1\n");
    await writeFile(join(root, "b"), "B=2\n");
    const files = ["a", "missing", "b"].map((name) => join(root, name));
    expect(await readVariables(files)).toEqual({ A: "1", B: "2" });
  });
});
