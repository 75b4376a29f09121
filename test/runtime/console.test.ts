/** The pages: who is let in, what they show, and what they refuse to become. */
import { beforeEach, describe, expect, it } from "vitest";
import { accessTokenSeconds, signAccessToken } from "../../src/auth/tokens.ts";
import type { Role } from "../../src/env.ts";
import { accessTable } from "../../src/http/access.ts";
import { keyOf } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Reply, type Service } from "./service.ts";

const form = "application/x-www-form-urlencoded";
const right = "username=security_console&password=letmein123";
const hostileNames = [
  "<script>alert(1)</script>",
  "\u202Egnp.exe",
  "😀".repeat(64),
  `"'><img src=x onerror=x>`,
];

beforeEach(freshDatabase);

const get = (service: Service, path: string, headers = {}) => service.call(path, { role: null, headers });
const post = (service: Service, path: string, raw = "", headers: Record<string, string> = {}) =>
  service.call(path, { role: null, method: "POST", raw, headers: { "content-type": form, ...headers } });

/** Signs in through the form; answers the cookie as a browser sends it back. */
async function cookieOf(service: Service): Promise<string> {
  const [cookie = ""] = (await post(service, "/sign-in", right)).headers.getSetCookie();
  return cookie.split(";")[0] ?? "";
}

async function overview(service: Service): Promise<Reply> {
  return get(service, "/", { cookie: await cookieOf(service) });
}

async function cookieWith(role: Role): Promise<string> {
  const token = await signAccessToken(env.JWT_SECRET ?? "", { subject: "x", role }, nowMs, "test");
  return `__Host-session=${token}`;
}

/** A suspect by its log, and everybody named; scored. */
async function play(service: Service, names: readonly string[] = ["Suspect"]): Promise<void> {
  for (const username of names) {
    const created = await service.call("/api/players", { body: { username } });
    const player_id = created.body.player.id;
    const entry = { player_id, action: "aimbot_lock", headshot_rate: 0.95, reaction_time_ms: 80 };
    expect((await service.call("/api/security/scan-log", { body: { entries: [entry] } })).status).toBe(200);
  }
  expect((await service.call("/api/ops/jobs/rescore/runs", { method: "POST" })).status).toBe(200);
}

/** The database, and how many statements each of its batches had. */
function countBatches(db: D1Database) {
  const sizes: number[] = [];
  const batch: D1Database["batch"] = (statements) => {
    sizes.push(statements.length);
    return db.batch(statements);
  };
  return {
    sizes,
    db: new Proxy(db, { get: (target, key) => (key === "batch" ? batch : bound(target, key)) }),
  };
}

function bound(target: D1Database, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key);
  return typeof value === "function" ? value.bind(target) : value;
}

