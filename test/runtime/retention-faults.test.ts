/** Retention while D1 fails at every call in turn, while two runs go on at once, and while others write. */
import { beforeEach, describe, expect, it } from "vitest";
import { runCron } from "../../src/jobs/run.ts";
import { dayMs } from "./decisions.ts";
import { createBarrier, failingD1, watchedD1 } from "./fault.ts";
import { expectCountersRight } from "./recount.ts";
import { iso, send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;

const path = "/api/ops/jobs/retention/runs";
const longAgo = nowMs - 402 * dayMs;
/** What stays of {@link aPast}. */
const left = { sessions: 60, events: 5, reports: 0, cases: 1, case_evidence: 1, decisions: 1 };

/** Rows of every kind that are past their retention, and some that are not. */
async function aPast(): Promise<void> {
  service.clock.nowMs = nowMs - 401 * dayMs;
  const old = (n: number) =>
    sessionRow(n, `p${n % 4}`, { session_id: `o${n}`, recorded_at: iso(longAgo - n * 60_000) });
  await send(
    service,
    Array.from({ length: 1_300 }, (_, n) => old(n)),
  );
  const event = (n: number, ms: number) => ({
    player: `p${n % 3}`,
    event_id: `e${ms}-${n}`,
    type: `t${n % 2}`,
    occurred_at: iso(ms - n),
  });
  const sendEvents = (count: number, ms: number) =>
    service.call("/api/telemetry/events", {
      body: { events: Array.from({ length: count }, (_, n) => event(n, ms)) },
    });
  await sendEvents(1_300, longAgo);
  service.clock.nowMs = longAgo;
  await service.call("/api/security/report", { body: { player_id: "p0", reporter: "owl" } });
  service.clock.nowMs = nowMs;
  await send(
    service,
    Array.from({ length: 60 }, (_, n) => sessionRow(n, `p${n % 3}`)),
  );
  await sendEvents(5, nowMs);
  await addCases();
  await runJobs(service);
}

/** 120 decided cases with a decision that is over, and one with a ban in force. */
async function addCases(): Promise<void> {
  const ids = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 121)";
  const endedMs = nowMs - 800 * dayMs;
  await run(
    `INSERT INTO cases (id, player_id, game, mode, state, origin, review, opened_at, opened_by, risk, confidence,
      baseline_version, evidence_hash, priority, verdict, decided_at) ${ids} SELECT i, 1, 'default', 'm', 'decided', 'manual',
      'first', ${endedMs}, 'a', 0, 'sufficient', 0, 'h', 0, 'confirmed', ${endedMs} FROM c`,
    "INSERT INTO case_evidence (case_id, content, judged) SELECT id, '{}', '{}' FROM cases",
    `INSERT INTO decisions (id, player_id, place, subject, home, game, type, starts_at, reason, case_id, origin, made_by,
      made_at, ended_at, end_kind, emitted) SELECT id, 1, id, 'p1', 'default', 'default', 'ban', ${endedMs}, 'r', id,
      'person', 'a', ${endedMs}, iif(id = 60, NULL, ${endedMs}), iif(id = 60, NULL, 'expired'), 'removed' FROM cases`,
  );
}

async function expectPruned(): Promise<void> {
  for (const [table, n] of Object.entries(left)) {
    expect(await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first("n"), table).toBe(n);
  }
  await expectCountersRight({ isPruned: true });
  await runJobs(service);
  await expectCountersRight({ isPruned: true });
}

/** A D1 that fails at its nth call, before the call is made or after. */
function failingAt(n: number, isAfter: boolean): D1Database {
  let calls = 0;
  const fail = () => {
    throw new Error("D1_ERROR: the network is down");
  };
  const before = () => {
    calls += 1;
    if (!isAfter && calls === n) fail();
  };
  const after = () => {
    if (isAfter && calls >= n) fail();
  };
  return watchedD1(env.DB, before, after);
}

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await aPast();
});

describe("retention whose store fails", () => {
  it.each([false, true])("at each call in turn (after the call: %s) is whole in the end", async (isAfter) => {
    for (let n = 2; n <= 30; n++) {
      await createService({ DB: failingAt(n, isAfter) }).call(path, { method: "POST" });
      await expectCountersRight({ isPruned: true });
      const cases = await all(
        "SELECT count(*) AS n, (SELECT count(*) FROM case_evidence) AS e, (SELECT count(*) FROM decisions) AS d FROM cases",
      );
      expect(new Set(Object.values(cases[0] ?? {})).size).toBe(1);
    }
    await runJobs(service, "retention");
    await expectPruned();
  });
});

