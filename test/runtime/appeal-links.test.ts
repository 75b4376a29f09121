/** Appeals by a signed link, and the lists of appeals. */
import { sign } from "hono/jwt";
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { bannedPlayer, codeOf, file, keyWith, service } from "./appeal-fixtures.ts";
import { hour, insertCase, insertDecision, linkTo, review } from "./case-fixtures.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { createBarrier, watchedD1 } from "./fault.ts";
import { type Call, createService, env, nowMs, type Reply, tokenFor } from "./service.ts";
import { all } from "./trail.ts";

const day = 24 * hour;
const form = { "content-type": "application/x-www-form-urlencoded" };
const post = (path: string, statement: string, on = service) =>
  on.call(path, { role: null, raw: `statement=${encodeURIComponent(statement)}`, headers: form });

beforeEach(bannedPlayer);

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