describe("signing in", () => {
  it("sets a cookie that scripts, other sites and plain HTTP never see, and leads to the overview", async () => {
    const reply = await post(createService(), "/sign-in", right);
    expect(reply.status).toBe(303);
    expect(reply.headers.get("location")).toBe("/");
    const [cookie = "", ...others] = reply.headers.getSetCookie();
    expect(others).toEqual([]);
    const [pair = "", ...attributes] = cookie.split("; ");
    expect(pair).toMatch(/^__Host-session=[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=3600", "Path=/", "SameSite=Strict", "Secure"]);
    expect(reply.headers.get("cache-control")).toBe("no-store");
  });

  it.each([
    ["a wrong password", "username=security_console&password=wrong", form, 401],
    ["an unknown name", "username=nobody&password=letmein123", form, 401],
    ["no fields", "", form, 400],
    ["a missing field", "username=security_console", form, 400],
    ["an empty field", "username=security_console&password=", form, 400],
    ["a repeated field", `${right}&password=other`, form, 400],
    ["an unknown field", `${right}&next=/x`, form, 400],
    ["a field called __proto__", `${right}&__proto__=x`, form, 400],
    ["broken percent signs", "username=%&password=%E0%A4%A", form, 401],
    ["a name that is too long", `username=${"x".repeat(129)}&password=y`, form, 400],
    ["JSON", '{"username":"security_console","password":"letmein123"}', "application/json", 415],
    ["plain text", right, "text/plain", 415],
    ["a longer media type", right, `${form}x`, 415],
    ["a form beyond 8 KB", `${right}&x=${"x".repeat(8 * 1024)}`, form, 413],
  ])("answers %s with the form, a message and the right status", async (_, raw, type, status) => {
    const reply = await post(createService(), "/sign-in", raw, { "content-type": type });
    expect(reply.status).toBe(status);
    expect(reply.body).toMatch(/role="alert">[^<]+</);
    expect(reply.body).toContain('action="/sign-in"');
    expect(reply.headers.getSetCookie()).toEqual([]);
    expect(reply.headers.get("cache-control")).toBe("no-store");
  });

  it("leads from the address of a failed attempt back to the form", async () => {
    const reply = await get(createService(), "/sign-in");
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/"]);
  });

  it("says so when there were too many attempts, and then refuses the right password too", async () => {
    const service = createService();
    for (let attempt = 0; attempt < 10; attempt++) {
      expect((await post(service, "/sign-in", "username=security_console&password=x")).status).toBe(401);
    }
    const reply = await post(service, "/sign-in", right);
    expect(reply.status).toBe(429);
    expect(reply.body).toContain("Too many attempts");
    expect(reply.headers.getSetCookie()).toEqual([]);
  });

  it("refuses an account that only sends telemetry", async () => {
    const accounts = JSON.stringify([{ username: "server-1", password: "a-long-password", role: "ingest" }]);
    const service = createService({ SERVICE_ACCOUNTS: accounts });
    const reply = await post(service, "/sign-in", "username=server-1&password=a-long-password");
    expect(reply.status).toBe(403);
    expect(reply.headers.getSetCookie()).toEqual([]);
    expect((await get(service, "/", { cookie: await cookieWith("ingest") })).body).toContain("/sign-in");
  });
});

describe("forms from elsewhere", () => {
  const own = "http://localhost";
  it.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ "sec-fetch-site": "cross-site", origin: own }, 403],
    [{ "sec-fetch-site": "same-origin", origin: "https://evil.example" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "http://localhost:81" }, 403],
    [{ origin: "http://localhost.evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "not an origin" }, 403],
    [{ "sec-fetch-site": "same-origin", origin: own }, 303],
    [{ "sec-fetch-site": "same-origin", origin: "null" }, 303],
    [{ "sec-fetch-site": "none" }, 303],
    [{ origin: own }, 303],
    [{}, 303],
  ])("%o answers %i", async (headers, status) => {
    for (const path of ["/sign-in", "/sign-out"]) {
      const reply = await post(createService(), path, right, headers as Record<string, string>);
      expect(reply.status).toBe(status);
      expect(reply.headers.getSetCookie()).toHaveLength(status === 303 ? 1 : 0);
    }
  });
});

