/** API keys in the console: the secret is shown once and nowhere else, bad input comes back, two admins at once. */
import { beforeEach, describe, expect, it } from "vitest";
import { costOfPage, submit, visit } from "./console-pages.ts";
import { createService, env, freshDatabase, nowMs, type Reply, type Service } from "./service.ts";
import { all } from "./trail.ts";

const mark = "00000000-0000-4000-8000-00000000000a";
const hostile = "<script>alert(1)</script>";
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const send = (path: string, fields: Readonly<Record<string, string>>) =>
  submit(service, path, fields, "admin");
const look = (path: string) => visit(service, path, "admin");
const make = (more: Readonly<Record<string, string>> = {}) =>
  send("/settings/keys", { mark, name: "lobby", scopes: "players:read", ...more });
const secretOf = ({ body }: Reply): string => /id="secret"[^>]* value="([^"]+)"/.exec(body)?.[1] ?? "";
const keyOf = async (id: number) => (await service.call(`/api/auth/keys/${id}`)).body;
const seenOf = ({ body }: Reply): string =>
  (/name="seen" value="([^"]+)"/.exec(body)?.[1] ?? "").replaceAll("&quot;", '"');

/** All that is stored, the trail and the marks of forms among it. */
async function stored(): Promise<string> {
  const tables = await all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'",
  );
  const rows = await Promise.all(tables.map(({ name }) => all(`SELECT * FROM ${name}`)));
  return JSON.stringify(rows);
}

const undoOf = (reply: Reply) => {
  const cookie = reply.headers.getSetCookie().find((text) => text.startsWith("__Host-flash=")) ?? "";
  return JSON.parse(decodeURIComponent(cookie.split(";")[0] ?? "").replace("__Host-flash=", "")).undo;
};

