/** A case from its opening through verdict, decision and appeal, with every part in its place. */
import { beforeEach, describe, expect, it } from "vitest";
import { setShare } from "./case-fixtures.ts";
import { expectProblem } from "./contract.ts";
import { expectCountersRight } from "./recount.ts";
import { createPlayer } from "./samples.ts";
import { type Call, createService, freshDatabase, nowMs, type Reply, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;
let player = 0;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await setShare(0);
  player = await createPlayer(service, { username: "Nightjar", game: "cs2", ref: "r" });
});

const as = (subject: string, more: Call = {}): Call => ({ role: "analyst", subject, ...more });
const post = (path: string, subject: string, body: object = {}) => service.call(path, as(subject, { body }));
const openCase = async () => (await post("/api/cases", "opener", { player_id: player })).body.id as number;
const claim = (subject: string) => post("/api/cases/claim", subject);
const verdict = (id: number, subject: string, said: string, more: object = {}) =>
  post(`/api/cases/${id}/verdict`, subject, { verdict: said, reason: `${subject} saw it`, ...more });
const appeal = (decision: number, subject = "filer") =>
  post(`/api/decisions/${decision}/appeal`, subject, { statement: "It was my brother." });
const gate = async () => (await service.call(`/api/decisions/check?player=${player}`)).body;
const codeOf = ({ body }: Reply) => body.type.split(":").at(-1);
const decisions = () => all("SELECT id, type, case_id, made_by, end_kind FROM decisions ORDER BY id");
const excluded = async () => (await all<{ excluded: number }>("SELECT excluded FROM standings"))[0]?.excluded;
const forget = () => {
  service.clock.nowMs += 6_000;
};

/** Opens a case, and has it confirmed with a ban. */
async function banned(): Promise<number> {
  const id = await openCase();
  expect((await claim("ann")).body.case.id).toBe(id);
  const reply = await verdict(id, "ann", "confirmed", { decision: { policy: "cheating" } });
  expect(reply.body).toMatchObject({ state: "decided", verdict: "confirmed", decision_made: true });
  forget();
  return id;
}

describe("a confirmed case", () => {
  it("makes the decision that was asked for, and takes the player out of the baselines", async () => {
    const id = await banned();
    expect(await decisions()).toEqual([
      { id: 1, type: "ban", case_id: id, made_by: "user:ann", end_kind: null },
    ]);
    expect(await gate()).toMatchObject({ allowed: false, action: "ban" });
    expect(await excluded()).toBe(1);
    await expectCountersRight();
    const { body } = await service.call(`/api/cases/${id}`, as("bob"));
    expect(body).toMatchObject({ state: "decided", verdict: "confirmed" });
    expect(body.reviews).toMatchObject([
      { reviewer: "user:ann", verdict: "confirmed", reason: "ann saw it" },
    ]);
  });

  it("names nobody's words in the decision, which others may read before they review", async () => {
    const id = await banned();
    const [stored] = await all("SELECT reason FROM decisions");
    expect(stored).toEqual({ reason: `Case ${id} was confirmed.` });
  });

  it("of three reviewers, makes what the last one asked for who confirmed", async () => {
    await setShare(1);
    const id = await openCase();
    const suspend = { decision: { type: "suspend", days: 3 } };
    await claim("ann");
    expect((await verdict(id, "ann", "confirmed", suspend)).body.decision_made).toBe(false);
    await claim("bob");
    await verdict(id, "bob", "cleared");
    expect(await decisions()).toEqual([]);
    await claim("cat");
    expect((await verdict(id, "cat", "confirmed")).body).toMatchObject({ decision_made: true });
    expect(await decisions()).toMatchObject([{ type: "suspend", case_id: id, made_by: "user:cat" }]);
  });

  it("without a policy that is gone by then, and nobody is told of it", async () => {
    await setShare(1);
    const id = await openCase();
    await claim("ann");
    await verdict(id, "ann", "confirmed", { decision: { policy: "cheating" } });
    await run("UPDATE enforcement_settings SET settings = json_set(settings, '$.policies', json('{}'))");
    await claim("bob");
    const reply = await verdict(id, "bob", "confirmed");
    expect(reply.body).toMatchObject({ state: "decided", verdict: "confirmed", decision_made: false });
    expect(await decisions()).toEqual([]);
  });
});

