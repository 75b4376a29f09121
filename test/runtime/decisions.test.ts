/** Decisions: made by type and by policy, ended, listed, undone, and held to their games. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import {
  aPlayer,
  check,
  dayMs,
  decide,
  declare,
  end,
  expectDecisionsWhole,
  later,
  made,
} from "./decisions.ts";
import { createBarrier, failingD1, watchedD1 } from "./fault.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const ladder = {
  policies: {
    cheating: { ladder: [{ type: "suspend", days: 7 }, { type: "suspend", days: 30 }, { type: "ban" }] },
  },
};
const ban = { type: "ban" };

describe("a decision", () => {
  it("by type and length holds from now on, and reads the same", async () => {
    const player_id = await aPlayer(service);
    const reply = await decide(service, { player_id, type: "suspend", days: 7 });
    expectAnswer(reply, operations.makeDecision, 201);
    expect(reply.body).toMatchObject({
      player: { id: player_id, game: "cs2", ref: "r1" },
      game: "cs2",
      state: "live",
      starts_at: later(0),
      expires_at: later(7 * dayMs),
      made_by: "user:tester",
      origin: "person",
    });
    const read = await service.call(`/api/decisions/${reply.body.id}`);
    expectAnswer(read, operations.getDecision, 200);
    expect(read.body).toEqual(reply.body);
    await expectDecisionsWhole();
  });

  it("by a policy goes up its ladder, past what was expunged", async () => {
    await declare(service, ladder);
    const player_id = await aPlayer(service);
    const days = async () => {
      const one = await made(service, { player_id, policy: "cheating" });
      const length = one.expires_at === null ? null : Date.parse(one.expires_at) - Date.parse(one.starts_at);
      return [one.id, one.type, length === null ? null : length / dayMs];
    };
    expect(await days()).toEqual([1, "suspend", 7]);
    expect((await end(service, 1, "expunged")).status).toBe(200);
    expect(await days()).toEqual([2, "suspend", 7]);
    expect((await end(service, 2, "revoked")).status).toBe(200);
    expect(await days()).toEqual([3, "suspend", 30]);
    expect(await days()).toEqual([4, "ban", null]);
    expect(await days()).toEqual([5, "ban", null]);
    await expectDecisionsWhole();
  });

  it("that is delayed starts within its window", async () => {
    const player_id = await aPlayer(service);
    const one = await made(service, { player_id, ...ban, starts_at: later(dayMs), delay_window_hours: 24 });
    expect(one.state).toBe("scheduled");
    const startsMs = Date.parse(one.starts_at) - nowMs;
    expect(startsMs).toBeGreaterThanOrEqual(dayMs);
    expect(startsMs).toBeLessThan(2 * dayMs);
    expect((await check(service, `player=${player_id}`)).allowed).toBe(true);
    expect((await service.call("/api/decisions/stream")).body.changes).toEqual([]);
  });

  it.each([
    [{}, "/policy"],
    [{ type: "ban", policy: "cheating" }, "/policy"],
    [{ policy: "cheating", days: 3 }, "/days"],
    [{ policy: "unheard-of" }, "/policy"],
    [{ policy: "constructor" }, "/policy"],
    [{ type: "suspend" }, "/days"],
    [{ type: "kick" }, "/days"],
    [{ type: "ban", days: 1, expires_at: later(dayMs) }, "/days"],
    [{ type: "ban", expires_at: later(0) }, "/expires_at"],
    [{ type: "ban", starts_at: later(dayMs), expires_at: later(dayMs) }, "/expires_at"],
    [{ type: "ban", days: 0 }, "/days"],
    [{ type: "ban", days: 5_000 }, "/days"],
    [{ type: "hug" }, "/type"],
    [{ type: "ban", reason: "" }, "/reason"],
    [{ type: "ban", case_id: 99 }, "/case_id"],
    [{ type: "ban", notes: "x" }, ""],
  ])("%j is refused at %s", async (body, pointer) => {
    await declare(service, ladder);
    const reply = await decide(service, { player_id: await aPlayer(service), ...body });
    expectProblem(reply, 400);
    expect(reply.body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
    expect(await all("SELECT id FROM decisions")).toEqual([]);
  });

  it("is refused beyond twenty that hold for a player in a game", async () => {
    const player_id = await aPlayer(service);
    for (let n = 0; n < 20; n++) await made(service, { player_id, type: "watch" });
    expectProblem(await decide(service, { player_id, type: "watch" }), 409);
    await made(service, { player_id, type: "watch", scope: "all" });
    expect((await end(service, 1)).status).toBe(200);
    await made(service, { player_id, type: "watch" });
    expect((await check(service, `player=${player_id}`)).decisions).toHaveLength(21);
    await expectDecisionsWhole();
  });

  it("sent again under its key is made once", async () => {
    const player_id = await aPlayer(service);
    const headers = { "idempotency-key": "k-1" };
    const first = await decide(service, { player_id, ...ban }, { headers });
    const again = await decide(service, { player_id, ...ban }, { headers });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await all("SELECT id FROM decisions")).toHaveLength(1);
  });

  it("of two at once, the second is made on top of the first", async () => {
    await declare(service, ladder);
    const player_id = await aPlayer(service);
    const bothRead = createBarrier(2);
    const DB = watchedD1(env.DB, (texts) =>
      texts.some((text) => text.startsWith("INSERT INTO decisions ")) ? bothRead() : undefined,
    );
    const racing = createService({ DB });
    const replies = await Promise.all([1, 2].map(() => decide(racing, { player_id, policy: "cheating" })));
    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    const lengths = replies.map(({ body }) => (Date.parse(body.expires_at) - nowMs) / dayMs);
    expect(lengths.sort((a, b) => a - b)).toEqual([7, 30]);
    await expectDecisionsWhole();
  });
});

describe("an end", () => {
  it("is told to the stream, and only what is over is expunged", async () => {
    const player_id = await aPlayer(service);
    const { id } = await made(service, { player_id, type: "ban", days: 1 });
    const ended = await end(service, id);
    expectAnswer(ended, operations.endDecision, 200);
    expect(ended.body).toMatchObject({
      state: "ended",
      ended_at: later(0),
      end_kind: "revoked",
      end_reason: "A mistake.",
    });
    expectProblem(await end(service, id), 409);
    expect((await end(service, id, "expunged")).body).toMatchObject({
      ended_at: later(0),
      end_kind: "expunged",
    });
    expectProblem(await end(service, id, "expunged"), 409);
    expect((await service.call(`/api/decisions/${id}`)).body.end_kind).toBe("expunged");
    expect((await check(service, `player=${player_id}`)).allowed).toBe(true);
    await expectDecisionsWhole();
  });

  it("of what has not begun is told to nobody", async () => {
    const { id } = await made(service, {
      player_id: await aPlayer(service),
      ...ban,
      starts_at: later(dayMs),
    });
    expect((await end(service, id)).status).toBe(200);
    service.clock.nowMs += 2 * dayMs;
    await service.call("/api/ops/jobs/decisions/runs", { method: "POST" });
    expect(await all("SELECT seq FROM decision_changes")).toEqual([]);
    await expectDecisionsWhole();
  });

  it("at two hands at once happens once", async () => {
    const { id } = await made(service, { player_id: await aPlayer(service), ...ban });
    const bothRead = createBarrier(2);
    const DB = watchedD1(env.DB, (texts) =>
      texts.some((text) => text.startsWith("UPDATE decisions AS d")) ? bothRead() : undefined,
    );
    const racing = createService({ DB });
    const replies = await Promise.all([end(racing, id), end(racing, id)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    await expectDecisionsWhole();
  });

  it("404 for a decision that is not there", async () => expectProblem(await end(service, 7), 404));
});

describe("lists", () => {
  it("page newest first by player, by game and state, and over all", async () => {
    const [mine, other] = [await aPlayer(service), await aPlayer(service, "r2")];
    for (let n = 0; n < 6; n++) await made(service, { player_id: n % 2 === 0 ? mine : other, type: "watch" });
    await made(service, { player_id: mine, ...ban, scope: "all" });
    await end(service, 2);
    const idsOf = async (query: string) => {
      const ids: number[] = [];
      for (let cursor = ""; ; ) {
        const reply = await service.call(`/api/decisions?limit=2&${query}${cursor}`);
        expectAnswer(reply, operations.listDecisions, 200);
        ids.push(...reply.body.decisions.map((one: { id: number }) => one.id));
        if (reply.body.next_cursor === null) return ids;
        cursor = `&cursor=${reply.body.next_cursor}`;
      }
    };
    expect(await idsOf("")).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(await idsOf(`player=${mine}`)).toEqual([7, 5, 3, 1]);
    expect(await idsOf("player=@r2&game=cs2")).toEqual([6, 4, 2]);
    expect(await idsOf("game=cs2")).toEqual([6, 5, 4, 3, 2, 1]);
    expect(await idsOf("game=cs2&state=live")).toEqual([6, 5, 4, 3, 1]);
    expect(await idsOf("game=cs2&state=ended")).toEqual([2]);
    expect(await idsOf("game=*")).toEqual([7]);
    expectProblem(await service.call("/api/decisions?state=live"), 400);
    expectProblem(await service.call(`/api/decisions?state=live&player=${mine}`), 400);
    expectProblem(await service.call("/api/decisions?player=99"), 404);
  });
});

describe("undoing a detector's version", () => {
  it("ends all that it caused, slice by slice, and nothing else", async () => {
    const players = 130;
    for (let n = 0; n < 3; n++) await made(service, { player_id: await aPlayer(service, `r${n}`), ...ban });
    await run(`INSERT INTO players (game, ref, username, name_key, created_at)
      WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${players}) SELECT 'cs2', 'b' || i, 'x', 'x', 0 FROM c`);
    for (let n = 4; n < 4 + players; n++) await made(service, { player_id: n, type: "watch" });
    await run(`INSERT INTO decision_causes SELECT 'aim.x', 1, id FROM decisions WHERE id > 2`);
    await end(service, 5, "revoked");
    await end(service, 6, "expunged");
    const undo = () =>
      service.call("/api/decisions/undo", {
        body: { detector: "aim.x", version: 1, as: "expunged", reason: "Set wrong." },
      });
    const first = await undo();
    expectAnswer(first, operations.undoDecisions, 200);
    expect(first.body).toEqual({ undone: 99, remaining: 31 });
    expect((await undo()).body).toEqual({ undone: 31, remaining: 0 });
    expect((await undo()).body).toEqual({ undone: 0, remaining: 0 });
    expect(await all("SELECT id FROM decisions WHERE ended_at IS NULL")).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await all("SELECT DISTINCT end_kind FROM decisions WHERE id > 2")).toEqual([
      { end_kind: "expunged" },
    ]);
    expect(await all("SELECT id FROM audit_entries WHERE action = 'decision.undo'")).toHaveLength(2);
    await expectDecisionsWhole();
  });
});

describe("a key that is bound to games", () => {
  it("decides in its own, and neither in nor about others", async () => {
    const [mine, theirs] = [await aPlayer(service), await aPlayer(service, "r1", "rust")];
    const everywhere = await made(service, { player_id: theirs, ...ban, scope: "all" });
    const own = await made(service, { player_id: mine, type: "watch", scope: "all" });
    const grant = { name: "k", scopes: ["decisions:read", "decisions:write"], games: ["cs2"] };
    const { body } = await service.call("/api/auth/keys", { body: grant });
    const call = { role: null, headers: { "x-api-key": body.key } };
    expectProblem(await decide(service, { player_id: mine, ...ban, scope: "all" }, call), 403);
    expectProblem(await decide(service, { player_id: theirs, ...ban }, call), 404);
    const mineToo = await decide(service, { player_id: "r1", ...ban }, call);
    expect(mineToo.body).toMatchObject({ player: { id: mine }, made_by: "key:1" });
    expectProblem(await service.call(`/api/decisions/${everywhere.id}`, call), 404);
    expect((await service.call(`/api/decisions/${own.id}`, call)).status).toBe(200);
    for (const id of [everywhere.id, own.id]) {
      const reply = await service.call(`/api/decisions/${id}/end`, {
        ...call,
        body: { as: "revoked", reason: "x" },
      });
      expectProblem(reply, 404);
    }
    expectProblem(await service.call("/api/decisions?game=*", call), 403);
    expectProblem(await service.call("/api/decisions?game=rust", call), 403);
    expect((await service.call("/api/decisions", call)).body.decisions).toHaveLength(1);
  });
});

describe("a crash at any call", () => {
  it.each([/INSERT INTO decisions /, /SELECT p.id, p.game, p.ref/, /INSERT INTO audit_entries/])(
    "%s leaves nothing of a decision, and the next one is whole",
    async (pattern) => {
      const player_id = await aPlayer(service);
      const broken = createService({ DB: failingD1(env.DB, pattern, { times: 1 }) });
      expectProblem(await decide(broken, { player_id, ...ban }), 500);
      for (const table of ["decisions", "decision_changes", "enforcements"]) {
        expect(await all(`SELECT 1 FROM ${table}`), table).toEqual([]);
      }
      const { id } = await made(service, { player_id, ...ban });
      const stuck = createService({ DB: failingD1(env.DB, /UPDATE decisions AS d/, { times: 1 }) });
      expectProblem(await end(stuck, id), 500);
      expect((await check(service, `player=${player_id}`)).allowed).toBe(false);
      expect((await end(service, id)).status).toBe(200);
      await expectDecisionsWhole();
    },
  );
});
