/** Reads that a copy may serve, and bookmarks by which callers read their own writes. D1 under test has no copies. */
import { beforeEach, describe, expect, it } from "vitest";
import { accessTable } from "../../src/http/access.ts";
import { cookieOf, submit, visit } from "./console-pages.ts";
import { watchedD1 } from "./fault.ts";
import { idOf, send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";

const header = "x-d1-bookmark";
const format = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const primary = "first-primary";
const anywhere = "first-unconstrained";

let asked: (string | undefined)[];
let service: Service;

/** The service over a database that says from where each session was asked to read. */
function placed(): Service {
  const DB = new Proxy(
    watchedD1(env.DB, () => {}),
    {
      get(target, name) {
        if (name !== "withSession") return Reflect.get(target, name);
        return (from?: string) => {
          asked.push(from);
          return target.withSession(from);
        };
      },
    },
  );
  return createService({ DB });
}

beforeEach(async () => {
  await freshDatabase();
  asked = [];
  service = placed();
});

const create = (username: string) => service.call("/api/players", { body: { username } });
const read = (from?: string, path = "/api/players/1") =>
  service.call(path, from === undefined ? {} : { headers: { [header]: from } });

describe("the bookmark", () => {
  it("is in the answers of reads and writes, and moves with writes", async () => {
    const first = (await create("ann")).headers.get(header) ?? "";
    expect(first).toMatch(format);
    const second = (await create("bob")).headers.get(header) ?? "";
    expect(second > first).toBe(true);
    const seen = (await read()).headers.get(header) ?? "";
    expect(seen >= second).toBe(true);
  });

  it("is for those who are known, and where the database was asked", async () => {
    expect((await service.call("/health", { role: null })).headers.get(header)).toBeNull();
    expect((await service.call("/api/players/1", { role: null })).headers.get(header)).toBeNull();
  });

  it("of a caller is where the reads of its request begin, after the primary has said who calls", async () => {
    const made = (await create("ann")).headers.get(header) ?? "";
    asked = [];
    const answer = await read(made);
    expect([answer.status, answer.body.username]).toEqual([200, "ann"]);
    // One statement and its call: the sign-in, at the primary; then one session near by.
    expect(asked.slice(0, -1).every((from) => from === primary)).toBe(true);
    expect(asked.at(-1)).toBe(made);
    expect((answer.headers.get(header) ?? "") >= made).toBe(true);
  });

  it("may be no more than anywhere", async () => {
    await create("ann");
    asked = [];
    expect((await read(anywhere)).status).toBe(200);
    expect(asked.at(-1)).toBe(anywhere);
  });

  it.each(["", "garbage", "00000000-00000000-00000000", `${"0".repeat(8)}-`.repeat(9), primary])(
    "is refused as %j",
    async (text) => {
      const { status, body } = await read(text);
      expect([status, body.type]).toEqual([400, "urn:game-security:problem:invalid_bookmark"]);
      expect(body.detail).toContain(header);
    },
  );
});

describe("a score that is settled", () => {
  it.each(["player-risk", "behavior", "risk-history"])(
    "is read for %s near by, and written by what the primary says",
    async (what) => {
      await send(service, [sessionRow(1, "ann")]);
      const id = await idOf(service, "ann");
      const path = what === "player-risk" ? `/api/security/player-risk/${id}` : `/api/players/${id}/${what}`;
      asked = [];
      expect((await read(anywhere, path)).status).toBe(200);
      const near = asked.indexOf(anywhere);
      expect(near).toBeGreaterThanOrEqual(0);
      expect(asked.length).toBeGreaterThan(near + 1);
      expect(new Set(asked.slice(near + 1))).toEqual(new Set([primary]));
      asked = [];
      await read(anywhere, path);
      expect(asked.at(-1)).toBe(anywhere);
    },
  );
});

describe("the primary answers", () => {
  const near = "0".repeat(8);
  const bookmark = `${near}-${near}-${near}-${"0".repeat(32)}`;

  it("whoever says nothing, at every call", async () => {
    await create("ann");
    await read();
    expect(new Set(asked)).toEqual(new Set([primary]));
  });

  it("every write, whatever the caller says", async () => {
    const options = { body: { username: "ann" }, headers: { [header]: bookmark } };
    expect((await service.call("/api/players", options)).status).toBe(201);
    expect(new Set(asked)).toEqual(new Set([primary]));
  });

  it.each(["/api/decisions/check?player=1", "/api/decisions/stream", "/api/auth/sessions", "/api/audit"])(
    "GET %s, whatever the caller says",
    async (path) => {
      await create("ann");
      asked = [];
      expect((await read(bookmark, path)).status).toBe(200);
      expect(new Set(asked)).toEqual(new Set([primary]));
    },
  );

  it("whatever tells what decides, signs in or manages", () => {
    const near = Object.keys(accessTable).filter((key) => accessTable[key]?.near);
    expect(near.filter((key) => /check|stream|\/auth\/|webhooks|metrics/.test(key))).toEqual([]);
    expect(near).toContain("GET /api/players/:player/behavior");
  });
});

describe("pages", () => {
  const bookmarkOf = (headers: Headers) =>
    headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-bookmark="));

  const pageWith = async (cookie: string) =>
    service.call("/players/1", {
      role: null,
      headers: { cookie: `${await cookieOf("analyst")}; ${cookie}` },
    });

  it("are read anywhere, and after a form at least from there on", async () => {
    await create("ann");
    asked = [];
    expect((await visit(service, "/players/1")).status).toBe(200);
    expect(asked.at(-1)).toBe(anywhere);
    const sent = await submit(service, "/players/1/rename", { username: "bea", reason: "as the game says" });
    expect(sent.status).toBe(303);
    const cookie = bookmarkOf(sent.headers) ?? "";
    for (const attribute of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"])
      expect(cookie).toContain(attribute);
    const [pair = ""] = cookie.split(";");
    const [, kept = ""] = pair.split("=");
    expect(kept).toMatch(format);
    expect((await pageWith(pair)).body).toContain("bea");
    expect(asked.at(-1)).toBe(kept);
  });

  it("are read anywhere with a cookie that is none of ours", async () => {
    await create("ann");
    expect((await pageWith("__Host-bookmark=garbage")).status).toBe(200);
    expect(asked.at(-1)).toBe(anywhere);
  });
});
