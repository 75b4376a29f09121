import { expect, test } from "vitest";
import { cs2Log } from "../../../src/telemetry/adapters/cs2-log.ts";
import { parseSessionRow } from "../../../src/telemetry/session.ts";
import {
  block,
  gameOver,
  lineKit,
  logOf,
  matchLines,
  officialRounds,
  privateLines,
  steam64,
} from "./fixtures/cs2-match.ts";
import { bytesOf, deliver, nowMs, requestOf } from "./fixtures/requests.ts";

const { player, kill, start, round } = lineKit;
const read = (lines: readonly string[]) => deliver(cs2Log, [requestOf(logOf(lines))]);
const rowOf = (sessions: ReturnType<typeof read>["sessions"], n: number) =>
  sessions.find((row) => row.player === steam64(n));

test("a match becomes one row a player, and its blocks agree with its lines", () => {
  const { sessions, counts } = read(matchLines);
  expect(counts).toMatchObject({ checksEqual: 3, checksUnequal: 0, unparsed: 0 });
  expect(sessions).toHaveLength(4);
  expect(rowOf(sessions, 1)).toMatchObject({
    session_id: "server:de_quay:20260304T200220",
    game: "cs2",
    mode: "competitive",
    build: "10777",
    kills: 3,
    deaths: 2,
    headshots: 1,
    shots_hit: 2,
    metrics: {
      damage_per_round: 50,
      wallbang_kill_rate: 0.3333,
      head_hit_rate: 0.5,
      rounds: 4,
    },
  });
  expect(rowOf(sessions, 3)).toMatchObject({ kills: 1, deaths: 2, metrics: { smoke_kill_rate: 1 } });
});

test("team kills, warm-up, knife rounds and what follows the end add nothing", () => {
  const { sessions } = read(matchLines);
  expect(rowOf(sessions, 2)).toMatchObject({ kills: 0, deaths: 0, headshots: 0, metrics: { assists: 1 } });
});

test("the file log and the HTTP log say the same", () => {
  const file = deliver(cs2Log, [requestOf(logOf(matchLines, false))]);
  expect(file.sessions).toEqual(read(matchLines).sessions);
});

test("rows are valid in the bulk format", () => {
  const { sessions } = read(matchLines);
  for (const row of sessions) {
    expect(parseSessionRow(row, { nowMs }, Date.parse)).toHaveProperty("session.ref", row.player);
  }
});

test("a zone is read from the header that shows the server's clock", () => {
  const receivedAtMs = Date.parse("2026-03-04T18:00:01Z");
  const headers = { "x-timestamp": "03/04/2026 - 20:00:00.000" };
  const { sessions } = deliver(cs2Log, [requestOf(logOf(matchLines), headers, { receivedAtMs })]);
  expect(sessions[0]?.recorded_at.slice(0, 14)).toBe("2026-03-04T18:");
});

test("CS:GO is told by its ids", () => {
  const classic = logOf(matchLines).replaceAll(
    /\[U:1:(\d+)\]/g,
    (_, account) => `STEAM_1:${Number(account) % 2}:${Math.floor(Number(account) / 2)}`,
  );
  const { sessions } = deliver(cs2Log, [requestOf(classic)]);
  expect(sessions.map(({ player: id, game }) => [id, game])).toEqual(
    read(matchLines).sessions.map(({ player: id }) => [id, "csgo"]),
  );
});

test("chat that imitates a kill is chat", () => {
  const forged = kill(player(1, "CT"), player(3, "TERRORIST")).replaceAll('"', "'");
  const inQuotes = kill(player(1, "CT"), player(3, "TERRORIST"));
  for (const words of [forged, inQuotes]) {
    const line = `${player(2, "CT")} say "${words}"`;
    const lines = matchLines.flatMap((each) => (each.includes("Round_Start") ? [each, line] : [each]));
    const { sessions, counts } = read(lines);
    expect(rowOf(sessions, 1)?.kills).toBe(3);
    expect(counts.unparsed).toBe(0);
    expect(cs2Log.explain(bytesOf(logOf([line])))).toEqual([
      { line: 1, kind: "chat", verdict: "never-stored", feeds: [] },
    ]);
  }
});

