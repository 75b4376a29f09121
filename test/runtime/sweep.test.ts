import { beforeEach, describe, expect, it } from "vitest";
import { expectCountersRight } from "./recount.ts";
import { send, sessionRow, sessionRows } from "./samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, runJobs } from "./service.ts";

beforeEach(freshDatabase);

const hourMs = 3_600_000;

/** Sessions of one player in one mode, straight into the table, with a marked standing. */
async function stored(players: number, sessions: number, events: number): Promise<void> {
  const numbers = (n: number) =>
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${n})`;
  await env.DB.batch([
    env.DB.prepare(`INSERT INTO players (game, ref, username, name_key, created_at, last_seen_at)
      ${numbers(players)} SELECT 'default', 'p' || i, 'p' || i, 'p' || i, ${nowMs}, ${nowMs} FROM n`),
    env.DB.prepare(`INSERT INTO standings (player_id, mode, game, revision, changed_at, due_at, top)
      SELECT id, 'ranked', game, 1, ${nowMs}, ${nowMs}, 1 FROM players`),
    env.DB.prepare(`INSERT INTO sessions (player_id, mode, recorded_at, session_id, duration_minutes, actions_per_minute,
        headshot_rate, reaction_time_ms, kills, deaths, headshots, shots_fired, shots_hit)
      ${numbers(sessions)} SELECT p.id, 'ranked', ${nowMs} - i * ${hourMs}, 's' || i, 20, 90 + (i * 7 + p.id) % 31, 0.3,
        200 + (i * 13) % 41, 20, 15, 6, 300, 70 + (i + p.id) % 9 FROM n, players p`),
    env.DB.prepare(`INSERT INTO events (player_id, detected_at, id, event_type, severity, source)
      ${numbers(events)} SELECT p.id, ${nowMs} - i * ${hourMs}, 'e' || i, 'headshot_spike', 'medium',
        CASE i % 3 WHEN 0 THEN 'report' WHEN 1 THEN 'detector' ELSE 'log' END FROM n, players p`),
    env.DB.prepare(`UPDATE totals SET players = ${players}, pending = ${players} WHERE id = 1`),
  ]);
}

/** Runs one slice and answers its cost per standing, the fixed 20 of a slice taken off. */
async function slice() {
  const reply = await createService().call("/api/ops/jobs/rescore/runs", { method: "POST" });
  const { read, written } = costOf(reply);
  const { processed, remaining } = reply.body;
  return { processed, remaining, read: (read - 20) / processed, written: (written - 20) / processed };
}

describe("the sweep's budget per rescored standing", () => {
  it.each([
    [10, 3],
    [100, 40],
    [600, 120],
  ])("holds with %i sessions and %i events of history", async (sessions, events) => {
    await stored(100, sessions, events);
    const first = await slice();
    expect(first).toMatchObject({ processed: 100, remaining: 0 });
    expect(first.read).toBeLessThanOrEqual(150);
    expect(first.written).toBeLessThanOrEqual(4);
  });
});

describe("a backlog", () => {
  it.each(["changed", "faded"])(
    "of thousands that %s costs each of them no more than one of hundreds",
    async (how) => {
      const costOfSlice = async (players: number) => {
        await freshDatabase();
        await stored(players, 2, 0);
        if (how === "faded") {
          await env.DB.batch([
            env.DB.prepare("UPDATE standings SET changed_at = NULL"),
            env.DB.prepare("UPDATE totals SET pending = 0 WHERE id = 1"),
          ]);
        }
        const { processed, read } = await slice();
        expect(processed).toBe(320);
        return read;
      };
      const short = await costOfSlice(400);
      // What has faded is counted to a thousand.
      const counting = how === "faded" ? 1_000 / 320 : 0;
      expect(await costOfSlice(4_000)).toBeLessThan(short + counting + 1);
    },
  );
});

describe("a player of many modes", () => {
  it.each([2, 40])("costs the same when one of %i modes is due", async (modes) => {
    const service = createService();
    for (let m = 0; m < modes; m++) {
      await send(service, sessionRows(m * 110, m * 110 + 110, "p", { mode: `m${m}` }));
    }
    await runJobs(service);
    await send(service, [sessionRow(99_000, "p", { mode: "m1" })]);
    const reply = await service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
    expect(reply.body).toMatchObject({ processed: 1, remaining: 0 });
    expect(costOf(reply).read).toBeLessThanOrEqual(150 + 20);
    await expectCountersRight();
  });

  it("stands by its riskiest one, whichever rises or falls", async () => {
    const service = createService();
    const modeOf = async () => (await service.call("/api/players/@p")).body.mode;
    await send(service, sessionRows(0, 8, "p", { mode: "a", reaction_time_ms: 60 }));
    await send(service, sessionRows(10, 18, "p", { mode: "b", reaction_time_ms: 105 }));
    await send(service, sessionRows(20, 28, "p", { mode: "c" }));
    await runJobs(service);
    expect(await modeOf()).toBe("a");
    service.clock.nowMs += 86_400_000;
    await send(service, sessionRows(-130, -20, "p", { mode: "a", reaction_time_ms: 250 }));
    await runJobs(service);
    expect(await modeOf()).toBe("b");
    await expectCountersRight();
    await send(service, sessionRows(200, 208, "p", { mode: "c", reaction_time_ms: 55 }));
    await runJobs(service);
    expect(await modeOf()).toBe("c");
    await expectCountersRight();
  });
});
