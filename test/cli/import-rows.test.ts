/** Files as they come: cut anywhere, in all encodings, with all that people put into them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRows } from "../../src/cli/import/csv.ts";
import { ndjsonRows } from "../../src/cli/import/ndjson.ts";
import { logParcels, parcelsOf } from "../../src/cli/import/parcels.ts";
import type { Row } from "../../src/cli/import/row.ts";

const start = { offset: 0, row: 0 };

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
const ndjson = (text: string | Buffer, size = 7, from = start, game: string | null = null) =>
  all(ndjsonRows(cut(Buffer.from(text as string).subarray(from.offset), size), from, game));
const csv = async (text: string, skip = 0, ignored: string[] = []) =>
  all(csvRows(cut(Buffer.from(text), 5), skip, null, (names) => ignored.push(...names)));
const saying = (rows: readonly Row[]) =>
  rows.map(({ number, text, refusal }) => [number, text, refusal?.code]);

describe("NDJSON", () => {
  it("has a row a line: empty ones are passed over, line ends and a byte-order mark dropped", async () => {
    expect(saying(await ndjson('\uFEFF{"a":1}\r\n\n  \n{"ü":2}'))).toEqual([
      [1, '{"a":1}', undefined],
      [4, '{"ü":2}', undefined],
    ]);
  });

  it("is the same however it is cut, and goes on from behind any row", async () => {
    const lines = fc.array(fc.constantFrom('{"a":"ü€😀"}', "", "x", '{"b":2}', " 7 "), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 9 }), fc.nat(), async (parts, size, pick) => {
        const text = Buffer.from(parts.join("\n"));
        const whole = await ndjson(text, 1_000);
        expect(await ndjson(text, size)).toEqual(whole);
        const from = whole[pick % Math.max(whole.length, 1)]?.after ?? start;
        expect(await ndjson(text, size, from)).toEqual(whole.filter(({ number }) => number > from.row));
      }),
    );
  });

  it("refuses what is no JSON, no text, or far too long, and holds no more of it than it must", async () => {
    const long = Buffer.from(`{"a":"${"x".repeat(3_000_000)}"}\n`);
    const bytes = Buffer.concat([
      Buffer.from("{no\n"),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      long,
      Buffer.from("{}"),
    ]);
    const rows = await ndjson(bytes, 65_536);
    expect(rows.map(({ refusal }) => refusal?.code)).toEqual([
      "malformed_json",
      "malformed_text",
      "too_long",
      undefined,
    ]);
    expect(rows[2]?.text.length).toBe(2_000);
    expect(rows[3]?.after).toEqual({ offset: bytes.length, row: 4 });
  });

  it("puts a game into rows without one", async () => {
    const rows = await ndjson('{"a":1}\n{"game":"tf2"}\n{"game":null}\n[1]', 7, start, "cs2");
    expect(rows.map(({ text }) => text)).toEqual([
      '{"a":1,"game":"cs2"}',
      '{"game":"tf2"}',
      '{"game":"cs2"}',
      "[1]",
    ]);
  });
});

describe("CSV", () => {
  const header = "session_id,recorded_at,player,kills,metrics.aim.x,metrics,label";

  it("has numbers where our fields are numbers, metrics, and no value in an empty cell", async () => {
    const ignored: string[] = [];
    const [row] = await csv(`\uFEFF${header}\r\n"a ""b"",\nc",t, 17 ,3,0.5,,cheater\r\n`, 0, ignored);
    expect(JSON.parse(row?.text ?? "")).toEqual({
      session_id: 'a "b",\nc',
      recorded_at: "t",
      player: "17",
      kills: 3,
      metrics: { "aim.x": 0.5 },
    });
    expect(ignored).toEqual(["label"]);
  });

  it("leaves what is no number to the service, and takes metrics as an object", async () => {
    const [row] = await csv('session_id,recorded_at,kills,metrics\na,t,many,"{""x"":1}"\n');
    expect(JSON.parse(row?.text ?? "")).toEqual({
      session_id: "a",
      recorded_at: "t",
      kills: "many",
      metrics: { x: 1 },
    });
  });

  it("refuses a row with another number of cells, and counts rows behind the header", async () => {
    const rows = await csv("session_id,recorded_at\na,t\nb\n\nc,t\n");
    expect(saying(rows).map(([number, , code]) => [number, code])).toEqual([
      [1, undefined],
      [2, "column_count"],
      [3, undefined],
    ]);
    expect(await csv("session_id,recorded_at\na,t\nb\n\nc,t\n", 2)).toEqual(rows.slice(2));
  });

  it.each([
    ["player,kills\n", "no session_id and no recorded_at"],
    ["session_id,recorded_at,kills,kills\n", "kills twice"],
    ['session_id,recorded_at\n"a,t\n', "Quote"],
  ])("%j is no file of rows", (text, message) => expect(csv(text)).rejects.toThrow(message));
});

describe("parcels", () => {
  async function* rowsOf(...lengths: number[]): AsyncGenerator<Row> {
    for (const [place, length] of lengths.entries()) {
      const number = place + 1;
      yield { number, after: { offset: number, row: number }, text: "x".repeat(length), refusal: null };
    }
  }
  const sizes = async (max: number, ...lengths: number[]) =>
    (await all(parcelsOf(rowsOf(...lengths), max, () => 0))).map(({ rows }) => rows.length);

  it("hold at most so many rows, and at most 4 MB", async () => {
    expect(await sizes(2, 1, 1, 1, 1, 1)).toEqual([2, 2, 1]);
    expect(await sizes(10, 3_000_000, 1_000_000, 1, 5_000_000, 1)).toEqual([2, 1, 1, 1]);
    expect(await sizes(2)).toEqual([]);
  });

  it("of a log are of one size, however it is read", async () => {
    const log = Buffer.from("abc\n".repeat(150_000));
    const parcels = await all(logParcels(cut(log, 100_003), start, () => 0));
    expect(parcels.map(({ begin }) => begin)).toEqual([0, 262_144, 524_288]);
    expect(parcels.at(-1)?.after).toEqual({ offset: 600_000, row: 150_000 });
  });
});
