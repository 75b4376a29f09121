/** What attackers send around the values: bodies, content types, path pieces, queries and headers. */
import fc from "fast-check";
import { hostileValues } from "./hostile-values.ts";
import { type Json, textOf } from "./json-text.ts";

/** Bodies that are no JSON, or none that anybody wants. */
export const hopelessBodies = (good: fc.Arbitrary<Json>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(good.map(textOf), fc.nat()).map(([text, cut]) => text.slice(0, cut % Math.max(1, text.length))),
    good.map((value) => `${textOf(value)}${textOf(value)}`),
    good.map((value) => `\ufeff${textOf(value)}`),
    good.map((value) => `${textOf(value)}\u0000`),
    hostileValues.map(textOf),
    fc.string(),
    fc.constantFrom(
      "[".repeat(60_000),
      `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
      `"${'\\"'.repeat(10_000)}`,
      `{"a":"${"x".repeat(70_000)}"}`,
      `[${"0,".repeat(3_000)}0]`,
      "username=a&password=b",
      "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
      "{'a':1}",
      '{"a":1,}',
      "undefined",
    ),
  );

export const contentTypes = fc.oneof(
  { arbitrary: fc.constant("application/json"), weight: 8 },
  { arbitrary: fc.constant("text/plain"), weight: 1 },
  {
    arbitrary: fc.constantFrom(
      "application/json; charset=utf-16",
      "application/vnd.api+json",
      "text/html",
      "multipart/form-data; boundary=x",
      "application/x-www-form-urlencoded",
      "application/xml",
      "application/x-ndjson",
      "text/csv",
      "application/jsonx",
      "json",
      "",
      "*/*",
      "application/json, text/html",
    ),
    weight: 2,
  },
);

/** Pieces of a path, as they are written in the URL. */
export const hostilePieces = fc.constantFrom(
  "0",
  "-1",
  "01",
  "1.5",
  "1e3",
  "9007199254740992",
  "9".repeat(30),
  "@",
  "%00",
  "@%00",
  "..",
  "%2e%2e",
  "%2E%2e%2Fhealth",
  "..%2f..%2fhealth",
  "%2f",
  "%5c..%5c",
  "1%2f..%2f2",
  "1/../2",
  ";1",
  "1;game=cs2",
  "1%3Fgame=cs2",
  "1%23",
  "@r%3Fgame=cs2",
  "@%2e%2e",
  "%c0%af",
  "%ff",
  "%",
  "@%zz",
  "%E0%A4%A",
  "@%ED%A0%80",
  "%0d%0aset-cookie:%20a=b",
  "@a%0Ab",
  `@${"x".repeat(129)}`,
  `@${"%F0%9F%98%80".repeat(64)}`,
  "x".repeat(3_000),
  "__proto__",
  "constructor",
  "toString",
  "%EF%BC%91",
  "'%20OR%201=1%20--",
  "%3Cscript%3E",
  "*",
  "{player}",
  ":player",
);

/** Parts of a query, as they are written in the URL. */
export const hostileQueries = fc.constantFrom(
  "surprise=1",
  "__proto__=1",
  "__proto__[role]=admin",
  "constructor[prototype][role]=admin",
  "limit[]=1",
  "limit=1&limit=2",
  "limit=1e2",
  "limit=%00",
  "limit=-1",
  "limit=",
  `limit=${"9".repeat(30)}`,
  "game=a&game=b",
  "game=%2e%2e",
  "game=%ff",
  "game=",
  "cursor=a&cursor=b",
  "cursor=bnVsbA",
  "cursor=%ED%A0%80",
  `cursor=${"a".repeat(7_999)}`,
  `cursor=${"a".repeat(9_000)}`,
  "cursor=WyJyaXNrIix7InJpc2siOjFlMzA4LCJpZCI6MX1d",
  "_method=DELETE",
  "access_token=x",
  "name=%25%25%25",
  "name=%F0%9F%98%80",
  "name=\u202e",
  "subject=__proto__",
  "%00=1",
  "=",
  "&&&",
  "%",
  "a".repeat(4_000),
);

const header = (name: string, ...values: string[]) =>
  fc.constantFrom(...values).map((value) => [name, value] as const);

export const hostileHeaders: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  header("x-forwarded-for", "127.0.0.1", "::1", "a, b", "x".repeat(5_000)),
  header("forwarded", "for=127.0.0.1;proto=https", "for=unknown"),
  header("x-real-ip", "127.0.0.1"),
  header("x-forwarded-host", "evil.example"),
  header("x-http-method-override", "DELETE", "PUT"),
  header("x-method-override", "DELETE"),
  header("x-original-url", "/api/auth/users", "/health"),
  header("x-rewrite-url", "/api/auth/keys"),
  header("idempotency-key", "a", "b", "c", "", " ", "a b", "x".repeat(255), "x".repeat(256), "%00"),
  header("content-length", "0", "1", "99999999999", "-1", "abc", "1e9"),
  header("content-encoding", "gzip", "br", "identity", "deflate, gzip"),
  header("cookie", "__Host-session=x", "__Host-device=a.1.b.c", "__proto__=1", "=;=;", "x".repeat(8_000)),
  header("origin", "null", "https://evil.example", "http://localhost"),
  header("sec-fetch-site", "cross-site", "same-origin"),
  header("user-agent", "", "x".repeat(5_000), "<script>alert(1)</script>"),
  header("accept", "text/html", "*/*;q=0", "application/xml"),
  header("accept-encoding", "gzip;q=x"),
  header("range", "bytes=0-1"),
  header("if-none-match", "*", '"x"'),
  header("x-request-id", "mine", "x".repeat(1_000)),
  header("cf-connecting-ip", "", "unknown", "1.2.3.4, 5.6.7.8", "::1", "x".repeat(500)),
);

const logLine = "10/29/2026 - 20:15:07.100 - ";

/** What game servers emit, and what pretends to be it. */
export const adapterBodies: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        `${logLine}World triggered "Match_Start" on "de_inferno"`,
        `${logLine}"Ann<2><[U:1:12345]><CT>" killed "Ben<3><[U:1:67890]><TERRORIST>" with "ak47" (headshot)`,
        `${logLine}"<script><2><[U:1:1]><CT>" say "alert(1)"`,
        `${logLine}rcon from "10.0.0.1:27015": command "sv_password secret-of-the-server"`,
        `${logLine}World triggered "Round_End"`,
        'L 10/29/2026 - 20:15:07: "Ann<2><STEAM_1:0:123><CT>" attacked',
        `${logLine}"${"<".repeat(5_000)}`,
        `${"x".repeat(20_000)}`,
        "\u0000\u0000",
      ),
      { maxLength: 6 },
    )
    .map((lines) => lines.join("\n")),
  fc.constantFrom(
    '{"event":"round_end","matchid":1,"map_number":0,"round_number":1,"team1":{},"team2":{}}',
    '{"event":"series_start","matchid":"1","__proto__":{"a":1}}',
    '{"embeds":[{"title":"Detected","fields":[{"name":"Player","value":"76561198000000000"}]}]}',
    '[{"EventName":"session","PlayFabId":"ABC","Payload":{"session_id":"s"}}]',
    `{"event":"round_end","matchid":${"9".repeat(30)}}`,
    `{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
    "[]",
    "null",
    '"\\ud800"',
  ),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.string(),
);
