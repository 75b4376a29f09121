/** Appeals: one per decision, by a backend or by a link, judged by somebody who had no part in it. */
import { sign } from "hono/jwt";
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import {
  caseRow,
  hold,
  hour,
  insertCase,
  insertDecision,
  judge,
  linkTo,
  review,
  setShare,
} from "./case-fixtures.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { createBarrier, failingD1, watchedD1 } from "./fault.ts";
import {
  type Call,
  createService,
  env,
  freshDatabase,
  nowMs,
  type Reply,
  type Service,
  tokenFor,
} from "./service.ts";
import { all, run, snapshot } from "./trail.ts";

let service: Service;
const day = 24 * hour;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await setShare(0);
  await insertCase({ state: "decided", verdict: "confirmed" });
  await run(
    "INSERT INTO reviews (case_id, reviewer, round, review, verdict, reason, reviewed_at) VALUES (1, 'user:rev', 1, 'first', 'confirmed', 'the reviewer''s own words', 0)",
  );
  await insertDecision();
});

const codeOf = ({ body }: Reply) => body.type.split(":").at(-1);
const file = (decision = 1, more: Call & { on?: Service } = {}) => {
  const { on = service, ...call } = more;
  return on.call(`/api/decisions/${decision}/appeal`, {
    role: "analyst",
    subject: "fil",
    body: { statement: "It was my brother." },
    ...call,
  });
};
const form = { "content-type": "application/x-www-form-urlencoded" };
const post = (path: string, statement: string, on = service) =>
  on.call(path, { role: null, raw: `statement=${encodeURIComponent(statement)}`, headers: form });
const keyWith = async (body: object): Promise<Call> => {
  const made = await service.call("/api/auth/keys", { body: { name: "k", ...body } });
  return { role: null, headers: { "x-api-key": made.body.key } };
};

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

