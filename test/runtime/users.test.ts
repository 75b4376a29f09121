/** People: created, changed and disabled by admins; their passwords, and the sign-ins that end with all that. */
import { beforeEach, describe, expect, it } from "vitest";
import { hashPassword, isPassword, needsRehash } from "../../src/auth/passwords.ts";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";

const password = "plum orbit canvas ninety";
let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const path = "/api/auth/users";
const create = (body: object = {}) =>
  service.call(path, { body: { username: "ann", password, role: "analyst", ...body } });
const change = (body: object, name = "ann") => service.call(`${path}/${name}`, { method: "PATCH", body });
let host = 1;
/** From an address of its own each time: the counters outlive a test. */
const signIn = (body: object = {}, headers: Record<string, string> = {}) =>
  service.call("/api/auth/token", {
    role: null,
    body: { username: "ann", password, ...body },
    headers: { "cf-connecting-ip": `198.18.0.${host++}`, ...headers },
  });
const bearing = (token: string) => ({ role: null, headers: { authorization: `Bearer ${token}` } });

describe("a user", () => {
  it("is created with a role, signs in, and is what the token says", async () => {
    expectAnswer(await create(), operations.createUser, 201);
    expect((await signIn({ username: "ANN" })).status).toBe(200);
    const { access_token } = (await signIn()).body;
    const me = await service.call("/api/auth/me", bearing(access_token));
    expectAnswer(me, operations.getMe, 200);
    expect(me.body).toMatchObject({ kind: "user", subject: "ann", role: "analyst" });
    const shown = await service.call(`${path}/ann`);
    expectAnswer(shown, operations.getUser, 200);
    expect(shown.body.last_sign_in_at).not.toBeNull();
    expectAnswer(await service.call(path), operations.listUsers, 200);
  });

  it("is stored with a hash of its own salt, and no password anywhere", async () => {
    await create();
    await create({ username: "ben" });
    const { results } = await env.DB.prepare("SELECT password_hash FROM users").all<{
      password_hash: string;
    }>();
    const hashes = results.map(({ password_hash }) => password_hash);
    expect(new Set(hashes).size).toBe(2);
    for (const hash of hashes) expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    const tables = await env.DB.batch(
      ["users", "audit_entries", "idempotency_keys"].map((name) => env.DB.prepare(`SELECT * FROM ${name}`)),
    );
    expect(JSON.stringify([tables.map(({ results: rows }) => rows), service.log])).not.toContain(password);
  });

  it("has a name that nobody else has, in any spelling, nor any account of the secrets", async () => {
    await create();
    for (const username of ["ann", "ANN", "\uFF41nn", "security_console", "Security_Console"]) {
      expectProblem(await create({ username }), 409);
    }
  });

  it.each([
    { password: "short" },
    { password: "aaaaaaaaaaaaaaaa" },
    { password: "my name is ann ok" },
    { username: "" },
    { username: "a b" },
    { username: "-ann" },
    { username: "ann\u0000" },
    { role: "root" },
    { role: ["admin"] },
    { admin: true },
  ])("is not made of %j", async (body) => expectProblem(await create(body), 400));
});

describe("changes", () => {
  const pair = async () => (await signIn()).body as { access_token: string; refresh_token: string };
  const isOver = async ({ access_token, refresh_token }: { access_token: string; refresh_token: string }) => {
    service.clock.nowMs += 5_000;
    expectProblem(await service.call("/api/auth/me", bearing(access_token)), 401);
    const refreshed = await service.call("/api/auth/refresh", { role: null, body: { refresh_token } });
    expectProblem(refreshed, 401);
  };

  it("of the role end the sign-ins: nobody acts on under an old role", async () => {
    await create();
    const before = await pair();
    expectAnswer(await change({ role: "viewer" }), operations.changeUser, 200);
    await isOver(before);
    const { access_token } = await pair();
    expect((await service.call("/api/auth/me", bearing(access_token))).body.role).toBe("viewer");
  });

  it("that disable end the sign-ins and admit no other, until the user is enabled", async () => {
    await create();
    const before = await pair();
    expect((await change({ disabled: true })).body.disabled).toBe(true);
    await isOver(before);
    expectProblem(await signIn(), 401);
    expect((await change({ disabled: false })).body.disabled).toBe(false);
    expect((await signIn()).status).toBe(200);
  });

  it("of the password by an admin end the sign-ins; the old one is worth nothing", async () => {
    await create();
    const before = await pair();
    expect((await change({ password: "walnut harbour sixteen" })).status).toBe(200);
    await isOver(before);
    expectProblem(await signIn(), 401);
    expect((await signIn({ password: "walnut harbour sixteen" })).status).toBe(200);
  });

  it("of one's own password end every other sign-in, and need the current one", async () => {
    await create();
    const other = await pair();
    const own = await pair();
    const to = (current_password: string) =>
      service.call("/api/auth/password", {
        ...bearing(own.access_token),
        body: { current_password, new_password: "walnut harbour sixteen" },
      });
    expectProblem(await to("wrong"), 403);
    expectAnswer(await to(password), operations.changePassword, 200);
    await isOver(other);
    expect((await service.call("/api/auth/me", bearing(own.access_token))).status).toBe(200);
  });

  it("of one's own role or access are for another admin", async () => {
    await create({ role: "admin" });
    const { access_token } = await pair();
    for (const body of [{ role: "viewer" }, { disabled: true }]) {
      const own = { method: "PATCH", ...bearing(access_token), body };
      expectProblem(await service.call(`${path}/ann`, own), 409);
    }
  });

  it("of what is not there, or of nothing, are refused", async () => {
    expectProblem(await change({ role: "viewer" }, "nobody"), 404);
    await create();
    for (const body of [{}, { name: "x" }, { role: null }]) expectProblem(await change(body), 400);
  });
});

