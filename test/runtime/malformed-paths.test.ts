/** Malformed ids, paths, queries, cursors and headers: always a 4xx problem, never a 5xx, and nothing stored. */
import { beforeAll, describe, expect, it } from "vitest";
import { complaintAbout, endpoints, expectRefused, populate, service, text } from "./refusal.ts";
import { classicSession } from "./samples.ts";

beforeAll(populate);

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

  it("say in words how a body names a player", async () => {
    for (const player_id of [true, 1.5, undefined]) {
      const { body } = await service.call("/api/security/report", { body: { player_id } });
      const [fault] = body.errors;
      expect(fault.pointer).toBe("/player_id");
      expect(fault.detail).toContain("must be a player id");
    }
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
    const paths = [
      "/api/players?",
      "/api/players?sort=last_seen&",
      "/api/players?name=n&",
      "/api/players/1/sessions?",
      "/api/players/1/events?",
    ];
    const cursors = new Map<string, string>();
    for (const path of paths) cursors.set(path, (await service.call(`${path}limit=1`)).body.next_cursor);
    for (const path of paths) {
      for (const [from, cursor] of cursors) {
        const { status } = await service.call(`${path}cursor=${cursor}`);
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
      headers: { "content-type": "application/json", "content-length": "99999999999" },
    });
    expect(complaintAbout(reply)).toBeNull();
  });
});
