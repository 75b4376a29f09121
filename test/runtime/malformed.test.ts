/** Malformed input of every kind: always a 4xx problem, never a 5xx, and nothing stored. */
import { beforeAll, describe, expect, it } from "vitest";
import { ProblemDetails } from "../../src/http/schemas/answers.ts";
import { tableCounts } from "./recount.ts";
import { classicSession, createPlayer, send, sessionRow, sessionRows } from "./samples.ts";
import { type Call, createService, env, freshDatabase, type Reply, type Service } from "./service.ts";

let service: Service;

beforeAll(async () => {
  await freshDatabase();
  service = createService();
  await createPlayer(service, { username: "Nightjar", ref: "r" });
  await send(service, sessionRows(0, 8, 1));
  await createPlayer(service, { username: "Owl", ref: "o" });
  await service.call("/api/security/report", { body: { player_id: 1 } });
});

/** All that is stored, short of the tokens that signing in may leave. */
async function stored(): Promise<unknown> {
  const { results } = await env.DB.prepare("SELECT * FROM totals").all();
  return { counts: await tableCounts(), totals: results };
}

/** What is wrong with an answer that should be a 4xx problem; null if nothing is. */
function complaintAbout({ status, headers, body }: Reply): string | null {
  if (status < 400 || status > 499) return `answered ${status}: ${JSON.stringify(body).slice(0, 300)}`;
  if (headers.get("content-type") !== "application/problem+json") return "no problem+json";
  const parsed = ProblemDetails.strict().safeParse(body);
  return parsed.success && body.status === status ? null : `a malformed problem: ${JSON.stringify(body)}`;
}

interface Case extends Call {
  readonly name: string;
  readonly path: string;
}

/** Sends all cases, and expects a 4xx problem for each and a store that has not changed. */
async function expectRefused(cases: readonly Case[]): Promise<void> {
  const before = await stored();
  const complaints: string[] = [];
  for (const { name, path, ...call } of cases) {
    const complaint = complaintAbout(await service.call(path, call));
    if (complaint) complaints.push(`${call.method ?? "POST"} ${path}, ${name}: ${complaint}`);
  }
  expect(complaints).toEqual([]);
  expect(await stored()).toEqual(before);
}

const json = { "content-type": "application/json" };

/** Every endpoint with a body, and one that it would take. */
const endpoints = [
  { path: "/api/auth/token", role: null, good: { username: "x", password: "y" } },
  { path: "/api/auth/refresh", role: null, good: { refresh_token: "x" } },
  { path: "/api/telemetry/sessions", good: { sessions: [sessionRow(1)] } },
  { path: "/api/security/scan-log", good: { entries: [{ player_id: 1, action: "speed_hack" }] } },
  { path: "/api/security/report", good: { player_id: 1 } },
  { path: "/api/players/1/session", good: classicSession },
  { path: "/api/players", good: { username: "x" } },
  { path: "/api/players/1", method: "PATCH", good: { username: "x" } },
  { path: "/api/analytics/detect-anomalies", good: { player_id: 1 } },
] as const;

const text = (value: string) => ({ raw: value, headers: json });
const bytes = (...values: number[]) => ({ raw: new Uint8Array(values), headers: json });
/** A good body with more inside its outermost braces. */
const withMember = (good: object, member: string) => text(JSON.stringify(good).replace(/\}$/, `,${member}}`));