describe("the secret", () => {
  it("stands in the answer to the form, and in no address, cookie, table or log line", async () => {
    const reply = await make({
      games: "cs2, rust",
      "limits.read.requests": "7",
      "limits.read.period_seconds": "60",
    });
    const secret = secretOf(reply);
    expect(reply.status).toBe(201);
    expect(secret).toMatch(/^gsk_.{30,}/);
    expect(reply.headers.get("cache-control")).toBe("no-store");
    expect(reply.headers.get("location")).toBeNull();
    expect(reply.headers.getSetCookie().join()).not.toContain(secret);
    expect(JSON.stringify(service.log)).not.toContain(secret);
    expect(await stored()).not.toContain(secret);
    for (const path of ["/settings/keys", "/settings/keys/1", "/audit"])
      expect((await look(path)).body).not.toContain(secret);
    expect(await keyOf(1)).toMatchObject({
      scopes: ["players:read"],
      games: ["cs2", "rust"],
      limits: { read: { requests: 7, period_seconds: 60 } },
    });
    const works = await service.call("/api/auth/me", { role: null, headers: { "x-api-key": secret } });
    expect(works.body).toMatchObject({ kind: "key" });
  });

  it("is not made twice by a form that is sent twice, nor shown again", async () => {
    const first = await make();
    const again = await make();
    expect([again.status, secretOf(again)]).toEqual([409, ""]);
    expect(again.body).toContain("This form was sent already");
    expect(again.body).not.toContain(secretOf(first));
    expect(await all("SELECT id FROM api_keys")).toHaveLength(1);
    // Of two at once one is obeyed.
    const other = "00000000-0000-4000-8000-00000000000b";
    const both = await Promise.all([make({ mark: other }), make({ mark: other })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await all("SELECT id FROM api_keys")).toHaveLength(2);
  });

  it("can be asked for with the same form once what was wrong is mended", async () => {
    expect((await make({ expires_at: "2020-01-01T00:00" })).status).toBe(400);
    expect((await make({ expires_at: "2027-01-01T00:00" })).status).toBe(201);
  });

  it("of a rotated key is shown once too, and the old one ends when it was said", async () => {
    const old = secretOf(await make());
    const reply = await send("/settings/keys/1/rotate", { mark, overlap_seconds: "0" });
    expect(reply.status).toBe(201);
    expect(secretOf(reply)).toMatch(/^gsk_/);
    expect(secretOf(reply)).not.toBe(old);
    expect(await stored()).not.toContain(secretOf(reply));
    expect(await keyOf(1)).toMatchObject({ expires_at: new Date(nowMs).toISOString() });
    expect(await keyOf(2)).toMatchObject({ replaces: 1 });
    expect((await send("/settings/keys/1/rotate", { mark, overlap_seconds: "0" })).status).toBe(409);
  });
});

describe("bad input", () => {
  it("comes back with its fields and a message at the field", async () => {
    const reply = await send("/settings/keys", {
      mark,
      name: hostile,
      games: "no game!",
      expires_at: "2020-01-01T00:00",
      "limits.read.requests": "many",
    });
    expect(reply.status).toBe(400);
    expect(reply.body).toContain("Nothing was saved.");
    expect(reply.body).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(reply.body).not.toContain(hostile);
    for (const field of ["games", "limits-read-requests", "limits-read-period_seconds"])
      expect(reply.body).toContain(`id="new-key-${field}-fault"`);
    expect(reply.body).toContain('value="2020-01-01T00:00"');
    const nothing = await send("/settings/keys", { mark, name: "nothing" });
    expect(nothing.body).toContain('id="new-key-scopes-fault"');
    expect(await all("SELECT id FROM api_keys")).toEqual([]);
  });

  it.each([
    ["a scope that is none", { scopes: "root" }],
    ["an adapter beside scopes", { adapter: "cs2-log" }],
    ["an adapter that is none", { adapter: "nothing", scopes: "" }],
    ["a time that is none", { expires_at: "tomorrow" }],
    ["no mark", { mark: "" }],
    ["an unknown field", { admin: "yes" }],
    ["10,000 characters", { name: "x".repeat(10_000) }],
  ])("%s makes no key", async (_, more) => {
    expect((await make(more as Record<string, string>)).status).toBe(400);
    expect(await all("SELECT id FROM api_keys")).toEqual([]);
  });

  it.each(["/settings/keys/0", "/settings/keys/x", "/settings/keys/99"])("%s is not found", async (path) => {
    expect((await look(path)).status).toBe(404);
    expect((await send(`${path}/revoke`, { sure: "yes" })).status).toBe(404);
  });
});

describe("changes", () => {
  it("of name, end and limits, with a way back", async () => {
    await make({ expires_at: "2027-01-01T00:00" });
    const fields = {
      seen: seenOf(await look("/settings/keys/1")),
      name: "arena",
      "limits.write.requests": "5",
      "limits.write.period_seconds": "1",
    };
    const done = await send("/settings/keys/1/change", fields);
    expect([done.status, done.headers.get("location")]).toEqual([303, "/settings/keys/1"]);
    expect(await keyOf(1)).toMatchObject({
      name: "arena",
      expires_at: null,
      limits: { write: { requests: 5 } },
    });
    const undo = undoOf(done);
    expect((await send(undo.action, undo.fields)).status).toBe(303);
    expect(await keyOf(1)).toMatchObject({
      name: "lobby",
      expires_at: "2027-01-01T00:00:00.000Z",
      limits: null,
    });
  });

  it("leave an end to the millisecond where its field was not touched", async () => {
    const expires_at = "2027-01-01T00:00:12.345Z";
    await service.call("/api/auth/keys", { body: { name: "k", scopes: ["players:read"], expires_at } });
    const seen = seenOf(await look("/settings/keys/1"));
    await send("/settings/keys/1/change", { seen, name: "other", expires_at: "2027-01-01T00:00" });
    expect(await keyOf(1)).toMatchObject({ name: "other", expires_at });
  });

  it("of two admins at once are one, and the other is told", async () => {
    await make();
    const seen = seenOf(await look("/settings/keys/1"));
    const both = ["arena", "lobby 2"].map((name) => send("/settings/keys/1/change", { seen, name }));
    const replies = await Promise.all(both);
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    const told = replies.find(({ status }) => status === 409);
    expect(told?.body).toContain("The key was changed or revoked meanwhile.");
    expect(await all("SELECT id FROM audit_entries WHERE action = 'key.change'")).toHaveLength(1);
  });

  it("revoke only with the tick", async () => {
    await make();
    expect((await send("/settings/keys/1/revoke", {})).status).toBe(400);
    expect((await keyOf(1)).revoked_at).toBeNull();
    expect((await send("/settings/keys/1/revoke", { sure: "yes" })).status).toBe(303);
    expect((await keyOf(1)).revoked_at).not.toBeNull();
    expect((await look("/settings/keys/1")).body).not.toContain("Revoke for good");
  });
});

describe("the cost", () => {
  it.each(["/settings/keys", "/settings/keys/7"])("%s: two round trips, 300 rows, 100 KB", async (path) => {
    await env.DB.prepare(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500)
      INSERT INTO api_keys (key_hash, hint, name, scopes, created_at, created_by)
      SELECT 'h' || i, 'gsk_' || i, 'k' || i, '["players:read"]', 0, 'user:pat' FROM c`).run();
    let next: string | null = path;
    for (let pages = 0; next !== null && pages < 3; pages++) {
      const { trips, read, gzipped, reply }: Awaited<ReturnType<typeof costOfPage>> = await costOfPage(next);
      expect([next, reply.status]).toEqual([next, 200]);
      expect(trips).toBeLessThanOrEqual(2);
      expect(read).toBeLessThanOrEqual(300);
      expect(gzipped).toBeLessThan(100_000);
      next = /<a href="([^"]+)" rel="next">/.exec(reply.body)?.[1] ?? null;
    }
  });
});
