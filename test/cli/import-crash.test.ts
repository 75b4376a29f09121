/** Killed anywhere, an import that is started again decides every row exactly once. */
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { runImport } from "../../src/cli/import/run.ts";
import { openStateFile, type StateFile } from "../../src/cli/import/state.ts";
import { createJumpingWorld } from "../client/fake-world.ts";
import { FakeService } from "./import/service.ts";
import { createFolder, optionsOf, sessionRow, surroundingsOf } from "./import/setting.ts";

const folder = createFolder();
afterAll(() => folder.remove());

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const total = 330;
/** Every tenth row names no session. */
const isBad = (n: number) => n % 10 === 3;
const good = Array.from({ length: total }, (_, n) => n).filter((n) => !isBad(n)).length;

function ndjson(): string {
  const rows = Array.from({ length: total }, (_, n) =>
    JSON.stringify(isBad(n) ? { player: `bad-${n}` } : sessionRow(n)),
  );
  return rows.map((row, n) => (n % 17 === 0 ? `${row}\n\n` : `${row}\n`)).join("");
}
const csv = () =>
  `player,session_id,recorded_at\n${Array.from({ length: total }, (_, n) => `"p\n${n}",${isBad(n) ? "" : `s-${n}`},2026-11-20T20:15:00Z\n`).join("")}`;
const contents = [
  ["rows.ndjson", ndjson()],
  ["rows.ndjson.gz", gzipSync(ndjson())],
  ["rows.csv", csv()],
] as const;

/** One run that dies at its n-th step, where a step is a request heard, an answer on its way, or a state written. */
async function runUntil(
  service: FakeService,
  file: string,
  more: readonly string[],
  dieAt: number,
  random: () => number,
) {
  let steps = 0;
  let isDead = false;
  const step = () => {
    steps += 1;
    if (steps < dieAt || isDead) return;
    isDead = true;
    stop.abort(new Error("killed"));
    abort.abort(stop.signal.reason);
  };
  const live = <T>(value: T): T => {
    if (isDead) throw new Error("dead");
    return value;
  };
  const { world } = createJumpingWorld(async (url, init) => {
    step();
    const headers = init.headers as Record<string, string>;
    live(0);
    const answer = service.respond({
      url: new URL(url).pathname,
      headers,
      body: Buffer.from(String(init.body)),
    });
    if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
    step();
    return live(answer as Response);
  }, random);
  const options = optionsOf(file, "http://service", ...more);
  const real = openStateFile(options.state);
  const stateFile: StateFile = {
    ...real,
    async save(state) {
      step();
      live(0);
      await real.save(state);
    },
  };
  const { surroundings, stop, abort } = surroundingsOf(world);
  try {
    return await runImport(options, { ...surroundings, stateFile });
  } catch (error) {
    if (!isDead) throw error;
    return { isDone: false, counts: null };
  }
}

describe("an import that is killed again and again", () => {
  const seeds = Array.from({ length: 24 }, (_, n) => n + 1);

  it.each(seeds)("decides every row once (seed %i)", async (seed) => {
    const random = seeded(seed);
    const service = new FakeService();
    const [name, content] = contents[seed % contents.length] as (typeof contents)[number];
    const file = folder.write(`${seed}-${name}`, content);
    const more = [
      "--batch",
      String(5 + Math.floor(random() * 30)),
      "--concurrency",
      String(1 + Math.floor(random() * 5)),
    ];
    let result = await runUntil(service, file, more, 1 + Math.floor(random() * 20), random);
    let deaths = 0;
    for (; !result.isDone; deaths++) {
      expect(deaths).toBeLessThan(200);
      result = await runUntil(service, file, more, 1 + Math.floor(random() * 30), random);
    }
    expect(deaths).toBeGreaterThan(0);
    expect(service.stored.size).toBe(good);
    expect(new Set(service.stored.values())).toEqual(new Set([1]));
    const rejected = folder.rejected(`${seed}-${name}.rejected.ndjson`);
    expect(rejected).toHaveLength(total - good);
    expect(new Set(rejected.map(({ row }) => row)).size).toBe(total - good);
    expect(rejected.map(({ row }) => row)).toEqual(rejected.map(({ row }) => row).toSorted((a, b) => a - b));
    const {
      accepted,
      duplicates,
      rejected: refused,
    } = result.counts ?? { accepted: 0, duplicates: 0, rejected: 0 };
    expect([accepted + duplicates, refused]).toEqual([good, total - good]);
  });
});
