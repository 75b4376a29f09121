/** Working on cases: leases, the order they are given out in, and what people add to them. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { casesOf, decide, hourMs } from "./cases.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { createPlayer, iso } from "./samples.ts";
import { type Call, createService, freshDatabase, nowMs, type Reply, type Service } from "./service.ts";
import { all, run, snapshot } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const leaseMs = 30 * 60_000;

/** Cases opened by hand, of players seen just now, with these risks in hundredths. */
async function casesWith(risks: readonly number[], game = "cs2"): Promise<number[]> {
  const ids: number[] = [];
  for (const risk of risks) {
    const player_id = await createPlayer(service, { username: `u${risk}`, game });
    const { body } = await service.call("/api/cases", { body: { player_id } });
    await run(
      `UPDATE cases SET risk = ${risk}, confidence = 'sufficient', priority = ${risk / 10_000} WHERE id = ${body.id}`,
      `UPDATE players SET last_seen_at = ${nowMs} WHERE id = ${player_id}`,
    );
    ids.push(body.id);
  }
  return ids;
}

const as = (subject: string, path: string, call: Call = {}): Promise<Reply> =>
  service.call(path, { role: "analyst", subject, ...call });
const claim = (subject: string, body: object = {}) => as(subject, "/api/cases/claim", { body });
const post = (subject: string, path: string, call: Call = {}) =>
  as(subject, path, { method: "POST", ...call });

describe("the most urgent case", () => {
  it("is given first, then the next, then none", async () => {
    const [low, high, middle] = await casesWith([7_100, 9_900, 8_000]);
    const given: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      const reply = await claim("ann");
      expectAnswer(reply, operations.claimNextCase, 200);
      given.push(reply.body.case?.id ?? null);
    }
    expect(given).toEqual([high, middle, low, null]);
  });

  it("is told by what is known now, not by what was stored", async () => {
    const [gone, here] = await casesWith([9_900, 8_000]);
    await run(`UPDATE players SET last_seen_at = ${nowMs - 30 * 24 * hourMs}
      WHERE id = (SELECT player_id FROM cases WHERE id = ${gone})`);
    expect((await claim("ann")).body.case.id).toBe(here);
  });

  it("of a game, where one is asked for", async () => {
    await casesWith([9_900], "cs2");
    const [other] = await casesWith([7_100], "rust");
    expect((await claim("ann", { game: "rust" })).body.case.id).toBe(other);
    expect((await claim("ann", { game: "rust" })).body.case).toBeNull();
  });

  it("is not one that is assigned to somebody else, reviewed by the caller, or decided", async () => {
    const [assigned, reviewed, decided, left] = await casesWith([9_900, 9_800, 9_700, 7_100]);
    await service.call(`/api/cases/${assigned}/assign`, { body: { assignee: "user:bob" } });
    await run(`INSERT INTO reviews (case_id, reviewer, round, review, verdict, reason, reviewed_at)
      VALUES (${reviewed}, 'user:ann', 1, 'first', 'cleared', 'r', 0)`);
    await decide(decided ?? 0, "cleared");
    expect((await claim("ann")).body.case.id).toBe(left);
    expect((await claim("ann")).body.case).toBeNull();
    expectProblem(await post("ann", `/api/cases/${assigned}/claim`), 409);
    expectProblem(await post("ann", `/api/cases/${reviewed}/claim`), 409);
    expectProblem(await post("ann", `/api/cases/${decided}/claim`), 409);
    expect((await claim("bob")).body.case.id).toBe(assigned);
    expect((await claim("bob")).body.case.id).toBe(reviewed);
  });

  it("may be an appealed one, whose state stays", async () => {
    const [id = 0] = await casesWith([8_000]);
    await run(`UPDATE cases SET state = 'appealed', review = 'appeal', round = 2 WHERE id = ${id}`);
    expect((await claim("ann")).body.case).toMatchObject({ id, state: "appealed", holder: "user:ann" });
    expect((await claim("bob")).body.case).toBeNull();
    expect((await post("ann", `/api/cases/${id}/release`)).body).toMatchObject({
      state: "appealed",
      holder: null,
    });
    expect((await claim("bob")).body.case.id).toBe(id);
  });
});

