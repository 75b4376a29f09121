/** A labelled population through the running service: sent in bulk, settled, and read back from the list. */
import { beforeAll, describe, expect, it } from "vitest";
import { type PlayerLabel, simulatePopulation } from "../../src/cli/simulate/population.ts";
import { expectCountersRight } from "./recount.ts";
import { send } from "./samples.ts";
import { createService, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

const players = 1_150;
let service: Service;
let labels: Map<string, PlayerLabel>;
let rounds = 0;

interface Listed {
  readonly ref: string;
  readonly risk_score: number;
  readonly calibrated: boolean;
}
let listed: Listed[] = [];

/** How much one slice after another of a job processed, until nothing is due. */
async function processedBy(job: string): Promise<number> {
  let processed = 0;
  for (;;) {
    const { body } = await service.call(`/api/ops/jobs/${job}/runs`, { method: "POST" });
    processed += body.processed;
    if (body.remaining === 0) return processed;
  }
}

async function listAll(): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await service.call(`/api/players?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`);
    all.push(...body.players);
    cursor = body.next_cursor;
  }
  return all;
}

const risksOf = (label: string) =>
  listed.filter(({ ref }) => labels.get(ref)?.label === label).map(({ risk_score }) => risk_score);

beforeAll(async () => {
  await freshDatabase();
  service = createService();
  const population = simulatePopulation({ seed: 77, players, prevalence: 0.1, nowMs });
  labels = new Map(population.labels.map((label) => [label.player, label]));
  for (let at = 0; at < population.rows.length; at += 1_000) {
    await send(service, population.rows.slice(at, at + 1_000));
  }
  while ((await processedBy("rescore")) + (await processedBy("baselines")) > 0) rounds += 1;
  listed = await listAll();
}, 180_000);

describe("a calibrated scope", () => {
  it("is settled within three rounds of rescore and baselines, and counts right", async () => {
    expect(rounds).toBeLessThanOrEqual(3);
    expect(await runJobs(service)).toBe(1);
    expect(listed).toHaveLength(players);
    expect(listed.every(({ calibrated }) => calibrated)).toBe(true);
    await expectCountersRight();
  });

  it("keeps the promise: of honest players at most 1 in 100 at 40, and nobody of a thousand at 90", () => {
    const honest = risksOf("clean");
    expect(honest.length).toBeGreaterThan(1_000);
    expect(honest.filter((risk) => risk >= 40).length).toBeLessThanOrEqual(honest.length / 100);
    expect(honest.filter((risk) => risk >= 90)).toEqual([]);
  });

  it("ranks cheaters above honest players, and finds a good part of them", () => {
    const honest = risksOf("clean");
    const cheaters = risksOf("cheater");
    const pairs = cheaters.map((risk) => honest.filter((other) => other < risk).length / honest.length);
    expect(pairs.reduce((a, b) => a + b, 0) / pairs.length).toBeGreaterThan(0.85);
    expect(cheaters.filter((risk) => risk >= 40).length / cheaters.length).toBeGreaterThan(0.25);
  });

  it("explains each score to the last hundredth, with what would bring it under the next band", async () => {
    for (const { ref, risk_score } of listed.slice(0, 20)) {
      const { body } = await service.call(`/api/security/player-risk/@${encodeURIComponent(ref)}?game=sim`);
      const sum = body.ledger.reduce(
        (total: number, line: { points: number }) => total + Math.round(line.points * 100),
        0,
      );
      expect(sum).toBe(Math.round(risk_score * 100));
      expect(body.next_band).toMatchObject({ points: expect.any(Number), sentence: expect.any(String) });
    }
  });
});
