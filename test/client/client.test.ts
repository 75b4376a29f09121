import { describe, expect, it } from "vitest";
import { ApiError, createClient, NetworkError } from "../../src/client/index.ts";
import { json, problem, row, type Script, scripted, taken } from "./api.ts";
import { createFakeWorld, createJumpingWorld } from "./fake-world.ts";

const where = { url: "https://security.example/", key: "gsk_test" };
const dropped = () => Promise.reject(new TypeError("fetch failed"));

function clientOf(...answers: readonly Script[]) {
  const { fetch, seen } = scripted(...answers);
  const jumping = createJumpingWorld(fetch, () => 0.5);
  return { client: createClient({ ...where, ...jumping.world }), seen, elapsedMs: jumping.elapsedMs };
}

describe("calls", () => {
  it("ask for players by either id, with the key, and follow no redirect", async () => {
    const { client, seen } = clientOf(() => json(200, { risk_score: 1 }));
    await client.playerRisk(17);
    await client.playerRisk("steam/1 ä", { game: "cs2" });
    await client.players({ min_risk: 70, limit: 2 });
    expect(seen.map(({ url }) => url)).toEqual([
      "https://security.example/api/security/player-risk/17",
      "https://security.example/api/security/player-risk/@steam%2F1%20%C3%A4?game=cs2",
      "https://security.example/api/players?min_risk=70&limit=2",
    ]);
    expect(seen.every(({ headers }) => headers.get("x-api-key") === "gsk_test")).toBe(true);
  });

  it("reads near by, and at least what the newest answer had seen", async () => {
    const bookmarked = (bookmark: string) => () => json(200, {}, { "x-d1-bookmark": bookmark });
    const { client, seen } = clientOf(bookmarked("00000002"), bookmarked("00000001"), bookmarked("00000003"));
    await client.playerRisk(17);
    await client.players();
    await client.report({ player_id: 17 });
    await client.playerRisk(17);
    expect(seen.map(({ headers }) => headers.get("x-d1-bookmark"))).toEqual([
      "first-unconstrained",
      "00000002",
      null,
      "00000003",
    ]);
  });

  it("sends a write again under the same key, and another write under another", async () => {
    const ok = () => json(201, { message: "ok", event: {} });
    const { client, seen } = clientOf(dropped, () => problem(503, "busy", "later"), ok);
    await client.report({ player_id: 17 });
    await client.report({ player_id: 17 });
    const keys = seen.map(({ headers }) => headers.get("idempotency-key"));
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it("waits as long as it is told to, and no shorter", async () => {
    const { client, elapsedMs } = clientOf(
      () => problem(429, "too_many_requests", "wait", { "retry-after": "42" }),
      () => json(200, {}),
    );
    await client.playerRisk(1);
    expect(elapsedMs()).toBeGreaterThanOrEqual(42_000);
    expect(elapsedMs()).toBeLessThan(43_000);
  });

  it.each([400, 401, 403, 404, 409, 422])("tells %i at once", async (status) => {
    const { client, seen } = clientOf(() => problem(status, "some_code", "Because."));
    const failure = await client.playerRisk(1).catch((error) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status, code: "some_code", message: "Because.", requestId: "r-1" });
    expect(seen).toHaveLength(1);
  });

  it("gives up after five failures", async () => {
    const { client, seen } = clientOf(dropped);
    await expect(client.playerRisk(1)).rejects.toThrow(NetworkError);
    expect(seen).toHaveLength(5);
  });

  it("waits for the same write where it is still at work", async () => {
    const running = () => problem(409, "request_in_flight", "running", { "retry-after": "1" });
    const { client, seen } = clientOf(running, running, () => json(201, {}));
    await client.report({ player_id: 1 });
    expect(seen).toHaveLength(3);
  });

  it("ends a request that is never answered", async () => {
    const never = (_: string, init: RequestInit) =>
      new Promise<Response>((_, reject) =>
        init.signal?.addEventListener("abort", () => reject(new Error("x"))),
      );
    const fake = createFakeWorld(never);
    const client = createClient({ ...where, ...fake.world, attempts: 1, timeoutMs: 9_000 });
    const failure = client.playerRisk(1).catch((error) => error);
    await fake.advance(9_000);
    expect(await failure).toBeInstanceOf(NetworkError);
    expect(fake.timers()).toBe(0);
  });

  it("answers what is no JSON with its status", async () => {
    const { client } = clientOf(() => new Response("<html>", { status: 403 }));
    await expect(client.playerRisk(1)).rejects.toMatchObject({ status: 403, code: "unknown" });
  });
});

describe("sending rows now", () => {
  it("finds the row that sinks its request, and sends the others", async () => {
    const { client } = clientOf(({ body }) => {
      const { sessions } = JSON.parse(body);
      const isSunk = body.includes("s-5");
      return isSunk ? problem(400, "malformed_json", "Too deep.") : taken(sessions.length);
    });
    const rows = Array.from({ length: 9 }, (_, n) => row(n));
    expect(await client.sendSessions(rows)).toEqual({
      accepted: 8,
      duplicates: 0,
      rejected: [{ index: 5, code: "malformed_json", pointer: "", detail: "Too deep." }],
    });
  });

  it("blames the request where every row sinks it", async () => {
    const { client } = clientOf(() => problem(400, "malformed_json", "No."));
    await expect(client.sendSessions(Array.from({ length: 100 }, (_, n) => row(n)))).rejects.toThrow("No.");
  });

  it("points into the row, whatever part of the request it went with", async () => {
    const { client } = clientOf(() =>
      taken(0, [{ index: 0, code: "missing", pointer: "/sessions/0/session_id", detail: "x" }]),
    );
    const { rejected } = await client.sendSessions([row(1)]);
    expect(rejected).toEqual([{ index: 0, code: "missing", pointer: "/session_id", detail: "x" }]);
  });
});

it("refuses an address that is none", () => {
  expect(() => createClient({ url: "ftp://x", key: "k" })).toThrow("no http or https");
});