describe("a lease", () => {
  it("keeps the case for half an hour, and runs out by time alone", async () => {
    const [id] = await casesWith([8_000]);
    expect((await claim("ann")).body.case).toMatchObject({
      state: "claimed",
      holder: "user:ann",
      lease_until: iso(nowMs + leaseMs),
    });
    service.clock.nowMs = nowMs + leaseMs - 1;
    expect((await claim("bob")).body.case).toBeNull();
    expectProblem(await post("bob", `/api/cases/${id}/claim`), 409);
    service.clock.nowMs = nowMs + leaseMs;
    const shown = await as("bob", `/api/cases/${id}`);
    expectAnswer(shown, operations.getCase, 200);
    expect(shown.body).toMatchObject({ state: "open", holder: null, lease_until: null });
    expect((await as("bob", "/api/cases?state=open")).body.cases).toHaveLength(1);
    expect((await as("bob", "/api/cases?state=claimed")).body.cases).toEqual([]);
    expect((await claim("bob")).body.case).toMatchObject({ id, holder: "user:bob" });
  });

  it("is renewed by its holder", async () => {
    const [id] = await casesWith([8_000]);
    await claim("ann");
    service.clock.nowMs = nowMs + leaseMs / 2;
    const renewed = await post("ann", `/api/cases/${id}/claim`);
    expectAnswer(renewed, operations.claimCase, 200);
    expect(renewed.body.lease_until).toBe(iso(nowMs + 1.5 * leaseMs));
  });

  it("is given back by its holder or an admin, and by nobody else", async () => {
    const [id] = await casesWith([8_000]);
    await claim("ann");
    expectProblem(await post("bob", `/api/cases/${id}/release`), 409);
    const released = await post("ann", `/api/cases/${id}/release`);
    expectAnswer(released, operations.releaseCase, 200);
    expect(released.body).toMatchObject({ state: "open", holder: null });
    await claim("ann");
    expect((await post("root", `/api/cases/${id}/release`, { role: "admin" })).body.state).toBe("open");
    const before = await snapshot();
    expect((await post("bob", `/api/cases/${id}/release`)).status, "it is free").toBe(200);
    expect((await snapshot()).trail).toEqual(before.trail);
  });

  it("claimed under an Idempotency-Key is one lease, however often it is asked for", async () => {
    await casesWith([8_000, 9_000]);
    const headers = { "idempotency-key": "k" };
    const first = await as("ann", "/api/cases/claim", { body: {}, headers });
    const again = await as("ann", "/api/cases/claim", { body: {}, headers });
    expect(again.body).toEqual(first.body);
    expect((await casesOf()).filter(({ state }) => state === "claimed")).toHaveLength(1);
  });
});