describe("sign-ins", () => {
  it("are listed with where they came from, and ended one by one", async () => {
    await create();
    const first = (await signIn({}, { "user-agent": "curl/8" })).body;
    const second = (await signIn()).body;
    const list = await service.call("/api/auth/sessions", bearing(second.access_token));
    expectAnswer(list, operations.listAuthSessions, 200);
    const { sessions } = list.body;
    expect(sessions).toHaveLength(2);
    const elsewhere = sessions.find(({ current }: { current: boolean }) => !current);
    expect(elsewhere).toMatchObject({ subject: "ann", user_agent: "curl/8", ended_at: null });
    const end = { method: "DELETE", ...bearing(second.access_token) };
    const ended = await service.call(`/api/auth/sessions/${elsewhere.id}`, end);
    expectAnswer(ended, operations.endAuthSession, 200);
    expectProblem(await service.call("/api/auth/me", bearing(first.access_token)), 401);
    expect((await service.call("/api/auth/me", bearing(second.access_token))).status).toBe(200);
    expectProblem(await service.call(`/api/auth/sessions/${elsewhere.id}`, end), 404);
  });

  it("of others are an admin's to see and to end, and nobody else's", async () => {
    await create();
    const { access_token } = (await signIn()).body;
    const mine = (await service.call("/api/auth/sessions", bearing(access_token))).body.sessions[0];
    expectProblem(await service.call("/api/auth/sessions?subject=ann", { role: "analyst" }), 403);
    const end = { method: "DELETE" };
    expectProblem(await service.call(`/api/auth/sessions/${mine.id}`, { ...end, role: "analyst" }), 404);
    expect((await service.call("/api/auth/sessions?subject=ann")).body.sessions).toHaveLength(1);
    expect((await service.call(`/api/auth/sessions/${mine.id}`, end)).status).toBe(200);
    expectProblem(await service.call("/api/auth/me", bearing(access_token)), 401);
  });

  it("end by signing out", async () => {
    await create();
    const { access_token, refresh_token } = (await signIn()).body;
    const out = await service.call("/api/auth/sign-out", { method: "POST", ...bearing(access_token) });
    expectAnswer(out, operations.signOut, 200);
    expectProblem(await service.call("/api/auth/me", bearing(access_token)), 401);
    expectProblem(await service.call("/api/auth/refresh", { role: null, body: { refresh_token } }), 401);
  });
});

describe("password hashes", () => {
  it("carry their parameters, and are made anew at a sign-in when those are old", async () => {
    await create();
    const old = await hashPassword(password, { ln: 10, r: 8, p: 1 });
    expect([needsRehash(old), await isPassword(password, old)]).toEqual([true, true]);
    await env.DB.prepare("UPDATE users SET password_hash = ?").bind(old).run();
    expect((await signIn()).status).toBe(200);
    const row = await env.DB.prepare("SELECT password_hash FROM users").first<{ password_hash: string }>();
    expect(needsRehash(row?.password_hash ?? "")).toBe(false);
    expect((await signIn()).status).toBe(200);
  });

  it.each(["", "$scrypt$", "$scrypt$ln=30,r=8,p=5$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "plain"])(
    "that are none, or would cost too much, match nothing: %s",
    async (hash) => expect(await isPassword("", hash)).toBe(false),
  );

  it("are computed two at a time; past a short line callers are told to come back", async () => {
    const replies = await Promise.allSettled(Array.from({ length: 40 }, () => isPassword("x", null)));
    const refused = replies.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(40 - 2 - 16);
  });
});
