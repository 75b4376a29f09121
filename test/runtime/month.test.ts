/**
 * A month of a game with 2,000 players: sweeps, cases, three analysts of whom one is careless, verdicts, decisions, appeals,
 * and a receiver of webhooks that fails a third of the time. In the end everything must agree with everything.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { type PlayerLabel, simulatePopulation } from "../../src/cli/simulate/population.ts";
import type { SessionRow } from "../../src/telemetry/session.ts";
import { createMirror, type Mirror } from "./month/mirror.ts";
import { createOffice } from "./month/people.ts";
import { createRandom } from "./random.ts";
import { createHook, createWorld, evenly, runMinutes, type World } from "./receivers.ts";
import { expectCountersRight } from "./recount.ts";
import { send } from "./samples.ts";
import { createService, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const monthDays = 30;
const stepDays = 3;
const players = 2_000;
const complaints = 8;
const seed = 20_261_124;
const game = "sim";

const settings = {
  // Both far from the defaults: what is rare in a month has to happen often enough here.
  case_threshold: 40,
  second_review_share: 0.7,
  policies: { cheating: { ladder: [{ type: "suspend", days: 5 }, { type: "ban" }] } },
  automation: { watch: { enabled: true, min_band: "suspicious", days: 14, daily_quota: 3 } },
};

let service: Service;
let world: World;
let mirror: Mirror;
let labels: Map<string, PlayerLabel>;
let rows: readonly SessionRow[];
let office: ReturnType<typeof createOffice>;
/** What the receiver took, each webhook-id once, whether or not its answer arrived. */
const taken = new Map<string, { readonly type: string; readonly data: Record<string, unknown> }>();

const isSuspect = (ref: string): boolean => labels.get(ref)?.label === "cheater";
const timeOf = ({ recorded_at }: SessionRow): number => Date.parse(recorded_at);

async function processedBy(job: string): Promise<number> {
  const { body } = await service.call(`/api/ops/jobs/${job}/runs`, { method: "POST" });
  return body.remaining === 0 ? body.processed : body.processed + (await processedBy(job));
}

/** Sweeps and baselines until both have nothing to do. */
async function settle(): Promise<void> {
  while ((await processedBy("rescore")) + (await processedBy("baselines")) > 0);
}

/** All that is to be delivered, minute by minute. */
async function deliver(): Promise<void> {
  await runMinutes(service, world, 2_000);
  await mirror.follow();
}

async function sendBetween(fromMs: number, toMs: number): Promise<void> {
  const batch = rows.filter((row) => timeOf(row) > fromMs && timeOf(row) <= toMs);
  for (let at = 0; at < batch.length; at += 1_000) {
    expect((await send(service, batch.slice(at, at + 1_000))).rejected).toEqual([]);
  }
}

interface Appealable {
  readonly id: number;
  readonly ref: string;
}

/** Whoever is honest appeals, and a third of the others; the game's backend files it, and files it again. */
async function appeal(): Promise<void> {
  const open = await all<Appealable>(`SELECT d.id, p.ref FROM decisions d JOIN players p ON p.id = d.player_id
    WHERE d.origin = 'person' AND d.ended_at IS NULL AND NOT EXISTS
      (SELECT 1 FROM appeals a WHERE a.decision_id = d.id)`);
  for (const { id, ref } of open) {
    if (isSuspect(ref) && id % 3 !== 0) continue;
    const path = `/api/decisions/${id}/appeal`;
    const body = { statement: "I only had a good week." };
    expect((await service.call(path, { body })).status).toBe(201);
    expect((await service.call(path, { body })).status).toBe(409);
  }
}

/** Viewers send clips of players who are merely good: each step a few are reported, and looked at. */
async function complain(fromMs: number, toMs: number): Promise<void> {
  const playing = new Map(
    rows
      .filter((row) => timeOf(row) > fromMs && timeOf(row) <= toMs)
      .map((row) => [row.player, row.session_id]),
  );
  const skilled = [...playing].filter(([ref]) => (labels.get(ref ?? "")?.skill ?? 0) > 0.9);
  for (const [player, session_id] of skilled.slice(0, complaints)) {
    const reporter = `viewer-${player}`;
    const report = { player_id: `@${player}`, session_id, reporter, severity: "high" };
    expect((await service.call(`/api/security/report?game=${game}`, { body: report })).status).toBe(201);
    const { status } = await service.call("/api/cases", { body: { player_id: `@${player}`, game } });
    expect([201, 409]).toContain(status);
  }
}

async function step(fromMs: number, toMs: number): Promise<void> {
  service.clock.nowMs = toMs;
  await sendBetween(fromMs, toMs);
  await settle();
  service.clock.nowMs = toMs + hourMs;
  await settle();
  await complain(fromMs, toMs);
  await office.work();
  await deliver();
  await appeal();
  await office.work();
  await deliver();
  await runJobs(service, "audit");
}

