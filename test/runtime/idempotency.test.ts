/** Idempotency-Key: a write that is sent again is answered again, and the record stands or falls with the write. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { createGate, failingD1, watchedD1 } from "./fault.ts";
import { expectCountersRight, tableCounts } from "./recount.ts";
import { blatantEntry, classicSession, createPlayer, sessionRow } from "./samples.ts";
import { type Call, createService, env, freshDatabase, type Service } from "./service.ts";

const hour = 3_600_000;
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await createPlayer(service, { username: "Nightjar", ref: "r" });
});

const keyed = (key: string, call: Call): Call => ({
  ...call,
  headers: { ...call.headers, "idempotency-key": key },
});

/** Every writing POST but sign-in, with a body whose repetition would write again. */
const writes: readonly { path: string; body?: object; other: { path?: string; body?: object } }[] = [
  {
    path: "/api/telemetry/sessions",
    body: { sessions: [sessionRow(1)] },
    other: { body: { sessions: [sessionRow(2)] } },
  },
  {
    path: "/api/security/scan-log",
    body: { entries: [{ player_id: 1, ...blatantEntry }] },
    other: { body: { entries: [] } },
  },
  { path: "/api/security/report", body: { player_id: 1 }, other: { body: { player_id: 1, reason: "x" } } },
  {
    path: "/api/players/1/session",
    body: classicSession,
    other: { body: { ...classicSession, duration_minutes: 1 } },
  },
  { path: "/api/players", body: { username: "Owl" }, other: { body: { username: "Wren" } } },
  {
    path: "/api/analytics/detect-anomalies",
    body: { player_id: 1 },
    other: { path: "/api/analytics/detect-anomalies?game=x" },
  },
  { path: "/api/ops/jobs/rescore/runs", other: { path: "/api/ops/jobs/housekeeping/runs" } },
];
const report = { body: { player_id: 1, notes: "once" } };
const reports = async () => (await tableCounts()).events;

describe("every writing POST", () => {
  it.each(writes)(
    "$path: the same request gets the same answer and writes nothing",
    async ({ path, body }) => {
      const call = keyed("k", { method: "POST", body });
      const first = await service.call(path, call);
      expect(first.status).toBeLessThan(300);
      expect(first.headers.get("idempotent-replayed")).toBeNull();
      const before = await tableCounts();
      service.clock.nowMs += hour;
      const again = await service.call(path, call);
      expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
      expect(await tableCounts()).toEqual(before);
      await expectCountersRight();
    },
  );

  it.each(writes)("$path: the key with another request is 422", async ({ path, body, other }) => {
    await service.call(path, keyed("k", { method: "POST", body }));
    const before = await tableCounts();
    const call = keyed("k", { method: "POST", body: other.body ?? body });
    expectProblem(await service.call(other.path ?? path, call), 422);
    expect(await tableCounts()).toEqual(before);
  });

  it("sign-in and refresh take no notice of it", async () => {
    const body = { username: "security_console", password: "letmein123" };
    const signIn = () => service.call("/api/auth/token", keyed("k", { role: null, body }));
    const first = (await signIn()).body;
    const second = (await signIn()).body;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const refresh = keyed("k", { role: null, body: { refresh_token: first.refresh_token } });
    expect((await service.call("/api/auth/refresh", refresh)).status).toBe(200);
    expect((await service.call("/api/auth/refresh", refresh)).status).toBe(401);
    expect((await tableCounts()).idempotency_keys).toBe(0);
  });
});

describe("a key's scope", () => {
  it("is the principal, whatever its role", async () => {
    await service.call("/api/security/report", keyed("k", { ...report, subject: "a" }));
    expect((await service.call("/api/security/report", keyed("k", { ...report, subject: "b" }))).status).toBe(
      201,
    );
    expect(await reports()).toBe(2);
  });

  it("and the route: one key for two routes is two keys", async () => {
    await service.call("/api/security/report", keyed("k", { body: { player_id: 1 } }));
    const reply = await service.call(
      "/api/analytics/detect-anomalies",
      keyed("k", { body: { player_id: 1 } }),
    );
    expect({ status: reply.status, body: reply.body }).toEqual({
      status: 200,
      body: { anomalies: expect.any(Array) },
    });
  });

  it("is the path's player too: one key for two players is 422", async () => {
    const other = await createPlayer(service, { username: "Owl" });
    await service.call("/api/players/1/session", keyed("k", { body: classicSession }));
    expectProblem(
      await service.call(`/api/players/${other}/session`, keyed("k", { body: classicSession })),
      422,
    );
  });

  it("is 24 hours", async () => {
    const call = keyed("k", report);
    const first = (await service.call("/api/security/report", call)).body;
    service.clock.nowMs += 24 * hour - 1;
    expect((await service.call("/api/security/report", call)).body).toEqual(first);
    service.clock.nowMs += 1;
    expect((await service.call("/api/security/report", call)).body.event.id).not.toBe(first.event.id);
    expect(await reports()).toBe(2);
  });

  it("is free again for another body after 24 hours", async () => {
    await service.call("/api/security/report", keyed("k", report));
    service.clock.nowMs += 24 * hour;
    expect((await service.call("/api/security/report", keyed("k", { body: { player_id: 1 } }))).status).toBe(
      201,
    );
  });
});

