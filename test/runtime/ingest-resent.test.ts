/** Rows that are sent again, rows that contradict what is stored, and requests that store nothing. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { failingD1 } from "./fault.ts";
import { expectCountersRight, expectDaysRight, tableCounts } from "./recount.ts";
import { createPlayer, iso, send, sessionRow, sessionRows } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;
const path = "/api/telemetry/sessions";
const sessionsStored = async () =>
  (await env.DB.prepare("SELECT * FROM sessions ORDER BY player_id, session_id").all()).results;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

describe("the same session_id with other content", () => {
  const other: readonly (readonly [string, unknown])[] = [
    ["mode", "ranked"],
    ["recorded_at", iso(nowMs - 5)],
    ["build", "1.2"],
    ["server", "eu-1"],
    ["duration_minutes", 22.7],
    ["actions_per_minute", null],
    ["headshot_rate", 0.26],
    ["reaction_time_ms", 200],
    ["kills", 13],
    ["deaths", 10],
    ["headshots", 2],
    ["shots_fired", 221],
    ["shots_hit", 49],
    ["movement_speed", 0],
    ["metrics", null],
    ["metrics", { damage_per_round: 71.6 }],
    ["metrics", { damage_per_round: 71.5, more: 1 }],
  ];

  it.each(other)("%s: %j is a conflict, stored or within the request", async (field, value) => {
    const changed = sessionRow(1, "p", { [field]: value });
    const rejected = [
      { index: 1, pointer: "/sessions/1/session_id", code: "conflict", detail: expect.any(String) },
    ];
    expect(await send(service, [sessionRow(1, "p"), changed])).toMatchObject({ accepted: 1, rejected });
    const before = await sessionsStored();
    expect(await send(service, [sessionRow(1, "p"), changed])).toMatchObject({ duplicates: 1, rejected });
    expect(await sessionsStored()).toEqual(before);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("is none where the rows only look different", async () => {
    const metrics = { b: 2, a: 0.1 + 0.2 };
    await send(service, [
      sessionRow(1, "p", { metrics, duration_minutes: 100 / 3 }),
      sessionRow(2, "p", { metrics: {} }),
    ]);
    const id = 1;
    const answer = await send(service, [
      sessionRow(1, id, {
        metrics: { a: 0.1 + 0.2, b: 2 },
        duration_minutes: 100 / 3,
        mode: "default",
        build: null,
      }),
      sessionRow(2, "p", { metrics: null, game: "default", surprise: 1 }),
    ]);
    expect(answer).toMatchObject({ accepted: 0, duplicates: 2, rejected: [] });
  });
});

describe("a dry run", () => {
  const rows = [
    ...sessionRows(0, 3, "known"),
    sessionRow(0, "known"),
    sessionRow(0, "known", { kills: 99 }),
    ...sessionRows(10, 20, "new"),
    sessionRow(10, "new", { kills: 99 }),
    sessionRow(30, 4_711),
    { surprise: 1 },
  ];

  it("says what the request would be answered, and stores nothing", async () => {
    await createPlayer(service, { username: "k", ref: "known" });
    await send(service, [sessionRow(1, "known")]);
    const before = await tableCounts();
    const headers = { "idempotency-key": "k" };
    const dry = await service.call(`${path}?dry_run=true`, { body: { sessions: rows }, headers });
    expectAnswer(dry, operations.ingestSessions, 200);
    expect(dry.body).toMatchObject({ accepted: 12, duplicates: 2, players_created: 1, dry_run: true });
    expect(await tableCounts()).toEqual(before);
    const { dry_run, ...foreseen } = dry.body;
    expect(await send(service, rows)).toEqual(foreseen);
  });

  it("finds what repeats across chunks, as nothing is stored between them", async () => {
    const many = [
      ...sessionRows(0, 3_000, "p"),
      ...sessionRows(0, 10, "p"),
      sessionRow(5, "p", { kills: 99 }),
    ];
    const { body } = await service.call(`${path}?dry_run=true`, { body: { sessions: many } });
    expect(body).toMatchObject({ accepted: 3_000, duplicates: 10, players_created: 1 });
    expect(body.rejected).toMatchObject([{ index: 3_010, code: "conflict" }]);
    const { dry_run, ...foreseen } = body;
    expect(await send(service, many)).toEqual(foreseen);
  });

  it("is not what dry_run=false or something else asks for", async () => {
    const call = (value: string) =>
      service.call(`${path}?dry_run=${value}`, { body: { sessions: [sessionRow(1)] } });
    expect((await call("false")).body).not.toHaveProperty("dry_run");
    for (const value of ["1", "", "TRUE"]) expectProblem(await call(value), 400);
  });
});

describe("fields that no row has", () => {
  it("are ignored and counted", async () => {
    const rows = [
      sessionRow(1, "p", { head_shots: 1, Kills: 2 }),
      sessionRow(2, "p", { head_shots: null }),
      { head_shots: 1 },
      7,
    ];
    const answer = await send(service, rows);
    expect(answer).toMatchObject({ accepted: 2, unknown_fields: { head_shots: 3, Kills: 1 } });
  });

  it("are named as far as an answer should", async () => {
    const names = Array.from({ length: 30 }, (_, n) => [`field${n}`, n]);
    const { unknown_fields } = await send(service, [sessionRow(1, "p", Object.fromEntries(names))]);
    expect(Object.keys(unknown_fields)).toHaveLength(20);
    const odd = JSON.stringify({ sessions: [sessionRow(2, "p")] }).replace(
      /\}\]\}$/,
      `,"__proto__":1,"constructor":1,"a\\u0007<b>é":1,"${"x".repeat(300)}":1}]}`,
    );
    const { body } = await service.call(path, { raw: odd, headers: { "content-type": "application/json" } });
    const names2 = ["__proto__", "constructor", "a?<b>?", "x".repeat(64)];
    expect(Object.keys(body.unknown_fields).sort()).toEqual(names2.sort());
  });
});

describe("how far back rows may lie", () => {
  const daysBack = (n: number, days: number) =>
    sessionRow(n, "p", { recorded_at: iso(nowMs - days * 86_400_000) });

  it.each([
    { SESSION_RETENTION_DAYS: "30", days: 30 },
    { SESSION_RETENTION_DAYS: "", days: 400 },
  ])("SESSION_RETENTION_DAYS=$SESSION_RETENTION_DAYS: $days days", async ({ days, ...variables }) => {
    const answer = await send(createService(variables), [daysBack(1, days), daysBack(2, days + 0.001)]);
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: "too_old" }] });
  });

  it("a late row counts in the next score, weighted by its own time", async () => {
    await send(service, sessionRows(0, 10, "p"));
    await runJobs(service);
    const late = { reaction_time_ms: 40, recorded_at: iso(nowMs - 10 * 86_400_000) };
    await send(
      service,
      Array.from({ length: 10 }, (_, n) => sessionRow(100 + n, "p", late)),
    );
    const fresh = (await service.call("/api/security/player-risk/@p")).body.risk_score;
    await freshDatabase();
    await send(service, sessionRows(0, 10, "p"));
    const older = { ...late, recorded_at: iso(nowMs - 390 * 86_400_000) };
    await send(
      service,
      Array.from({ length: 10 }, (_, n) => sessionRow(100 + n, "p", older)),
    );
    const faded = (await service.call("/api/security/player-risk/@p")).body.risk_score;
    expect(fresh).toBeGreaterThan(faded);
  });
});

describe("a request that breaks off", () => {
  it("tells which rows are in: those up to stored_through, the bad ones among them", async () => {
    const bad = (n: number) => sessionRow(n, "p", { kills: -1 });
    const rows = sessionRows(0, 5_000, "p").map((row, n) => (n % 100 === 7 ? bad(n) : row));
    const broken = createService({ DB: failingD1(env.DB, /INSERT INTO sessions/, { from: 2 }) });
    const reply = await broken.call(path, { body: { sessions: rows } });
    expectProblem(reply, 503);
    const { accepted, duplicates, rejected, stored_through } = reply.body;
    expect(stored_through).toBeGreaterThan(1_000);
    expect(accepted + duplicates + rejected.length).toBe(stored_through + 1);
    expect((await tableCounts()).sessions).toBe(accepted);
    const rest = await send(service, rows.slice(stored_through + 1));
    expect(rest).toMatchObject({ duplicates: 0 });
    expect(accepted + rest.accepted).toBe(4_950);
    expect((await send(service, rows)).duplicates).toBe(4_950);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("holds an answer of 10,000 refusals that fits into D1", async () => {
    const row = { ...sessionRow(1, "p"), metrics: { ["M".repeat(64)]: 1 } };
    const headers = { "idempotency-key": "k" };
    const call = () => service.call(path, { body: { sessions: Array(10_000).fill(row) }, headers });
    const { status, body } = await call();
    expect(status).toBe(200);
    expect(body.rejected).toHaveLength(10_000);
    expect(new TextEncoder().encode(JSON.stringify(body)).length).toBeLessThan(2_000_000);
    expect((await call()).body).toEqual(body);
  });
});
