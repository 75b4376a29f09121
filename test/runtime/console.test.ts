/** Signing in to the console, staying signed in, and what is refused on the way. */
import { beforeEach, describe, expect, it } from "vitest";
import { accessTokenSeconds } from "../../src/auth/tokens.ts";
import type { Role } from "../../src/env.ts";
import { accessTable } from "../../src/http/access.ts";
import { createService, freshDatabase, type Reply, type Service, tokenFor } from "./service.ts";

const form = "application/x-www-form-urlencoded";
const right = "username=security_console&password=letmein123";

beforeEach(freshDatabase);

const get = (service: Service, path: string, headers = {}) => service.call(path, { role: null, headers });
const post = (service: Service, path: string, raw = "", headers: Record<string, string> = {}) =>
  service.call(path, { role: null, method: "POST", raw, headers: { "content-type": form, ...headers } });

/** The session's cookie among those that an answer sets; beside it stands the device's. */
const sessionCookieOf = ({ headers }: Reply): string =>
  headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-session=")) ?? "";

/** Signs in through the form; answers the cookie as a browser sends it back. */
async function cookieOf(service: Service): Promise<string> {
  return sessionCookieOf(await post(service, "/sign-in", right)).split(";")[0] ?? "";
}

async function cookieWith(role: Role): Promise<string> {
  const token = await tokenFor({ subject: "x", role, audience: "game-security-console" });
  return `__Host-session=${token}`;
}

describe("signing in", () => {
  it("sets a cookie that scripts, other sites and plain HTTP never see, and leads to the overview", async () => {
    const reply = await post(createService(), "/sign-in", right);
    expect(reply.status).toBe(303);
    expect(reply.headers.get("location")).toBe("/");
    const cookie = sessionCookieOf(reply);
    const names = reply.headers.getSetCookie().map((each) => each.split("=")[0]);
    expect(names.sort()).toEqual(["__Host-device", "__Host-session"]);
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
    expect(sessionCookieOf(reply)).toBe("");
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
      expect(sessionCookieOf(reply) === "" ? [] : [1]).toHaveLength(status === 303 ? 1 : 0);
    }
  });
});

describe("the session", () => {
  it("shows the overview with the cookie, and the form without", async () => {
    const service = createService();
    const page = await get(service, "/", { cookie: await cookieOf(service) });
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