describe("a kind that cannot be pruned", () => {
  it("holds up no other, and is told", async () => {
    const broken = createService({ DB: failingD1(env.DB, /DELETE FROM cases/) });
    const statuses = new Set<number>();
    for (let runs = 0; runs < 20; runs++) statuses.add((await broken.call(path, { method: "POST" })).status);
    expect(Math.max(...statuses)).toBeGreaterThanOrEqual(500);
    for (const [table, n] of Object.entries({ ...left, cases: 121, case_evidence: 121, decisions: 121 }))
      expect(await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first("n"), table).toBe(n);
    await runJobs(service, "retention");
    await expectPruned();
  });
});

describe("two runs at once", () => {
  it("that read the same place delete each row once, and count it once", async () => {
    for (let round = 0; round < 40; round++) {
      const barrier = createBarrier(2);
      const held = () => {
        let isFirst = true;
        return createService({
          DB: watchedD1(env.DB, async (texts) => {
            if (!isFirst || !texts.some((text) => /DELETE FROM events|UPDATE retention_walks/.test(text)))
              return;
            isFirst = false;
            await barrier();
          }),
        });
      };
      const [{ n } = { n: 0 }] = await all<{ n: number }>(
        `SELECT count(*) AS n FROM retention_walks WHERE due_at <= ${nowMs}`,
      );
      if (n === 0) break;
      const replies = await Promise.all([held(), held()].map((one) => one.call(path, { method: "POST" })));
      expect(replies.map(({ status }) => status)).toEqual([200, 200]);
      await expectCountersRight({ isPruned: true });
    }
    await runJobs(service, "retention");
    await expectPruned();
  });

  it("of cron, beside ingest, lose and double nothing", async () => {
    const bindings = { DB: env.DB, RATE_LIMITER: env.RATE_LIMITER };
    const cron = () => runCron(bindings, "*/5 * * * *", { now: () => nowMs, log: () => {} }).catch(() => {});
    const late = Array.from({ length: 40 }, (_, n) => sessionRow(1_000 + n, `p${n % 4}`));
    await Promise.all([cron(), cron(), send(service, late), cron()]);
    await runJobs(service, "retention");
    const sessions = await all("SELECT count(*) AS n FROM sessions");
    expect(sessions).toEqual([{ n: left.sessions + late.length }]);
    await expectCountersRight({ isPruned: true });
  });
});

describe("a run of cron", () => {
  it("goes on where the last one was stopped, and tells how far it is", async () => {
    let time = nowMs;
    const log: Record<string, unknown>[] = [];
    // Each look at the clock takes two seconds: the budget of twenty is over soon.
    const deps = { now: () => (time += 2_000), log: (line: Record<string, unknown>) => log.push(line) };
    const ofRetention = () => log.filter(({ job }) => job === "retention");
    for (let runs = 0; runs < 20 && ofRetention().at(-1)?.remaining !== 0; runs++) {
      await runCron({ DB: env.DB, RATE_LIMITER: env.RATE_LIMITER }, "*/5 * * * *", deps).catch(() => {});
      await expectCountersRight({ isPruned: true });
    }
    expect(ofRetention().length).toBeGreaterThan(1);
    const processed = ofRetention().reduce((sum, line) => sum + Number(line.processed), 0);
    expect(processed).toBe(1_300 + 1_301 + 120);
  });

  it("deletes nothing where a variable is a typing error, and says that it failed", async () => {
    const log: Record<string, unknown>[] = [];
    const bindings = { DB: env.DB, RATE_LIMITER: env.RATE_LIMITER, SESSION_RETENTION_DAYS: "4000d" };
    for (const cron of ["*/5 * * * *", "43 3 * * *"]) {
      await expect(
        runCron(bindings, cron, { now: () => nowMs, log: (line) => log.push(line) }),
      ).rejects.toThrow(/failed/);
    }
    const failed = log.filter(({ level }) => level === "error").map(({ job }) => job);
    expect(failed).toEqual(expect.arrayContaining(["retention", "housekeeping"]));
    expect(await all("SELECT count(*) AS n FROM sessions")).toEqual([{ n: 1_360 }]);
  });
});
