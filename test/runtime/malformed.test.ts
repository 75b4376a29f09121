/** Malformed bodies of every kind: always a 4xx problem, never a 5xx, and nothing stored. */
import { beforeAll, describe, expect, it } from "vitest";
import { complaintAbout, endpoints, expectRefused, populate, service, stored, text } from "./refusal.ts";
import { classicSession } from "./samples.ts";
import type { Call } from "./service.ts";

beforeAll(populate);

const bytes = (...values: number[]) => ({
  raw: new Uint8Array(values),
  headers: { "content-type": "application/json" },
});
/** A good body with more inside its outermost braces. */
const withMember = (good: object, member: string) => text(JSON.stringify(good).replace(/\}$/, `,${member}}`));

/** Bodies that no endpoint can take. */
const hopeless: readonly (Call & { name: string })[] = [
  { name: "no body" },
  { name: "no body, JSON promised", headers: { "content-type": "application/json" } },
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
  { name: "nesting of 30,000 arrays", ...text("[".repeat(30_000) + "]".repeat(30_000)) },
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
  it.each(endpoints.filter(({ path }) => !path.startsWith("/api/telemetry/")))(
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
