/** `npm run import` as a person runs it: a process of its own, its exit code, Ctrl-C and worse. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../src/cli/start/project.ts";
import { FakeService, listen, type Whim } from "./import/service.ts";
import { createFolder, sessionRow } from "./import/setting.ts";

const folder = createFolder();
let service = new FakeService();
let site: Awaited<ReturnType<typeof listen>>;
beforeEach(async () => {
  service = new FakeService();
  site = await listen(service);
});
afterEach(() => site.close());
afterAll(() => folder.remove());

const count = 200;
const write = (name: string) =>
  folder.write(name, Array.from({ length: count }, (_, n) => `${JSON.stringify(sessionRow(n))}\n`).join(""));

function command(...args: readonly string[]) {
  const script = join(projectRoot, "src/cli/import.ts");
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, GSA_KEY: "gsk_hidden" },
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(String(chunk)));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, output: chunks.join("") }));
  });
  return { child, ended };
}

/** Interrupts the command while its fifth request is under way. */
const during = (child: () => ChildProcess | null, signal: NodeJS.Signals, whim: Whim) => (n: number) => {
  if (n !== 5) return null;
  child()?.kill(signal);
  return whim;
};

describe("npm run import", () => {
  it("says in one line what is wrong, and never the key", async () => {
    const { code, output } = await command("/no/such/file", "--url", site.origin).ended;
    expect([code, output.trim().split("\n").length]).toEqual([2, 1]);
    const refused = await command(write("a.ndjson"), "--url", "gsk://x").ended;
    expect(refused.code).toBe(2);
    expect(output + refused.output).not.toContain("hidden");
  });

  it.each(["SIGINT", "SIGKILL"] as const)("goes on where %s ended it", async (signal) => {
    const args = [write(`${signal}.ndjson`), "--url", site.origin, "--batch", "10", "--concurrency", "2"];
    let child: ChildProcess | null = null;
    service.whim = during(() => child, signal, null);
    const first = command(...args);
    child = first.child;
    const { code, output } = await first.ended;
    expect(code).toBe(signal === "SIGINT" ? 130 : null);
    if (signal === "SIGINT") expect(output).toContain("The same command goes on from");
    expect(service.stored.size).toBeLessThan(count);
    service.whim = () => null;
    const second = await command(...args).ended;
    expect(second.code).toBe(0);
    expect(second.output).toContain("Going on behind row");
    expect(second.output).toMatch(/^\d+ accepted, \d+ duplicates, 0 rejected\.$/m);
    expect([...service.stored.values()]).toEqual(Array.from({ length: count }, () => 1));
    expect(second.output).not.toContain("hidden");
  });

  it("ends with 1 where the service refuses, and says why", async () => {
    service.whim = () => new Response("<html>", { status: 404 });
    const { code, output } = await command(write("c.ndjson"), "--url", site.origin).ended;
    expect(code).toBe(1);
    expect(output).toContain("The import failed: The service answered 404.");
  });
});
