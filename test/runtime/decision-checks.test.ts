/** The join gate: right at every edge of time, at a cost that no number of decisions moves. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { aPlayer, check, dayMs, end, later, made } from "./decisions.ts";
import { aroundD1, watchedD1 } from "./fault.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await service.call("/api/auth/me");
});

/** Past whatever an isolate remembers. */
const forget = async () => {
  service.clock.nowMs += 5_000;
  // The sign-in is looked up anew too, which is no cost of the check.
  await service.call("/api/auth/me");
};

describe("a check", () => {
  it("looks at the time itself, whether or not the job ran", async () => {
    const player_id = await aPlayer(service);
    await made(service, {
      player_id,
      ...{ type: "ban" },
      starts_at: later(60_000),
      expires_at: later(120_000),
    });
    const at = async (ms: number) => {
      service.clock.nowMs = nowMs + ms;
      return (await check(service, `player=${player_id}`)).action;
    };
    expect([await at(59_999), await at(60_000), await at(119_999), await at(120_000)]).toEqual([
      "none",
      "ban",
      "ban",
      "none",
    ]);
  });

  it("answers the strictest, by id and by ref, as documented", async () => {
    const player_id = await aPlayer(service);
    await made(service, { player_id, type: "restrict", days: 1 });
    const milder = await service.call(`/api/decisions/check?player=${player_id}`);
    expectAnswer(milder, operations.checkPlayer, 200);
    expect(milder.body).toMatchObject({ known: true, allowed: true, action: "restrict" });
    const suspended = await made(service, { player_id, type: "suspend", days: 7 });
    await made(service, { player_id, type: "watch" });
    const byRef = await check(service, "player=@r1&game=cs2");
    expect(byRef).toMatchObject({
      player: { id: player_id, game: "cs2", ref: "r1" },
      allowed: false,
      action: "suspend",
      as_of: later(0),
    });
    expect(byRef.decisions.map(({ id }: { id: number }) => id)).toContain(suspended.id);
    expect(byRef.decisions).toHaveLength(3);
  });

  it("lets in whom it does not know, and says so", async () => {
    expect(await check(service, "player=@new&game=cs2")).toMatchObject({
      player: { id: null, game: "cs2", ref: "new" },
      known: false,
      allowed: true,
      action: "none",
    });
    expect(await check(service, "player=999")).toMatchObject({ known: false, allowed: true });
  });

  it("of all games holds for the same ref in each, known there or not, and for nobody else", async () => {
    const player_id = await aPlayer(service, "#r1", "rust");
    const nameless = await aPlayer(service, null, "rust");
    await made(service, { player_id, type: "ban", scope: "all" });
    await made(service, { player_id: nameless, type: "ban", scope: "all" });
    await forget();
    const ref = encodeURIComponent("@#r1");
    expect(await check(service, `player=${ref}&game=cs2`)).toMatchObject({ known: false, allowed: false });
    expect((await check(service, `player=${player_id}`)).allowed).toBe(false);
    expect((await check(service, `player=${nameless}`)).allowed).toBe(false);
    // A ref that looks like the player without one.
    const alike = encodeURIComponent(`@#${nameless}`);
    expect((await check(service, `player=${alike}&game=rust`)).allowed).toBe(true);
    expect((await check(service, "player=@r1&game=rust")).allowed).toBe(true);
  });

  it("of one game holds in no other", async () => {
    const player_id = await aPlayer(service);
    await aPlayer(service, "r1", "rust");
    await made(service, { player_id, type: "ban" });
    expect((await check(service, "player=@r1&game=rust")).allowed).toBe(true);
    expect((await check(service, "player=@r1&game=cs2")).allowed).toBe(false);
  });

  it("by a key bound to games tells nothing of others", async () => {
    const theirs = await aPlayer(service, "r1", "rust");
    await made(service, { player_id: theirs, type: "ban" });
    const grant = { name: "k", scopes: ["decisions:read"], games: ["cs2"] };
    const { body } = await service.call("/api/auth/keys", { body: grant });
    const call = { role: null, headers: { "x-api-key": body.key } };
    expect(await check(service, `player=${theirs}`, call)).toEqual({
      ...(await check(service, "player=999", call)),
      player: { id: theirs, game: null, ref: null },
    });
    expect((await check(service, "player=@r1", call)).player.game).toBe("cs2");
    expectProblem(await service.call("/api/decisions/check?player=@r1&game=rust", call), 403);
  });
});

describe("a lobby", () => {
  it("of a hundred is answered in order by one round trip", async () => {
    await run(`INSERT INTO players (game, ref, username, name_key, created_at)
      WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 90) SELECT 'cs2', 'r' || i, 'x', 'x', 0 FROM c`);
    await made(service, { player_id: "r3", game: "cs2", type: "ban" });
    await made(service, { player_id: "r5", game: "cs2", type: "watch", scope: "all" });
    await forget();
    const players = [1, "r1", ...Array.from({ length: 98 }, (_, n) => `r${n + 2}`)];
    const reply = await service.call("/api/decisions/check", { body: { game: "cs2", players } });
    expectAnswer(reply, operations.checkPlayers, 200);
    expect(reply.body.results).toHaveLength(100);
    expect(reply.body.results[0].player).toEqual({ id: 1, game: "cs2", ref: "r1" });
    expect(reply.body.results[3]).toMatchObject({ player: { ref: "r3" }, action: "ban" });
    expect(reply.body.results[5]).toMatchObject({ player: { ref: "r5" }, action: "watch", allowed: true });
    expect(reply.body.results[99]).toMatchObject({ player: { ref: "r99" }, known: false });
    expect(costOf(reply).read).toBeLessThanOrEqual(5 * 100);
    expectProblem(
      await service.call("/api/decisions/check", { body: { players: [...players, "one more"] } }),
      400,
    );
    expectProblem(await service.call("/api/decisions/check", { body: { players: [] } }), 400);
  });
});

