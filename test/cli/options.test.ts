import { describe, expect, it } from "vitest";
import { readOptions } from "../../src/cli/start/options.ts";

const read = (...args: string[]) => readOptions(args, "/home/me", "/project");

describe("the flags of npm start", () => {
  it("defaults to port 8787 of this machine, and the project's own state", () => {
    expect(read()).toEqual({
      host: "127.0.0.1",
      port: 8787,
      persistTo: "/project/.wrangler/state",
      vars: {},
      envFiles: [],
      project: [],
      dev: ["--ip", "127.0.0.1", "--port", "8787", "--show-interactive-dev-session=false"],
    });
  });

  it.each([
    ["two words", ["--port", "8790", "--persist-to", "state", "--var", "A:1"]],
    ["one word", ["--port=8790", "--persist-to=state", "--var=A:1"]],
    ["camel case", ["--port=8790", "--persistTo", "state", "--var", "A:1"]],
  ])("understands flags in %s and passes them on as they are", (_, args) => {
    const options = read(...args);
    expect(options).toMatchObject({ port: 8790, persistTo: "/home/me/state", vars: { A: "1" } });
    expect(options.dev.slice(-args.length)).toEqual(args);
    expect(options.dev.filter((arg) => arg.startsWith("--port"))).toHaveLength(1);
  });

  it("takes any number of variables, and colons and equals signs in their values", () => {
    const { vars } = read("--var", "A:1", "B:x:y", "--live-reload", "--var=C:k=v");
    expect(vars).toEqual({ A: "1", B: "x:y", C: "k=v" });
  });

  it("hands configuration and environment to the D1 commands too", () => {
    expect(read("-c", "other.toml", "--env=staging").project).toEqual([
      "--config",
      "other.toml",
      "--env",
      "staging",
    ]);
  });

  it("reads environment files from the project, as wrangler does", () => {
    expect(read("--env-file", "a", "/elsewhere/b").envFiles).toEqual(["/project/a", "/elsewhere/b"]);
  });

  it.each(["0", "65536", "abc", "1.5", "-1"])("refuses port %s", (port) => {
    expect(() => read(`--port=${port}`)).toThrow("--port");
  });

  it.each(["1", "65535"])("accepts port %s", (port) => {
    expect(read(`--port=${port}`).port).toBe(Number(port));
  });

  it("refuses a variable without a value", () => {
    expect(() => read("--var", "A")).toThrow("NAME:value");
  });

  it.each(["--remote", "-r", "--cwd=/", "--local-protocol=https"])("refuses %s", (flag) => {
    expect(() => read(flag)).toThrow("npx wrangler dev");
  });
});
