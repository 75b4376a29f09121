/** The explanation routes and the agreement route: who reads what, and in which words. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { aimLine, insertCase, insertDecision, review, setShare } from "./case-fixtures.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { type Call, costOf, createService, freshDatabase, type Service } from "./service.ts";
import { run } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const keyWith = async (body: object): Promise<Call> => {
  const made = await service.call("/api/auth/keys", { body: { name: "k", ...body } });
  return { role: null, headers: { "x-api-key": made.body.key } };
};

describe("explanations", () => {
  beforeEach(async () => {
    await insertCase();
    await insertDecision();
    await insertDecision({ id: 2, caseId: null, origin: "automatic", game: "*" });
  });

  it("of a case: everything for the analyst, and for the player nothing of how", async () => {
    const analyst = await service.call("/api/cases/1/explanation?audience=analyst", { role: "viewer" });
    expectAnswer(analyst, operations.explainCase, 200);
    expect(analyst.body).toMatchObject({ case_id: 1, decision_id: null, audience: "analyst" });
    expect(analyst.body.text).toContain(aimLine.sentence);
    const player = await service.call("/api/cases/1/explanation?audience=player", { role: "viewer" });
    expectAnswer(player, operations.explainCase, 200);
    expect(player.body.text).toBe(
      "Your aim in several matches was far outside what players of this mode show.",
    );
    expect(costOf(player).read).toBeLessThanOrEqual(8);
  });

  it("of a decision, with its case and without", async () => {
    const of = async (id: number, audience: string) => {
      const reply = await service.call(`/api/decisions/${id}/explanation?audience=${audience}`);
      expectAnswer(reply, operations.explainDecision, 200);
      return reply.body;
    };
    expect((await of(1, "analyst")).text).toContain("Decision 1 (person): ban in cs2 by policy cheating");
    expect(await of(1, "player")).toMatchObject({ case_id: 1, decision_id: 1 });
    expect((await of(1, "player")).text).toContain("You can appeal this decision once.");
    expect(await of(2, "player")).toMatchObject({ case_id: null, decision_id: 2 });
    expect((await of(2, "player")).text).not.toContain("aim");
    await run(
      "INSERT INTO appeals (decision_id, case_id, player_id, game, state, statement, filed_at, filed_by) VALUES (1, 1, 1, 'cs2', 'pending', 's', 0, 'key:1')",
    );
    expect((await of(1, "player")).text).toContain("This decision was appealed.");
  });

  it.each(["cases/1", "decisions/1"])("%s: the audience must be said", async (of) => {
    for (const query of [
      "",
      "?audience=",
      "?audience=game",
      "?audience=player&audience=analyst",
      "?more=1",
    ]) {
      expectProblem(await service.call(`/api/${of}/explanation${query}`), 400);
    }
  });

  it.each(["cases", "decisions"])("%s that do not exist or are no ids", async (of) => {
    expectProblem(await service.call(`/api/${of}/99/explanation?audience=player`), 404);
    for (const id of ["0", "-1", "01", "1e3", "x", "%00", "9".repeat(16)]) {
      expectProblem(await service.call(`/api/${of}/${id}/explanation?audience=player`), 400);
    }
  });

  it("a key reads of its own games alone, and the analyst's text of a case only with its scope", async () => {
    const path = (audience: string, id = 1) => `/api/decisions/${id}/explanation?audience=${audience}`;
    const reader = await keyWith({ scopes: ["decisions:read"], games: ["cs2"] });
    expect((await service.call(path("player"), reader)).status).toBe(200);
    expectProblem(await service.call(path("analyst"), reader), 403);
    expectProblem(await service.call("/api/cases/1/explanation?audience=player", reader), 403);
    const both = await keyWith({ scopes: ["decisions:read", "cases:read"], games: ["cs2"] });
    expect((await service.call(path("analyst"), both)).status).toBe(200);
    expect((await service.call(path("player", 2), both)).status).toBe(200);
    const foreign = await keyWith({ scopes: ["decisions:read", "cases:read"], games: ["tf2"] });
    for (const id of [1, 2]) expectProblem(await service.call(path("player", id), foreign), 404);
    expectProblem(await service.call("/api/cases/1/explanation?audience=player", foreign), 404);
  });
});

describe("agreement", () => {
  const get = (query = "") => service.call(`/api/analytics/agreement${query}`, { role: "analyst" });

  it("of nobody is undefined, and says so", async () => {
    const reply = await get();
    expectAnswer(reply, operations.getAgreement, 200);
    expect(reply.body).toEqual({
      overall: { pairs: 0, agreed: null, by_chance: null, kappa: null, standard_error: null, interval: null },
      reviewers: [],
      next_cursor: null,
    });
  });

  it("counts each pair for both, and once for all", async () => {
    await setShare(1);
    const said = [
      ["ann", "confirmed", "bob", "confirmed"],
      ["bob", "cleared", "ann", "cleared"],
      ["ann", "cleared", "bob", "cleared"],
      ["cat", "confirmed", "ann", "cleared", "bob", "cleared"],
    ] as const;
    for (const [place, [one, first, two, second, three, third]] of said.entries()) {
      const id = place + 1;
      await insertCase({ id, playerId: id });
      await review(service, one, first, id);
      await review(service, two, second, id);
      if (three && third) await review(service, three, third, id);
    }
    const { body } = await get();
    // Ann: (confirmed, confirmed), (cleared, cleared) twice, (cleared, confirmed): po = 3/4, pe = 1/4 * 1/2 + 3/4 * 1/2.
    const [ann, bob, cat] = body.reviewers;
    expect(ann).toMatchObject({ reviewer: "user:ann", pairs: 4, agreed: 0.75, by_chance: 0.5, kappa: 0.5 });
    expect(ann.standard_error).toBeGreaterThan(0);
    expect(ann.interval.high).toBe(1);
    expect(bob).toMatchObject({ reviewer: "user:bob", pairs: 3, agreed: 1, kappa: 1, standard_error: null });
    expect(cat).toMatchObject({ reviewer: "user:cat", pairs: 1, agreed: 0, kappa: 0 });
    // All: 4 pairs, 3 agree; of 8 verdicts 3 are confirmed: pe = (3/8)^2 + (5/8)^2 = 0.53125; kappa = 0.21875 / 0.46875.
    expect(body.overall).toMatchObject({ pairs: 4, agreed: 0.75, by_chance: 0.5313, kappa: 0.4667 });
  });

  it("pages reviewers by name, and all together are the same on each page", async () => {
    const names = ["ann", "bob", "cat", "dan", "eve"];
    for (const name of names)
      await run(`INSERT INTO agreements VALUES ('user:${name}', 'cleared', 'cleared', 2)`);
    await run(
      "INSERT INTO agreements VALUES ('user:ann', 'cleared', 'confirmed', 1), ('user:bob', 'confirmed', 'cleared', 1)",
    );
    const seen: string[] = [];
    let query = "?limit=2";
    const overall = (await get()).body.overall;
    for (;;) {
      const reply = await get(query);
      expectAnswer(reply, operations.getAgreement, 200);
      expect(reply.body.overall).toEqual(overall);
      seen.push(...reply.body.reviewers.map(({ reviewer }: { reviewer: string }) => reviewer));
      if (reply.body.next_cursor === null) break;
      query = `?limit=2&cursor=${reply.body.next_cursor}`;
    }
    expect(seen).toEqual(names.map((name) => `user:${name}`));
  });

  it("is for analysts and admins, and for no key", async () => {
    expectProblem(await service.call("/api/analytics/agreement", { role: "viewer" }), 403);
    const key = await keyWith({ scopes: ["analytics:read", "cases:read"] });
    expectProblem(await service.call("/api/analytics/agreement", key), 403);
  });

  it.each(["limit=0", "limit=101", "cursor=x", "more=1"])("refuses %s", async (query) =>
    expectProblem(await get(`?${query}`), 400),
  );
});
