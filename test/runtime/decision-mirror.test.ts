/** Whatever happens in whatever order, a mirror that follows and one that starts anew hold the same, and the truth. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aPlayer, check, dayMs, decide, end, expectDecisionsWhole } from "./decisions.ts";
import { failingD1, watchedD1 } from "./fault.ts";
import { createService, env, freshDatabase, nowMs, type Reply, runJobs, type Service } from "./service.ts";
import { all } from "./trail.ts";

type Change = { seq: number; kind: "add" | "remove"; decision: { id: number } };

/** A game server's copy, as docs/decisions.md says to keep it. */
function createMirror(service: Service) {
  const held = new Map<number, object>();
  const seen: number[] = [];
  let cursor: string | null = null;
  async function page(): Promise<boolean> {
    const since: string = cursor === null ? "" : `&since=${cursor}`;
    const reply: Reply = await service.call(`/api/decisions/stream?limit=10${since}`);
    if (reply.status === 410) {
      held.clear();
      seen.length = 0;
      cursor = null;
      return true;
    }
    expect(reply.status).toBe(200);
    for (const { seq, kind, decision } of reply.body.changes as Change[]) {
      seen.push(seq);
      if (kind === "add") held.set(decision.id, decision);
      else held.delete(decision.id);
    }
    cursor = reply.body.cursor;
    return reply.body.has_more;
  }
  return {
    async follow(mostPages = Number.POSITIVE_INFINITY): Promise<void> {
      for (let pages = 0; pages < mostPages; pages++) if (!(await page())) return;
    },
    held: () => [...held.entries()].sort(([a], [b]) => a - b),
    seen,
  };
}

const players = ["r1", "r2", null];
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("make" as const),
      player: fc.integer({ min: 1, max: players.length }),
      everywhere: fc.boolean(),
      startsInDays: fc.constantFrom(0, 0, 1, 12),
      days: fc.constantFrom(null, 0.5, 2, 20),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      which: fc.nat(50),
      as: fc.constantFrom("revoked", "expunged"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("pass" as const), days: fc.constantFrom(0.5, 1, 11, 35) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("away" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("job" as const, "prune" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("follow" as const), pages: fc.constantFrom(1, 1, 100) }),
  },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

async function obey(service: Service, follower: ReturnType<typeof createMirror>, one: Command) {
  if (one.do === "pass") service.clock.nowMs += one.days * dayMs;
  if (one.do === "job") await runJobs(service, "decisions");
  if (one.do === "away") {
    // So long that what a mirror missed is deleted; a later change keeps the last of it from staying.
    service.clock.nowMs += 35 * dayMs;
    await decide(service, { player_id: 1, type: "watch", days: 1 });
    await runJobs(service, "housekeeping");
  }
  if (one.do === "prune") await runJobs(service, "housekeeping");
  if (one.do === "follow") await follower.follow(one.pages);
  if (one.do === "end") await end(service, one.which, one.as);
  if (one.do !== "make") return;
  const starts_at = new Date(service.clock.nowMs + one.startsInDays * dayMs).toISOString();
  const scope = one.everywhere ? "all" : "game";
  await decide(service, { player_id: one.player, type: "ban", starts_at, days: one.days, scope });
}

describe("a mirror", () => {
  it("that follows and one that starts anew hold what the service holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
        await freshDatabase();
        const service = createService();
        for (const ref of players) await aPlayer(service, ref);
        const follower = createMirror(service);
        for (const one of commands) await obey(service, follower, one);
        await follower.follow();
        const fresh = createMirror(service);
        await fresh.follow();
        expect(follower.held()).toEqual(fresh.held());
        const truth = await all<{ id: number }>(
          "SELECT id FROM decisions WHERE emitted = 'added' ORDER BY id",
        );
        expect(fresh.held().map(([id]) => id)).toEqual(truth.map(({ id }) => id));
        for (const { seen } of [follower, fresh]) {
          expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
        }
      }),
      { numRuns: 20, seed: 20_261_101 },
    );
  }, 300_000);

  it("started page by page while decisions come and go holds them too", async () => {
    await freshDatabase();
    const service = createService();
    for (let n = 0; n < 40; n++) {
      await aPlayer(service, `r${n}`);
      await decide(service, { player_id: n + 1, type: "ban" });
    }
    const slow = createMirror(service);
    for (const id of [2, 39, 12, 5, 40]) {
      await slow.follow(1);
      await end(service, id);
      await decide(service, { player_id: id, type: "watch" });
    }
    await slow.follow();
    const fresh = createMirror(service);
    await fresh.follow();
    expect(slow.held()).toEqual(fresh.held());
    expect(slow.held()).toHaveLength(40);
  });
});

