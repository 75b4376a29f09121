/** Retention: what is past it goes, what is left is what there would be without it, and every count says so. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { dayMs } from "./decisions.ts";
import { expectCountersRight } from "./recount.ts";
import { idOf, iso, send, sessionRow } from "./samples.ts";
import { costOf, createService, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const daysAgo = (days: number) => nowMs - days * dayMs;
/** `n` sessions of a player, a minute apart, the newest so many days ago. */
const rowsAt = (player: string, days: number, n: number, more: object = {}) =>
  Array.from({ length: n }, (_, i) =>
    sessionRow(i, player, {
      session_id: `${player}-${days}-${i}`,
      recorded_at: iso(daysAgo(days) - i * 60_000),
      ...more,
    }),
  );

/** Does something at another time. */
async function at<T>(ms: number, act: () => Promise<T>): Promise<T> {
  service.clock.nowMs = ms;
  const result = await act();
  service.clock.nowMs = nowMs;
  return result;
}

const prune = () => runJobs(service, "retention");
const marked = () =>
  all("SELECT p.ref FROM standings s JOIN players p ON p.id = s.player_id WHERE changed_at NOT NULL");
const _due = () => run("UPDATE retention_walks SET due_at = 0");
const playedDays = () => all("SELECT sum(sessions) AS sessions, sum(events) AS events FROM activity_days");

