/** One's own account, users and retention in the console: who sees what, and what the forms do. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Role } from "../../src/env.ts";
import { cookieOf, costOfPage, submit, visit } from "./console-pages.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";
import { all } from "./trail.ts";

const password = "plum orbit canvas ninety";
const another = "orange lantern seventy";
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const send = (path: string, fields: Readonly<Record<string, string>>, role: Role = "admin") =>
  submit(service, path, fields, role);
const look = (path: string, role: Role = "admin") => visit(service, path, role);
const create = (more: object = {}) =>
  send("/settings/users", { username: "ann", password, role: "analyst", ...more });
const userOf = async (name: string) => (await service.call(`/api/auth/users/${name}`)).body;
const flashOf = (headers: Headers) =>
  decodeURIComponent(headers.getSetCookie().find((text) => text.startsWith("__Host-flash=")) ?? "");

/** The undo that a form's answer offers: where to, and with what. */
const undoOf = (headers: Headers) =>
  JSON.parse(flashOf(headers).split(";")[0]?.replace("__Host-flash=", "") ?? "{}").undo;

describe("who sees what", () => {
  it("everybody has an account; users, keys, webhooks, games and retention are for admins", async () => {
    for (const role of ["viewer", "analyst"] as const) {
      const { status, body } = await look("/settings", role);
      expect(status).toBe(200);
      expect(body).toContain("Change password");
      for (const part of ["users", "keys", "webhooks", "games", "retention"]) {
        expect(body).not.toContain(`/settings/${part}`);
        expect((await look(`/settings/${part}`, role)).status).toBe(403);
      }
    }
    const { body } = await look("/settings");
    for (const part of ["users", "keys", "webhooks", "games", "retention"])
      expect(body).toContain(`href="/settings/${part}"`);
  });
});

describe("one's own account", () => {
  it("changes the password, which ends all sign-ins but this one", async () => {
    await create({ username: "pat" });
    const other = { role: null, body: { username: "pat", password } };
    await service.call("/api/auth/token", other);
    const wrong = await send("/settings/password", {
      current_password: "wrong wrong",
      new_password: another,
    });
    expect(wrong.status).toBe(403);
    expect(wrong.body).toContain("The current password is wrong.");
    expect(wrong.body).not.toContain(another);
    const short = await send("/settings/password", { current_password: password, new_password: "short" });
    expect(short.body).toMatch(/id="password-new_password-fault">\s*New password: must have at least 12/);
    expect(short.body).not.toContain(password);
    const done = await send("/settings/password", { current_password: password, new_password: another });
    expect([done.status, done.headers.get("location")]).toEqual([303, "/settings"]);
    const open = await all("SELECT id FROM auth_sessions WHERE subject = 'pat' AND ended_at IS NULL");
    expect(open).toEqual([{ id: "pat/admin" }]);
    expect(
      (await service.call("/api/auth/token", { role: null, body: { username: "pat", password: another } }))
        .status,
    ).toBe(200);
  });

  it("lists one's sign-ins, and ends another of one's own, but nobody else's", async () => {
    await create({ username: "pat" });
    await service.call("/api/auth/token", {
      role: null,
      body: { username: "pat", password },
      headers: { "user-agent": "<b>Firefox</b>" },
    });
    const [{ id } = { id: "" }] = await all<{ id: string }>(
      "SELECT id FROM auth_sessions WHERE user_agent IS NOT NULL",
    );
    const { body } = await look("/settings", "viewer");
    expect(body).toContain("&lt;b&gt;Firefox&lt;/b&gt;");
    expect(body).toContain("this one");
    await look("/settings", "admin");
    const foreign = await service.call("/api/auth/me", { subject: "zoe" });
    expect(foreign.status).toBe(200);
    expect((await send("/settings/sign-ins/end", { session: "zoe/admin" }, "viewer")).status).toBe(404);
    expect((await send("/settings/sign-ins/end", { session: id }, "viewer")).headers.get("location")).toBe(
      "/settings",
    );
    expect((await send("/settings/sign-ins/end", { session: id }, "viewer")).status).toBe(404);
    const [row] = await all("SELECT end_reason FROM auth_sessions WHERE user_agent IS NOT NULL");
    expect(row).toEqual({ end_reason: "signed_out" });
  });
});

