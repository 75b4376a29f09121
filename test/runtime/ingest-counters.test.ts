/** Counters that equal the tables, whatever is sent by how many at once and whatever fails in the middle. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { failingD1 } from "./fault.ts";
import { createRandom } from "./random.ts";
import { expectCountersRight, expectDaysRight, tableCounts } from "./recount.ts";
import { blatantEntry, idOf, scan, send, sessionRow, sessionRows } from "./samples.ts";
import { createService, env, freshDatabase, runJobs, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

describe("random operations", () => {
  it.each([1, 2, 3])("leave counters that equal a recount (seed %i)", async (seed) => {
    const random = createRandom(seed);
    const modes = ["default", "ranked", "casual"];
    const randomRow = () =>
      sessionRow(random(400), `p${random(12)}`, {
        mode: modes[random(3)],
        game: random(4) === 0 ? "cs2" : undefined,
        actions_per_minute: random(5) === 0 ? null : random(300),
        headshot_rate: random(5) === 0 ? 2 : random(100) / 100,
        reaction_time_ms: random(6) === 0 ? 40 : 220,
      });
    const player = () => `p${random(12)}`;
    const operations: readonly (() => Promise<unknown>)[] = [
      () => send(service, Array.from({ length: 1 + random(40) }, randomRow)),
      () =>
        scan(
          service,
          Array.from({ length: 1 + random(8) }, () => ({
            player_id: player(),
            tick: random(20),
            ...blatantEntry,
          })),
        ),
      () => service.call("/api/security/report", { body: { player_id: player(), reason: `r${random(3)}` } }),
      () =>
        service.call("/api/players", {
          body: { username: "x", ref: player(), game: random(2) ? "cs2" : "default" },
        }),
      () => service.call(`/api/security/player-risk/@${player()}`),
      () => service.call("/api/ops/jobs/rescore/runs", { method: "POST" }),
      () => service.call("/api/ops/jobs/baselines/runs", { method: "POST" }),
    ];
    for (let step = 0; step < 60; step++) {
      service.clock.nowMs += random(3_600_000);
      await operations[random(operations.length)]?.();
      if (step % 10 === 9) await expectCountersRight();
    }
    await runJobs(service);
    await expectCountersRight();
    await expectDaysRight();
  });
});

describe("many senders at once", () => {
  it("with overlapping rows of new players: each session once, and every count right", async () => {
    // Sender n has rows 20 n to 20 n + 199 of 40 players that nobody knows yet: 580 rows in all.
    const rowOf = (n: number) => sessionRow(n, `p${n % 40}`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, sender) =>
        send(
          service,
          Array.from({ length: 200 }, (_row, n) => rowOf(sender * 20 + n)),
        ),
      ),
    );
    const sum = (field: string) => answers.reduce((total, answer) => total + answer[field], 0);
    expect(sum("accepted")).toBe(580);
    expect(sum("duplicates")).toBe(20 * 200 - 580);
    expect(sum("players_created")).toBe(40);
    for (const answer of answers) expect(answer.accepted + answer.duplicates).toBe(200);
    expect(await tableCounts()).toMatchObject({ sessions: 580, players: 40, standings: 40 });
    await expectCountersRight();
    await expectDaysRight();
  });

  it("with everything else going on around them", async () => {
    await send(service, sessionRows(0, 40, "seen"));
    const id = await idOf(service, "seen");
    const calls = Array.from({ length: 10 }, (_, n) => [
      send(service, sessionRows(n * 10, n * 10 + 30, "seen")),
      service.call(`/api/security/player-risk/${id}`),
      scan(service, [{ player_id: id, ...blatantEntry }]),
      service.call("/api/security/report", { body: { player_id: id } }),
    ]).flat();
    await Promise.all(calls);
    await expectCountersRight();
    await expectDaysRight();
    await runJobs(service);
    await expectCountersRight();
    await expectDaysRight();
    expect(await tableCounts()).toMatchObject({ sessions: 120, events: 13 });
  });
});

describe("a store that fails in the middle", () => {
  const metrics = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`metric_number_${n}`, n]));
  const rows = sessionRows(0, 1_500, "p", { metrics });

  it.each([1, 2, 3, 4, 5])("keeps whole chunks only: failure of chunk %i", async (from) => {
    const broken = createService({ DB: failingD1(env.DB, /INSERT INTO sessions/, { from }) });
    const reply = await broken.call("/api/telemetry/sessions", { body: { sessions: rows } });
    expectProblem(reply, 503);
    await expectCountersRight();
    await expectDaysRight();
    const kept = (await tableCounts()).sessions ?? 0;
    expect(from === 1 ? kept === 0 : kept > 0 && kept < 1_500).toBe(true);
    expect(reply.body).toMatchObject({ accepted: kept, duplicates: 0, stored_through: kept - 1 });
    expect(broken.log.find(({ level }) => level === "error")).toMatchObject({
      d1: "D1_ERROR: the network is down",
    });
    const answer = await send(service, rows);
    expect(answer).toMatchObject({ accepted: 1_500 - kept, duplicates: kept });
    await expectCountersRight();
    await expectDaysRight();
  });

  it.each(["INSERT INTO players", "UPDATE totals", "INSERT INTO standings", "UPDATE players"])(
    "keeps nothing of a chunk whose %s fails",
    async (text) => {
      await send(service, sessionRows(0, 3, "known"));
      const before = await tableCounts();
      const broken = createService({ DB: failingD1(env.DB, new RegExp(text)) });
      const mixed = [...sessionRows(10, 20, "known"), ...sessionRows(0, 10, "new")];
      const { status } = await broken.call("/api/telemetry/sessions", { body: { sessions: mixed } });
      expect(status).toBeGreaterThanOrEqual(500);
      expect(await tableCounts()).toEqual(before);
      await expectCountersRight();
      await expectDaysRight();
    },
  );
});