describe("the job", () => {
  const due = async () => {
    await freshDatabase();
    const service = createService();
    await aPlayer(service);
    for (const days of [1, 2, 3]) {
      const starts_at = new Date(nowMs + days * dayMs).toISOString();
      await decide(service, { player_id: 1, type: "ban", starts_at, days: 1 });
    }
    return service;
  };
  const said = () => all("SELECT kind, decision_id AS id FROM decision_changes ORDER BY seq");

  it("that comes late says all of it, in order, and ends each at its own time", async () => {
    const service = await due();
    service.clock.nowMs += 30 * dayMs;
    expect((await check(service, "player=1")).action).toBe("none");
    await runJobs(service, "decisions");
    expect(await said()).toEqual([
      ...[1, 2, 3].map((id) => ({ kind: "add", id })),
      ...[1, 2, 3].map((id) => ({ kind: "remove", id })),
    ]);
    const ends = await all<{ ended_at: number }>("SELECT ended_at FROM decisions ORDER BY id");
    expect(ends.map(({ ended_at }) => ended_at)).toEqual([2, 3, 4].map((days) => nowMs + days * dayMs));
    await expectDecisionsWhole();
  });

  it("twice at once says each change once", async () => {
    const service = await due();
    service.clock.nowMs += 2.5 * dayMs;
    let arrived = 0;
    let open: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const DB = watchedD1(env.DB, (texts) => {
      if (!texts.some((text) => text.startsWith("INSERT INTO decision_changes"))) return;
      arrived += 1;
      if (arrived >= 2) open();
      return both;
    });
    const racing = createService({ DB });
    racing.clock.nowMs = service.clock.nowMs;
    const runIt = () => racing.call("/api/ops/jobs/decisions/runs", { method: "POST" });
    const replies = await Promise.all([runIt(), runIt()]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    // Whoever comes second finds that it was said, and does not believe to have said it.
    expect(replies.reduce((sum, { body }) => sum + body.processed, 0)).toBe(3);
    await runJobs(service, "decisions");
    expect(await said()).toEqual([
      { kind: "add", id: 1 },
      { kind: "add", id: 2 },
      { kind: "remove", id: 1 },
    ]);
    await expectDecisionsWhole();
  });

  it("that fails at any call goes on where it was", async () => {
    for (const pattern of [
      /FROM decisions d WHERE d.due_at/,
      /INSERT INTO decision_changes/,
      /count\(\*\) AS n FROM\s+\(SELECT 1 FROM decisions/,
    ]) {
      const service = await due();
      service.clock.nowMs += 1.5 * dayMs;
      const broken = createService({ DB: failingD1(env.DB, pattern, { times: 1 }) });
      broken.clock.nowMs = service.clock.nowMs;
      const failed = await broken.call("/api/ops/jobs/decisions/runs", { method: "POST" });
      expect(failed.status, String(pattern)).toBe(500);
      service.clock.nowMs += dayMs;
      await runJobs(service, "decisions");
      expect(await said()).toHaveLength(3);
      await expectDecisionsWhole();
    }
  });

  it("says nothing of what somebody ended meanwhile", async () => {
    const service = await due();
    service.clock.nowMs += 1.5 * dayMs;
    let isFirst = true;
    const DB = watchedD1(env.DB, async (texts) => {
      if (!isFirst || !texts.some((text) => text.startsWith("INSERT INTO decision_changes"))) return;
      isFirst = false;
      await end(service, 1);
    });
    const racing = createService({ DB });
    racing.clock.nowMs = service.clock.nowMs;
    await racing.call("/api/ops/jobs/decisions/runs", { method: "POST" });
    expect(isFirst).toBe(false);
    expect(await said()).toEqual([]);
    await expectDecisionsWhole();
  });
});
