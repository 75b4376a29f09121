/** A confirmed player is in none of the scope's histograms, and back in them, exactly, once that is overturned. */
import { beforeEach, expect, it } from "vitest";
import { excludeWrites } from "../../src/actions/cases/exclude-player.ts";
import { batch, createDb } from "../../src/db/client.ts";
import type { StoredScore } from "../../src/db/standings.ts";
import { addDelta, deltaOfAll, type Histogram, playersIn } from "../../src/detection/baseline.ts";
import { shooter } from "../../src/detection/profile.ts";
import { honestRows, hourMs, suspectRows } from "./cases.ts";
import { expectCountersRight } from "./recount.ts";
import { idOf, send } from "./samples.ts";
import { createService, env, freshDatabase, runJobs, type Service } from "./service.ts";
import { all } from "./trail.ts";

let service: Service;
const players = 40;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

async function settle(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await runJobs(service);
    await runJobs(service, "baselines");
  }
}

async function histogram(): Promise<Histogram> {
  const [row] = await all<{ histogram: string }>("SELECT histogram FROM scopes");
  return JSON.parse(row?.histogram ?? "{}") as Histogram;
}

/** The histogram of everybody who is not excluded, counted anew from what is stored of each. */
async function recounted(): Promise<Histogram> {
  const rows = await all<{ result: string }>(
    "SELECT result FROM standings WHERE excluded = 0 ORDER BY player_id",
  );
  const moves = rows.map(({ result }) => ({ before: null, after: JSON.parse(result) as StoredScore }));
  return addDelta({}, deltaOfAll(moves, shooter));
}

async function expectExact(counted: number): Promise<void> {
  expect(await histogram()).toEqual(await recounted());
  expect(playersIn(await histogram())).toBe(counted);
  await expectCountersRight();
}

async function exclude(player: string, excluded: boolean): Promise<void> {
  const db = createDb(env.DB);
  const standing = { playerId: await idOf(service, player), mode: "default" };
  await batch(db, excludeWrites(db, standing, excluded, service.clock.nowMs));
}

it("is taken out at the next rescoring, stays out, and is put back", async () => {
  const rows = Array.from({ length: players }, (_, p) =>
    honestRows(p * 10, p * 10 + 6, `p${p}`, { kills: 8 + (p % 9), headshots: p % 5 }),
  );
  await send(service, [...rows.flat(), ...suspectRows(900, 910, "suspect")]);
  await settle();
  await expectExact(players + 1);
  await exclude("suspect", true);
  await settle();
  await expectExact(players);
  const stored = (await service.call("/api/players/@suspect")).body;
  expect(stored.risk_score, "still judged").toBeGreaterThanOrEqual(70);
  for (let n = 0; n < 3; n++) {
    service.clock.nowMs += hourMs;
    await send(service, suspectRows(920 + n, 921 + n, "suspect"));
    await exclude("suspect", true);
    await settle();
    await expectExact(players);
  }
  await exclude("suspect", false);
  await settle();
  await expectExact(players + 1);
  await exclude("suspect", false);
  expect((await service.call("/api/players?limit=1")).body.pending, "nothing changed").toBe(0);
});

it("changed back and forth before anybody looked, moves nothing", async () => {
  await send(
    service,
    honestRows(0, 60).map((row, n) => ({ ...row, player: `p${n % 10}` })),
  );
  await settle();
  const before = await histogram();
  await exclude("p1", true);
  await exclude("p1", false);
  await settle();
  expect(await histogram()).toEqual(before);
  await expectExact(10);
});