describe("while the first is still running", () => {
  it("the same request is 409, another is 422, and the first ends as if alone", async () => {
    const gate = createGate();
    const slow = createService({
      DB: watchedD1(env.DB, (statements) =>
        statements.some((text) => text.includes("INSERT INTO events")) ? gate.pass() : undefined,
      ),
    });
    const first = slow.call("/api/security/report", keyed("k", report));
    await gate.arrived;
    const second = await service.call("/api/security/report", keyed("k", report));
    expectProblem(second, 409);
    expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(0);
    expectProblem(await service.call("/api/security/report", keyed("k", { body: { player_id: 1 } })), 422);
    gate.open();
    const { status, body } = await first;
    expect(status).toBe(201);
    expect((await service.call("/api/security/report", keyed("k", report))).body).toEqual(body);
    expect(await reports()).toBe(1);
  });

  it("of ten at once one writes, and the others get its answer or 409", async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => service.call("/api/security/report", keyed("k", report))),
    );
    const won = replies.filter(({ status }) => status === 201);
    expect(new Set(won.map(({ body }) => body.event.id)).size).toBe(1);
    expect(replies.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(await reports()).toBe(1);
    await expectCountersRight();
  });
});

describe("failure", () => {
  it.each([
    { name: "unknown player", path: "/api/security/report", body: { player_id: 99 }, status: 404 },
    { name: "taken ref", path: "/api/players", body: { ref: "r" }, status: 409 },
    { name: "malformed body", path: "/api/security/report", body: { player_id: 0 }, status: 400 },
    { name: "no rows", path: "/api/telemetry/sessions", body: { sessions: [] }, status: 400 },
    {
      name: "future",
      path: "/api/players/1/session",
      body: { ...classicSession, recorded_at: "2030-01-01T00:00:00Z" },
      status: 400,
    },
  ])("frees the key: $name", async ({ path, body, status }) => {
    for (let tries = 0; tries < 2; tries++)
      expectProblem(await service.call(path, keyed("k", { body })), status);
    expect((await tableCounts()).idempotency_keys).toBe(0);
  });

  it("of the store leaves neither the write nor its record, and frees the key", async () => {
    for (const { path, body } of writes.slice(0, 5)) {
      const before = await tableCounts();
      const broken = createService({ DB: failingD1(env.DB, /UPDATE idempotency_keys SET status/) });
      const call = keyed("k", { method: "POST", body });
      expect((await broken.call(path, call)).status, path).toBeGreaterThanOrEqual(500);
      expect(await tableCounts(), path).toEqual(before);
      expect((await service.call(path, call)).status, path).toBeLessThan(300);
    }
    await expectCountersRight();
  });

  it("after the write is committed is answered again, not written again", async () => {
    // The answer gets lost: the batch is committed, and its caller sees an error.
    const lossy = createService({
      DB: watchedD1(
        env.DB,
        () => {},
        (_, texts) => {
          if (texts.some((text) => text.includes("INSERT INTO events"))) {
            throw new Error("D1_ERROR: Network connection lost.");
          }
        },
      ),
    });
    expect((await lossy.call("/api/security/report", keyed("k", report))).status).toBeGreaterThanOrEqual(500);
    const again = await service.call("/api/security/report", keyed("k", report));
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await reports()).toBe(1);
  });
});

describe("what a crash leaves behind", () => {
  /** A request that claimed its key and never came back. */
  async function crash(): Promise<void> {
    const dying = createService({ DB: failingD1(env.DB, /INSERT INTO events|DELETE FROM idempotency_keys/) });
    await dying.call("/api/security/report", keyed("k", report));
    expect((await tableCounts()).idempotency_keys).toBe(1);
  }

  it("is in flight for two minutes, then whoever repeats the request takes it over", async () => {
    await crash();
    service.clock.nowMs += 120_000 - 1;
    expectProblem(await service.call("/api/security/report", keyed("k", report)), 409);
    service.clock.nowMs += 1;
    expect((await service.call("/api/security/report", keyed("k", report))).status).toBe(201);
    expect(await reports()).toBe(1);
  });

  it("is not another request's to take", async () => {
    await crash();
    service.clock.nowMs += 180_000;
    expectProblem(await service.call("/api/security/report", keyed("k", { body: { player_id: 1 } })), 422);
  });

  /** A service that holds reports back, just before they are written. */
  function createSlow() {
    const gate = createGate();
    const DB = watchedD1(env.DB, (texts) =>
      texts.some((text) => text.includes("INSERT INTO events")) ? gate.pass() : undefined,
    );
    const slow = createService({ DB });
    return { gate, send: () => slow.call("/api/security/report", keyed("k", report)) };
  }

  it("a slow request whose key was taken over writes nothing any more", async () => {
    const slow = createSlow();
    const first = slow.send();
    await slow.gate.arrived;
    service.clock.nowMs += 120_000;
    const { status, body } = await service.call("/api/security/report", keyed("k", report));
    expect(status).toBe(201);
    slow.gate.open();
    expectProblem(await first, 409);
    expect(await reports()).toBe(1);
    expect((await service.call("/api/security/report", keyed("k", report))).body).toEqual(body);
    await expectCountersRight();
  });

  it("nor does it while the one that took the key over is still running", async () => {
    const slow = createSlow();
    const first = slow.send();
    await slow.gate.arrived;
    const taker = createService({
      DB: watchedD1(env.DB, async (texts) => {
        if (!texts.some((text) => text.includes("INSERT INTO events"))) return;
        slow.gate.open();
        expectProblem(await first, 409);
      }),
    });
    taker.clock.nowMs += 120_000;
    expect((await taker.call("/api/security/report", keyed("k", report))).status).toBe(201);
    expect(await reports()).toBe(1);
    await expectCountersRight();
  });
});