describe("the session", () => {
  it("shows the overview with the cookie, and the form without", async () => {
    const service = createService();
    const page = await overview(service);
    expect(page.status).toBe(200);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.body).toContain("<h1>Overview</h1>");
    expect(page.body).toContain("<bdi>security_console</bdi>");
    const without = await get(service, "/");
    expect(without.body).toContain("<h1>Sign in</h1>");
    expect(without.body).not.toContain("Watchlist");
  });

  it("names its viewer in the log, and never the token", async () => {
    const service = createService();
    const cookie = await cookieOf(service);
    await get(service, "/", { cookie });
    expect(service.log.at(-1)).toMatchObject({
      route: "GET /",
      actor: "admin:security_console",
      status: 200,
    });
    expect(JSON.stringify(service.log)).not.toContain(cookie.split(".").at(-1));
  });

  it("ends with the token, to the second", async () => {
    const service = createService();
    const cookie = await cookieOf(service);
    service.clock.nowMs += accessTokenSeconds * 1_000 - 1;
    expect((await get(service, "/", { cookie })).body).toContain("<h1>Overview</h1>");
    service.clock.nowMs += 1;
    expect((await get(service, "/", { cookie })).body).toContain("<h1>Sign in</h1>");
  });

  it.each([
    "__Host-session=",
    "__Host-session=x.y.z",
    "session=TOKEN",
    "__Host-session=eyJhbGciOiJub25lIn0.e30.",
    "%%%",
  ])("shows the form for the cookie %s", async (template) => {
    const service = createService();
    const token = (await cookieOf(service)).replace("__Host-session=", "");
    const reply = await get(service, "/", { cookie: template.replace("TOKEN", token) });
    expect(reply.status).toBe(200);
    expect(reply.body).toContain("<h1>Sign in</h1>");
  });

  it("is the page's alone: the API refuses the cookie, the page refuses the header", async () => {
    const service = createService();
    const cookie = await cookieOf(service);
    for (const key of Object.keys(accessTable).filter((key) => key.includes("/api/"))) {
      const [method = "", path = ""] = key.split(" ");
      if (path.startsWith("/api/auth/")) continue;
      const url = path.replace(":player", "1").replace(":job", "rescore");
      const body = method === "GET" ? {} : { body: {} };
      const reply = await service.call(url, { role: null, method, headers: { cookie }, ...body });
      expect([key, reply.status]).toEqual([key, 401]);
    }
    expect((await service.call("/", { role: "admin" })).body).toContain("<h1>Sign in</h1>");
  });

  it("ends with the sign-out", async () => {
    const reply = await post(createService(), "/sign-out", "", { cookie: "__Host-session=x" });
    expect(reply.status).toBe(303);
    const [cookie = ""] = reply.headers.getSetCookie();
    expect(cookie).toContain("__Host-session=;");
    for (const attribute of ["Max-Age=0", "Path=/", "Secure"]) expect(cookie).toContain(attribute);
  });
});

describe("the overview", () => {
  it("says what to do where there is nothing", async () => {
    const { body } = await overview(createService());
    expect(body).toContain("No telemetry yet");
    expect(body).toContain("No escalations yet");
    expect(body).not.toContain("NaN");
  });

  it("says that nobody is at risk where nobody is", async () => {
    const service = createService();
    await service.call("/api/players", { body: { username: "Honest" } });
    const { body } = await overview(service);
    expect(body).toContain("Nobody is at risk 40 or above");
    expect(body).toContain("Every score is up to date");
  });

  it("shows totals, the suspect with its standing, and its escalation", async () => {
    const service = createService();
    await play(service);
    const risk = (await service.call("/api/security/player-risk/1")).body;
    const { body } = await overview(service);
    const [, watchlist = "", escalations = ""] = body.split("<section");
    expect(body).toMatch(/<dt>Players<\/dt><dd class="figure-value">1<\/dd>/);
    expect(body).toMatch(/<dt>At high risk<\/dt><dd class="figure-value">1<\/dd>/);
    for (const part of ["Suspect", risk.risk_score.toFixed(2), risk.band, risk.confidence, "uncalibrated"]) {
      expect(watchlist).toContain(part);
    }
    expect(watchlist).toContain('<time datetime="2026-11-01T12:00:00.000Z">2026-11-01 12:00 UTC</time>');
    expect(escalations).toMatch(/Suspect.*badge-low.*badge-(suspicious|critical)/);
  });

  it("puts the elevated below the high, and the low nowhere", async () => {
    const service = createService();
    await play(service, ["High", "Middle", "Low"]);
    const set = env.DB.prepare("UPDATE standings SET risk = ? WHERE player_id = ?");
    await env.DB.batch([set.bind(7_000, 1), set.bind(6_999, 2), set.bind(3_999, 3)]);
    const [, watchlist = ""] = (await overview(service)).body.split("<section");
    expect(watchlist).toMatch(/High: 70 and above.*>High<.*Elevated: 40 to 70.*>Middle</s);
    expect(watchlist).not.toContain(">Low<");
  });

  it("takes one round trip and few rows, however many players there are", async () => {
    const service = createService();
    await play(
      service,
      Array.from({ length: 20 }, (_, place) => `Suspect ${place}`),
    );
    const cookie = await cookieOf(service);
    const counted = countBatches(env.DB);
    const page = await get(createService({ DB: counted.db }), "/", { cookie });
    expect(page.body.match(/class="cell-player"/g)).toHaveLength(15 + 10);
    expect(costOf(page)).toMatchObject({ queries: 3, written: 0 });
    expect(counted.sizes).toEqual([3]);
    expect(costOf(page).read).toBeLessThan(150);
  });

  it("keeps hostile names text, each in a direction of its own", async () => {
    const service = createService();
    await play(service, hostileNames);
    const { body } = await overview(service);
    expect(body).not.toMatch(/<script|<img src=x/i);
    expect(body).toContain("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>");
    expect(body).toContain("<bdi>\u202Egnp.exe</bdi>");
    expect(body).toContain(`<bdi>${"😀".repeat(64)}</bdi>`);
  });
});

