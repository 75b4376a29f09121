/** The import against a service on a real port, in all its moods. Time jumps; the wire is real. */
import { existsSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runImport } from "../../src/cli/import/run.ts";
import { systemWorld } from "../../src/client/world.ts";
import { json, problem } from "../client/api.ts";
import { createJumpingWorld } from "../client/fake-world.ts";
import { FakeService, listen } from "./import/service.ts";
import { createFolder, optionsOf, sessionRow, surroundingsOf } from "./import/setting.ts";

const folder = createFolder();
let service = new FakeService();
let site: Awaited<ReturnType<typeof listen>>;

beforeEach(async () => {
  service = new FakeService();
  site = await listen(service);
});
afterEach(() => site.close());
afterAll(() => folder.remove());

const count = 100;
const lines = Array.from({ length: count }, (_, n) => JSON.stringify(sessionRow(n)));
let file = "";
beforeAll(() => {
  file = folder.write("rows.ndjson", `${lines.join("\n")}\n`);
});

async function run(name: string, ...more: readonly string[]) {
  const { world, elapsedMs } = createJumpingWorld(systemWorld.fetch);
  const { surroundings, shown } = surroundingsOf(world);
  const result = await runImport(optionsOf(name, site.origin, ...more), surroundings);
  return { ...result, elapsedMs: elapsedMs(), shown: shown.join("") };
}

describe("an import", () => {
  it("sends every row once, with the key, and leaves no state behind", async () => {
    const { isDone, counts } = await run(file, "--batch", "30", "--concurrency", "3");
    expect({ isDone, counts }).toEqual({
      isDone: true,
      counts: { accepted: count, duplicates: 0, rejected: 0 },
    });
    expect(service.asked).toHaveLength(4);
    expect(service.asked[0]?.headers["x-api-key"]).toBe("gsk_secret");
    expect(existsSync(`${file}.import.json`)).toBe(false);
    expect((await run(file)).counts.duplicates).toBe(count);
  });

  it.each([
    ["gzip", "rows.bin", gzipSync(lines.join("\n"))],
    [
      "CSV",
      "rows.txt",
      `session_id,player,recorded_at\n${lines.map((_, n) => `s-${n},p,2026-11-20T20:15:00Z\n`).join("")}`,
    ],
    [
      "CSV in gzip",
      "r.csv.gz",
      gzipSync(`session_id,player,recorded_at\n${lines.map((_, n) => `s-${n},p,x\n`).join("")}`),
    ],
  ])("takes %s", async (_, name, content) => {
    const { counts } = await run(folder.write(name, content));
    expect(counts.accepted).toBe(count);
    expect(service.stored.has("s-99")).toBe(true);
  });

  it("sends more than 1,000 rows a request as NDJSON", async () => {
    const many = folder.write(
      "many.ndjson",
      Array.from({ length: 1_500 }, (_, n) => JSON.stringify(sessionRow(n))).join("\n"),
    );
    expect((await run(many, "--batch", "10000")).counts.accepted).toBe(1_500);
    expect(service.asked.map(({ headers }) => headers["content-type"])).toEqual(["application/x-ndjson"]);
  });

  it("gives rows without a game the one that it is told", async () => {
    const named = folder.write(
      "g.ndjson",
      `${JSON.stringify({ ...sessionRow(1), game: "tf2" })}\n${lines[2]}`,
    );
    await run(named, "--game", "cs2");
    const { sessions } = JSON.parse(String(service.asked[0]?.body));
    expect(sessions.map(({ game }: { game: string }) => game)).toEqual(["tf2", "cs2"]);
  });
});

describe("trouble", () => {
  it("is waited out as long as the service asks, by all requests together", async () => {
    service.whim = (n) =>
      n <= 3 ? problem(429, "too_many_requests", "Wait.", { "retry-after": "60" }) : null;
    const { counts, elapsedMs, shown } = await run(file, "--batch", "10", "--concurrency", "3");
    expect(counts.accepted).toBe(count);
    expect(elapsedMs).toBeGreaterThanOrEqual(60_000);
    expect(elapsedMs).toBeLessThan(62_000);
    expect(shown).toContain("The service asks to wait 1 min 0 s.");
  });

  it("is spared where the headers say that no permit is left", async () => {
    const headers = { ratelimit: '"bulk";r=0;t=30' };
    service.whim = (n, asked) =>
      n === 1 ? json(200, { accepted: 10, duplicates: 0, rejected: [], n: asked.url }, headers) : null;
    const { elapsedMs } = await run(file, "--batch", "10", "--concurrency", "1");
    expect(elapsedMs).toBeGreaterThanOrEqual(30_000);
  });

  it("of every kind ends with each row stored once", async () => {
    service.whim = (n) => {
      if (n % 4 === 1) return "drop";
      if (n % 4 === 2) return problem(503, "busy", "Later.", { "retry-after": "1" });
      return n % 4 === 3 ? "answer lost" : null;
    };
    const { counts } = await run(file, "--batch", "9", "--concurrency", "2");
    expect(counts.accepted + counts.duplicates).toBe(count);
    expect([...service.stored.values()]).toEqual(Array.from({ length: count }, () => 1));
  });

  it("that does not pass ends it, and the state stays", async () => {
    service.whim = (n) => (n > 2 ? problem(401, "unauthorized", "The key is revoked.") : null);
    await expect(run(file, "--batch", "10", "--concurrency", "1")).rejects.toThrow("The key is revoked.");
    expect(existsSync(`${file}.import.json`)).toBe(true);
    service.whim = () => null;
    const { counts, shown } = await run(file, "--batch", "10", "--concurrency", "1");
    expect(counts).toEqual({ accepted: count, duplicates: 0, rejected: 0 });
    expect(shown).toContain("Going on behind row 20.");
  });

  it("without an end is given up", async () => {
    service.whim = () => "drop";
    await expect(run(file)).rejects.toThrow("No answer from");
    expect(service.asked.length).toBeLessThanOrEqual(10);
  });
});

