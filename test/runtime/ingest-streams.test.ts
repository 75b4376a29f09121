/** Sessions as NDJSON, CSV and gzip: the same rows, read as a stream, in bounded memory. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ActionContext } from "../../src/actions/context.ts";
import { ingest } from "../../src/actions/ingest/ingest.ts";
import { sessionKind } from "../../src/actions/ingest/sessions.ts";
import { createDb } from "../../src/db/client.ts";
import { maxBulkRows } from "../../src/telemetry/bulk.ts";
import { expectProblem } from "./contract.ts";
import { failingD1, watchedD1 } from "./fault.ts";
import { expectCountersRight, expectDaysRight, tableCounts } from "./recount.ts";
import { send, sessionRow, sessionRows } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { bytesOf, csvOf, gzip, linesOf, sendStream, streamOf } from "./streams.ts";

let service: Service;
const ndjson = "application/x-ndjson";
const stored = async () =>
  (await env.DB.prepare("SELECT * FROM sessions ORDER BY player_id, session_id").all()).results;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

describe("the same rows in every format", () => {
  const rows = [
    ...sessionRows(0, 300),
    sessionRow(400, 'a "quoted", é player\u2028'),
    sessionRow(401, "p", { metrics: { a: 1e-7, b: -3.25 }, headshot_rate: 1 / 3, mode: null }),
    sessionRow(402, "p", { metrics: undefined, reaction_time_ms: 40, build: "1.0", server: "eu" }),
  ];
  const formats: readonly { name: string; type: string; text: string }[] = [
    { name: "NDJSON", type: ndjson, text: linesOf(rows) },
    {
      name: "NDJSON, CRLF and blank lines",
      type: "application/ndjson; charset=utf-8",
      text: linesOf(rows, "\r\n \r\n"),
    },
    { name: "CSV", type: "text/csv", text: csvOf(rows) },
    {
      name: "CSV, CRLF, without a last line end",
      type: "text/csv; header=present",
      text: csvOf(rows).replaceAll("\n", "\r\n").trim(),
    },
    { name: "JSON", type: "application/json", text: JSON.stringify({ sessions: rows }) },
  ];

  it.each(formats)("$name, plain and packed, whole and in small parts", async ({ type, text }) => {
    const expected = await send(service, rows);
    const before = await stored();
    await freshDatabase();
    const bytes = bytesOf(text);
    expect((await sendStream(service, type, streamOf(bytes, 7))).body).toEqual(expected);
    expect(await stored()).toEqual(before);
    const again = { ...expected, accepted: 0, duplicates: rows.length, players_created: 0 };
    expect((await sendStream(service, type, bytes)).body).toEqual(again);
    const packed = await gzip(bytes);
    for (const body of [packed, streamOf(packed, 100)]) {
      const reply = await sendStream(service, type, body, { "content-encoding": "gzip" });
      expect(reply.body).toEqual(again);
    }
    await expectCountersRight();
    await expectDaysRight();
  });
});

describe("bad lines", () => {
  it("of NDJSON are rejected at their place and sink no other", async () => {
    const good = JSON.stringify(sessionRow(1, "p"));
    const lines = [
      "{",
      good,
      "",
      "7",
      "x".repeat(70_000),
      JSON.stringify({ ...sessionRow(2, "p"), kills: -1 }),
      "[".repeat(60_000),
    ];
    const bytes = bytesOf(`${lines.join("\n")}\n`);
    const broken = new Uint8Array([...bytes, 0x22, 0x80, 0x22, 0x0a, ...bytesOf(good)]);
    const { body } = await sendStream(service, ndjson, streamOf(broken, 1_000));
    expect(body).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(
      body.rejected.map((row: { index: number; code: string; pointer: string }) => [
        row.index,
        row.code,
        row.pointer,
      ]),
    ).toEqual([
      [0, "malformed_json", "/sessions/0"],
      [2, "invalid_type", "/sessions/2"],
      [3, "malformed_json", "/sessions/3"],
      [4, "out_of_range", "/sessions/4/kills"],
      [5, "malformed_json", "/sessions/5"],
      [6, "malformed_json", "/sessions/6"],
    ]);
  });

  it("of CSV too; unknown columns and text for numbers are what they are in JSON", async () => {
    const head = "player,session_id,recorded_at,kills,surprise,metrics.A";
    const at = sessionRow(1).recorded_at;
    const csv = [
      head,
      `p,a,${at},1,x,`,
      `p,b,${at},many,,`,
      `p,c,${at}`,
      `p,d,${at},,,1`,
      `p,e,${at},,,`,
    ].join("\n");
    const { body } = await sendStream(service, "text/csv", csv);
    expect(body).toMatchObject({ accepted: 2, unknown_fields: { surprise: 1 } });
    expect(body.rejected).toMatchObject([
      { index: 1, code: "invalid_type", pointer: "/sessions/1/kills" },
      { index: 2, code: "malformed_csv", pointer: "/sessions/2" },
      { index: 3, code: "invalid_value", pointer: "/sessions/3/metrics/A" },
    ]);
  });

  it("a CSV whose quotes are out of place ends there", async () => {
    const csv = `${csvOf(sessionRows(0, 3_000, "p"))}"p"x,y\nz`;
    const reply = await sendStream(service, "text/csv", csv);
    expectProblem(reply, 400);
    expect(reply.body.stored_through).toBe(1_999);
    expect((await tableCounts()).sessions).toBe(2_000);
  });

  it.each([
    { name: "no NDJSON", type: ndjson, body: "" },
    { name: "blank NDJSON", type: ndjson, body: "\n \n" },
    { name: "no CSV", type: "text/csv", body: "" },
    { name: "a CSV header alone", type: "text/csv", body: "player,session_id" },
    { name: "a CSV header with a hole", type: "text/csv", body: "player,,session_id\na,b,c" },
    { name: "a CSV header that repeats", type: "text/csv", body: "player,player\na,b" },
    { name: "a CSV header of 300", type: "text/csv", body: `${"x,".repeat(300)}y\n1` },
    { name: "CSV that is not UTF-8", type: "text/csv", body: new Uint8Array([0x70, 0x80, 0x0a, 0x70]) },
    { name: "gzip that is none", type: ndjson, body: "hello", headers: { "content-encoding": "gzip" } },
    {
      name: "JSON that is no gzip",
      type: "application/json",
      body: "{}",
      headers: { "content-encoding": "gzip" },
    },
  ])("$name is 400", async ({ type, body, headers }) => {
    const before = await tableCounts();
    expectProblem(await sendStream(service, type, body, headers), 400);
    expect(await tableCounts()).toEqual(before);
  });

  it("an encoding that we do not unpack is 415, gzip cut short is 400", async () => {
    const bytes = await gzip(linesOf(sessionRows(0, 500)));
    expectProblem(await sendStream(service, ndjson, bytes, { "content-encoding": "br" }), 415);
    const cut = bytes.slice(0, bytes.length - 20);
    expectProblem(await sendStream(service, ndjson, cut, { "content-encoding": "gzip" }), 400);
  });
});

describe("bounds", () => {
  it("row 10,001 ends the request, which tells what is in", async () => {
    const rows = sessionRows(0, maxBulkRows + 50, "p", { metrics: undefined });
    const reply = await sendStream(service, ndjson, linesOf(rows));
    expectProblem(reply, 413);
    expect(reply.body).toMatchObject({ accepted: 8_000, duplicates: 0, rejected: [], stored_through: 7_999 });
    expect((await tableCounts()).sessions).toBe(8_000);
    const rest = await sendStream(service, ndjson, linesOf(rows.slice(8_000)));
    expect(rest.body).toMatchObject({ accepted: 2_050, duplicates: 0 });
    await expectCountersRight();
    await expectDaysRight();
  });

  it("8 MB on the wire, declared or not, and 8 or 32 MB unpacked", async () => {
    const before = await tableCounts();
    const blank = bytesOf(`${"p".repeat(60_000)}\n`.repeat(160));
    for (const type of [ndjson, "text/csv", "application/json"]) {
      expectProblem(await sendStream(service, type, blank), 413);
      expectProblem(await sendStream(service, type, streamOf(blank, 1 << 18)), 413);
    }
    // A kilobyte of it stands for a megabyte.
    const bomb = await gzip(bytesOf(`${" ".repeat(60_000)}\n`.repeat(1_600)));
    expect(bomb.length).toBeLessThan(200_000);
    for (const type of [ndjson, "text/csv", "application/json"]) {
      expectProblem(await sendStream(service, type, bomb, { "content-encoding": "gzip" }), 413);
    }
    expect(await tableCounts()).toEqual(before);
  });

  it("a flood of blank lines is cut short", async () => {
    const flood = await gzip(new Uint8Array(30 * 1024 * 1024).fill(0x0a));
    for (const type of [ndjson, "text/csv"]) {
      expectProblem(await sendStream(service, type, flood, { "content-encoding": "gzip" }), 413);
    }
  });

  it("holds two chunks of rows at most", async () => {
    const held: number[] = [];
    const ctx: ActionContext = {
      db: createDb(env.DB),
      nowMs,
      completion: null,
      origin: { principal: "test", address: null, requestId: null },
      reach: { games: null, defaultGame: "default" },
      newId: () => "",
    };
    const rows = sessionRows(0, 9_000, "p", { metrics: undefined });
    const answer = await ingest(ctx, sessionKind(ctx, 0), [rows], { onHeld: (n) => held.push(n) });
    expect(answer.accepted).toBe(9_000);
    expect(Math.max(...held)).toBeGreaterThan(2_000);
    expect(Math.max(...held)).toBeLessThanOrEqual(2 * 2_000);
  });

  it("reads on only when what it read is nearly written", async () => {
    const rows = sessionRows(0, 9_000, "p", { metrics: undefined });
    const text = linesOf(rows);
    let sent = 0;
    const lag: number[] = [];
    const DB = watchedD1(env.DB, async (statements) => {
      if (!statements.some((statement) => statement.includes("INSERT INTO sessions"))) return;
      const { results } = await env.DB.prepare("SELECT count(*) AS n FROM sessions").all<{ n: number }>();
      lag.push((sent / text.length) * rows.length - (results[0]?.n ?? 0));
    });
    const body = streamOf(bytesOf(text), 16_384, (bytes) => {
      sent = bytes;
    });
    const reply = await sendStream(createService({ DB }), ndjson, body);
    expect(reply.body).toMatchObject({ accepted: 9_000 });
    expect(lag.length).toBeGreaterThanOrEqual(5);
    // Two chunks of 2,000 rows, and what is under way: parts of 16 KB hold about 50 rows.
    expect(Math.max(...lag)).toBeLessThan(4_000 + 500);
  });
});

describe("Idempotency-Key", () => {
  const headers = { "idempotency-key": "k" };
  const body = linesOf(sessionRows(0, 3_000, "p"));

  it("answers the same bytes alike, and refuses others", async () => {
    const first = await sendStream(service, ndjson, body, headers);
    expect(first.body).toMatchObject({ accepted: 3_000 });
    const again = await sendStream(service, ndjson, streamOf(bytesOf(body), 999), headers);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expectProblem(await sendStream(service, ndjson, `${body}\n`, headers), 422);
    expectProblem(await sendStream(service, "text/csv", csvOf(sessionRows(0, 1)), headers), 422);
  });

  it("is given back by a request that broke off", async () => {
    const broken = createService({ DB: failingD1(env.DB, /INSERT INTO sessions/, { from: 2 }) });
    const off = await sendStream(broken, ndjson, body, headers);
    expectProblem(off, 503);
    const done = await sendStream(service, ndjson, body, headers);
    expect(done.body).toMatchObject({ accepted: 3_000 - off.body.accepted, duplicates: off.body.accepted });
  });
});
