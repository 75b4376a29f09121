/** Trying the API from its documentation: as oneself, from our own pages alone, and never with a secret on a page. */
import { beforeEach, describe, expect, it } from "vitest";
import { readApi } from "../../src/console/docs/document.ts";
import { findTrial, refusalOf } from "../../src/console/docs/try/offered.ts";
import type { Person, Role } from "../../src/env.ts";
import { accessTable } from "../../src/http/access.ts";
import { cookieOf, costOfPage, submit, visit } from "./console-pages.ts";
import { createPlayer } from "./samples.ts";
import { createService, env, freshDatabase, type Reply, type Service } from "./service.ts";

let service: Service;
let player = 0;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
  player = await createPlayer(service, { username: "Nightjar" });
});

const page = (id: string) => `/docs/try/${id}`;
const idOf = (method: string, path: string) => `${method} ${path}`.replaceAll(/[^a-zA-Z]+/g, "_");
const rename = page(idOf("patch", "/api/players/:player"));
const read = page(idOf("get", "/api/players/:player"));
const renaming = (more = {}) => ({
  "path.player": String(player),
  body: '{"username":"Heron"}',
  confirm: "yes",
  ...more,
});
const nameOf = async () => (await service.call(`/api/players/${player}`)).body.username;
/** The status that the API answered, as the page shows it. */
const answered = ({ body }: Reply) => Number(/Answer <span class="badge badge-\w+">(\d+)</.exec(body)?.[1]);
const all = readApi().tags.flatMap(({ operations }) => operations);
const personOf = (role: Role): Person => ({ kind: "user", subject: "pat", role, sessionId: "x" });

describe("a read", () => {
  it("shows status, headers and body as text, and costs what the API's costs", async () => {
    await service.call(`/api/players/${player}`, { method: "PATCH", body: { username: "<script>x" } });
    const reply = await submit(service, read, { "path.player": String(player) }, "viewer");
    expect([reply.status, answered(reply)]).toEqual([200, 200]);
    expect(reply.body).toContain("&quot;username&quot;: &quot;&lt;script&gt;x&quot;");
    expect(reply.body).toContain("content-type: application/json");
    expect(reply.body).toMatch(/server-timing: .*rows read/);
    expect(service.log.slice(-2)).toMatchObject([
      { route: "GET /api/players/:player", actor: "viewer:pat", status: 200 },
      { route: "POST /docs/try/:operation", actor: "viewer:pat", status: 200 },
    ]);
  });

  it("shows the API's own refusals", async () => {
    const missing = await submit(service, read, { "path.player": "999" }, "viewer");
    expect(answered(missing)).toBe(404);
    const list = page(idOf("get", "/api/players"));
    const reply = await submit(service, list, { "query.limit": "many", "query.game": "" }, "viewer");
    expect(answered(reply)).toBe(400);
    expect(reply.body).toContain("/api/players?limit=many");
    expect(reply.body).not.toContain("game=");
  });

  it.each(["two\nlines", "a\0b", "a\rb", "🎮", "ü"])("refuses %j in a header", async (key) => {
    const create = page(idOf("post", "/api/players"));
    const fields = { "header.Idempotency-Key": key, body: '{"username":"Odd"}', confirm: "yes" };
    expect((await submit(service, create, fields)).status).toBe(400);
  });

  it("is there for public operations too", async () => {
    const reply = await submit(service, page("get_health"), {}, "viewer");
    expect(answered(reply)).toBe(200);
    expect(service.log.at(-2)).toMatchObject({ route: "GET /health", actor: null });
  });

  it("stays within a page, however long the answer", async () => {
    const rows = Array.from({ length: 1_000 }, (_, n) => ({ username: crypto.randomUUID(), ref: `r${n}` }));
    await env.DB.prepare(
      `INSERT INTO players (username, name_key, game, ref, created_at)
        SELECT value ->> 'username', value ->> 'username', 'cs2', value ->> 'ref', 0 FROM json_each(?)`,
    )
      .bind(JSON.stringify(rows))
      .run();
    const list = page(idOf("get", "/api/players"));
    const reply = await submit(service, list, { "query.limit": "200", "query.sort": "last_seen" }, "viewer");
    expect(answered(reply)).toBe(200);
    expect(reply.body).toContain("The answer goes on");
    expect(reply.body.length).toBeLessThan(400_000);
  });
});

