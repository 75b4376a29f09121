/** `npm run evaluate` and `npm run evaluate:simulated` as a person meets them. */
import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/cli/evaluate/input-error.ts";
import { readSimulateOptions } from "../../src/cli/evaluate/options.ts";

let folder = "";
let sessions = "";
let labels = "";
let notProfile = "";

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(script: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join("src/cli", script), ...args]);
  const chunks = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (chunks.out += chunk));
  child.stderr.on("data", (chunk) => (chunks.err += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...chunks })));
}
const evaluate = (...args: readonly string[]) => run("evaluate.ts", ...args);
const simulated = (...args: readonly string[]) => run("evaluate-simulated.ts", ...args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluate-"));
  sessions = join(folder, "sessions.ndjson");
  labels = join(folder, "labels.csv");
  notProfile = join(folder, "not-profile.json");
  await writeFile(notProfile, '{"metrics":"all"}');
  const made = await simulated("--seed", "4", "--players", "120", "--prevalence", "0.25", "--write", folder);
  expect(made.code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Everything from the ranking on: without paths and run times. */
const figuresOf = (out: string) => out.slice(out.indexOf("Ranking"));

describe("evaluate", () => {
  it("says of written files what evaluate:simulated says of the population", async () => {
    const [fromFiles, direct] = await Promise.all([
      evaluate(sessions, labels),
      simulated("--seed", "4", "--players", "120", "--prevalence", "0.25"),
    ]);
    expect(fromFiles.code).toBe(0);
    expect(fromFiles.err).toBe("");
    expect(fromFiles.out).toContain("120 players: 90 clean, 30 cheaters, 0 unverified");
    for (const part of ["Promise", "By sessions", "By kind", "By skill", "tenth 10", "subtle_aim"]) {
      expect(fromFiles.out).toContain(part);
    }
    expect(figuresOf(fromFiles.out)).toBe(figuresOf(direct.out));
  });

  it("counts rows that the service would refuse, and shows the first", async () => {
    const path = join(folder, "spoilt.ndjson");
    await writeFile(path, await readFile(sessions));
    await appendFile(
      path,
      'no json\n\n{"player":"x","session_id":"1","recorded_at":"2026-09-01T00:00:00Z","kills":-1}\n',
    );
    const { code, out } = await evaluate(path, labels);
    expect(code).toBe(0);
    expect(out).toContain("2 rows rejected");
    expect(out).toMatch(/rejected line \d+: not JSON/);
    expect(out).toContain("/kills out_of_range");
  });

  it("judges at --as-of by what was played until then", async () => {
    const [early, late] = await Promise.all([
      evaluate(sessions, labels, "--as-of", "2026-08-15T00:00:00Z"),
      evaluate(sessions, labels),
    ]);
    const played = (out: string) => Number(/([\d,]+) sessions,/.exec(out)?.[1]?.replace(",", ""));
    expect(early.out).toContain("as of 2026-08-15T00:00:00.000Z");
    expect(played(early.out)).toBeLessThan(played(late.out));
  });

  it("shows subsets and columns, and the hard matches by itself", async () => {
    const path = join(folder, "more.csv");
    const [head = "", ...lines] = (await readFile(labels, "utf8")).trim().split("\n");
    const more = lines.map((line, i) => `${line},${i % 4},"team ""${i % 2}"""`);
    await writeFile(path, [`${head},cheaters_in_match,team`, ...more].join("\n"));
    const { code, out } = await evaluate(sessions, path, "--by", "team", "--where", "skill>=0.5");
    expect(code).toBe(0);
    for (const part of ["cheaters_in_match<=2", "skill>=0.5", "By team", 'team "1"'])
      expect(out).toContain(part);
  });

  it("judges by the game's own profile", async () => {
    const path = join(folder, "profile.json");
    const declared = { kind: "proportion", unit: "share", range: [0, 1], direction: "high", group: "aim" };
    const metric = { ...declared, name: "head_hit_rate", exposure: "shots_hit" };
    await writeFile(path, JSON.stringify({ shooter: false, metrics: [metric] }));
    const [own, builtIn] = await Promise.all([
      evaluate(sessions, labels, "--profile", path),
      evaluate(sessions, labels),
    ]);
    expect(own.code).toBe(0);
    expect(figuresOf(own.out)).not.toBe(figuresOf(builtIn.out));
  });

  it("writes a report that stands alone", async () => {
    const dir = join(folder, "new", "report");
    const { code, out } = await evaluate(sessions, labels, "--report", dir);
    expect(code).toBe(0);
    expect(out).toContain(join(dir, "evaluation.html"));
    const html = await readFile(join(dir, "evaluation.html"), "utf8");
    expect(html.match(/<svg /g)).toHaveLength(4);
    expect(html).toContain("By kind");
    expect(html).not.toMatch(/<script|src="|href="|NaN|undefined/);
  });

  it.each<readonly [string, () => readonly string[], string]>([
    ["no files", () => [], "Usage: npm run evaluate"],
    ["a third file", () => [sessions, labels, "x"], "nothing else"],
    ["an unknown flag", () => [sessions, labels, "--fast"], "--fast"],
    ["missing sessions", () => ["/nowhere.ndjson", labels], "Cannot read the sessions"],
    ["missing labels", () => [sessions, "/nowhere.csv"], "Cannot read the labels"],
    ["a folder for sessions", () => [folder, labels], "is not a file"],
    ["labels that are no CSV", () => [sessions, sessions], "is not valid CSV"],
    ["a file without sessions", () => [labels, labels], "no usable session"],
    ["a bad time", () => [sessions, labels, "--as-of", "yesterday"], "--as-of wants an ISO 8601 time"],
    ["an unknown column", () => [sessions, labels, "--by", "rank"], 'no column "rank"'],
    ["a bad condition", () => [sessions, labels, "--where", "skill"], "--where wants a condition"],
    ["a missing profile", () => [sessions, labels, "--profile", "/nowhere.json"], "Cannot read the profile"],
    ["a profile that is none", () => [sessions, labels, "--profile", notProfile], "is no profile: /metrics"],
    ["a report in a file", () => [sessions, labels, "--report", labels], "Cannot make the folder"],
  ])("answers 2 and a clear line to %s", async (_, args, message) => {
    const { code, err } = await evaluate(...args());
    expect(err).toContain(message);
    expect(err).not.toContain("    at ");
    expect(code).toBe(2);
  });

  it.each([
    [["--seed", "x"], "--seed wants a whole number"],
    [["--seed", "1.5"], "--seed wants a whole number"],
    [["--prevalence", "1.1"], "--prevalence wants a number from 0 to 1"],
    [["--prevalence", ""], "--prevalence wants a number from 0 to 1"],
    [["--players", "0"], "--players wants"],
    [["--now", "soon"], "--now wants"],
    [["extra"], 'Unexpected "extra"'],
  ])("of simulations refuses %j", (args, message) => {
    expect(() => readSimulateOptions(args, 0)).toThrow(InputError);
    expect(() => readSimulateOptions(args, 0)).toThrow(message);
  });

  it("of simulations has defaults, and knows now", () => {
    expect(readSimulateOptions([], 5)).toMatchObject({ seed: 1, players: 6_000, prevalence: 0.1 });
    expect(readSimulateOptions(["--now", "now"], 5).nowMs).toBe(5);
  });

  it("of simulations answers 2 as well", async () => {
    const { code, err } = await simulated("--seed", "x");
    expect(err).toContain("--seed wants a whole number");
    expect(code).toBe(2);
  });
});
