/** A read of one player or one page asks D1 once, and a token that was checked is not checked again at once. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accessTokenSeconds } from "../../src/auth/tokens.ts";
import { recallMs } from "../../src/http/authenticate.ts";
import { insertCase } from "./case-fixtures.ts";
import { watchedD1 } from "./fault.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service, tokenFor } from "./service.ts";

let service: Service;
let trips = 0;

const session = (number: number) => ({
  player: "neo",
  session_id: `s${number}`,
  recorded_at: new Date(nowMs - number * 60_000).toISOString(),
  ...{ duration_minutes: 20, actions_per_minute: 90, headshot_rate: 0.3 },
});

beforeEach(async () => {
  await freshDatabase();
  const counted = watchedD1(env.DB, () => {
    trips += 1;
  });
  service = createService({ DB: counted });
});
afterEach(() => vi.restoreAllMocks());

describe("a read", () => {
  beforeEach(async () => {
    await insertCase();
    const sent = await service.call("/api/telemetry/sessions", { body: { sessions: [1, 2].map(session) } });
    expect(sent.body.accepted).toBe(2);
    await runJobs(service);
  });

  it.each([
    "/api/players/@neo",
    "/api/players/@neo/behavior",
    "/api/players/@neo/sessions",
    "/api/players/@neo/events",
    "/api/players/@neo/risk-history",
    "/api/security/player-risk/@neo",
    "/api/players",
    "/api/players/suspicious",
    "/api/cases",
    "/api/cases/1",
    "/api/cases/1/evidence",
    "/api/decisions/check?player=@neo",
    "/api/decisions/stream",
    "/api/security/dashboard",
  ])("of %s is one round trip", async (path) => {
    // The isolate knows the sign-in by then.
    await service.call("/api/auth/me");
    trips = 0;
    expect((await service.call(path)).status).toBe(200);
    expect(trips).toBe(1);
  });

  it.each(["behavior", "sessions", "events"])(
    "of somebody's %s whom nobody knows finds nobody",
    async (what) => {
      for (const named of ["@trinity", "999"]) {
        expect((await service.call(`/api/players/${named}/${what}`)).status).toBe(404);
      }
    },
  );

  it("of a player's pages names the same sessions by either name", async () => {
    const [byRef, byId] = [
      await service.call("/api/players/@neo/sessions"),
      await service.call(`/api/players/${(await service.call("/api/players/@neo")).body.id}/sessions`),
    ];
    expect(byRef.body).toEqual(byId.body);
    expect(byRef.body.sessions.map(({ recorded_at }: { recorded_at: string }) => recorded_at)).toEqual(
      [1, 2].map((number) => session(number).recorded_at),
    );
    const behavior = await service.call("/api/players/@neo/behavior");
    expect(behavior.body.recent_sessions).toEqual(byRef.body.sessions);
  });
});

describe("a token", () => {
  const me = (token: string) =>
    service
      .call("/api/auth/me", { headers: { authorization: `Bearer ${token}` } })
      .then(({ status }) => status);

  it("is checked once in a few seconds", async () => {
    const token = await tokenFor({ subject: "ann", role: "viewer" });
    const checks = vi.spyOn(crypto.subtle, "verify");
    expect([await me(token), await me(token)]).toEqual([200, 200]);
    expect(checks).toHaveBeenCalledTimes(1);
    service.clock.nowMs += recallMs;
    expect(await me(token)).toBe(200);
    expect(checks).toHaveBeenCalledTimes(2);
  });

  it("ends on time though it is remembered", async () => {
    const token = await tokenFor({ subject: "ann", role: "viewer" });
    service.clock.nowMs = nowMs + accessTokenSeconds * 1_000 - 1;
    expect(await me(token)).toBe(200);
    service.clock.nowMs += 1;
    expect(await me(token)).toBe(401);
  });

  it("is not known by a part of it, nor as a cookie's", async () => {
    const token = await tokenFor({ subject: "ann", role: "viewer" });
    expect(await me(token)).toBe(200);
    const [header, payload] = token.split(".");
    expect(await me(`${header}.${payload}.${"A".repeat(43)}`)).toBe(401);
    const headers = { cookie: `__Host-session=${token}` };
    expect((await service.call("/players", { role: null, headers })).status).toBe(401);
  });
});
