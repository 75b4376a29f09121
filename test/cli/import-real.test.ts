/** The import, the client and the snippets against the service itself. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runImport } from "../../src/cli/import/run.ts";
import { memberOf, numberOf } from "../../src/cli/start/client.ts";
import { projectRoot } from "../../src/cli/start/project.ts";
import { createClient, type RejectedRow } from "../../src/client/index.ts";
import { systemWorld } from "../../src/client/world.ts";
import { type Site, startSite } from "../browser/site.ts";
import { createFolder, optionsOf, surroundingsOf } from "./import/setting.ts";

const folder = createFolder();
let site: Site;
let key = "";

beforeAll(async () => {
  site = await startSite();
  const scopes = ["telemetry:write", "players:read", "reports:write"];
  const made = await site.client.post("/api/auth/keys", { name: "import", scopes });
  key = String(memberOf(made, "key"));
}, 180_000);
afterAll(async () => {
  await site?.stop();
  folder.remove();
});

const count = 1_200;
const recordedAt = "2026-11-20T20:15:00Z";
const rows = Array.from({ length: count }, (_, n) => ({
  player: `p-${n % 30}`,
  session_id: `real-${n}`,
  recorded_at: recordedAt,
  game: "cs2",
  kills: n % 20,
  // One in a hundred has more headshots than kills.
  headshots: n % 100 === 50 ? 50 : 0,
  metrics: { "aim.x": n / 8 },
}));
const ndjson = rows.map((row) => JSON.stringify(row)).join("\n");
const csv = `session_id,player,recorded_at,game,kills,headshots,metrics.aim.x\n${rows
  .map((row) =>
    [row.session_id, row.player, recordedAt, row.game, row.kills, row.headshots, row.metrics["aim.x"]].join(),
  )
  .join("\n")}\n`;

async function importing(name: string, content: string | Buffer, ...more: readonly string[]) {
  const options = optionsOf(folder.write(name, content), site.origin, "--key", key, ...more);
  return (await runImport(options, surroundingsOf(systemWorld).surroundings)).counts;
}

async function run(program: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: { ...process.env, URL: site.origin, GSA_KEY: key },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return `${code} ${output}`;
}

describe("the import tool", () => {
  const rejected = count / 100;

  it("checks rows without storing them", async () => {
    expect(await importing("dry.ndjson", ndjson, "--dry-run")).toMatchObject({ accepted: count - rejected });
    expect(numberOf(await site.client.get("/api/analytics/stats"), "totals", "sessions")).toBe(0);
  });

  it("stores each row once, in whatever format it comes again", async () => {
    const first = await importing("a.ndjson", ndjson, "--batch", "500");
    expect(first.accepted + first.duplicates).toBe(count - rejected);
    const again = { accepted: 0, duplicates: count - rejected, rejected };
    expect(await importing("a.csv", csv)).toEqual(again);
    expect(await importing("a.csv.gz", gzipSync(csv))).toEqual(again);
    expect(await importing("a.gz", gzipSync(ndjson), "--batch", "10000")).toEqual(again);
    expect(numberOf(await site.client.get("/api/analytics/stats"), "totals", "sessions")).toBe(
      count - rejected,
    );
    for (const name of ["a.ndjson", "a.csv", "a.csv.gz", "a.gz"]) {
      const lines = folder.rejected(`${name}.rejected.ndjson`);
      expect(lines.map(({ row }) => row)).toEqual(Array.from({ length: rejected }, (_, n) => n * 100 + 51));
      expect(lines[0]).toMatchObject({
        code: "inconsistent",
        pointer: "/headshots",
        content: { headshots: 50 },
      });
    }
  });
});

describe("the client", () => {
  it("sends, asks and reports", async () => {
    const bad: RejectedRow[] = [];
    const sessions = { onRejected: (rejected: readonly RejectedRow[]) => void bad.push(...rejected) };
    const client = createClient({ url: site.origin, key, sessions });
    client.sessions.add({ player: "new", session_id: "c-1", recorded_at: recordedAt, game: "cs2", kills: 3 });
    client.sessions.add({
      player: "new",
      session_id: "c-2",
      recorded_at: recordedAt,
      game: "cs2",
      kills: -3,
    });
    expect(await client.close()).toEqual({ unsent: [] });
    expect(bad).toMatchObject([{ row: { session_id: "c-2" }, code: "out_of_range", pointer: "/kills" }]);
    const { player, risk_score } = await client.playerRisk("new", { game: "cs2" });
    expect([player.ref, risk_score]).toEqual(["new", 0]);
    const { event } = await client.report({ player_id: player.id, notes: "Looks through walls." });
    expect(event).toMatchObject({ player_id: player.id, severity: "medium" });
    const { players } = await client.players({ game: "cs2", limit: 2 });
    expect(players).toHaveLength(2);
    await expect(client.playerRisk(999_999)).rejects.toMatchObject({ status: 404, code: "not_found" });
  });
});

describe("the snippets", () => {
  it("for curl: accepted once", async () => {
    expect(await run("sh", "docs/snippets/curl.sh")).toMatch(/^0 .*"accepted":1/);
    expect(await run("sh", "docs/snippets/curl.sh")).toMatch(/^0 .*"accepted":0,"duplicates":1/);
  });

  it("for TypeScript", async () => {
    expect(await run(process.execPath, join("docs", "snippets", "client.ts"))).toContain("0 sessions unsent");
  });
});
