/** What changes nothing leaves no entry, and a request in several chunks leaves one a chunk. */
import { beforeEach, describe, expect, it } from "vitest";
import { failingD1 } from "./fault.ts";
import { classicSession, send, sessionRow, sessionRows } from "./samples.ts";
import { type Call, createService, env, type Reply } from "./service.ts";
import { all, snapshot } from "./trail.ts";
import {
  account,
  aPlayer,
  createKey,
  createUser,
  credentials,
  freshService,
  service,
  signIn,
  stored,
} from "./writes.ts";

beforeEach(freshService);

describe("a bulk request of several chunks", () => {
  /** 1,000 rows of 64 metrics are several megabytes. */
  const heavy = () => {
    const metrics = Object.fromEntries(Array.from({ length: 64 }, (_, m) => [`metric_${m}`, m]));
    return Array.from({ length: 1_000 }, (_, n) => sessionRow(n, `p${n}`, { metrics }));
  };

  it("leaves one entry a chunk, which together tell of every row", async () => {
    await send(service, heavy());
    const entries = await all<{ payload: string }>("SELECT payload FROM audit_entries");
    expect(entries.length).toBeGreaterThan(2);
    const accepted = entries.map(({ payload }) => JSON.parse(payload).accepted as number);
    expect(accepted.reduce((sum, n) => sum + n)).toBe(1_000);
  });

  it.each(["audit_entries", "sessions"])(
    "that fails half way at %s has as many entries as chunks",
    async (table) => {
      const DB = failingD1(env.DB, new RegExp(`INSERT INTO ${table}`), { from: 3 });
      const reply = await createService({ ...account, DB }).call("/api/telemetry/sessions", {
        body: { sessions: heavy() },
      });
      expect(reply.status).toBe(503);
      const entries = await all<{ payload: string }>("SELECT payload FROM audit_entries");
      const [sessions] = await all<{ n: number }>("SELECT count(*) AS n FROM sessions");
      const told = entries.reduce((sum, { payload }) => sum + JSON.parse(payload).accepted, 0);
      expect(entries).toHaveLength(2);
      expect(told).toBe(sessions?.n);
    },
  );
});

describe("a request that changes nothing leaves no entry", () => {
  /** Sends twice, and expects the second to leave the trail alone. */
  async function again(path: string, call: Call, status: number): Promise<Reply> {
    await service.call(path, call);
    const before = await snapshot();
    const reply = await service.call(path, call);
    expect(reply.status, JSON.stringify(reply.body)).toBe(status);
    expect((await snapshot()).trail).toEqual(before.trail);
    return reply;
  }

  it("duplicates only", async () => {
    const player = await aPlayer();
    await again("/api/telemetry/sessions", { body: { sessions: sessionRows(0, 9) } }, 200);
    await again(`/api/players/${player}/session`, { body: { ...classicSession, session_id: "x" } }, 200);
    await again(
      "/api/security/scan-log",
      { body: { entries: [{ player_id: player, action: "speed_hack" }] } },
      200,
    );
  });

  it("what is so already", async () => {
    const player = await aPlayer();
    await createUser();
    const key = await createKey();
    await again(`/api/players/${player}`, { method: "PATCH", body: { username: "Owl" } }, 200);
    await again("/api/auth/users/ann", { method: "PATCH", body: { role: "viewer", disabled: true } }, 200);
    await again(`/api/auth/keys/${key}`, { method: "PATCH", body: { name: "other", expires_at: null } }, 200);
    await again(`/api/auth/keys/${key}`, { method: "DELETE" }, 200);
  });

  it("refused: taken, malformed, forbidden, unknown, limited", async () => {
    await again("/api/players", { body: { ref: "taken" } }, 409);
    await again("/api/auth/users", { body: { ...stored, role: "viewer" } }, 409);
    await again("/api/players", { body: {} }, 400);
    await again("/api/players", { body: { username: "x" }, role: "viewer" }, 403);
    await again("/api/security/report", { body: { player_id: 99 } }, 404);
    await again("/api/auth/token", { role: null, body: { ...credentials, password: "wrong" } }, 401);
  });

  it("replayed under an Idempotency-Key", async () => {
    const headers = { "idempotency-key": "k" };
    for (const [path, call] of [
      ["/api/players", { body: { username: "Owl" } }],
      ["/api/telemetry/sessions", { body: { sessions: sessionRows(0, 9) } }],
      ["/api/ops/jobs/rescore/runs", { method: "POST" }],
    ] as const) {
      const reply = await again(path, { ...call, headers }, path === "/api/players" ? 201 : 200);
      expect(reply.headers.get("idempotent-replayed"), path).toBe("true");
    }
  });

  it("a sign-in, a key or a token that two end at once is ended once", async () => {
    const key = await createKey();
    const { refresh_token } = await signIn();
    const refresh = { role: null, body: { refresh_token } } as const;
    await service.call("/api/auth/refresh", refresh);
    const before = await snapshot();
    await Promise.all([
      ...[1, 2, 3].map(() => service.call(`/api/auth/keys/${key}`, { method: "DELETE" })),
      ...[1, 2, 3].map(() => service.call("/api/auth/refresh", refresh)),
    ]);
    const fresh = (await snapshot()).trail.slice(before.trail.length).map(({ action }) => action);
    expect(fresh.sort()).toEqual(["auth.refresh_reused", "key.revoke"]);
  });
});
