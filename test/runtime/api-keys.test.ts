/** API keys: what they look like, what they open and for how long, and that nobody learns more than their scopes say. */
import { beforeEach, describe, expect, it } from "vitest";
import { keyPattern } from "../../src/auth/api-keys.ts";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { type Call, createService, env, freshDatabase, type Reply, type Service } from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const path = "/api/auth/keys";
const create = (body: object = {}) =>
  service.call(path, { body: { name: "servers", scopes: ["telemetry:write"], ...body } });
const withKey = (key: string): Call => ({ role: null, headers: { "x-api-key": key } });
const bearing = (key: string): Call => ({ role: null, headers: { authorization: `Bearer ${key}` } });
const row = (session_id: string) => ({ player: "p", session_id, recorded_at: "2026-10-30T12:00:00Z" });
const ingest = (key: string, to: Service = service, id = "s") =>
  to.call("/api/telemetry/sessions", { ...withKey(key), body: { sessions: [row(id)] } });
const denials = async () =>
  (await env.DB.prepare("SELECT kind, who, count FROM audit_denials ORDER BY kind").all()).results;

describe("a key", () => {
  it("is shown once, in a form that scanners find, and stored as a hash alone", async () => {
    const reply = await create({ games: ["cs2", "cs2"], expires_at: "2027-01-01T00:00:00Z" });
    expectAnswer(reply, operations.createKey, 201);
    const { key, id, hint } = reply.body;
    expect(key).toMatch(keyPattern);
    expect(key.startsWith(hint)).toBe(true);
    expect(reply.body).toMatchObject({ games: ["cs2"], created_by: "user:tester", last_used_at: null });
    expect(reply.headers.get("cache-control")).toBe("no-store");
    const stored = JSON.stringify((await env.DB.prepare("SELECT * FROM api_keys").all()).results);
    const audited = JSON.stringify((await env.DB.prepare("SELECT * FROM audit_entries").all()).results);
    for (const secret of [key, key.slice(12)]) {
      expect(stored).not.toContain(secret);
      expect(audited).not.toContain(secret);
      expect(JSON.stringify(service.log)).not.toContain(secret);
    }
    const shown = await service.call(`${path}/${id}`);
    expectAnswer(shown, operations.getKey, 200);
    expectAnswer(await service.call(path), operations.listKeys, 200);
    expect(JSON.stringify(shown.body)).not.toContain(key.slice(12));
  });

  it("opens what its scopes name, in either header, and nothing else", async () => {
    const { key } = (await create()).body;
    expect((await ingest(key)).body).toMatchObject({ accepted: 1, players_created: 1 });
    expect((await service.call("/api/auth/me", bearing(key))).body).toEqual({
      kind: "key",
      subject: "1",
      role: null,
      scopes: ["telemetry:write"],
      games: null,
    });
    for (const closed of [
      "/api/players",
      "/api/players/1",
      "/api/analytics/stats",
      path,
      "/api/auth/users",
    ]) {
      expectProblem(await service.call(closed, withKey(key)), 403);
    }
    expect(await denials()).toEqual([{ kind: "forbidden", who: "key:1", count: 5 }]);
    expect(service.log.at(-1)).toMatchObject({ actor: "key:1", status: 403 });
  });

  it("is worth nothing with a letter changed, without its checksum, or made up; each kind is counted", async () => {
    const { key } = (await create()).body as { key: string };
    const other = key[10] === "A" ? "B" : "A";
    const forged = [
      `${key.slice(0, 10)}${other}${key.slice(11)}`,
      key.slice(0, -7),
      `${key}x`,
      key.toUpperCase(),
      "gsk_",
      "'; DROP TABLE api_keys; --",
      " ",
    ];
    for (const text of forged) expectProblem(await service.call("/api/players", withKey(text)), 401);
    expect(await denials()).toMatchObject([{ kind: "key_malformed", count: forged.length }]);
  });

  it("ends when it expires, to the millisecond", async () => {
    const { key } = (await create({ expires_at: new Date(service.clock.nowMs + 60_000).toISOString() })).body;
    service.clock.nowMs += 59_999;
    expect((await ingest(key)).status).toBe(200);
    service.clock.nowMs += 1;
    expectProblem(await ingest(key), 401);
    expect(await denials()).toMatchObject([{ kind: "key_expired", count: 1 }]);
  });

  it("ends within five seconds of its revocation in every isolate, and for good", async () => {
    const other = createService();
    const { key, id } = (await create()).body;
    expect((await ingest(key, other)).status).toBe(200);
    const revoked = await service.call(`${path}/${id}`, { method: "DELETE" });
    expectAnswer(revoked, operations.revokeKey, 200);
    other.clock.nowMs += 5_000;
    expectProblem(await ingest(key, other), 401);
    expect((await service.call(`${path}/${id}`, { method: "DELETE" })).body).toEqual(revoked.body);
    const changes = [
      service.call(`${path}/${id}`, { method: "PATCH", body: { name: "again" } }),
      service.call(`${path}/${id}/rotate`, { body: {} }),
    ];
    for (const reply of await Promise.all(changes)) expectProblem(reply, 409);
    expect(await denials()).toMatchObject([{ kind: "key_revoked", count: 1 }]);
  });

  it("is rotated with an overlap, in which both work", async () => {
    const { key, id } = (await create({ games: ["cs2"] })).body;
    const rotated = await service.call(`${path}/${id}/rotate`, { body: { overlap_seconds: 60 } });
    expectAnswer(rotated, operations.rotateKey, 201);
    expect(rotated.body).toMatchObject({ replaces: id, games: ["cs2"], scopes: ["telemetry:write"] });
    expect(rotated.body.key).not.toBe(key);
    expect((await ingest(key)).status).toBe(200);
    expect((await ingest(rotated.body.key)).status).toBe(200);
    service.clock.nowMs += 60_000;
    expectProblem(await ingest(key), 401);
    expect((await ingest(rotated.body.key)).status).toBe(200);
  });

  it("costs a read in five seconds, and a write in five minutes for its last use", async () => {
    const { key, id } = (await create()).body;
    const call = async () => {
      await service.call("/api/auth/me", withKey(key));
      const { d1_queries, rows_written } = service.log.at(-1) as Record<string, number>;
      return [d1_queries, rows_written];
    };
    expect(await call()).toEqual([2, 1]);
    expect(await call()).toEqual([0, 0]);
    service.clock.nowMs += 5_000;
    expect(await call()).toEqual([1, 0]);
    service.clock.nowMs += 300_000;
    expect(await call()).toEqual([2, 1]);
    const { last_used_at } = (await service.call(`${path}/${id}`)).body;
    expect(Date.parse(last_used_at)).toBe(service.clock.nowMs);
  });

  it("can have limits of its own", async () => {
    const tight = createService({ RATE_LIMIT_REQUESTS: "1000", RATE_LIMIT_PERIOD_SECONDS: "86400" });
    const limits = { read: { requests: 3, period_seconds: 3_600 } };
    const made = await tight.call(path, { body: { name: "x", scopes: ["players:read"], limits } });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n++) {
      statuses.push((await tight.call("/api/players", withKey(made.body.key))).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });
});

describe("requests that make no key", () => {
  it.each([
    {},
    { name: "x" },
    { name: "x", scopes: [] },
    { name: "x", scopes: ["everything"] },
    { name: "x", scopes: ["players:read"], games: [] },
    { name: "x", scopes: ["players:read"], games: ["a b"] },
    { name: "x", scopes: ["players:read"], expires_at: "2020-01-01T00:00:00Z" },
    { name: "x", scopes: ["players:read"], expires_at: "tomorrow" },
    { name: "x", scopes: ["players:read"], limits: { login: { requests: 1, period_seconds: 1 } } },
    { name: "x", scopes: ["players:read"], limits: { read: { requests: 0, period_seconds: 1 } } },
    { name: "x", scopes: ["players:read"], adapter: "cs2-log" },
    { name: "\u0000", scopes: ["players:read"] },
  ])("%j", async (body) => expectProblem(await service.call(path, { body }), 400));

  it("come from anybody but an admin", async () => {
    for (const role of ["viewer", "analyst", "ingest"] as const) {
      const replies: Reply[] = await Promise.all([
        service.call(path, { role }),
        service.call(path, { role, body: { name: "x", scopes: ["players:read"] } }),
        service.call(`${path}/1`, { role, method: "DELETE" }),
      ]);
      for (const reply of replies) expectProblem(reply, 403);
    }
  });
});
