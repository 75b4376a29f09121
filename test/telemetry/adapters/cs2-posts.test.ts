import fc from "fast-check";
import { expect, test } from "vitest";
import type { AdapterInput } from "../../../src/telemetry/adapters/adapter.ts";
import { cs2Log } from "../../../src/telemetry/adapters/cs2-log.ts";
import { logOf, matchLines } from "./fixtures/cs2-match.ts";
import { bytesOf, deliver, nowMs, requestOf } from "./fixtures/requests.ts";

const log = bytesOf(logOf(matchLines).replaceAll('"p1<', '"pé€😀<'));
const secondMap = bytesOf(logOf(matchLines, true, 2_000));

const headersOf = (token: string, begin: number, end: number) => ({
  "x-server-instance-token": token,
  "x-logbytes-beginoffset": String(begin),
  "x-logbytes-endoffset": String(end),
});
const post = (token: string, bytes: Uint8Array, begin: number, end: number): AdapterInput =>
  requestOf(bytes.subarray(begin, end), headersOf(token, begin, end));

/** A log in posts: cut anywhere, some sent twice, some lost and sent again from the same begin with more. */
const postsOf = (token: string, bytes: Uint8Array) =>
  fc
    .array(fc.record({ at: fc.nat(bytes.length - 1), again: fc.constantFrom("once", "twice", "longer") }), {
      maxLength: 30,
    })
    .map((cuts) => {
      const sorted = [...cuts, { at: bytes.length, again: "once" }].sort((a, b) => a.at - b.at);
      let begin = 0;
      return sorted.flatMap(({ at, again }, i) => {
        const sent = [post(token, bytes, begin, at)];
        if (again === "twice") sent.push(post(token, bytes, begin, at));
        const next = sorted[i + 1]?.at ?? bytes.length;
        if (again === "longer") sent.push(post(token, bytes, begin, next));
        begin = at;
        return sent;
      });
    });

const interleaved = (a: readonly AdapterInput[], b: readonly AdapterInput[]): AdapterInput[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [a[i], b[i]])
    .flat()
    .filter((input) => input !== undefined);

const countsOf = ({ counts }: ReturnType<typeof deliver>) => [
  counts.read,
  counts.parsed,
  counts.neverStored,
  counts.checksEqual,
];
const whole = (token: string) => deliver(cs2Log, [post(token, log, 0, log.length)]);

test("however a log is cut, resent and mixed with another server's, the rows are the same", () => {
  fc.assert(
    fc.property(postsOf("one", log), postsOf("two", log), (one, two) => {
      const both = deliver(cs2Log, interleaved(one, two));
      const of = (token: string) => both.sessions.filter((row) => row.session_id.startsWith(`${token}:`));
      expect(of("one")).toEqual(whole("one").sessions);
      expect(of("two")).toEqual(whole("two").sessions);
      expect(countsOf(both)).toEqual(countsOf(whole("one")).map((count) => 2 * (count ?? 0)));
      expect(both.counts.gaps).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test("a file without offsets may be cut anywhere", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(log.length), fc.nat(120)), { maxLength: 20 }), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), log.length];
      const parts = ends.map((end, i) => requestOf(log.subarray(ends[i - 1] ?? 0, end)));
      expect(deliver(cs2Log, parts).sessions).toEqual(deliver(cs2Log, [requestOf(log)]).sessions);
    }),
    { numRuns: 40 },
  );
});

test("offsets that restart at map load begin a new epoch; late repetitions of the old one add nothing", () => {
  const half = Math.floor(log.length / 2);
  const posts = [
    post("one", log, 0, half),
    post("one", log, half, log.length),
    post("one", secondMap, 0, 900),
    post("one", log, 0, half),
    post("one", log, half, log.length),
    post("one", secondMap, 900, secondMap.length),
  ];
  const { sessions, counts } = deliver(cs2Log, posts);
  expect(new Set(sessions.map((row) => `${row.session_id} ${row.player}`)).size).toBe(8);
  expect(sessions).toHaveLength(8);
  expect(counts.repeatedBytes).toBe(log.length);
});

test("a new map whose first post was lost is no repetition", () => {
  const posts = [post("one", log, 0, log.length), post("one", secondMap, 200, secondMap.length)];
  expect(deliver(cs2Log, posts).sessions).toHaveLength(8);
});

test("a range that leaves a gap is asked for again once: what changed places is put right", () => {
  const [a, b, c] = [
    post("one", log, 0, 2_000),
    post("one", log, 2_000, 4_000),
    post("one", log, 4_000, log.length),
  ];
  const swapped = deliver(cs2Log, [a, c, b, c]);
  expect(swapped.acks).toEqual(["stored", "again", "stored", "stored"]);
  expect(swapped.sessions).toEqual(whole("one").sessions);
  const lost = deliver(cs2Log, [a, c, c]);
  expect(lost.acks).toEqual(["stored", "again", "stored"]);
  expect(lost.counts.gaps).toBe(1);
  expect(lost.sessions).toHaveLength(4);
});

test("CS:GO's ticks stand in for offsets: the same first tick is the same range, perhaps longer", () => {
  const tick = (begin: number, end: number, first: number) =>
    requestOf(log.subarray(begin, end), { "x-server-instance-token": "one", "x-tick-start": String(first) });
  const posts = [
    tick(0, 3_000, 10),
    tick(0, 3_000, 10),
    tick(3_000, 5_000, 20),
    tick(3_000, log.length, 20),
    tick(0, 3_000, 10),
  ];
  expect(deliver(cs2Log, posts).sessions).toEqual(whole("one").sessions);
});

test("a zone that was read once holds for the map, whenever later posts come", () => {
  const stamped = (begin: number, end: number, receivedAtMs: number): AdapterInput => {
    const { body, headers } = post("one", log, begin, end);
    return { body, headers: { ...headers, "x-timestamp": "03/04/2026 - 20:00:00.0" }, receivedAtMs };
  };
  const local = Date.UTC(2026, 2, 4, 20);
  const posts = [stamped(0, 500, local - 3_600_000), stamped(500, log.length, local + 900_000)];
  expect(deliver(cs2Log, posts).sessions[0]?.recorded_at.slice(0, 13)).toBe("2026-03-04T19");
  expect(nowMs).toBeGreaterThan(local);
});
