/** Verdicts: who may give them when, what follows, and that of two at once exactly one counts. */
import { beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/auth/digest.ts";
import { drawnOf } from "../../src/decisions/reviews.ts";
import { scopes } from "../../src/env.ts";
import * as operations from "../../src/http/operations.ts";
import { caseRow, hold, insertCase, judge, review, setShare } from "./case-fixtures.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { watchedD1 } from "./fault.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, run, snapshot } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await setShare(0);
});

const codeOf = (body: { type: string }) => body.type.split(":").at(-1);
const given = (body: object) => ({ role: "analyst", subject: "ann", body }) as const;

describe("every state and who comes", () => {
  const state = (
    name: string,
    setup: () => Promise<unknown>,
    answers: Readonly<Record<"holder" | "other" | "reviewer", number | string>>,
  ) => ({ name, setup, answers });
  const at =
    (state: string, holder: string | null, leaseUntilMs: number | null, more: object = {}) =>
    () =>
      insertCase({ state, holder: holder === null ? null : `user:${holder}`, leaseUntilMs, ...more });
  const reviewed = () =>
    run(
      "INSERT INTO reviews (case_id, reviewer, round, review, verdict, reason, reviewed_at) VALUES (1, 'user:rev', 1, 'first', 'confirmed', 'r', 0)",
    );

  it.each([
    state("open", at("open", null, null), {
      holder: "case_not_held",
      other: "case_not_held",
      reviewer: "already_reviewed",
    }),
    state("claimed", at("claimed", "ann", nowMs + 1), {
      holder: 200,
      other: "case_not_held",
      reviewer: "already_reviewed",
    }),
    state("claimed, the lease just ended", at("claimed", "ann", nowMs), {
      holder: "case_not_held",
      other: "case_not_held",
      reviewer: "already_reviewed",
    }),
    state("decided", at("decided", null, null, { verdict: "confirmed" }), {
      holder: "case_decided",
      other: "case_decided",
      reviewer: "case_decided",
    }),
    state("decided, a holder left behind", at("decided", "ann", nowMs + 1, { verdict: "cleared" }), {
      holder: "case_decided",
      other: "case_decided",
      reviewer: "case_decided",
    }),
    state("appealed", at("appealed", null, null, { verdict: "confirmed", review: "appeal", round: 2 }), {
      holder: "case_not_held",
      other: "case_not_held",
      reviewer: "already_reviewed",
    }),
    state(
      "appealed and held",
      at("appealed", "ann", nowMs + 1, { verdict: "confirmed", review: "appeal", round: 2 }),
      {
        holder: 200,
        other: "case_not_held",
        reviewer: "already_reviewed",
      },
    ),
  ])("$name", async ({ setup, answers }) => {
    for (const [who, subject] of [
      ["other", "bob"],
      ["reviewer", "rev"],
      ["holder", "ann"],
    ] as const) {
      await run("DELETE FROM cases", "DELETE FROM case_evidence", "DELETE FROM reviews");
      await setup();
      await reviewed();
      const before = await snapshot();
      const reply = await judge(service, subject, "confirmed");
      const answer = answers[who];
      if (answer === 200) expectAnswer(reply, operations.giveVerdict, 200);
      else {
        expectProblem(reply, 409);
        expect([who, codeOf(reply.body)]).toEqual([who, answer]);
        expect((await snapshot()).domain.cases).toEqual(before.domain.cases);
      }
    }
  });

  it("a case that does not exist", async () => expectProblem(await judge(service, "ann", "cleared"), 404));

  it.each([
    [{ verdict: "confirmed" }, "/reason"],
    [{ verdict: "confirmed", reason: "" }, "/reason"],
    [{ verdict: "confirmed", reason: " \n\t" }, "/reason"],
    [{ verdict: "confirmed", reason: "x".repeat(2_001) }, "/reason"],
    [{ verdict: "confirmed", reason: "a\u0007b" }, "/reason"],
    [{ verdict: "guilty", reason: "r" }, "/verdict"],
    [{ verdict: "cleared", reason: "r", decision: { policy: "cheating" } }, "/decision"],
    [{ verdict: "confirmed", reason: "r", decision: {} }, "/decision/policy"],
    [{ verdict: "confirmed", reason: "r", decision: { policy: "p", type: "ban" } }, "/decision/policy"],
    [{ verdict: "confirmed", reason: "r", decision: { type: "flog" } }, "/decision/type"],
    [{ verdict: "confirmed", reason: "r", decision: { type: "suspend" } }, "/decision/days"],
    [{ verdict: "confirmed", reason: "r", decision: { policy: "cheating", days: 3 } }, "/decision/days"],
    [{ verdict: "confirmed", reason: "r", decision: { policy: "unknown" } }, "/decision/policy"],
    [
      { verdict: "confirmed", reason: "r", decision: { type: "ban", expires_at: "2026-10-01T00:00:00Z" } },
      "/decision/expires_at",
    ],
    [{ verdict: "confirmed", reason: "r", more: 1 }, ""],
  ])("malformed: %j", async (body, pointer) => {
    await insertCase();
    await hold(1, "ann");
    const reply = await service.call("/api/cases/1/verdict", given(body));
    expectProblem(reply, 400);
    expect(reply.body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  });

  it("an appeal makes no decision of its own", async () => {
    await insertCase({ state: "appealed", review: "appeal", round: 2, verdict: "confirmed" });
    await hold(1, "ann");
    const reply = await judge(service, "ann", "confirmed", { body: { decision: { type: "ban" } } });
    expectProblem(reply, 400);
    expect(reply.body.errors[0].pointer).toBe("/decision");
  });
});

describe("deciding", () => {
  it.each(["confirmed", "cleared", "inconclusive"] as const)("%s", async (verdict) => {
    await insertCase();
    const reply = await review(service, "ann", verdict);
    expectAnswer(reply, operations.giveVerdict, 200);
    expect(reply.body).toEqual({
      case_id: 1,
      state: "decided",
      review: "first",
      round: 1,
      verdict,
      decided_at: "2026-11-01T12:00:00.000Z",
      decision_made: false,
    });
    expect(await caseRow()).toMatchObject({
      state: "decided",
      verdict,
      decided_at: nowMs,
      holder: null,
      lease_until: null,
      revision: 2,
    });
    expect(await all("SELECT * FROM reviews")).toEqual([
      {
        case_id: 1,
        reviewer: "user:ann",
        round: 1,
        review: "first",
        verdict,
        reason: "ann says so",
        reviewed_at: nowMs,
        decision: null,
      },
    ]);
    const [entry] = await all("SELECT * FROM audit_entries WHERE action = 'case.verdict'");
    expect(entry).toMatchObject({ actor: "user:ann", target: "case:1" });
    expect(await all("SELECT * FROM agreements")).toEqual([]);
  });

  it("takes two reads, its own and that of the reports, and one batch", async () => {
    await insertCase();
    await hold(1, "ann");
    const call = { role: "analyst", subject: "ann" } as const;
    const alone = costOf(await service.call("/api/auth/me", call));
    const cost = costOf(await judge(service, "ann", "cleared"));
    expect(cost.queries - alone.queries).toBeLessThanOrEqual(16);
    expect(cost.written).toBeLessThanOrEqual(24);
    expect(cost.read).toBeLessThanOrEqual(60);
    const trips: number[] = [];
    const watched = createService({ DB: watchedD1(env.DB, (texts) => void trips.push(texts.length)) });
    await insertCase({ id: 2, playerId: 2 });
    await hold(2, "ann");
    await judge(watched, "ann", "cleared", { caseId: 2 });
    expect(trips.filter((statements) => statements > 1)).toHaveLength(3);
  });
});

describe("second reviews", () => {
  beforeEach(() => setShare(1));

  it("send the case back to the queue, undecided, and say nothing to the trail of what was said", async () => {
    await insertCase();
    const reply = await review(service, "ann", "confirmed");
    expectAnswer(reply, operations.giveVerdict, 200);
    expect(reply.body).toMatchObject({ state: "open", review: "second", verdict: null, decided_at: null });
    expect(await caseRow()).toMatchObject({
      state: "open",
      review: "second",
      verdict: null,
      decided_at: null,
      holder: null,
      lease_until: null,
    });
    const [entry] = await all<{ payload: string }>(
      "SELECT payload FROM audit_entries WHERE action = 'case.verdict'",
    );
    expect(JSON.parse(entry?.payload ?? "{}")).toMatchObject({
      review: "first",
      state: "open",
      verdict: null,
    });
    await hold(1, "ann");
    expect(codeOf((await judge(service, "ann", "cleared")).body)).toBe("already_reviewed");
  });

  it.each([
    { said: ["confirmed", "confirmed"], verdict: "confirmed", tables: [["confirmed", "confirmed"]] },
    { said: ["cleared", "cleared"], verdict: "cleared", tables: [["cleared", "cleared"]] },
    { said: ["confirmed", "cleared", "cleared"], verdict: "cleared" },
    { said: ["confirmed", "cleared", "confirmed"], verdict: "confirmed" },
    { said: ["confirmed", "inconclusive", "cleared"], verdict: "inconclusive" },
  ] as const)("$said is $verdict", async ({ said, verdict }) => {
    await insertCase();
    const names = ["ann", "bob", "cat"];
    for (const [place, each] of said.entries()) {
      expect(await all("SELECT * FROM agreements")).toEqual([]);
      expect((await review(service, names[place] ?? "", each)).status).toBe(200);
    }
    expect(await caseRow()).toMatchObject({ state: "decided", verdict, decided_at: nowMs });
    // The first two judged a case that chance chose; the third saw only one on which they differ.
    const [one, two] = said;
    expect(await all("SELECT * FROM agreements ORDER BY reviewer")).toEqual([
      { reviewer: "user:ann", own: one, other: two, pairs: 1 },
      { reviewer: "user:bob", own: two, other: one, pairs: 1 },
    ]);
  });

  /** What anybody can work out from the audit trail afterwards. */
  const drawn = async (caseId: number, requestId: string | null) =>
    drawnOf(await sha256Hex(`case:${caseId} request:${requestId}`));

  it.each([
    ["declared", "cs2", 0.3],
    ["undeclared: a tenth", "tf2", 0.1],
  ])("are drawn by the id of the request (%s)", async (_, game, share) => {
    await setShare(0.3);
    for (let id = 1; id <= 25; id++) {
      await insertCase({ id, playerId: id, game });
      const reply = await review(service, "ann", "cleared", id);
      const draw = await drawn(id, reply.headers.get("x-request-id"));
      expect(reply.body.review).toBe(draw < share ? "second" : "first");
      const [entry] = await all<{ request_id: string }>(
        `SELECT request_id FROM audit_entries WHERE action = 'case.verdict' AND target = 'case:${id}'`,
      );
      expect(entry?.request_id).toBe(reply.headers.get("x-request-id"));
    }
  });

  it("come to their share", async () => {
    const draws = await Promise.all(Array.from({ length: 4_000 }, (_, n) => drawn(1, `request ${n}`)));
    const share = draws.filter((draw) => draw < 0.1).length / draws.length;
    expect(Math.abs(share - 0.1)).toBeLessThan(0.02);
  });
});

describe("who may call", () => {
  it("analysts and admins; no viewer, and no key whatever its scopes", async () => {
    await insertCase();
    await hold(1, "ann");
    expectProblem(await judge(service, "ann", "confirmed", { role: "viewer" }), 403);
    const made = await service.call("/api/auth/keys", { body: { name: "all", scopes } });
    const headers = { "x-api-key": made.body.key };
    expectProblem(await judge(service, "ann", "confirmed", { role: null, headers }), 403);
    expect((await judge(service, "ann", "confirmed", { role: "admin" })).status).toBe(200);
  });
});