describe("a write", () => {
  it("is done as oneself, with an entry in the trail, after a confirmation", async () => {
    const refused = await submit(service, rename, renaming({ confirm: "" }));
    expect(refused.status).toBe(400);
    expect(refused.body).toContain("Tick that you want");
    expect(await nameOf()).toBe("Nightjar");
    expect(answered(await submit(service, rename, renaming()))).toBe(200);
    expect(await nameOf()).toBe("Heron");
    const { body } = await service.call("/api/audit?action=player.rename");
    expect(body.entries).toMatchObject([{ actor: "user:pat", target: `player:${player}` }]);
  });

  it("is done once, however often its page is loaded again", async () => {
    const create = page(idOf("post", "/api/players"));
    const form = (await visit(service, create, "analyst")).body;
    const [, key = ""] = /name="header.Idempotency-Key"[^>]*value="([^"]+)"/.exec(form) ?? [];
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    const fields = { "header.Idempotency-Key": key, body: '{"username":"Twice"}', confirm: "yes" };
    const replies = [await submit(service, create, fields), await submit(service, create, fields)];
    expect(replies.map(answered)).toEqual([201, 201]);
    const counted = await env.DB.prepare(
      "SELECT count(*) AS n FROM players WHERE username = 'Twice'",
    ).first();
    expect(counted?.n).toBe(1);
    expect(replies[1]?.body).not.toContain(`value="${key}"`);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["a sister host", { "sec-fetch-site": "same-site" }],
    ["another origin", { origin: "https://evil.example" }],
    ["an origin that is none", { origin: "null" }],
  ])("from %s does nothing", async (_, headers) => {
    expect((await submit(service, rename, renaming(), "admin", headers)).status).toBe(403);
    expect(await nameOf()).toBe("Nightjar");
  });

  it("without a session, or with a token of the API in place of one, is nobody's", async () => {
    const raw = new URLSearchParams(renaming()).toString();
    const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
    expect((await service.call(rename, { role: null, raw, headers: form })).status).toBe(401);
    expect((await service.call(rename, { role: "admin", raw, headers: form })).status).toBe(401);
    expect(await nameOf()).toBe("Nightjar");
  });

  it("counts against the limits of the API", async () => {
    const policies = JSON.stringify({ write: { requests: 1, period_seconds: 60 } });
    const limited = createService({ RATE_LIMIT_POLICIES: policies });
    const replies = [await submit(limited, rename, renaming()), await submit(limited, rename, renaming())];
    expect(replies.map(answered)).toEqual([200, 429]);
  });

  it("ends with the session", async () => {
    const headers = { cookie: await cookieOf("analyst"), "sec-fetch-site": "same-origin" };
    await env.DB.prepare("UPDATE auth_sessions SET ended_at = 1 WHERE subject = 'pat'").run();
    const raw = new URLSearchParams(renaming()).toString();
    const sent = { ...headers, "content-type": "application/x-www-form-urlencoded" };
    expect((await service.call(rename, { role: null, raw, headers: sent })).status).toBe(401);
  });
});

describe("what is no request of the operation", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ["a path that climbs", { "path.player": ".." }],
    ["an empty part of the path", { "path.player": "" }],
    ["a field that it does not have", { "header.Authorization": "x" }],
    ["a field of another place", { "query.player": "1" }],
    ["a field called __proto__", { __proto__x: "1" }],
  ])("%s", async (_, more) => {
    expect((await submit(service, rename, renaming(more))).status).toBe(400);
    expect(await nameOf()).toBe("Nightjar");
  });

  it.each([
    ["slashes", "1/../../auth/keys", 400],
    ["dots in percent signs", "%2e%2e", 400],
    ["a query", "1?limit=1", 400],
    ["$& of a replacement", "$&", 400],
  ])("%s within a part of the path stay in it", async (_, value, status) => {
    expect(answered(await submit(service, read, { "path.player": value }, "admin"))).toBe(status);
    expect(service.log.at(-2)).toMatchObject({ route: "GET /api/players/:player" });
  });

  it("an operation that there is not", async () => {
    for (const id of ["nothing", "constructor", "get_"]) {
      expect((await visit(service, page(id))).status).toBe(404);
      expect((await submit(service, page(id), {})).status).toBe(404);
    }
  });
});

describe("roles", () => {
  it.each(["viewer", "analyst", "admin"] as const)("a %s is shown and let do what the table says", (role) => {
    for (const { id } of all) {
      const trial = findTrial(id);
      if (trial === undefined || trial.isSecretive) continue;
      const roles = accessTable[trial.route]?.roles ?? [];
      const isLet = roles === "public" || roles.includes(role);
      expect([trial.route, refusalOf(trial, personOf(role)) === null]).toEqual([trial.route, isLet]);
    }
  });

  it("show no form for what is refused, and refuse it", async () => {
    const shown = await visit(service, rename, "viewer");
    expect(shown.body).toContain("Your role is viewer.");
    expect(shown.body).not.toContain(`action="${rename}"`);
    expect((await submit(service, rename, renaming(), "viewer")).status).toBe(403);
    expect(await nameOf()).toBe("Nightjar");
  });
});

describe("secrets", () => {
  it("neither go into a form nor come out on a page: no operation with one is offered", async () => {
    const secret = /"(password|new_password|access_token|refresh_token|token|secret|key)":\{/;
    for (const operation of all) {
      const schemas = JSON.stringify([operation.body, ...operation.answers.map(({ schema }) => schema)]);
      const used = [...schemas.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
      const inner = readApi().schemas.filter(([name]) => used.includes(name));
      const isSecretive = findTrial(operation.id)?.isSecretive;
      // What is read names keys by their ids, and secrets not at all.
      if (operation.method === "GET") continue;
      if (secret.test(schemas + JSON.stringify(inner)))
        expect([operation.id, isSecretive]).toEqual([operation.id, true]);
    }
    const keys = page(idOf("post", "/api/auth/keys"));
    expect((await visit(service, keys, "admin")).body).toContain("A secret goes in or comes out of it");
    expect((await submit(service, keys, { body: "{}", confirm: "yes" }, "admin")).status).toBe(403);
  });

  it("of the session are on no page and in no log", async () => {
    const reply = await submit(service, rename, renaming());
    const cookie = await cookieOf("analyst");
    for (const part of [...cookie.split("=").slice(1).join("=").split("."), "Bearer "]) {
      expect(reply.body).not.toContain(part);
      expect(JSON.stringify(service.log)).not.toContain(part);
    }
    expect(reply.headers.get("authorization")).toBeNull();
  });
});

it("costs one look at the sign-in, and a small page, whichever operation it is of", async () => {
  for (const { id } of all) {
    const { trips, read: rows, written, gzipped, reply } = await costOfPage(page(id));
    expect([id, reply.status, trips <= 1, rows <= 1, written]).toEqual([id, 200, true, true, 0]);
    expect(gzipped).toBeLessThan(20_000);
  }
}, 60_000);