/** Bodies that no endpoint can take. */
const hopeless: readonly (Call & { name: string })[] = [
  { name: "no body" },
  { name: "no body, JSON promised", headers: json },
  { name: "an empty body", ...text("") },
  { name: "blanks", ...text(" \n\t ") },
  { name: "null", ...text("null") },
  { name: "true", ...text("true") },
  { name: "a number", ...text("17") },
  { name: "1e999", ...text("1e999") },
  { name: "a text", ...text('"text"') },
  { name: "an array", ...text("[]") },
  { name: "an array of arrays", ...text("[[[]]]") },
  { name: "an empty object", ...text("{}") },
  { name: "NaN", ...text("NaN") },
  { name: "undefined", ...text("undefined") },
  { name: "half an object", ...text('{"a":') },
  { name: "two objects", ...text("{}{}") },
  { name: "a trailing comma", ...text('{"a":1,}') },
  { name: "single quotes", ...text("{'a':1}") },
  { name: "HTML", ...text("<html></html>") },
  {
    name: "a form",
    raw: "username=x&password=y",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  },
  { name: "nesting of 100,000 arrays", ...text("[".repeat(30_000) + "]".repeat(30_000)) },
  { name: "nesting of objects", ...text(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`) },
  { name: "brackets that never close", ...text("[".repeat(60_000)) },
  { name: "a text of escaped quotes that never ends", ...text(`"${'\\"'.repeat(30_000)}`) },
  { name: "a lone continuation byte", ...bytes(0x7b, 0x80, 0x7d) },
  { name: "overlong UTF-8", ...bytes(0x22, 0xc0, 0xaf, 0x22) },
  { name: "a surrogate in UTF-8", ...bytes(0x22, 0xed, 0xa0, 0x80, 0x22) },
  { name: "UTF-16", ...bytes(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00) },
  { name: "NUL bytes", ...bytes(0, 0, 0, 0) },
  { name: "a __proto__ alone", ...text('{"__proto__":{"username":"x","player_id":1}}') },
  { name: "a constructor alone", ...text('{"constructor":{"prototype":{}}}') },
];

describe("bodies that no endpoint can take", () => {
  it.each(endpoints)("$path", async ({ path, good, ...call }) => {
    await expectRefused(
      hopeless.map((body) => ({ ...call, method: "POST", path, ...body, ...methodOf(call) })),
    );
  });

  it("10 MB, and 100,000 levels", async () => {
    const big = "x".repeat(10 * 1024 * 1024);
    const before = await stored();
    for (const { path, good: _, ...call } of endpoints) {
      const options = { method: "POST", ...call, ...text(`{"a":"${big}"}`) };
      expect((await service.call(path, options)).status, path).toBe(413);
    }
    const deep = text(`{"sessions":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    expect(complaintAbout(await service.call("/api/telemetry/sessions", deep))).toBeNull();
    expect(await stored()).toEqual(before);
  });

  it.each([
    "text/plain",
    "text/html",
    "multipart/form-data",
    "application/xml",
    "application/jsonx",
    "json",
    "",
  ])("a good body as %j is 415", async (type) => {
    const before = await stored();
    for (const { path, good, ...call } of endpoints) {
      const options = {
        method: "POST",
        ...call,
        raw: JSON.stringify(good),
        headers: { "content-type": type },
      };
      const reply = await service.call(path, options);
      expect({ path, status: reply.status }).toEqual({ path, status: 415 });
      expect(complaintAbout(reply)).toBeNull();
    }
    expect(await stored()).toEqual(before);
  });

  it.each([
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "Application/JSON",
    "application/json ; charset=utf-8",
    "application/json;",
    "application/vnd.studio.v1+json",
    'application/json; charset="utf-8"',
  ])("and %j is JSON", async (type) => {
    const options = { raw: JSON.stringify({ player_id: 1 }), headers: { "content-type": type } };
    expect((await service.call("/api/analytics/detect-anomalies", options)).status).toBe(200);
  });
});

const methodOf = (call: Call) => (call.method ? { method: call.method } : {});

describe("a good body with one bad thing in it", () => {
  it.each(endpoints.filter(({ path }) => path !== "/api/telemetry/sessions"))(
    "$path",
    async ({ path, good, ...call }) => {
      const first = Object.keys(good)[0] ?? "";
      const values = [null, [], {}, true, -1, 0.5, "", "\u0000", "a\u0007b", "\u007f", "x".repeat(5_000)];
      await expectRefused([
        {
          name: "an unknown field",
          path,
          ...call,
          method: "POST",
          ...withMember(good, '"surprise":1'),
          ...methodOf(call),
        },
        ...values
          .filter(
            (value) =>
              !(
                path.startsWith("/api/auth/") &&
                typeof value === "string" &&
                value.length < 10 &&
                value !== ""
              ),
          )
          .filter((value) => !(path.endsWith("/scan-log") && Array.isArray(value)))
          .filter((value) => !(path.endsWith("/session") && typeof value === "number" && value >= 0))
          .map((value) => ({
            name: `${first} is ${JSON.stringify(value).slice(0, 20)}`,
            path,
            ...call,
            method: "POST",
            ...text(JSON.stringify({ ...good, [first]: value })),
            ...methodOf(call),
          })),
      ]);
    },
  );

  it("broken Unicode and control characters, in every text", async () => {
    const texts = [
      "\\ud800",
      "\\udfff",
      "a\\ud83d",
      "\\udc00\\ud800",
      "\\u0000",
      "a\\u0000b",
      "\\u001b[2J",
      "\\r\\n",
    ];
    const templates = [
      { path: "/api/security/report", body: (t: string) => `{"player_id":"${t}"}` },
      { path: "/api/security/report", body: (t: string) => `{"player_id":1,"reason":"${t}"}` },
      { path: "/api/security/report", body: (t: string) => `{"player_id":1,"reporter":"${t}"}` },
      { path: "/api/players", body: (t: string) => `{"username":"${t}"}` },
      { path: "/api/players", body: (t: string) => `{"ref":"${t}"}` },
      { path: "/api/players", body: (t: string) => `{"ref":"x","game":"${t}"}` },
      {
        path: "/api/security/scan-log",
        body: (t: string) => `{"entries":[{"player_id":1,"action":"${t}"}]}`,
      },
      {
        path: "/api/security/scan-log",
        body: (t: string) => `{"entries":[{"player_id":1,"session_id":"${t}"}]}`,
      },
      ...["session_id", "mode", "build", "server"].map((field) => ({
        path: "/api/players/1/session",
        body: (t: string) => JSON.stringify(classicSession).replace(/\}$/, `,"${field}":"${t}"}`),
      })),
    ];
    await expectRefused(
      templates.flatMap(({ path, body }) => texts.map((t) => ({ name: body(t), path, ...text(body(t)) }))),
    );
    const notes = texts.filter((t) => t !== "\\r\\n").map((t) => `{"player_id":1,"notes":"${t}"}`);
    await expectRefused(notes.map((body) => ({ name: body, path: "/api/security/report", ...text(body) })));
  });
});

describe("numbers out of range", () => {
  const huge = ["1e999", "-1e999", "1e308", "-1", "9".repeat(30), "-0.0001", "1e18"];
  const fields: Readonly<Record<string, readonly string[]>> = {
    duration_minutes: [...huge, "1440.001"],
    actions_per_minute: [...huge, "10000.001"],
    headshot_rate: [...huge, "1.0001", "2"],
    reaction_time_ms: [...huge, "0", "0.99", "10001"],
    kills: [...huge, "0.5", "1000001"],
    deaths: [...huge, "0.5"],
    headshots: [...huge, "0.5"],
    shots_fired: [...huge, "0.5"],
    shots_hit: [...huge, "0.5"],
    movement_speed: [...huge, "100001"],
  };
  const bad = Object.entries(fields).flatMap(([field, values]) =>
    [...values, '"1"', "true", "[]", "{}", "NaN", "Infinity"].map((value) => ({ field, value })),
  );

  it("refuse a classic session", async () => {
    const bodies = bad.map(({ field, value }) => {
      const rest: Record<string, unknown> = { ...classicSession };
      delete rest[field];
      return JSON.stringify(rest).replace(/\}$/, `,"${field}":${value}}`);
    });
    await expectRefused(
      bodies.map((body) => ({ name: body, path: "/api/players/1/session", ...text(body) })),
    );
  });

  it("and what contradicts itself", async () => {
    const pairs = [
      { kills: 1, headshots: 2 },
      { shots_fired: 1, shots_hit: 2 },
      { recorded_at: "2026-11-01T12:10:00.001Z" },
      { recorded_at: "1999-12-31T23:59:59.999Z" },
      { recorded_at: "2026-02-30T00:00:00Z" },
      { recorded_at: "2026-10-01" },
      { recorded_at: "2026-10-01T00:00:00" },
      { recorded_at: 1_760_000_000_000 },
      { recorded_at: "+275760-09-13T00:00:00.001Z" },
      { metrics: { Bad: 1 } },
      { metrics: { a: "1" } },
      { metrics: { a: null } },
      { metrics: [1] },
      { metrics: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`m${n}`, n])) },
      { mode: "two words" },
      { session_id: "x".repeat(129) },
    ];
    await expectRefused(
      pairs.map((pair) => ({
        name: JSON.stringify(pair),
        path: "/api/players/1/session",
        method: "POST",
        body: { ...classicSession, ...pair },
      })),
    );
  });

  it("reject a bulk row each, and sink no other", async () => {
    const template = JSON.stringify({ player: "r", session_id: "bad", recorded_at: "2026-10-29T00:16:56Z" });
    const rows = bad
      .filter(({ value }) => !["NaN", "Infinity"].includes(value))
      .map(({ field, value }) => template.replace(/\}$/, `,"${field}":${value}}`));
    const before = await stored();
    const { status, body } = await service.call(
      "/api/telemetry/sessions",
      text(`{"sessions":[${rows.join()}]}`),
    );
    expect({ status, accepted: body.accepted, duplicates: body.duplicates }).toEqual({
      status: 200,
      accepted: 0,
      duplicates: 0,
    });
    expect(body.rejected.map((r: { index: number }) => r.index)).toEqual(rows.map((_, index) => index));
    expect(await stored()).toEqual(before);
  });
});

describe("ids and paths", () => {
  const ids = [
    "0",
    "-1",
    "1.5",
    "01",
    "1e3",
    "0x1",
    "9007199254740992",
    "9".repeat(30),
    "abc",
    "NaN",
    "null",
    "@",
    "%00",
    "@%00",
    "@%ED%A0%80",
    "1%20",
    "%2E%2E",
    "1;DROP",
    "@a%0Ab",
    `@${"x".repeat(129)}`,
    "１",
    "%E0%A4%A",
    "%",
    "@%zz",
    "%ff",
  ];
  const paths = [
    { of: (id: string) => `/api/security/player-risk/${id}` },
    { of: (id: string) => `/api/players/${id}` },
    { of: (id: string) => `/api/players/${id}/behavior` },
    { of: (id: string) => `/api/players/${id}/sessions` },
    { of: (id: string) => `/api/players/${id}/events` },
    { of: (id: string) => `/api/players/${id}/session`, body: classicSession },
    { of: (id: string) => `/api/players/${id}`, method: "PATCH", body: { username: "x" } },
  ];

  it.each(paths)("malformed and foreign ids: $of", async ({ of, ...call }) => {
    await expectRefused(
      ids.map((id) => ({ name: id, path: of(id), method: "body" in call ? "POST" : "GET", ...call })),
    );
  });

  it("malformed and foreign ids in bodies", async () => {
    const values = [
      "0",
      "-1",
      "1.5",
      "1e999",
      "9".repeat(30),
      "9007199254740993",
      "null",
      "true",
      "[1]",
      '{"id":1}',
      '""',
      '"@nobody"',
      '"1"',
      "999999",
    ];
    await expectRefused(
      ["/api/security/report", "/api/analytics/detect-anomalies"].flatMap((path) =>
        values.map((value) => ({ name: value, path, ...text(`{"player_id":${value}}`) })),
      ),
    );
  });

  it("jobs that do not exist", async () => {
    const jobs = ["x", "Rescore", "%00", "__proto__", "constructor", "toString", "rescore%20"];
    await expectRefused(
      jobs.map((job) => ({ name: job, path: `/api/ops/jobs/${job}/runs`, method: "POST" })),
    );
  });
});

describe("queries", () => {
  const cursorOf = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const lists = [
    "/api/players",
    "/api/players/suspicious",
    "/api/players/1/sessions",
    "/api/players/1/events",
  ];
  const queries = [
    ...[
      "0",
      "-1",
      "1.5",
      "201",
      "1e2",
      "abc",
      "",
      "9".repeat(30),
      "%00",
      "NaN",
      "Infinity",
      "0x10",
      "%31%30%30%30",
    ].map((v) => `limit=${v}`),
    "limit=1&limit=2",
    "cursor=a&cursor=b",
    "game=a&game=b",
    "game=",
    "game=two%20words",
    "game=%00",
    "surprise=1",
    ...["", "x", "%00", "!!!!", "bnVsbA", "e30", "W10", "%ED%A0%80", "a".repeat(9_000)].map(
      (v) => `cursor=${v}`,
    ),
    ...[
      null,
      {},
      [],
      ["risk"],
      ["nothing", {}],
      ["risk", null],
      ["risk", {}],
      ["risk", { risk: "1", id: 1 }],
      ["risk", { risk: 1 }],
      ["risk", { risk: 1.5, id: 1 }],
      ["risk", { risk: 1, id: 1, more: 1 }],
      ["sessions", [1]],
      ["sessions", ["1", "x"]],
      ["sessions", [1, "x", 2]],
      ["events", [1, 2]],
      ["events", [1.5, "x"]],
      ["name", { name: 7, id: 1 }],
    ].map((value) => `cursor=${cursorOf(value)}`),
  ];

  it.each(lists)("%s", async (path) => {
    await expectRefused(queries.map((query) => ({ name: query, path: `${path}?${query}`, method: "GET" })));
  });

  it.each([
    ...["-1", "101", "100.001", "abc", "", "1e1", "NaN"].flatMap((v) => [
      `/api/players?min_risk=${v}`,
      `/api/players?max_risk=${v}`,
      `/api/players/suspicious?risk_threshold=${v}`,
    ]),
    "/api/players?sort=name",
    "/api/players?band=high",
    "/api/players?confidence=1",
    "/api/players?name=",
    `/api/players?name=${"x".repeat(65)}`,
    "/api/players?name=%00",
    "/api/players?name=x&sort=risk",
    "/api/players?name=x&min_risk=1",
    "/api/players?sort=last_seen&min_risk=1",
    "/api/players?sort=last_seen&band=low",
    "/api/players?sort=last_seen&name=x",
    "/api/players/suspicious?limit=101",
    "/api/players/suspicious?risk_threshold=70&risk_threshold=80",
    "/api/players/1?game=",
    "/api/players/1?surprise=1",
    "/api/players/@r?game=a&game=b",
    "/api/security/player-risk/1?surprise=1",
    "/api/players/1/behavior?game=%ff",
  ])("GET %s", async (path) => expectRefused([{ name: "query", path, method: "GET" }]));

  it("a combination without an index says so", async () => {
    const { body } = await service.call("/api/players?sort=last_seen&band=low");
    expect(body.errors).toEqual([
      { pointer: "/band", code: "unsupported_combination", detail: expect.stringContaining("index") },
    ]);
  });

  it("a cursor of another list is refused, a page goes on with its own", async () => {
    const cursors: Record<string, string> = {};
    for (const path of [
      "/api/players",
      "/api/players?sort=last_seen",
      "/api/players?name=",
      "/api/players/1/sessions",
      "/api/players/1/events",
    ]) {
      const first = path.endsWith("name=") ? `${path}n` : path;
      const { body } = await service.call(`${first}${first.includes("?") ? "&" : "?"}limit=1`);
      cursors[first] = body.next_cursor;
      expect(body.next_cursor, first).toEqual(expect.any(String));
    }
    for (const [path] of Object.entries(cursors)) {
      for (const [from, cursor] of Object.entries(cursors)) {
        const { status } = await service.call(`${path}${path.includes("?") ? "&" : "?"}cursor=${cursor}`);
        expect({ path, from, status }).toEqual({ path, from, status: from === path ? 200 : 400 });
      }
    }
  });

  it("positions that no row has, and texts that break, are pages all the same or refused", async () => {
    const positions: [string, unknown][] = [
      ["/api/players", ["risk", { risk: -5, id: -5 }]],
      ["/api/players", ["risk", { risk: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER }]],
      ["/api/players/1/sessions", ["sessions", [0, "\u0000"]]],
      ["/api/players/1/events", ["events", [Number.MAX_SAFE_INTEGER, "'; --"]]],
    ];
    for (const [path, value] of positions) {
      expect((await service.call(`${path}?cursor=${cursorOf(value)}`)).status, path).toBe(200);
    }
    const broken = btoa('["sessions",[1,"\\ud800"]]').replaceAll("=", "");
    expect((await service.call(`/api/players/1/sessions?cursor=${broken}`)).status).toBeLessThan(500);
  });
});

describe("headers", () => {
  it.each(["", " ", "a b", "x".repeat(256), "tab\there"])("Idempotency-Key %j is refused", async (key) => {
    const headers = { "idempotency-key": key };
    const replies = endpoints.filter(
      ({ path }) => !path.startsWith("/api/auth/") && path !== "/api/players/1",
    );
    await expectRefused(replies.map(({ path, good }) => ({ name: key, path, body: good, headers })));
  });

  it("a length that lies is believed where it is too large", async () => {
    const reply = await service.call("/api/security/report", {
      raw: "{}",
      headers: { ...json, "content-length": "99999999999" },
    });
    expect(complaintAbout(reply)).toBeNull();
  });
});
