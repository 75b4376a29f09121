/** Who a path or a body means: our id, or the game's own id within its game; and what players are called. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { classicSession, createPlayer, idOf, scan, send, sessionRow } from "./samples.ts";
import { createService, freshDatabase, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

describe("@ref", () => {
  it("the same ref in two games is two players; without a game it is `default`", async () => {
    await send(service, [
      sessionRow(1, "same"),
      sessionRow(1, "same", { game: "cs2" }),
      sessionRow(1, "same", { game: "quake" }),
    ]);
    const ids = [
      await idOf(service, "same"),
      await idOf(service, "same", "cs2"),
      await idOf(service, "same", "quake"),
    ];
    expect(new Set(ids).size).toBe(3);
    expect((await service.call(`/api/players/${ids[0]}`)).body.game).toBe("default");
    expectProblem(await service.call("/api/players/@same?game=doom"), 404);
  });

  it.each([
    "a/b",
    "a b",
    "ä€😀",
    "100%",
    "%41",
    "a?b#c",
    "@at",
    "..",
    "17",
    "a&game=cs2",
    "'; DROP TABLE players; --",
  ])("ref %j comes back as it was sent", async (ref) => {
    await send(service, [sessionRow(1, ref)]);
    const path = `/api/players/@${encodeURIComponent(ref).replaceAll(".", "%2E")}`;
    const { status, body } = await service.call(path);
    expect({ status, ref: body.ref }).toEqual({ status: 200, ref });
    expect((await service.call(`${path}/sessions`)).body.sessions).toHaveLength(1);
  });

  it("works in every path, with the query's game", async () => {
    await send(service, [sessionRow(1, "r1", { game: "cs2" })]);
    const id = await idOf(service, "r1", "cs2");
    const paths = ["/api/security/player-risk/@r1", "/api/players/@r1/behavior", "/api/players/@r1"];
    for (const path of paths) {
      const { body } = await service.call(`${path}?game=cs2`);
      expect((body.player ?? body).id, path).toBe(id);
    }
    for (const list of ["sessions", "events"]) {
      expect((await service.call(`/api/players/@r1/${list}?game=cs2`)).status).toBe(200);
    }
    const recorded = await service.call("/api/players/@r1/session?game=cs2", { body: classicSession });
    expect(recorded.body.session.player_id).toBe(id);
    const named = await service.call("/api/players/@r1?game=cs2", {
      method: "PATCH",
      body: { username: "Owl" },
    });
    expect(named.body).toMatchObject({ id, username: "Owl" });
  });

  it("works in bodies: text is the game's own id, with or without @; a number is ours", async () => {
    await send(service, [sessionRow(1, "17", { game: "cs2" })]);
    const id = await idOf(service, "17", "cs2");
    for (const player_id of [id, "17", "@17"]) {
      const report = await service.call("/api/security/report?game=cs2", { body: { player_id } });
      expect(report.body.event.player_id).toBe(id);
      const found = await service.call("/api/analytics/detect-anomalies?game=cs2", { body: { player_id } });
      expect(found.status).toBe(200);
      expect((await scan(service, [{ player_id, action: "x" }], "?game=cs2")).unknown_players).toEqual([]);
    }
    expectProblem(await service.call("/api/security/report", { body: { player_id: "17" } }), 404);
  });
});

describe("names", () => {
  it("a player first seen in telemetry is called by its ref until it is named", async () => {
    await send(service, [sessionRow(1, "Ref-1")]);
    const id = await idOf(service, "Ref-1");
    expect((await service.call(`/api/players/${id}`)).body.username).toBe("Ref-1");
    await service.call(`/api/players/${id}`, { method: "PATCH", body: { username: "Nightjar" } });
    await send(service, [sessionRow(2, "Ref-1")]);
    expect((await service.call("/api/players/@Ref-1")).body).toMatchObject({
      username: "Nightjar",
      ref: "Ref-1",
    });
    const names = async (prefix: string) =>
      (await service.call(`/api/players?name=${prefix}`)).body.players.map((p: { id: number }) => p.id);
    expect(await names("nIGHT")).toEqual([id]);
    expect(await names("ref")).toEqual([]);
  });

  it("a created player is the one that telemetry of its ref finds; the pair is unique", async () => {
    const id = await createPlayer(service, { username: "Owl", game: "cs2", ref: "r" });
    const answer = await send(service, [sessionRow(1, "r", { game: "cs2" })]);
    expect(answer.players_created).toBe(0);
    expect(await idOf(service, "r", "cs2")).toBe(id);
    expectProblem(await service.call("/api/players", { body: { game: "cs2", ref: "r" } }), 409);
    expect(await createPlayer(service, { ref: "r" })).not.toBe(id);
  });

  it("names are stored in one Unicode form", async () => {
    const id = await createPlayer(service, { username: "  Ｎight\u212Bjar " });
    expect((await service.call(`/api/players/${id}`)).body.username).toBe("Night\u00C5jar");
  });

  it("a name that grows beyond its limit in that form is refused", async () => {
    expectProblem(await service.call("/api/players", { body: { username: "\uFDFA".repeat(64) } }), 400);
  });

  it("twenty players created at once are twenty players", async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        service.call("/api/players", { body: { username: `P${n}`, ref: `r${n}` } }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(20);
  });
});