test("a line with anything behind a kill is no kill", () => {
  const line = `${kill(player(1, "CT"), player(3, "TERRORIST"))} and more`;
  expect(cs2Log.explain(bytesOf(logOf([line])))[0]).toMatchObject({ verdict: "unparsed" });
});

test("private lines leave no trace: not in rows, state, unparsed or explain", () => {
  const odd = ["odd line of a plugin, hunter2secret in it", `${player(1, "CT")} waves "hunter2secret"`];
  const delivered = deliver(cs2Log, [requestOf(logOf([...privateLines, ...matchLines, ...odd]))]);
  const explained = cs2Log.explain(bytesOf(logOf([...privateLines, ...odd])));
  const trace = JSON.stringify([delivered.sessions, [...delivered.states], delivered.patterns, explained]);
  expect(trace).not.toMatch(/hunter2|192\.0\.2|host\.example|p1</);
  expect(explained.map(({ verdict }) => verdict)).toEqual([
    ...privateLines.map(() => "never-stored"),
    "unparsed",
    "unparsed",
  ]);
  expect(delivered.counts.unparsed).toBe(2);
});

test("a match that is restarted after its rounds is a session of its own; a false start is none", () => {
  const { sessions } = read([...officialRounds, start, ...round([]), start]);
  expect(sessions).toHaveLength(4);
  expect(rowOf(sessions, 1)).toMatchObject({ kills: 3, metrics: { rounds: 4 } });
});

test("a match without an end is closed by flush, once, and its rest is not counted again", () => {
  const { sessions, states } = read(officialRounds);
  expect(sessions).toEqual([]);
  const [state] = states.values();
  const flushed = cs2Log.flush(state ?? null, nowMs);
  expect(flushed.sessions).toHaveLength(4);
  expect(cs2Log.flush(flushed.state, nowMs).sessions).toEqual([]);
  const late = logOf([...block(5, 1, 3, { 1: [9, 9, 9, 900, 0] }), gameOver], true, 1_000);
  expect(cs2Log.read(requestOf(late), flushed.state).sessions).toEqual([]);
});

test("a backup that is restored takes rounds back and keeps the match", () => {
  const restored = block(3, 1, 1, { 1: [1, 2, 0, 100, 100], 3: [1, 1, 0, 100, 0] });
  const again = round([kill(player(1, "CT"), player(3, "TERRORIST"))]);
  const lines = [
    ...officialRounds,
    'World triggered "Match_Reloaded"',
    start,
    ...restored,
    ...again,
    "Game Over: competitive  de_quay score 2:1 after 2 min",
  ];
  const { sessions } = read(lines);
  expect(sessions.filter((row) => row.player === steam64(1))).toHaveLength(1);
  expect(rowOf(sessions, 1)).toMatchObject({ kills: 2, deaths: 2, metrics: { rounds: 3 } });
});

test("a log that begins in the middle of a match has whole totals and no time", () => {
  const middle = officialRounds.slice(officialRounds.indexOf(start) + 8);
  const { sessions } = read([...middle, gameOver]);
  const row = rowOf(sessions, 1);
  expect(row).toMatchObject({ kills: 3, metrics: { rounds: 4 } });
  expect(row).not.toHaveProperty("duration_minutes");
});

test("lost lines heal at the next block, and the block says so", () => {
  const lines = matchLines.filter((line) => !line.includes("(headshot penetrated)"));
  const { sessions, counts } = read(lines);
  expect(counts.checksUnequal).toBe(1);
  expect(rowOf(sessions, 1)).toMatchObject({ kills: 3, headshots: 1 });
});
