/** Appeals: one per decision, judged by somebody who had no part in it. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { bannedPlayer, codeOf, file, keyWith, service } from "./appeal-fixtures.ts";
import { caseRow, hold, hour, insertCase, insertDecision, judge, review, setShare } from "./case-fixtures.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { createBarrier, failingD1, watchedD1 } from "./fault.ts";
import { createService, env, nowMs, type Reply } from "./service.ts";
import { all, snapshot } from "./trail.ts";

beforeEach(bannedPlayer);

describe("filing by the API", () => {
  it("brings the case before a new reviewer, in a round of its own", async () => {
    const reply = await file();
    expectAnswer(reply, operations.fileAppeal, 201);
    expect(reply.body).toMatchObject({ id: 1, decision_id: 1, case_id: 1, player_id: 1, game: "cs2" });
    expect(reply.body).toMatchObject({
      state: "pending",
      outcome: null,
      filed_by: "user:fil",
      decided_at: null,
    });
    expect(await caseRow()).toMatchObject({
      state: "appealed",
      review: "appeal",
      round: 2,
      verdict: "confirmed",
      holder: null,
      revision: 1,
    });
    expect((await service.call("/api/appeals/1")).body).toEqual(reply.body);
  });

  it("by a game's backend, with the scope and of its own games alone", async () => {
    const scopes = ["appeals:write"];
    expectProblem(await file(1, await keyWith({ scopes: ["decisions:write"] })), 403);
    const foreign = await keyWith({ scopes, games: ["tf2"] });
    const [theirs, nobodys] = [await file(1, foreign), await file(99, foreign)];
    for (const reply of [theirs, nobodys]) expectProblem(reply, 404);
    expect({ ...theirs.body, request_id: "" }).toEqual({ ...nobodys.body, request_id: "" });
    expect(await all("SELECT * FROM appeals")).toEqual([]);
    const reply = await file(1, await keyWith({ scopes, games: ["cs2"] }));
    expectAnswer(reply, operations.fileAppeal, 201);
    expect(reply.body.filed_by).toMatch(/^key:\d+$/);
  });

  it("of a decision for every game: whose player is the key's", async () => {
    await insertDecision({ id: 2, game: "*" });
    const scopes = ["appeals:write"];
    expectProblem(await file(2, await keyWith({ scopes, games: ["tf2"] })), 404);
    expect((await file(2, await keyWith({ scopes, games: ["cs2"] }))).status).toBe(201);
  });

  it.each([
    [{}, "/statement"],
    [{ statement: "" }, "/statement"],
    [{ statement: " \n " }, "/statement"],
    [{ statement: "x".repeat(2_001) }, "/statement"],
    [{ statement: "a\u0000b" }, "/statement"],
    [{ statement: "x", more: 1 }, ""],
  ])("malformed: %j", async (body, pointer) => {
    const reply = await file(1, { body });
    expectProblem(reply, 400);
    expect(reply.body.errors[0].pointer).toBe(pointer);
  });

  it.each([
    [undefined, 404, "not_found"],
    ["expunged", 409, "decision_expunged"],
    ["revoked", 201, null],
    ["expired", 201, null],
  ])("of a decision that is %s: %i", async (endKind, status, code) => {
    if (endKind !== undefined) await insertDecision({ id: 9, endKind });
    const reply = await file(9);
    expect(reply.status).toBe(status);
    if (code !== null) expect(codeOf(reply)).toBe(code);
  });

  it("once, ever: not again while it is pending, nor after it is decided", async () => {
    await file();
    const before = await snapshot();
    expect(codeOf(await file())).toBe("already_appealed");
    expect(await snapshot()).toEqual(before);
    await review(service, "jud", "confirmed");
    expectProblem(await file(), 409);
    expect(await caseRow()).toMatchObject({ state: "decided", round: 2 });
  });

  it("sent again under its Idempotency-Key it is answered again", async () => {
    const call = { headers: { "idempotency-key": "k" } };
    const first = await file(1, call);
    const before = await snapshot();
    const again = await file(1, call);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await snapshot()).toEqual(before);
  });

  it("two at once: one is filed", async () => {
    const meet = createBarrier(2);
    const DB = watchedD1(env.DB, async (texts) => {
      if (texts.some((text) => /INSERT INTO appeals/.test(text))) await meet();
    });
    const on = createService({ DB });
    const replies = await Promise.all([file(1, { on }), file(1, { on, subject: "gil" })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(codeOf(replies.find(({ status }) => status === 409) as Reply)).toBe("already_appealed");
    expect(await caseRow()).toMatchObject({ state: "appealed", round: 2 });
  });

  it("a crash at any call to D1 leaves nothing half", async () => {
    await service.call("/api/auth/me", { role: "analyst", subject: "fil" });
    for (let from = 1; from <= 8; from++) {
      const before = await snapshot();
      const on = createService({ DB: failingD1(env.DB, /./, { from, times: 1 }) });
      const reply = await file(1, { on });
      if (reply.status === 201) return;
      expect(reply.status).toBe(500);
      expect(await snapshot()).toEqual(before);
    }
    throw new Error("it never succeeded");
  });
});

describe("a case that still waits for its verdict", () => {
  it.each(["open", "claimed"] as const)("%s: stays so, and its verdict answers the appeal", async (state) => {
    const holder = state === "claimed" ? { holder: "user:ann", leaseUntilMs: nowMs + hour } : {};
    await insertCase({ id: 2, playerId: 2, state, ...holder });
    await insertDecision({ id: 2, playerId: 2, caseId: 2, origin: "automatic", madeBy: "system:cron" });
    expect((await file(2)).body.case_id).toBe(2);
    expect(await caseRow(2)).toMatchObject({ state, review: "first", round: 1, revision: 1 });
    expect((await review(service, "ann", "cleared", 2)).status).toBe(200);
    expect((await service.call("/api/appeals/1")).body).toMatchObject({
      state: "decided",
      outcome: "overturned",
    });
  });

  it("filed while the verdict is on its way, it is decided by it all the same", async () => {
    await insertCase({ id: 2, playerId: 2 });
    await insertDecision({ id: 2, playerId: 2, caseId: 2, origin: "automatic", madeBy: "system:cron" });
    await hold(2, "ann");
    let filed = false;
    const DB = watchedD1(env.DB, async (texts) => {
      if (filed || !texts.some((text) => /UPDATE cases SET state/.test(text))) return;
      filed = true;
      expect((await file(2)).status).toBe(201);
    });
    expect((await judge(createService({ DB }), "ann", "confirmed", { caseId: 2 })).status).toBe(200);
    expect((await service.call("/api/appeals/1")).body).toMatchObject({
      state: "decided",
      outcome: "upheld",
    });
  });
});

describe("the verdict of an appeal", () => {
  it.each([
    ["confirmed", "upheld"],
    ["cleared", "overturned"],
    ["inconclusive", "overturned"],
  ] as const)("%s: %s", async (verdict, outcome) => {
    await setShare(1);
    await file();
    service.clock.nowMs += hour / 2;
    const reply = await review(service, "jud", verdict);
    expectAnswer(reply, operations.giveVerdict, 200);
    expect(reply.body).toMatchObject({ state: "decided", review: "appeal", round: 2, verdict });
    expect(await caseRow()).toMatchObject({ state: "decided", verdict, decided_at: nowMs + hour / 2 });
    const appeal = await service.call("/api/appeals/1");
    expectAnswer(appeal, operations.getAppeal, 200);
    expect(appeal.body).toMatchObject({ state: "decided", outcome, decided_at: "2026-11-01T12:30:00.000Z" });
    expect(await all("SELECT * FROM agreements")).toEqual([]);
  });

  it("never by who made the decision, nor by who reviewed the case", async () => {
    await file();
    const judged = async (who: string) => codeOf(await review(service, who, "cleared"));
    expect(await judged("maker")).toBe("own_decision");
    expect(await judged("rev")).toBe("already_reviewed");
    expect(await all("SELECT state, outcome FROM appeals")).toEqual([{ state: "pending", outcome: null }]);
    expect((await review(service, "jud", "cleared")).status).toBe(200);
  });

  it("answers all pending appeals of the case, and later ones open it once more", async () => {
    await insertDecision({ id: 2, type: "suspend" });
    await insertDecision({ id: 3, type: "kick" });
    await file(1);
    await file(2);
    expect(await caseRow()).toMatchObject({ state: "appealed", round: 2, revision: 2 });
    await review(service, "jud", "confirmed");
    const outcomes = await all("SELECT decision_id, outcome FROM appeals ORDER BY id");
    expect(outcomes).toEqual([1, 2].map((decision_id) => ({ decision_id, outcome: "upheld" })));
    await file(3);
    expect(await caseRow()).toMatchObject({ state: "appealed", round: 3 });
    expect(codeOf(await review(service, "jud", "cleared"))).toBe("already_reviewed");
    expect((await review(service, "pat", "cleared")).body).toMatchObject({ round: 3, verdict: "cleared" });
  });

  it("a crash at any call to D1 leaves nothing half", async () => {
    await file();
    await hold(1, "jud");
    await service.call("/api/auth/me", { role: "analyst", subject: "jud" });
    for (let from = 1; from <= 10; from++) {
      const before = await snapshot();
      const broken = createService({ DB: failingD1(env.DB, /./, { from, times: 1 }) });
      const reply = await judge(broken, "jud", "cleared");
      if (reply.status === 200) return;
      expect(reply.status).toBe(500);
      expect(await snapshot()).toEqual(before);
    }
    throw new Error("it never succeeded");
  });
});