/** What is thought of players and scopes now, but for when it was thought. */
async function thoughts() {
  for (const job of ["rescore", "baselines", "rescore", "baselines", "rescore"]) await runJobs(service, job);
  const standings =
    await all(`SELECT p.ref, s.mode, s.risk, s.confidence, s.result->'statistics' AS statistics
    FROM standings s JOIN players p ON p.id = s.player_id WHERE p.ref <> 'gone' ORDER BY 1, 2`);
  const scopes = await all("SELECT game, mode, players, histogram FROM scopes ORDER BY 1, 2");
  // Shapes are numbered as they come; what is in them is the same.
  const text = JSON.stringify({ standings, scopes });
  return text.replaceAll(/shape\\*":\d+|(beside|nats):\d+/g, "$1");
}

describe("sessions past their retention", () => {
  const suspect = { reaction_time_ms: 45, headshot_rate: 0.9 };
  const young = () => [
    ...rowsAt("few", 3, 20),
    ...rowsAt("few", 2, 5, { mode: "ranked" }),
    ...rowsAt("many", 3, 130),
    ...rowsAt("edge", 399, 8),
  ];
  const old = () => [
    ...rowsAt("few", 402, 30, suspect),
    ...rowsAt("many", 402, 30, suspect),
    ...rowsAt("gone", 402, 12, suspect),
  ];

  async function played(): Promise<void> {
    await at(daysAgo(401), () => send(service, old()));
    await send(service, young());
  }

  it("go, and what is thought of everybody is as if they had never been", async () => {
    await send(service, young());
    const without = await thoughts();
    await freshDatabase();
    await played();
    expect(await thoughts()).not.toBe(without);
    await prune();
    expect(await all("SELECT count(*) AS n FROM sessions")).toEqual([{ n: young().length }]);
    expect((await marked()).map(({ ref }) => ref).sort()).toEqual(["few", "gone"]);
    await expectCountersRight({ isPruned: true });
    expect(await thoughts()).toBe(without);
    const [gone] = await all("SELECT s.risk, s.confidence FROM standings s WHERE player_id = 3");
    expect(gone).toEqual({ risk: 0, confidence: "insufficient" });
    await expectCountersRight({ isPruned: true });
    expect(await playedDays()).toEqual([{ sessions: old().length + young().length, events: 0 }]);
    expect(await all("SELECT last_seen_at FROM players WHERE ref = 'gone'")).toEqual([
      { last_seen_at: daysAgo(402) },
    ]);
  });

  it("are what intake refuses: sent again they are not counted again", async () => {
    await played();
    await prune();
    const before = await playedDays();
    const { accepted, rejected } = await send(service, old());
    expect([accepted, rejected.length, rejected[0].code]).toEqual([0, old().length, "too_old"]);
    const classic = { session_id: "few-402-0", recorded_at: iso(daysAgo(402)), kills: 1 };
    expectProblem(await service.call("/api/players/@few/session", { body: classic }), 400);
    expect(await playedDays()).toEqual(before);
    await expectCountersRight({ isPruned: true });
  });

  it("go a day after intake refuses them, and never before", async () => {
    const ages = [399.9, 400.1, 400.9, 401.1, 402];
    await at(daysAgo(10), () =>
      send(
        service,
        ages.map((days) => sessionRow(1, "p", { session_id: `a${days}`, recorded_at: iso(daysAgo(days)) })),
      ),
    );
    await prune();
    expect(await all("SELECT session_id FROM sessions ORDER BY recorded_at")).toEqual(
      [400.9, 400.1, 399.9].map((days) => ({ session_id: `a${days}` })),
    );
  });

  it("are looked for once a day, in as many slices as it takes", async () => {
    await at(daysAgo(401), () => send(service, rowsAt("few", 402, 1_700)));
    const slices = await prune();
    expect(slices).toBeGreaterThan(1);
    expect(await all("SELECT count(*) AS n FROM sessions")).toEqual([{ n: 0 }]);
    expect(await all("SELECT latest_sessions FROM totals")).toEqual([{ latest_sessions: "[]" }]);
    const [{ due_at } = { due_at: 0 }] = await all<{ due_at: number }>(
      "SELECT due_at FROM retention_walks WHERE kind = 'sessions'",
    );
    expect(iso(due_at)).toBe("2026-11-02T03:43:00.000Z");
    const reply = await service.call("/api/ops/jobs/retention/runs", { method: "POST" });
    expect(reply.body).toMatchObject({ processed: 0, remaining: 0 });
  });

  it("are found at two rows read a standing, and go at one row written each", async () => {
    await send(
      service,
      Array.from({ length: 900 }, (_, n) => sessionRow(n, `p${n}`)),
    );
    await run("UPDATE retention_walks SET due_at = 9e15 WHERE kind <> 'sessions'");
    const walked = await service.call("/api/ops/jobs/retention/runs", { method: "POST" });
    expect(walked.body.remaining).toBe(0);
    expect(costOf(walked).read).toBeLessThanOrEqual(2 * 900 + 40);
    expect(costOf(walked).written).toBeLessThanOrEqual(10);
    await at(daysAgo(401), () => send(service, rowsAt("few", 402, 400)));
    await run("UPDATE retention_walks SET due_at = 0 WHERE kind = 'sessions'");
    const pruned = await service.call("/api/ops/jobs/retention/runs", { method: "POST" });
    expect(pruned.body.processed).toBe(400);
    expect(costOf(pruned).written).toBeLessThanOrEqual(400 + 20);
    expect(costOf(pruned).read).toBeLessThanOrEqual(2 * 901 + 7 * 400 + 60);
    // More of one standing than a slice takes: the walk waits for it, and goes on behind it.
    await at(daysAgo(401), () => send(service, [...rowsAt("p0", 402, 700), ...rowsAt("p899", 402, 3)]));
    await run("UPDATE retention_walks SET due_at = 0 WHERE kind = 'sessions'");
    await prune();
    expect(await all("SELECT count(*) AS n FROM sessions")).toEqual([{ n: 900 }]);
  });
});

describe("events past their retention", () => {
  const eventAt = (player: string, days: number, n: number) => ({
    player,
    event_id: `${player}-${days}-${n}`,
    type: `type${n % 3}`,
    occurred_at: iso(daysAgo(days) - n * 1_000),
    severity: "high",
  });
  const sendEvents = (days: number, n: number, player: string) =>
    service.call("/api/telemetry/events", {
      body: { events: Array.from({ length: n }, (_, i) => eventAt(player, days, i)) },
    });

  it("go with their reports, and out of every count; who loses one is scored anew", async () => {
    await at(daysAgo(401), async () => {
      await sendEvents(401, 640, "owl");
      await sendEvents(401, 3, "gone");
      for (const reporter of ["a", "b"]) {
        await service.call("/api/security/report", { body: { player_id: "owl", reporter } });
      }
    });
    await at(daysAgo(400.5), () => sendEvents(400.5, 2, "edge"));
    await sendEvents(1, 4, "owl");
    await sendEvents(1, 4, "jay");
    await service.call("/api/security/report", { body: { player_id: "owl", reporter: "c" } });
    await runJobs(service);
    // The report of a day later than the events is a day too young.
    await at(nowMs + 2 * 3_600_000, prune);
    expect(await all("SELECT count(*) AS n FROM events")).toEqual([{ n: 11 }]);
    expect(await all("SELECT reporter FROM reports")).toEqual([{ reporter: "c" }]);
    expect(await all("SELECT sum(reports) AS n FROM reporters")).toEqual([{ n: 3 }]);
    expect((await marked()).map(({ ref }) => ref).sort()).toEqual(["gone", "owl"]);
    await expectCountersRight({ isPruned: true });
    expect(await playedDays()).toEqual([{ sessions: 0, events: 656 }]);
    const again = await sendEvents(401, 3, "gone");
    expect(again.body.rejected.map(({ code }: { code: string }) => code)).toEqual(Array(3).fill("too_old"));
    await runJobs(service);
    await expectCountersRight({ isPruned: true });
  });

  it("have a retention of their own, which a scanned log is held to as well", async () => {
    const short = createService({ EVENT_RETENTION_DAYS: "30" });
    const entry = (days: number) => ({
      player_id: "owl",
      action: "aimbot_lock",
      headshot_rate: 0.95,
      recorded_at: iso(daysAgo(days)),
    });
    await send(short, rowsAt("owl", 35, 2));
    const scanned = await short.call("/api/security/scan-log", { body: { entries: [entry(29), entry(31)] } });
    expect(scanned.body.anomaly_counts).toMatchObject({ aimbot_lock: 2 });
    const stored = await all<{ detected_at: number }>("SELECT DISTINCT detected_at FROM events");
    expect(stored).toEqual([{ detected_at: daysAgo(29) }]);
    const bulk = await short.call("/api/telemetry/events", {
      body: { events: [eventAt("owl", 31, 1), eventAt("owl", 29, 2)] },
    });
    expect(bulk.body).toMatchObject({ accepted: 1, rejected: [{ code: "too_old" }] });
    short.clock.nowMs = nowMs + 3 * dayMs;
    await runJobs(short, "retention");
    expect(await all("SELECT count(*) AS n FROM events")).toEqual([{ n: 0 }]);
    expect(await all("SELECT count(*) AS n FROM sessions")).toEqual([{ n: 2 }]);
    await expectCountersRight({ isPruned: true });
  });
});

it("holds adapters to the days that are configured", async () => {
  const short = createService({ SESSION_RETENTION_DAYS: "30", EVENT_RETENTION_DAYS: "10" });
  const { key } = (
    await short.call("/api/auth/keys", { body: { name: "p", adapter: "playfab", games: ["g"] } })
  ).body;
  const sent = (Name: string, days: number) => ({
    ...{
      Name,
      Entity: { Id: `of-${days}` },
      OriginalId: `${Name}-${days}`,
      OriginalTimestamp: iso(daysAgo(days)),
    },
    ...(Name === "session"
      ? { EventNamespace: "custom.game", Payload: { kills: 5 } }
      : { PayloadJSON: '{"type":"speed_hack"}' }),
  });
  const Events = [
    sent("session", 29),
    sent("session", 31),
    sent("security_event", 9),
    sent("security_event", 11),
  ];
  const reply = await short.call(`/api/telemetry/adapters/playfab/${key}`, { role: null, body: { Events } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  expect(await all("SELECT session_id FROM sessions")).toEqual([{ session_id: "session-29" }]);
  expect(await all("SELECT id FROM events")).toEqual([{ id: "security_event-9" }]);
  expect(await all("SELECT ref FROM players ORDER BY 1")).toEqual([{ ref: "of-29" }, { ref: "of-9" }]);
  expect((await short.call("/metrics")).body).toContain(
    'gamesec_ingest_rows_total{kind="events",outcome="rejected"} 1\n',
  );
});

it.each(["SESSION", "EVENT", "CASE", "HISTORY", "AUDIT"])(
  "refuses to serve with a %s_RETENTION_DAYS of 0",
  async (kind) => {
    const reply = await createService({ [`${kind}_RETENTION_DAYS`]: "0" }).call("/api/players");
    expectProblem(reply, 503);
    expect(reply.body.detail).toContain(
      `${kind}_RETENTION_DAYS must be a whole number of days from 1 to 36500, or unset.`,
    );
  },
);

it("tells /metrics what went, by kind", async () => {
  await at(daysAgo(401), () => send(service, rowsAt("few", 402, 7)));
  await prune();
  const { body } = await service.call("/metrics");
  expect(body).toContain('gamesec_pruned_rows_total{kind="sessions"} 7\n');
  expect(await idOf(service, "few")).toBe(1);
});