describe("every page", () => {
  it("needs no script and no inline style, and its policy allows none", async () => {
    const service = createService();
    await play(service);
    const cookie = await cookieOf(service);
    const pages = [
      await get(service, "/"),
      await get(service, "/", { cookie }),
      await get(service, "/docs"),
      await post(service, "/sign-in", "username=x&password=y"),
      await post(service, "/sign-out", "", { origin: "https://evil.example" }),
    ];
    for (const { headers, body } of pages) {
      expect(headers.get("content-type")).toMatch(/^text\/html/);
      expect(body).toMatch(/^<!doctype html><html lang="en">/i);
      expect(body).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\/(?!localhost)/i);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("style-src 'self'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).not.toMatch(/unsafe|script-src|\*|https?:/);
    }
  });

  it("finds its stylesheet and its icon, kept for good under their version only", async () => {
    const service = createService();
    const { body } = await get(service, "/");
    const [, href = ""] = /rel="stylesheet" href="([^"]+)"/.exec(body) ?? [];
    const current = await get(service, href);
    expect(current.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(current.headers.get("cache-control")).toContain("immutable");
    expect(current.body).not.toMatch(/url\(|@import/);
    expect((await get(service, "/console.css?v=old")).headers.get("cache-control")).toBe(
      "public, max-age=300",
    );
    expect((await get(service, "/icon.svg")).headers.get("content-type")).toBe("image/svg+xml");
  });
});

describe("the documentation", () => {
  it("lists every operation with its example, and every link on the page leads somewhere", async () => {
    const { body, status } = await get(createService(), "/docs");
    expect(status).toBe(200);
    for (const operation of operations) {
      const path = operation.path.replaceAll(/:([a-z]+)/g, "{$1}");
      const method = operation.method.toUpperCase();
      expect([keyOf(operation), body.includes(`${method}</span> <span>${path}</span>`)]).toEqual([
        keyOf(operation),
        true,
      ]);
    }
    expect(body.match(/\bcurl (-X [A-Z]+ )?&quot;\$API/g)).toHaveLength(operations.length);
    const ids = [...body.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...body.matchAll(/href="(?:\/docs)?#([^"]+)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
    expect(body).toContain('href="/openapi.json"');
  });

  it("answers examples that the API accepts", async () => {
    const service = createService();
    const { body } = await get(service, "/docs");
    const text = body.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    const examples = [
      ...text.matchAll(/curl (?:-X ([A-Z]+) )?"\$API([^"]+)"[^<]*?(?:-d '([^']*)')?<\/code>/g),
    ];
    expect(examples).toHaveLength(operations.length);
    for (const [, method = "GET", path = "", data] of examples) {
      const reply = await service.call(path, {
        method,
        ...(data ? { raw: data, headers: { "content-type": "application/json" } } : {}),
      });
      expect([path, [400, 405, 413, 415].includes(reply.status), reply.body]).toEqual([
        path,
        false,
        reply.body,
      ]);
    }
  });
});