describe("lists", () => {
  beforeEach(async () => {
    for (let id = 2; id <= 7; id++) {
      const game = id % 2 === 0 ? "tf2" : "cs2";
      await insertCase({ id, playerId: id, game, state: "decided", verdict: "confirmed" });
      await insertDecision({ id, playerId: id, caseId: id, game, home: game });
      expect((await file(id)).status).toBe(201);
    }
    await review(service, "jud", "confirmed", 7);
  });
  const ids = ({ body }: Reply) =>
    body.appeals.map(({ decision_id }: { decision_id: number }) => decision_id);

  it("newest first, page after page, by state and game", async () => {
    const seen: number[] = [];
    let cursor = "";
    do {
      const reply = await service.call(`/api/appeals?limit=2${cursor}`);
      expectAnswer(reply, operations.listAppeals, 200);
      seen.push(...ids(reply));
      cursor = reply.body.next_cursor === null ? "" : `&cursor=${reply.body.next_cursor}`;
    } while (cursor !== "");
    expect(seen).toEqual([6, 5, 4, 3, 2]);
    expect(ids(await service.call("/api/appeals?state=decided"))).toEqual([7]);
    expect(ids(await service.call("/api/appeals?game=tf2"))).toEqual([6, 4, 2]);
  });

  it("a key sees its own games", async () => {
    const key = await keyWith({ scopes: ["cases:read"], games: ["cs2"] });
    expect(ids(await service.call("/api/appeals", key))).toEqual([5, 3]);
    expectProblem(await service.call("/api/appeals?game=tf2", key), 403);
    expect((await service.call("/api/appeals/2", key)).body.game).toBe("cs2");
    expectProblem(await service.call("/api/appeals/1", key), 404);
    expectProblem(await service.call("/api/appeals/99", key), 404);
  });

  it.each(["state=open", "limit=0", "limit=201", "cursor=x", "game=two%20words", "more=1"])(
    "refuses %s",
    async (query) => expectProblem(await service.call(`/api/appeals?${query}`), 400),
  );

  it.each([
    "SELECT * FROM appeals WHERE state = 'pending' AND id < 9 ORDER BY id DESC LIMIT 9",
    "SELECT * FROM appeals WHERE game = 'cs2' AND state = 'pending' AND id < 9 ORDER BY id DESC LIMIT 9",
    "SELECT * FROM appeals WHERE case_id = 1 AND state = 'pending'",
    "SELECT * FROM appeals WHERE decision_id = 1",
  ])("%s goes by an index", async (text) => {
    const plan = await all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
    const details = plan.map(({ detail }) => detail).join("; ");
    expect(details).toMatch(/SEARCH .* USING/);
    expect(details).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});

describe("a link", () => {
  const made = () => service.call("/api/decisions/1/appeal-link", { method: "POST", role: "analyst" });
  const pathOf = (url: string) => new URL(url).pathname;
  const get = (path: string) => service.call(path, { role: null });

  it("leads to a page that says why, and takes one appeal", async () => {
    const link = await made();
    expectAnswer(link, operations.linkAppeal, 201);
    expect(link.body.expires_at).toBe("2026-12-01T12:00:00.000Z");
    const path = pathOf(link.body.url);
    const page = await get(path);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("content-security-policy")).toContain("form-action 'self'");
    expect(page.body).toContain("Your aim in several matches");
    expect(page.body).not.toContain("<script");
    expect(page.body).not.toMatch(/headshot|evening-session|reviewer|rev\b|maker/);
    const sent = await post(path, "It was\r\nmy brother.");
    expect(sent.status).toBe(201);
    expect(sent.body).toContain("Your appeal was received");
    const { body } = await service.call("/api/appeals/1");
    expect(body).toMatchObject({ filed_by: "link:1", statement: "It was\nmy brother.", state: "pending" });
    const [entry] = await all("SELECT actor, target FROM audit_entries WHERE action = 'appeal.file'");
    expect(entry).toEqual({ actor: "link:1", target: "appeal:1" });
    for (const reply of [await get(path), await post(path, "again")]) {
      expect(reply.status).toBe(410);
      expect(reply.body).toContain("An appeal of this decision was received");
      expect(reply.body).not.toContain("<form");
    }
    expect(await all("SELECT id FROM appeals")).toHaveLength(1);
    expect(codeOf(await made())).toBe("already_appealed");
  });

  it("sent twice at once files one appeal, and both pages are calm", async () => {
    const path = await linkTo(1);
    const meet = createBarrier(2);
    const DB = watchedD1(env.DB, async (texts) => {
      if (texts.some((text) => /INSERT INTO appeals/.test(text))) await meet();
    });
    const on = createService({ DB });
    const replies = await Promise.all([post(path, "one", on), post(path, "two", on)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 410]);
    for (const { body } of replies) expect(body).toContain("was received");
  });

  it("ends after 30 days", async () => {
    const path = pathOf((await made()).body.url);
    service.clock.nowMs = nowMs + 30 * day - 1;
    expect((await get(path)).status).toBe(200);
    service.clock.nowMs = nowMs + 30 * day;
    for (const reply of [await get(path), await post(path, "late")]) {
      expect(reply.status).toBe(410);
      expect(reply.body).toContain("has expired");
    }
    expect(await all("SELECT id FROM appeals")).toEqual([]);
  });

  it("of a decision that was expunged has nothing to appeal", async () => {
    await insertDecision({ id: 9, endKind: "expunged" });
    const reply = await get(await linkTo(9));
    expect(reply.status).toBe(410);
    expect(reply.body).toContain("was taken back");
  });

  it("that nobody made is unknown, whatever it looks like", async () => {
    const secret = "test-secret-of-more-than-thirty-two-bytes";
    const iat = nowMs / 1_000;
    const claims = {
      iss: "game-security-api",
      aud: "game-security-appeal",
      decision: 1,
      jti: "j",
      iat,
      exp: iat + 60,
    };
    expect((await get(`/appeals/${await sign(claims, secret, "HS256")}`)).status).toBe(200);
    const forged = [
      await sign(claims, `${secret}x`, "HS256"),
      await sign(claims, secret, "HS512"),
      await sign({ ...claims, aud: "game-security-api" }, secret, "HS256"),
      await sign({ ...claims, iss: "somebody" }, secret, "HS256"),
      await sign({ ...claims, decision: "1" }, secret, "HS256"),
      await sign({ ...claims, decision: 99 }, secret, "HS256"),
      await sign({ ...claims, exp: "never" } as never, secret, "HS256"),
      await tokenFor({ subject: "tester", role: "admin" }),
      await tokenFor({ subject: "tester", role: "admin", audience: "game-security-console" }),
      ...["x", "a.b.c", "...", "%00", "<script>", "a".repeat(9_000)].map(encodeURIComponent),
    ];
    for (const token of forged) {
      const replies = [await get(`/appeals/${token}`), await post(`/appeals/${token}`, "mine")];
      for (const reply of replies) {
        expect(reply.status, token.slice(0, 40)).toBe(404);
        expect(reply.body).toContain("not one of ours");
        expect(reply.body).not.toContain("<script");
      }
    }
    expect(await all("SELECT id FROM appeals")).toEqual([]);
  });

  it("is no token of anything else", async () => {
    const token = (await linkTo(1)).split("/").at(-1) ?? "";
    const headers = { authorization: `Bearer ${token}` };
    expectProblem(await service.call("/api/players", { role: null, headers }), 401);
    const page = await service.call("/", { role: null, headers: { cookie: `__Host-session=${token}` } });
    expect(page.body).toContain('action="/sign-in"');
  });

  it("works on under the secret before the last rotation", async () => {
    const old = "another-secret-of-more-than-thirty-two-bytes";
    const path = await linkTo(1, nowMs, old);
    expect((await get(path)).status).toBe(404);
    const rotated = createService({ JWT_SECRET_PREVIOUS: old });
    expect((await rotated.call(path, { role: null })).status).toBe(200);
  });

  it("is in no log line and no audit entry", async () => {
    const link = await made();
    const path = pathOf(link.body.url);
    await get(path);
    await post(path, "");
    await post(path, "mine");
    await get(path);
    await get(`${path}x`);
    const written = JSON.stringify([service.log, await all("SELECT * FROM audit_entries")]);
    const [, , signature = ""] = path.split(".");
    expect(signature.length).toBeGreaterThan(20);
    expect(written).not.toContain(signature);
    const routes = service.log.map(({ route }) => route);
    expect(routes).toContain("GET /appeals/:token");
    expect(routes).toContain("POST /appeals/:token");
  });

  it("hostile text stays text, on the page and in the store", async () => {
    const hostile = `</textarea><script>alert(1)</script>"'&\u202e<img src=x onerror=1>`;
    const path = await linkTo(1);
    const refused = await post(path, hostile.repeat(40));
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('role="alert"');
    expect(refused.body).not.toContain("<script>");
    expect(refused.body).not.toContain("<img");
    expect(refused.body.match(/<\/textarea>/g)).toHaveLength(1);
    expect((await post(path, hostile)).status).toBe(201);
    expect((await service.call("/api/appeals/1")).body.statement).toBe(hostile);
  });

  it.each([
    ["nothing", "", form, 400],
    ["blanks", "statement=+%0d%0a", form, 400],
    ["a repeated field", "statement=a&statement=b", form, 400],
    ["an unknown field", "statement=a&admin=1", form, 400],
    ["a control character", "statement=a%00b", form, 400],
    ["2,001 characters", `statement=${"x".repeat(2_001)}`, form, 400],
    ["33 KB", `statement=${"x".repeat(33 * 1024)}`, form, 413],
    ["JSON", '{"statement":"x"}', { "content-type": "application/json" }, 415],
    ["2,000 characters of four bytes", `statement=${encodeURIComponent("🦉".repeat(1_000))}`, form, 201],
    ["2,000 line ends", `statement=x${"%0D%0A".repeat(1_999)}`, form, 201],
  ])("%s: %s", async (_, raw, headers, status) => {
    const reply = await service.call(await linkTo(1), { role: null, method: "POST", raw, headers });
    expect(reply.status).toBe(status);
    expect(reply.headers.get("content-type")).toMatch(/^text\/html/);
    expect(await all("SELECT id FROM appeals")).toHaveLength(status === 201 ? 1 : 0);
  });

  it("is made for those who may, and of decisions in reach", async () => {
    const call = (more: Call, decision = 1) =>
      service.call(`/api/decisions/${decision}/appeal-link`, { method: "POST", ...more });
    expectProblem(await call({ role: "viewer" }), 403);
    expectProblem(await call(await keyWith({ scopes: ["decisions:write"] })), 403);
    expectProblem(await call(await keyWith({ scopes: ["appeals:write"], games: ["tf2"] })), 404);
    expectProblem(await call({ role: "analyst" }, 99), 404);
    expect((await call(await keyWith({ scopes: ["appeals:write"], games: ["cs2"] }))).status).toBe(201);
  });

  it("is limited by address", async () => {
    const limited = createService({ RATE_LIMIT_POLICIES: '{"public":{"requests":3}}' });
    const path = await linkTo(1);
    const call = { role: null, headers: { "cf-connecting-ip": "192.0.2.77" } } as const;
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await limited.call(path, call)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});