describe("what people add", () => {
  it("comments: the newest with the case, older ones by pages, each once", async () => {
    const [id = 0] = await casesWith([8_000]);
    for (let n = 0; n < 57; n++) {
      service.clock.nowMs = nowMs + Math.floor(n / 3);
      const reply = await post("ann", `/api/cases/${id}/comments`, { body: { text: `c${n}` } });
      expectAnswer(reply, operations.commentCase, 201);
    }
    const { body } = await as("bob", `/api/cases/${id}`);
    expect(body.comments).toHaveLength(50);
    const rest = await as("bob", `/api/cases/${id}/comments?cursor=${body.comments_cursor}`);
    expectAnswer(rest, operations.listCaseComments, 200);
    const texts = [...body.comments, ...rest.body.comments].map(({ text }: { text: string }) => text);
    expect(new Set(texts).size).toBe(57);
    expect(texts).toHaveLength(57);
    expect(rest.body.next_cursor).toBeNull();
    for (const text of ["", "  \n", "x".repeat(4_001)])
      expectProblem(await post("ann", `/api/cases/${id}/comments`, { body: { text } }), 400);
  });

  it("tags: a set of at most twenty; the same ones again change nothing", async () => {
    const [id] = await casesWith([8_000]);
    const put = (tags: unknown) => as("ann", `/api/cases/${id}/tags`, { method: "PUT", body: { tags } });
    const reply = await put(["Wave-3", "clip", "clip"]);
    expectAnswer(reply, operations.tagCase, 200);
    expect(reply.body.tags).toEqual(["clip", "wave-3"]);
    const before = await snapshot();
    await put(["wave-3", "clip"]);
    expect(await snapshot()).toEqual(before);
    expectProblem(await put(Array.from({ length: 21 }, (_, n) => `t${n}`)), 400);
    expectProblem(await put([" "]), 400);
    expect((await put([])).body.tags).toEqual([]);
  });

  it("links: at most fifty, to other players, by their ids or the game's own", async () => {
    const [id = 0] = await casesWith([8_000]);
    const link = (player: string | number, body: object = {}) =>
      as("ann", `/api/cases/${id}/links/${player}`, { method: "PUT", body });
    await createPlayer(service, { ref: "friend", game: "cs2" });
    await createPlayer(service, { ref: "stranger", game: "rust" });
    const reply = await link("@friend", { note: "same party" });
    expectAnswer(reply, operations.linkPlayer, 200);
    expect(reply.body).toMatchObject({
      player: { ref: "friend" },
      note: "same party",
      linked_by: "user:ann",
    });
    expectProblem(await link("@stranger"), 404);
    const [own] = await casesOf();
    expectProblem(await link(own?.player_id ?? 0), 400);
    await run(`INSERT INTO players (id, game, username, name_key, created_at)
      WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 160)
      SELECT i, 'cs2', 'u', 'u', 0 FROM n`);
    for (let n = 100; n < 149; n++) expect((await link(n)).status).toBe(200);
    expectProblem(await link(149), 409);
    expect((await link("@friend", { note: "other note" })).body.note).toBe("other note");
    const left = await as("ann", `/api/cases/${id}/links/@friend`, { method: "DELETE" });
    expectAnswer(left, operations.unlinkPlayer, 200);
    expect(left.body.links).toHaveLength(49);
    expect((await link(149)).status).toBe(200);
    expect((await as("ann", `/api/cases/${id}`)).body.links).toHaveLength(50);
  });

  it("assignment: to a person or nobody, and not of what is decided", async () => {
    const [id = 0] = await casesWith([8_000]);
    const assign = (assignee: unknown) => post("ann", `/api/cases/${id}/assign`, { body: { assignee } });
    const reply = await assign("user:bob");
    expectAnswer(reply, operations.assignCase, 200);
    expect(reply.body.assignee).toBe("user:bob");
    expect((await as("ann", "/api/cases?assignee=user:bob")).body.cases).toHaveLength(1);
    expect((await assign(null)).body.assignee).toBeNull();
    for (const wrong of ["bob", "key:7", ""]) expectProblem(await assign(wrong), 400);
    await decide(id, "cleared");
    expectProblem(await assign("user:bob"), 409);
  });
});

describe("opening by hand", () => {
  it("freezes whatever stands, keeps the note, and is refused while one is pending", async () => {
    const player_id = await createPlayer(service, { username: "quiet", game: "cs2" });
    const reply = await post("ann", "/api/cases", { body: { player_id, note: "Three clips." } });
    expectAnswer(reply, operations.openCase, 201);
    expect(reply.body).toMatchObject({ origin: "manual", opened_by: "user:ann", risk_score: 0 });
    const shown = await as("ann", `/api/cases/${reply.body.id}`);
    expect(shown.body).toMatchObject({ evidence_intact: true, comments: [{ text: "Three clips." }] });
    expectAnswer(await as("ann", `/api/cases/${reply.body.id}/evidence`), operations.getCaseEvidence, 200);
    expectProblem(await post("ann", "/api/cases", { body: { player_id } }), 409);
    expectProblem(await post("ann", "/api/cases", { body: { player_id, mode: "never-played" } }), 404);
    expectProblem(await post("ann", "/api/cases", { body: { player_id: 99 } }), 404);
    await decide(reply.body.id, "cleared");
    expect((await post("ann", "/api/cases", { body: { player_id } })).status, "a person may ask again").toBe(
      201,
    );
  });

  it("under an Idempotency-Key is answered again with the same case", async () => {
    const player_id = await createPlayer(service, { username: "quiet" });
    const call = { body: { player_id }, headers: { "idempotency-key": "k" } };
    const first = await post("ann", "/api/cases", call);
    const again = await post("ann", "/api/cases", call);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(await all("SELECT id FROM cases")).toHaveLength(1);
  });
});
