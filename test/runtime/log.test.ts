/** What is said of a request: one log line, and its cost to whoever has proved who they are. */
import { beforeEach, describe, expect, it } from "vitest";
import { failingD1 } from "./fault.ts";
import { blatantEntry, classicSession, createPlayer, scan, send, sessionRow } from "./samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const members = [
  "actor",
  "d1_queries",
  "id",
  "limiter_calls",
  "method",
  "ms",
  "route",
  "rows_read",
  "rows_written",
  "status",
];

describe("one line a request", () => {
  it.each([
    {
      path: "/health",
      role: null,
      line: { route: "GET /health", status: 200, actor: null, limiter_calls: 0, d1_queries: 0 },
    },
    {
      path: "/api/players/7/behavior?game=cs2",
      line: {
        route: "GET /api/players/:player/behavior",
        status: 404,
        actor: "admin:tester",
        limiter_calls: 1,
      },
    },
    {
      path: "/api/players",
      role: null,
      line: { route: "GET /api/players", status: 401, actor: null, limiter_calls: 1, d1_queries: 1 },
    },
    { path: "/api/players", role: "ingest" as const, line: { status: 403, actor: "ingest:tester" } },
    { path: "/secret/path?token=abc", line: { route: null, status: 404, actor: null } },
    { path: "/api/players", method: "DELETE", line: { route: null, status: 405, method: "DELETE" } },
    {
      path: "/api/security/report",
      body: {},
      line: { route: "POST /api/security/report", status: 400, method: "POST", rows_written: 0 },
    },
    { path: "/api/players", method: "HEAD", line: { status: 200, method: "HEAD" } },
  ])("$path", async ({ path, line, ...call }) => {
    const reply = await service.call(path, call);
    expect(service.log).toHaveLength(1);
    expect(Object.keys(service.log[0] ?? {}).sort()).toEqual(members);
    expect(service.log[0]).toMatchObject(line);
    expect(service.log[0]?.id).toBe(reply.headers.get("x-request-id"));
  });

  it("with the same cost as Server-Timing says", async () => {
    await send(service, [sessionRow(1)]);
    for (const path of ["/api/security/dashboard", "/api/security/player-risk/1"]) {
      const cost = costOf(await service.call(path));
      expect(service.log.at(-1)).toMatchObject({
        d1_queries: cost.queries,
        rows_read: cost.read,
        rows_written: cost.written,
      });
      expect(cost.queries).toBeGreaterThan(0);
    }
  });

  it("of an unexpected error says so once more, with the same id", async () => {
    const broken = createService({ DB: failingD1(env.DB, /SELECT/) });
    const { status, body } = await broken.call("/api/security/dashboard");
    expect(status).toBe(500);
    expect(body.detail).not.toContain("network");
    expect(broken.log.map(({ id, level, status: logged }) => ({ id, level, logged }))).toEqual([
      { id: body.request_id, level: "error", logged: undefined },
      { id: body.request_id, level: undefined, logged: 500 },
    ]);
  });
});

