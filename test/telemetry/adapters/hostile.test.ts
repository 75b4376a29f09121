import fc from "fast-check";
import { expect, test } from "vitest";
import type { Adapter } from "../../../src/telemetry/adapters/adapter.ts";
import { cs2Log } from "../../../src/telemetry/adapters/cs2-log.ts";
import { adapters } from "../../../src/telemetry/adapters/registry.ts";
import { shapeOf } from "../../../src/telemetry/adapters/tally.ts";
import { logOf, matchLines, privateLines } from "./fixtures/cs2-match.ts";
import { bytesOf, deliver, nowMs, requestOf } from "./fixtures/requests.ts";

const megabyte = 1_000_000;
const time = "03/04/2026 - 20:00:00.000 - ";
const bombs: readonly (readonly [string, string])[] = [
  ["one long line", `${time}${"a".repeat(megabyte)}\n`],
  ["quotes", `${time}${'"'.repeat(megabyte)}\n`],
  ["identities", `${time}"${"<1><[U:1:2]><CT>".repeat(megabyte / 16)}" killed \n`],
  [
    "properties",
    `${time}"a<1><[U:1:2]><CT>" attacked "b<2><[U:1:3]><T>" with "x"${' (a "1")'.repeat(100_000)}\n`,
  ],
  ["colons", `${time}${":".repeat(megabyte)}\n`],
  ["short lines of quotes", `${time}"${'"<'.repeat(100)}\n`.repeat(5_000)],
  [
    "blocks that never end",
    `${time}JSON_BEGIN{\n${`${time}"player_1" : "${"1,".repeat(500)}"\n`.repeat(900)}`,
  ],
  ["NUL and lone surrogates", `${time}\0\ud800 say \0\n`.repeat(1_000)],
  ["an unfinished line of control characters", `${time}${"\x01".repeat(8_000)}`],
  ["deep JSON", `${"[".repeat(megabyte)}`],
  ["deep objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
  ["a long number", `{"event":"round_end","matchid":${"9".repeat(100_000)}}`],
  ["null", "null"],
  ["odd members", '{"event":"round_end","__proto__":{"x":1},"team1":{"players":[null,{"steamid":{}}]}}'],
  [
    "an embed of labels",
    JSON.stringify({ embeds: [{ title: "Grim Alert", description: "**".repeat(2_000) }] }),
  ],
];

function exercise(adapter: Adapter, body: Uint8Array): void {
  const { states } = deliver(adapter, [requestOf(body), requestOf(body)]);
  for (const state of states.values()) adapter.flush(state, nowMs);
  adapter.explain(body);
}

test.each(bombs)("%s is survived by every adapter, in time", (_, body) => {
  for (const adapter of adapters) {
    const begun = performance.now();
    exercise(adapter, bytesOf(body));
    expect(performance.now() - begun).toBeLessThan(3_000);
  }
});

test("no bytes make an adapter throw", () => {
  const log = bytesOf(logOf(matchLines));
  const damaged = fc
    .array(fc.tuple(fc.nat(log.length - 1), fc.nat(255)), { maxLength: 60 })
    .map((changes) => {
      const bytes = log.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 4_000 }), damaged), (bytes) => {
      for (const adapter of adapters) exercise(adapter, bytes);
    }),
    { numRuns: 60 },
  );
});

test("no JSON makes an adapter throw", () => {
  const names = fc.constantFrom(
    "event",
    "matchid",
    "team1",
    "players",
    "embeds",
    "Events",
    "fields",
    "Payload",
    "x",
  );
  const json = fc.dictionary(names, fc.jsonValue({ maxDepth: 5 }));
  fc.assert(
    fc.property(json, fc.constantFrom("round_end", "map_result", "player_death"), (value, event) => {
      for (const adapter of adapters) exercise(adapter, bytesOf(JSON.stringify({ ...value, event })));
    }),
    { numRuns: 100 },
  );
});

test("a shape shows first words alone", () => {
  expect(shapeOf('plugin: key=hunter2 "name" 12')).toBe("plugin: …");
  expect(shapeOf('found "secret" token=abc 10.0.0.1 and more')).toBe('found "" … n.n.n.n …');
  expect(shapeOf('"a" waves "hunter2')).toBe("");
});

test.each(privateLines)(
  "cut anywhere, a line that must never be kept leaves nothing of its secret: %s",
  (line) => {
    const text = logOf([line]);
    const secret = ["hunter2secret", "192.0.2."].find((part) => text.includes(part)) ?? "";
    const shown = text.indexOf(secret) + secret.length;
    for (let end = shown; end <= text.length; end++) {
      const { states } = deliver(cs2Log, [requestOf(text.slice(0, end))]);
      expect(JSON.stringify([...states.values()])).not.toContain(secret);
    }
  },
);