describe("rejected rows", () => {
  it("are written with their reasons, in the file's order", async () => {
    const bad = folder.write(
      "bad.ndjson",
      [
        lines[0],
        "",
        "{not json",
        JSON.stringify({ player: "x" }),
        lines[1],
        JSON.stringify({ ...sessionRow(5), poison: true }),
        "7",
      ].join("\n"),
    );
    const { counts } = await run(bad);
    expect(counts).toEqual({ accepted: 2, duplicates: 0, rejected: 4 });
    expect(folder.rejected("bad.ndjson.rejected.ndjson")).toMatchObject([
      { row: 3, code: "malformed_json", pointer: "", content: "{not json" },
      { row: 4, code: "missing", pointer: "/session_id", detail: "Required.", content: { player: "x" } },
      { row: 6, code: "malformed_json", detail: "Nested too deep." },
      { row: 7, code: "missing", content: 7 },
    ]);
  });
});

describe("a dry run", () => {
  const document = (...names: string[]) =>
    json(200, {
      paths: { "/api/telemetry/sessions": { post: { parameters: names.map((name) => ({ name })) } } },
    });

  it("stores nothing and keeps no state", async () => {
    service.whim = (n) => (n === 1 ? document("Idempotency-Key", "dry_run") : null);
    expect((await run(file, "--dry-run")).counts.accepted).toBe(count);
    expect(service.stored.size).toBe(0);
    expect(service.asked[1]?.url).toBe("/api/telemetry/sessions?dry_run=true");
  });

  it("sends no row to a service that would store it", async () => {
    service.whim = () => document("Idempotency-Key");
    await expect(run(file, "--dry-run")).rejects.toThrow("without storing");
    expect(service.asked).toHaveLength(1);
  });
});

describe("a log", () => {
  const log = Buffer.from(Array.from({ length: 30_000 }, (_, n) => `line ${n} of a log\n`).join(""));

  it.each([
    ["plain", log],
    ["gzip", gzipSync(log)],
  ])("goes in pieces, in its order, each under its first byte's number (%s)", async (name, content) => {
    const path = folder.write(`${name}.log`, content);
    service.whim = (n) => (n === 2 ? "answer lost" : n === 4 ? problem(503, "again", "Again.") : null);
    await run(path, "--adapter", "source-log");
    expect(service.log.equals(log)).toBe(true);
    const offsets = service.asked.map(({ headers }) => Number(headers["x-logbytes-beginoffset"]));
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    const [first] = service.asked;
    expect(first?.headers["x-server-instance-token"]).toMatch(/^file-[0-9a-f]{16}$/);
    expect(first?.headers["content-type"]).toBe("text/plain");
  });

  it("goes on behind what was taken, under the same name", async () => {
    const path = folder.write("again.log", log);
    service.whim = (n) => (n === 2 ? problem(403, "forbidden", "No.") : null);
    await expect(run(path, "--adapter", "cs2-log", "--server", "eu-1")).rejects.toThrow("No.");
    service.whim = () => null;
    await run(path, "--adapter", "cs2-log", "--server", "eu-1");
    expect(service.log.equals(log)).toBe(true);
    expect(service.asked.map(({ headers }) => headers["x-logbytes-beginoffset"])).toEqual(
      ["0", "262144", "262144", "524288"].slice(0, service.asked.length),
    );
    expect(service.asked.at(-1)?.headers["x-server-instance-token"]).toBe("eu-1");
  });

  it("of messages goes one by one", async () => {
    const path = folder.write("messages.ndjson", '{"event":"a"}\n{"event":"b"}\n');
    await run(path, "--adapter", "matchzy");
    expect(service.asked.map(({ body }) => body.toString())).toEqual(['{"event":"a"}', '{"event":"b"}']);
    expect(service.asked[0]?.headers["content-type"]).toBe("application/json");
  });
});