describe("no line holds what is nobody's business", () => {
  const secrets = {
    token: "",
    refresh: "",
    password: "letmein123",
    wrong: "a-wrong-password",
    note: "she cheats and lives in Springfield",
    reporter: "reporter-of-note",
    ref: "76561198000000000",
    name: "Nightjar-the-third",
    session: "session-id-of-note",
    key: "idempotency-key-of-note",
    query: "name-asked-for",
  };

  /** Everything that a client can say, said to a service. */
  async function sayEverything(to: Service): Promise<void> {
    const headers = { "idempotency-key": secrets.key };
    const body = { username: "security_console", password: secrets.password };
    const tokens = (await to.call("/api/auth/token", { role: null, body })).body;
    secrets.token = tokens.access_token ?? secrets.token;
    secrets.refresh = tokens.refresh_token ?? secrets.refresh;
    await to.call("/api/auth/token", { role: null, body: { ...body, password: secrets.wrong } });
    await to.call("/api/auth/refresh", { role: null, body: { refresh_token: secrets.refresh } });
    await to.call("/api/players", {
      role: null,
      headers: { authorization: `Bearer ${secrets.token}`, cookie: `s=${secrets.token}` },
    });
    await to.call("/api/players", { body: { username: secrets.name, ref: secrets.ref }, headers });
    await to.call("/api/telemetry/sessions", {
      body: { sessions: [sessionRow(1, secrets.ref, { session_id: secrets.session })] },
      headers,
    });
    await to.call(`/api/players/@${secrets.ref}/session`, {
      body: { ...classicSession, session_id: secrets.session },
      headers,
    });
    await to.call("/api/security/report", {
      body: { player_id: secrets.ref, notes: secrets.note, reporter: secrets.reporter },
      headers,
    });
    await to.call("/api/security/scan-log", {
      body: { entries: [{ player_id: secrets.ref, ...blatantEntry, note: secrets.note }] },
    });
    await to.call(`/api/security/player-risk/@${secrets.ref}`);
    await to.call(`/api/players/@${secrets.ref}`, { method: "PATCH", body: { username: secrets.name } });
    await to.call(`/api/players?name=${secrets.query}`);
    await to.call(`/api/players?surprise=${secrets.query}`);
    await to.call(`/nothing/${secrets.query}`);
  }

  function expectDiscreet(log: readonly unknown[]): void {
    expect(log.length).toBeGreaterThan(10);
    const lines = JSON.stringify(log);
    for (const [name, value] of Object.entries(secrets)) {
      expect(value.length, name).toBeGreaterThan(5);
      expect(lines.includes(value), `the log holds the ${name}`).toBe(false);
    }
  }

  it("when all goes well", async () => {
    await sayEverything(service);
    expectDiscreet(service.log);
  });

  it.each([
    { name: "reads", pattern: /SELECT/ },
    { name: "writes", pattern: /INSERT|UPDATE/ },
    { name: "inserts alone", pattern: /INSERT INTO (events|players|sessions)/ },
  ])("when D1 fails at $name and repeats the bound values in its message", async ({ pattern }) => {
    await sayEverything(service);
    secrets.key = `another-${secrets.key}`;
    const values = Object.values(secrets).join(", ");
    const message = `Failed query: SELECT ?\nparams: ${values}\n    at ${values}`;
    const broken = createService({ DB: failingD1(env.DB, pattern, { message }) });
    await sayEverything(broken);
    expect(broken.log.some(({ level }) => level === "error")).toBe(true);
    expectDiscreet(broken.log);
  });

  it("and no answer repeats what D1 said", async () => {
    const broken = createService({
      DB: failingD1(env.DB, /SELECT/, { message: "D1_ERROR: no such column: secret_column" }),
    });
    const { status, body } = await broken.call("/api/security/dashboard");
    expect({ status, text: JSON.stringify(body).includes("secret_column") }).toEqual({
      status: 500,
      text: false,
    });
  });
});

describe("Server-Timing", () => {
  const format = /^d1;dur=\d+\.\d;desc="\d+ queries, \d+ rows read, \d+ rows written", total;dur=\d+\.\d$/;

  it("is for callers with a good token, also where they are refused", async () => {
    expect((await service.call("/api/security/dashboard")).headers.get("server-timing")).toMatch(format);
    expect((await service.call("/api/players/99")).headers.get("server-timing")).toMatch(format);
    expect((await service.call("/api/players", { role: "ingest" })).headers.get("server-timing")).toMatch(
      format,
    );
  });

  it.each([
    { path: "/health" },
    { path: "/openapi.json" },
    { path: "/nothing" },
    { path: "/api/players" },
    { path: "/api/players", headers: { authorization: "Bearer a.b.c" } },
    { path: "/api/auth/token", body: { username: "security_console", password: "letmein123" } },
    { path: "/api/auth/token", body: { username: "x", password: "y" } },
  ])("is not for anybody else: $path", async ({ path, ...call }) => {
    expect((await service.call(path, { role: null, ...call })).headers.get("server-timing")).toBeNull();
  });
});

it("the log's clock is the service's", async () => {
  await createPlayer(service, { username: "x" });
  await scan(service, []);
  expect(service.log.every(({ ms }) => ms === 0)).toBe(true);
  expect(service.clock.nowMs).toBe(nowMs);
});
