import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockState } from "../../src/cli/serve/lock.ts";
import { readServeOptions } from "../../src/cli/serve/options.ts";
import { readServeVariables, unfitness } from "../../src/cli/serve/variables.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "serve-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("options of npm run serve", () => {
  it("serve port 5000 of this machine alone, from ./state, without a seed", () => {
    expect(readServeOptions([], "/srv")).toEqual({
      host: "127.0.0.1",
      port: 5_000,
      stateDir: resolve("/srv/state"),
      envFiles: [],
      seeds: false,
      built: null,
    });
  });

  it("take places relative to where they are said, and any number of files", () => {
    const args = ["--state", "data", "--env-file", "a", "--env-file=/etc/b", "--built", "dist", "--seed"];
    expect(readServeOptions([...args, "--port=80", "--host", "0.0.0.0"], "/srv")).toEqual({
      host: "0.0.0.0",
      port: 80,
      stateDir: resolve("/srv/data"),
      envFiles: [resolve("/srv/a"), resolve("/etc/b")],
      seeds: true,
      built: resolve("/srv/dist"),
    });
  });

  it.each([["--port", "0"], ["--port", "http"], ["--persist-to", "x"], ["state"]])(
    "refuse %s %s",
    (...args) => {
      expect(() => readServeOptions(args, "/srv")).toThrow();
    },
  );
});

describe("variables of npm run serve", () => {
  it("are of production, and trust no header, unless something says otherwise", async () => {
    expect(await readServeVariables([], { PATH: "/bin", JWT_SECRET: "" })).toEqual({
      ENVIRONMENT: "production",
      TRUST_CF_HEADERS: "false",
    });
  });

  it("come from files, the later before the earlier, and from the environment before them all", async () => {
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    await writeFile(first, 'JWT_SECRET="one"\nSERVICE_USERNAME=ann\nCORS_ORIGINS=https://a.example');
    await writeFile(second, "JWT_SECRET=two\nSERVICE_USERNAME=bob");
    const read = await readServeVariables([first, second], { SERVICE_USERNAME: "eve", HOME: "/root" });
    expect(read).toMatchObject({ JWT_SECRET: "two", SERVICE_USERNAME: "eve" });
    expect(read).toMatchObject({ CORS_ORIGINS: "https://a.example" });
    expect(read).not.toHaveProperty("HOME");
  });

  it("name a file that is not there", async () => {
    const file = join(folder, "missing");
    await expect(readServeVariables([file], {})).rejects.toThrow(`No such file: ${file}`);
  });
});

describe("variables that are not fit to serve", () => {
  const good = {
    JWT_SECRET: "7hGk2LmQ9xZp4VtR8wYb3NcD6fJs1AeU5oTi0KqX",
    SERVICE_USERNAME: "ops",
    SERVICE_PASSWORD: "plum orbit canvas ninety",
  };

  it("are none where all are strong", () => expect(unfitness(good)).toEqual([]));

  it.each([
    ["no secret", { JWT_SECRET: "" }, "JWT_SECRET must be set to 32 bytes or more."],
    ["a short secret", { JWT_SECRET: "x".repeat(31) }, "JWT_SECRET must be set to 32 bytes or more."],
    ["one that repeats itself", { JWT_SECRET: "abcdefghi".repeat(4) }, "JWT_SECRET repeats itself"],
    [
      "a placeholder",
      { JWT_SECRET: `please-change-me-${"0123456789".repeat(2)}` },
      "JWT_SECRET is a placeholder",
    ],
    ["no password", { SERVICE_PASSWORD: "" }, "SERVICE_USERNAME and SERVICE_PASSWORD"],
    ["a short password", { SERVICE_PASSWORD: "elevenchars" }, "at least 12 characters"],
    ["the local password", { SERVICE_PASSWORD: "letmein123" }, "local development password"],
  ])("%s", (_, changed, reason) => {
    const reasons = unfitness({ ...good, ...changed });
    expect(reasons.join(" ")).toContain(reason);
    for (const secret of [good.JWT_SECRET, good.SERVICE_PASSWORD])
      expect(reasons.join(" ")).not.toContain(secret);
  });

  it("in development need only a secret that is long enough", () => {
    expect(unfitness({ ENVIRONMENT: "development", JWT_SECRET: "x".repeat(32) })).toEqual([]);
    expect(unfitness({ ENVIRONMENT: "staging", JWT_SECRET: "x".repeat(32) })).not.toEqual([]);
  });
});

it("takes a state directory once, and says who has it", () => {
  const state = join(folder, "state");
  lockState(state);
  expect(() => lockState(state)).toThrow(`${state} is in use`);
});
