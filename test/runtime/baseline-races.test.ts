/** Baseline runs that overtake each other, and declarations in the middle of one: no version means two baselines. */
import { beforeEach, describe, expect, it } from "vitest";
import { createGate, watchedD1 } from "./fault.ts";
import { send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, runJobs, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const run = async (job: string, to = service) =>
  (await to.call(`/api/ops/jobs/${job}/runs`, { method: "POST" })).body;

/** Holds a baseline run at the first call that holds `text`, until `meanwhile` is over. */
async function heldAt(text: string, meanwhile: () => Promise<void>) {
  const gate = createGate();
  let held = false;
  const DB = watchedD1(env.DB, (texts) => {
    if (held || !texts.some((one) => one.includes(text))) return;
    held = true;
    return gate.pass();
  });
  const late = run("baselines", createService({ DB }));
  await gate.arrived;
  await meanwhile();
  gate.open();
  return late;
}

const play = (round: number, players: number, headshots: number) =>
  send(
    service,
    Array.from({ length: players }, (_, p) =>
      sessionRow(round, `p${p}`, { headshot_rate: null, kills: 60, headshots: headshots + (p % 9) }),
    ),
  );
const scope = async () =>
  (await env.DB.prepare("SELECT version, baseline, stale, marked_version FROM scopes").first<{
    version: number;
    baseline: string;
    stale: number;
    marked_version: number;
  }>()) ?? { version: -1, baseline: "", stale: -1, marked_version: -1 };

describe("a run that was overtaken", () => {
  it("does not store another baseline under the same version", async () => {
    await play(1, 60, 10);
    await runJobs(service);
    let first: Awaited<ReturnType<typeof scope>> | null = null;
    const late = await heldAt("UPDATE scopes SET players", async () => {
      await play(2, 60, 40);
      await runJobs(service);
      await run("baselines");
      first = await scope();
      expect(first.version).toBe(1);
    });
    const after = await scope();
    expect(after.version).toBe(1);
    expect(after.baseline === (first as { baseline: string } | null)?.baseline).toBe(true);
    expect(late.processed).toBe(0);
  });

  it("counts a version once, whoever made it", async () => {
    await play(1, 60, 10);
    await runJobs(service);
    let others = 0;
    const late = await heldAt("UPDATE scopes SET players", async () => {
      others = (await run("baselines")).processed;
    });
    expect(others + late.processed).toBe(1);
  });
});

describe("a declaration while standings are being marked", () => {
  it("makes every player due again, those marked before it too", async () => {
    for (const from of [0, 900]) {
      await send(
        service,
        Array.from({ length: 900 }, (_, p) => sessionRow(from + p, `p${from + p}`)),
      );
    }
    await runJobs(service);
    while ((await scope()).version < 1 || (await marks()) === 0) await run("baselines");
    await runJobs(service);
    await heldAt("UPDATE scopes SET marked_version", async () => {
      const declared = await service.call("/api/games/default", {
        method: "PUT",
        body: { modes: ["default"] },
      });
      expect(declared.status).toBe(200);
    });
    let due = 0;
    for (let slices = 0; slices < 20; slices++) {
      const { remaining } = await run("baselines");
      due = Math.max(due, await pending());
      if (remaining === 0) break;
    }
    expect(due).toBe(1_800);
  });
});

const marks = async () =>
  (await env.DB.prepare("SELECT max(mark_after) AS n FROM scopes").first<{ n: number }>())?.n ?? 0;
const pending = async () => (await service.call("/api/players?limit=1")).body.pending as number;