beforeAll(async () => {
  await freshDatabase();
  const random = createRandom(seed);
  world = createWorld({
    "studio.test": ({ id, body }) => {
      const chance = random(6);
      // Of six posts one is refused, and one is taken while its answer is lost.
      if (chance === 0) return new Response("busy", { status: 503 });
      if (!taken.has(id)) taken.set(id, { type: body.type, data: body.data });
      if (chance === 1) throw new TypeError("connection lost");
      return new Response(null, { status: 204 });
    },
  });
  let requests = 0;
  // Which cases get a second review is drawn from the ids of requests: with these, the same ones on every run.
  const newId = () => `request-${++requests}`;
  service = createService({}, { fetch: world.fetch, random: evenly, newId });
  mirror = createMirror(service);
  const population = simulatePopulation({ seed, players, prevalence: 0.1, nowMs, game });
  rows = population.rows;
  labels = new Map(population.labels.map((label) => [label.player, label]));
  office = createOffice(service, isSuspect, seed);
  const beginsMs = nowMs - monthDays * dayMs;
  service.clock.nowMs = beginsMs;
  const declared = await service.call(`/api/games/${game}/enforcement`, { method: "PUT", body: settings });
  expect(declared.status, JSON.stringify(declared.body)).toBe(200);
  await createHook(service, "studio.test");
  await sendBetween(0, beginsMs);
  await settle();
  for (let day = 0; day < monthDays; day += stepDays) {
    await step(beginsMs + day * dayMs, beginsMs + (day + stepDays) * dayMs);
  }
}, 900_000);

const countBy = <T>(list: readonly T[], keyOf: (item: T) => string) =>
  Object.fromEntries([...Map.groupBy(list, keyOf)].map(([key, group]) => [key, group.length]).sort());