describe("what an isolate remembers", () => {
  it("is five seconds old at most, and goes when a decision is written here", async () => {
    const player_id = await aPlayer(service);
    let calls = 0;
    const DB = watchedD1(env.DB, (texts) => {
      if (texts.some((text) => text.includes("enforcements e"))) calls += 1;
    });
    const isolate = createService({ DB });
    const ask = () => check(isolate, `player=${player_id}`);
    expect([(await ask()).action, (await ask()).action, calls]).toEqual(["none", "none", 1]);
    const { id } = await made(isolate, { player_id, type: "ban" });
    expect([(await ask()).action, calls]).toEqual(["ban", 2]);
    // In another isolate: seen here once five seconds have passed.
    await end(service, id);
    isolate.clock.nowMs += 4_999;
    expect([(await ask()).action, calls]).toEqual(["ban", 2]);
    isolate.clock.nowMs += 1;
    expect([(await ask()).action, calls]).toEqual(["none", 3]);
  });

  it("is not what was read before a decision that was written meanwhile", async () => {
    const player_id = await aPlayer(service);
    let isFirst = true;
    const DB = aroundD1(env.DB, async ({ texts }, real) => {
      const results = await real();
      if (isFirst && texts.some((text) => text.includes("AS everywhere"))) {
        isFirst = false;
        await made(isolate, { player_id, type: "ban" });
      }
      return results;
    });
    const isolate = createService({ DB });
    expect((await check(isolate, `player=${player_id}`)).action).toBe("none");
    expect(isFirst).toBe(false);
    expect((await check(isolate, `player=${player_id}`)).action).toBe("ban");
  });

  it("still ends by the clock", async () => {
    const player_id = await aPlayer(service);
    await made(service, { player_id, type: "ban", expires_at: later(2_000) });
    expect((await check(service, `player=${player_id}`)).action).toBe("ban");
    service.clock.nowMs += 2_000;
    expect((await check(service, `player=${player_id}`)).action).toBe("none");
  });
});

describe("with ten thousand decisions stored", () => {
  /** `n` players of which each has a ban in the game and one everywhere. */
  const fill = (from: number, n: number) =>
    run(
      `INSERT INTO players (game, ref, username, name_key, created_at)
        WITH RECURSIVE c(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM c WHERE i < ${from + n - 1}) SELECT 'cs2', 'f' || i, 'x', 'x', 0 FROM c`,
      `INSERT INTO decisions (player_id, place, subject, home, game, type, starts_at, reason, origin, made_by, made_at, emitted)
        SELECT p.id, g.key + 1, p.ref, 'cs2', g.value, 'ban', ${nowMs - dayMs}, 'r', 'person', 'user:x', 0, 'added'
        FROM players p, json_each('["cs2","*"]') g WHERE p.ref >= 'f' AND p.id NOT IN (SELECT player_id FROM decisions)`,
      `INSERT OR IGNORE INTO enforcements SELECT subject, game, json_array(json_object('id', id, 'type', type, 'game', game,
        'policy', NULL, 'startsAtMs', starts_at, 'expiresAtMs', NULL)) FROM decisions`,
    );

  it("costs one query and five rows at most, and no more with twice as many", async () => {
    const costs = async () => {
      const found = [];
      for (const query of ["player=17", "player=@f99&game=cs2", "player=@none&game=cs2"]) {
        const reply = await service.call(`/api/decisions/check?${query}`);
        expect(reply.body.decisions).toHaveLength(query.includes("none") ? 0 : 2);
        found.push(costOf(reply));
      }
      return found;
    };
    await fill(1, 5_000);
    const [{ n } = { n: 0 }] = await all<{ n: number }>("SELECT count(*) AS n FROM decisions");
    expect(n).toBe(10_000);
    const small = await costs();
    for (const { read, written, queries } of small) {
      expect(read).toBeLessThanOrEqual(5);
      expect({ written, queries }).toEqual({ written: 0, queries: 1 });
    }
    await fill(5_001, 5_000);
    await forget();
    expect((await costs()).map(({ read }) => read)).toEqual(small.map(({ read }) => read));
  });

  it("reads by keys alone", async () => {
    const texts: string[] = [];
    const values: (readonly unknown[])[] = [];
    const DB = watchedD1(env.DB, (statements, bound) => {
      for (const [place, text] of statements.entries()) {
        if (!text.includes("enforcements e")) continue;
        texts.push(text);
        values.push(bound[place] ?? []);
      }
    });
    const watched = createService({ DB });
    await check(watched, "player=17");
    await check(watched, "player=@f99&game=cs2");
    expect(texts).toHaveLength(2);
    for (const [place, text] of texts.entries()) {
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
        .bind(...(values[place] ?? []))
        .all<{ detail: string }>();
      const plan = results.map(({ detail }) => detail).filter((detail) => /^(SCAN|SEARCH)/.test(detail));
      expect(plan.filter((detail) => detail.startsWith("SCAN") && !detail.startsWith("SCAN k "))).toEqual([]);
      expect(
        plan.filter((detail) => detail.includes("SEARCH e USING PRIMARY KEY (subject=? AND game=?)")),
      ).toHaveLength(2);
    }
  });
});