describe("users", () => {
  it("are created, and what is wrong is said at its field, with the fields filled in", async () => {
    expect((await look("/settings/users")).body).toContain("No users yet");
    const short = await create({ username: "Ann Smith", password: "short" });
    expect(short.status).toBe(400);
    expect(short.body).toContain('value="Ann Smith"');
    expect(short.body).toContain('id="new-user-username-fault"');
    expect(short.body).toContain('id="new-user-password-fault"');
    expect(short.body).not.toContain('value="short"');
    const done = await create();
    expect(done.headers.get("location")).toBe("/settings/users/ann");
    expect(flashOf(done.headers)).not.toContain(password);
    const twice = await create();
    expect([twice.status, twice.body.includes("A user of this name exists already.")]).toEqual([409, true]);
    const configured = await create({ username: "security_console" });
    expect([configured.status, configured.body.includes("configured in the service")]).toEqual([409, true]);
    expect((await look("/settings/users")).body).toContain('href="/settings/users/ann"');
    expect((await userOf("ann")).role).toBe("analyst");
  });

  it("change role, with a way back, and not behind another admin's back", async () => {
    await create();
    const path = "/settings/users/ann/role";
    const done = await send(path, { role: "admin", seen: "analyst" });
    expect((await userOf("ann")).role).toBe("admin");
    const stale = await send(path, { role: "viewer", seen: "analyst" });
    expect([stale.status, stale.body.includes("Somebody else changed this user meanwhile.")]).toEqual([
      409,
      true,
    ]);
    const undo = undoOf(done.headers);
    expect((await send(undo.action, undo.fields)).status).toBe(303);
    expect((await userOf("ann")).role).toBe("analyst");
    expect((await send(path, { role: "root", seen: "analyst" })).status).toBe(400);
  });

  it("are disabled at once, and enabled again by undo", async () => {
    await create();
    await service.call("/api/auth/token", { role: null, body: { username: "ann", password } });
    const done = await send("/settings/users/ann/access", { to: "disabled" });
    expect(await userOf("ann")).toMatchObject({ disabled: true });
    expect(await all("SELECT 1 FROM auth_sessions WHERE subject = 'ann' AND ended_at IS NULL")).toEqual([]);
    expect((await look("/settings/users/ann")).body).toContain("Enable");
    const undo = undoOf(done.headers);
    await send(undo.action, undo.fields);
    expect(await userOf("ann")).toMatchObject({ disabled: false });
  });

  it("get a new password only with the tick, and none that holds their name", async () => {
    await create();
    const path = "/settings/users/ann/password";
    const unsure = await send(path, { password: another });
    expect([unsure.status, unsure.body.includes("Tick this first.")]).toEqual([400, true]);
    expect((await send(path, { password: "ann ann ann ann 123", sure: "yes" })).status).toBe(400);
    expect((await send(path, { password: another, sure: "yes" })).status).toBe(303);
    const signIn = { role: null, body: { username: "ann", password: another } };
    expect((await service.call("/api/auth/token", signIn)).status).toBe(200);
  });

  it("never change their own role or access, so that no admin is locked out", async () => {
    await create({ username: "pat", role: "admin" });
    expect((await look("/settings/users/pat")).body).not.toContain("Change role");
    const role = await send("/settings/users/pat/role", { role: "viewer", seen: "admin" });
    expect([role.status, role.body.includes("Nobody changes their own role or access")]).toEqual([409, true]);
    expect((await send("/settings/users/pat/access", { to: "disabled" })).status).toBe(409);
    expect(await userOf("pat")).toMatchObject({ role: "admin", disabled: false });
  });

  it.each([
    ["/settings/users/nobody"],
    ["/settings/users/%3Cscript%3E"],
    [`/settings/users/${"a".repeat(300)}`],
  ])("%s is not found", async (path) => {
    expect((await look(path)).status).toBe(404);
    expect((await send(`${path}/role`, { role: "viewer", seen: "viewer" })).status).toBe(404);
  });

  it.each([
    ["an unknown field", { username: "bob", password, role: "viewer", disabled: "no" }, 400],
    ["nothing", {}, 400],
    ["10,000 characters", { username: "x".repeat(10_000), password, role: "viewer" }, 400],
    ["a script", { username: "<script>alert(1)</script>", password, role: "viewer" }, 400],
    ["300 KB", { username: "x".repeat(300_000) }, 413],
  ])("%s creates nobody", async (_, fields, status) => {
    const reply = await send("/settings/users", fields as Record<string, string>);
    expect(reply.status).toBe(status);
    expect(reply.body).not.toContain("<script>alert");
    expect(await all("SELECT 1 FROM users")).toEqual([]);
  });

  it("a field that comes twice, and a form from elsewhere, do nothing", async () => {
    const path = "/settings/users";
    const twice = new URLSearchParams({ username: "bob", password, role: "viewer" });
    twice.append("role", "admin");
    const headers = {
      cookie: await cookieOf("admin"),
      "content-type": "application/x-www-form-urlencoded",
    };
    const repeated = { role: null, method: "POST", raw: twice.toString(), headers };
    expect((await service.call(path, repeated)).status).toBe(400);
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      const fields = { username: "bob", password, role: "viewer" };
      const reply = await submit(service, path, fields, "admin", headers as Record<string, string>);
      expect(reply.status).toBe(403);
    }
    expect(await all("SELECT 1 FROM users")).toEqual([]);
  });
});

describe("retention", () => {
  it("says what is kept for how long, by the variables as they are", async () => {
    const configured = createService({ AUDIT_RETENTION_DAYS: "30", CASE_RETENTION_DAYS: "500" });
    const { body } = await visit(configured, "/settings/retention", "admin");
    expect(body).toMatch(/AUDIT_RETENTION_DAYS/);
    expect(body).toMatch(/trail and counted refusals<\/th><td data-label="Kept">30 days/);
    expect(body).toMatch(/Sessions<\/th><td data-label="Kept">400 days/);
    expect(body).toMatch(/decisions that are over<\/th><td data-label="Kept">500 days/);
  });
});

describe("the cost", () => {
  it.each(["/settings", "/settings/users", "/settings/users/u7", "/settings/retention"])(
    "%s: two round trips, 300 rows, 100 KB",
    async (path) => {
      await env.DB.batch([
        env.DB.prepare(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500)
          INSERT INTO users (username, password_hash, role, created_at, created_by, password_changed_at)
          SELECT 'u' || i, 'h', 'viewer', 0, 'user:pat', 0 FROM c`),
        env.DB.prepare(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500)
          INSERT INTO auth_sessions (id, subject, role, credential, created_at, last_used_at, expires_at)
          SELECT 's' || i, iif(i % 2 = 0, 'pat', 'u7'), 'viewer', '', i, i, i FROM c`),
      ]);
      const { trips, read, gzipped, reply } = await costOfPage(path);
      expect(reply.status).toBe(200);
      expect(trips).toBeLessThanOrEqual(2);
      expect(read).toBeLessThanOrEqual(300);
      expect(gzipped).toBeLessThan(100_000);
    },
  );
});