describe("the month", () => {
  it("had enough of everything to say something", async () => {
    const [counts] = await all(`SELECT (SELECT count(*) FROM cases) AS cases,
      (SELECT count(*) FROM reviews WHERE review = 'second') AS seconds,
      (SELECT count(*) FROM reviews WHERE review = 'tiebreak') AS tiebreaks,
      (SELECT count(*) FROM cases WHERE verdict = 'cleared') AS cleared,
      (SELECT count(*) FROM decisions WHERE origin = 'person') AS decisions,
      (SELECT count(*) FROM decisions WHERE origin = 'automatic') AS automatic,
      (SELECT count(*) FROM decisions WHERE end_kind = 'expired') AS expired,
      (SELECT count(*) FROM appeals WHERE outcome = 'upheld') AS upheld,
      (SELECT count(*) FROM appeals WHERE outcome = 'overturned') AS overturned`);
    for (const [name, n] of Object.entries(counts ?? {})) expect(n, name).toBeGreaterThan(0);
    expect(world.got.length).toBeGreaterThan(taken.size);
  });

  it("told the mirror each decision once when it began and once when it was over", async () => {
    const decisions = await all<{ id: number; emitted: string }>("SELECT id, emitted FROM decisions");
    for (const { id, emitted } of decisions) {
      expect([id, mirror.counts.add.get(id) ?? 0]).toEqual([id, emitted === "none" ? 0 : 1]);
      expect([id, mirror.counts.remove.get(id) ?? 0]).toEqual([id, emitted === "removed" ? 1 : 0]);
    }
    const holding = await all<{ id: number }>(`SELECT id FROM decisions WHERE ended_at IS NULL
      AND starts_at <= ${service.clock.nowMs} AND (expires_at IS NULL OR expires_at > ${service.clock.nowMs})`);
    expect([...mirror.live].sort()).toEqual(holding.map(({ id }) => id).sort());
    for (const { id } of holding.slice(0, 10)) {
      const [player] = await all<{ player_id: number }>(`SELECT player_id FROM decisions WHERE id = ${id}`);
      const { body } = await service.call(`/api/decisions/check?player=${player?.player_id}`);
      expect(body.decisions.map((held: { id: number }) => held.id)).toContain(id);
    }
  });

  it("told the webhook everything once in effect, though a third of the posts failed", async () => {
    const events = await all<{ type: string; data: string }>("SELECT type, data FROM outbox");
    const told = [...taken.values()];
    expect(countBy(told, ({ type }) => type)).toEqual(countBy(events, ({ type }) => type));
    const keyOf = (type: string, data: Record<string, unknown>) => `${type} ${JSON.stringify(data)}`;
    expect(countBy(told, ({ type, data }) => keyOf(type, data))).toEqual(
      countBy(events, ({ type, data }) => keyOf(type, JSON.parse(data))),
    );
    const changes = await all<{ kind: string }>("SELECT kind FROM decision_changes");
    const types = countBy(told, ({ type }) => type);
    expect([types["decision.started"], types["decision.ended"]]).toEqual([
      changes.filter(({ kind }) => kind === "add").length,
      changes.filter(({ kind }) => kind === "remove").length,
    ]);
    expect(await all("SELECT * FROM deliveries WHERE state <> 'delivered'")).toEqual([]);
  });

  it("opened no case on evidence that was judged before", async () => {
    const judged = await all<{ player_id: number; id: number; judged: string }>(
      "SELECT c.player_id, c.id, e.judged FROM cases c JOIN case_evidence e ON e.case_id = c.id ORDER BY c.id",
    );
    const again = [...Map.groupBy(judged, ({ player_id }) => player_id).values()].filter(
      ({ length }) => length > 1,
    );
    for (const cases of again) {
      const before = new Set<string>();
      for (const { id, judged: keys } of cases) {
        const own = Object.values(JSON.parse(keys) as Record<string, unknown[]>)
          .flat()
          .map((key) => JSON.stringify(key));
        expect(
          own.some((key) => !before.has(key)),
          `case ${id}`,
        ).toBe(true);
        for (const key of own) before.add(key);
      }
    }
    const decided =
      "SELECT count(*) AS n FROM cases WHERE player_id IN (SELECT player_id FROM cases WHERE state = 'decided')";
    const [was] = await all<{ n: number }>(decided);
    for (let refresh = 0; refresh < 3; refresh++) {
      await run(
        `UPDATE standings SET changed_at = ${service.clock.nowMs}, due_at = ${service.clock.nowMs}, revision = revision + 1`,
        "UPDATE totals SET pending = (SELECT count(*) FROM standings)",
      );
      await settle();
      service.clock.nowMs += hourMs;
    }
    expect(await all(decided)).toEqual([was]);
  });

  it("shows the careless analyst in kappa", async () => {
    const { body } = await service.call("/api/analytics/agreement");
    const kappaOf = (name: string) =>
      body.reviewers.find(({ reviewer }: { reviewer: string }) => reviewer === `user:${name}`);
    for (const careful of ["ann", "cid"]) {
      expect(kappaOf("bob").kappa).toBeLessThan(kappaOf(careful).kappa - 0.1);
    }
    const [pairs] = await all<{ n: number }>("SELECT count(*) AS n FROM reviews WHERE review = 'second'");
    expect(body.overall.pairs).toBe(pairs?.n);
  });

  it("measures what a recount of the cases finds", async () => {
    const { body } = await service.call(`/api/analytics/quality?game=${game}&months=24`);
    const cases = await all<{ verdict: string | null; content: string }>(
      "SELECT c.verdict, e.content FROM cases c JOIN case_evidence e ON e.case_id = c.id",
    );
    const of = (verdict: string) => cases.filter((each) => each.verdict === verdict);
    expect(body.cases).toMatchObject({
      opened: cases.length,
      confirmed: of("confirmed").length,
      cleared: of("cleared").length,
      inconclusive: of("inconclusive").length,
    });
    const linesOf = ({ content }: { content: string }): string[] =>
      (JSON.parse(content).score.ledger as { kind: string; id: string }[])
        .filter(({ kind }) => kind === "term" || kind === "proof")
        .map(({ id }) => id);
    const flags = countBy(cases.flatMap(linesOf), (id) => id);
    const confirmed = countBy(of("confirmed").flatMap(linesOf), (id) => id);
    const cleared = countBy(of("cleared").flatMap(linesOf), (id) => id);
    for (const { detector, all: figures } of body.detectors) {
      expect([detector, figures.flags]).toEqual([detector, flags[detector] ?? 0]);
      expect([detector, figures.confirmed]).toEqual([detector, confirmed[detector] ?? 0]);
      expect([detector, figures.cleared]).toEqual([detector, cleared[detector] ?? 0]);
    }
    expect(Object.keys(flags).sort()).toEqual(
      body.detectors.map(({ detector }: { detector: string }) => detector).sort(),
    );
    const [overturned] = await all<{ n: number }>(
      "SELECT count(DISTINCT case_id) AS n FROM appeals WHERE outcome = 'overturned'",
    );
    expect(body.cases.overturned).toBe(overturned?.n);
  });

  it("left a trail that verifies, and counters that a recount confirms", async () => {
    await runJobs(service, "audit");
    let from: string | null = "";
    for (let pages = 0; from !== null && pages < 100; pages++) {
      const { status, body } = await service.call(`/api/audit/verify${from}`);
      expect(status, JSON.stringify(body)).toBe(200);
      expect(body).toMatchObject({ problems: [], head: "ok" });
      from = body.next_cursor == null ? null : `?cursor=${encodeURIComponent(body.next_cursor)}`;
    }
    expect(from).toBe(null);
    await expectCountersRight();
  });
});