describe("an appeal", () => {
  it("that is upheld leaves everything as it is", async () => {
    const id = await banned();
    await appeal(1);
    expect((await claim("jud")).body.case).toMatchObject({ id, state: "appealed" });
    await verdict(id, "jud", "confirmed");
    forget();
    expect(await gate()).toMatchObject({ allowed: false, action: "ban" });
    expect(await excluded()).toBe(1);
    expect(await decisions()).toMatchObject([{ end_kind: null }]);
  });

  it.each([
    ["cleared", "expunged"],
    ["inconclusive", "revoked"],
  ])("that says %s takes the decision back: %s", async (said, endKind) => {
    const id = await banned();
    await appeal(1);
    await claim("jud");
    expect((await verdict(id, "jud", said)).body).toMatchObject({ verdict: said, round: 2 });
    forget();
    expect(await gate()).toMatchObject({ allowed: true, action: "none" });
    expect(await excluded()).toBe(0);
    expect(await decisions()).toMatchObject([{ end_kind: endKind }]);
    expect((await service.call("/api/appeals/1")).body.outcome).toBe("overturned");
    await expectCountersRight();
  });

  it("is told to nobody who may judge it as anything but an appeal", async () => {
    const id = await banned();
    await post(`/api/cases/${id}/comments`, "ann", { text: "He is certainly guilty." });
    await appeal(1);
    const listed = await service.call("/api/cases?state=appealed", as("jud"));
    for (const row of [(await claim("jud")).body.case, listed.body.cases[0]]) {
      expect(row).toMatchObject({ id, state: "appealed", verdict: null, decided_at: null });
    }
    const { body } = await service.call(`/api/cases/${id}`, as("jud"));
    expect(body).toMatchObject({ verdict: null, decided_at: null, reviews: [], comments: [] });
    await verdict(id, "jud", "confirmed");
    const after = (await service.call(`/api/cases/${id}`, as("jud"))).body;
    expect(after.comments).toHaveLength(1);
    expect(after.reviews.map(({ reviewer }: { reviewer: string }) => reviewer)).toEqual([
      "user:ann",
      "user:jud",
    ]);
  });

  it("is never leased to who reviewed the case or made the decision", async () => {
    const id = await banned();
    const made = await post("/api/decisions", "maker", {
      player_id: player,
      type: "watch",
      reason: "r",
      case_id: id,
    });
    await appeal(made.body.id);
    for (const subject of ["ann", "maker"]) {
      expect((await claim(subject)).body.case).toBeNull();
      expect(codeOf(await post(`/api/cases/${id}/claim`, subject))).toBe("case_not_yours");
    }
    expect((await claim("jud")).body.case.id).toBe(id);
  });

  it("of a decision without a case opens one, and its verdict ends that decision", async () => {
    const made = await post("/api/decisions", "maker", {
      player_id: player,
      type: "ban",
      reason: "Seen live.",
    });
    forget();
    expect(await gate()).toMatchObject({ allowed: false });
    const filed = await appeal(made.body.id);
    expect(filed.status).toBe(201);
    const id = filed.body.case_id;
    const { body } = await service.call(`/api/cases/${id}`, as("jud"));
    expect(body).toMatchObject({
      state: "appealed",
      origin: "appeal",
      review: "appeal",
      evidence_intact: true,
    });
    expect(await decisions()).toMatchObject([{ case_id: id }]);
    expect((await claim("maker")).body.case).toBeNull();
    expect((await claim("jud")).body.case.id).toBe(id);
    await verdict(id, "jud", "cleared");
    forget();
    expect(await gate()).toMatchObject({ allowed: true });
    expect(await decisions()).toMatchObject([{ end_kind: "expunged" }]);
    expect(await excluded()).toBe(0);
  });

  it("of a decision without a case, while a case of the player is pending, is judged by itself", async () => {
    const pending = await openCase();
    const made = await post("/api/decisions", "maker", {
      player_id: player,
      type: "ban",
      reason: "Seen live.",
    });
    const filed = await appeal(made.body.id);
    expect(filed.status).toBe(201);
    expect(filed.body.case_id).not.toBe(pending);
  });

  it("of a decision that has expired clears the record all the same", async () => {
    await banned();
    await run(
      `UPDATE decisions SET ended_at = ${nowMs}, end_kind = 'expired', end_reason = 'Over.', emitted = 'removed'`,
    );
    await appeal(1);
    const { body } = await claim("jud");
    await verdict(body.case.id, "jud", "cleared");
    expect(await decisions()).toMatchObject([{ end_kind: "expunged" }]);
  });
});

describe("taken out of the baselines", () => {
  it("for as long as any case of the player in the mode stands confirmed", async () => {
    const first = await banned();
    const second = await openCase();
    await claim("bob");
    await verdict(second, "bob", "confirmed");
    await appeal(1);
    await claim("jud");
    await verdict(first, "jud", "cleared");
    expect(await excluded()).toBe(1);
  });
});

it("a cleared case takes an automatic decision back, an inconclusive one lets it stand", async () => {
  for (const [said, endKind] of [
    ["inconclusive", null],
    ["cleared", "expunged"],
  ] as const) {
    const id = await openCase();
    const made = await post("/api/decisions", "maker", {
      player_id: player,
      type: "watch",
      reason: "r",
      case_id: id,
    });
    await run(
      `UPDATE decisions SET origin = 'automatic', made_by = 'system:cron' WHERE id = ${made.body.id}`,
    );
    await claim("ann");
    expect((await verdict(id, "ann", said)).status).toBe(200);
    const [stored] = await all(`SELECT end_kind FROM decisions WHERE id = ${made.body.id}`);
    expect(stored).toEqual({ end_kind: endKind });
  }
});

it("a key of another game files no appeal for the player", async () => {
  await banned();
  const { body } = await service.call("/api/auth/keys", {
    body: { name: "k", scopes: ["appeals:write"], games: ["tf2"] },
  });
  const call = { role: null, headers: { "x-api-key": body.key }, body: { statement: "s" } } as const;
  expectProblem(await service.call("/api/decisions/1/appeal", call), 404);
});
