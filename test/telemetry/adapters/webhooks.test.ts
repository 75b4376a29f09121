import fc from "fast-check";
import { expect, test } from "vitest";
import { get5 } from "../../../src/telemetry/adapters/get5.ts";
import { matchzy } from "../../../src/telemetry/adapters/matchzy.ts";
import { bytesOf, deliver, nowMs, requestOf } from "./fixtures/requests.ts";

const [ann, ben] = ["76561197960300001", "76561197960300002"];

const playerOf = (steamid: string, kills: number, deaths: number, rounds: number) => ({
  steamid,
  name: "somebody",
  stats: {
    kills,
    deaths,
    assists: 1,
    damage: 100 * kills,
    headshot_kills: 1,
    rounds_played: rounds,
    kast: 0,
  },
});

const roundEnd = (matchid: string | number, round: number, roundMs = 0) => ({
  event: "round_end",
  matchid,
  map_number: 0,
  round_number: round,
  round_time: roundMs,
  reason: 8,
  winner: { side: round % 2 ? "3" : "ct", team: "team1" },
  team1: {
    name: "a",
    score: round + 1,
    players: [playerOf(ann ?? "", round + 2, 1, round + 1), playerOf("BOT", 9, 9, 9)],
  },
  team2: { name: "b", score: 0, players: [playerOf(ben ?? "", 1, round + 1, round + 1)] },
});
const documented = (matchid: string | number, rounds: number) => ({
  event: "map_result",
  matchid,
  map_number: 0,
  team1: { name: "a", score: rounds },
  team2: { name: "b", score: 0 },
});
const flat = (matchid: string | number, rounds: number) => ({
  event: "map_result",
  matchid,
  map_number: 0,
  team1_score: rounds,
  team2_score: 0,
});
const death = (round: number, flags: Record<string, unknown> = {}) => ({
  event: "player_death",
  matchid: "m",
  map_number: 0,
  round_number: round,
  player: { steamid: ben, name: "b" },
  attacker: { steamid: ann, name: "a" },
  weapon: { name: "ak47" },
  ...flags,
});

const posts = (events: readonly unknown[], server?: string) =>
  events.map((event) => requestOf(JSON.stringify(event), {}, { server }));

const rounds = [0, 1, 2, 3];
const matchzyEvents = [
  { event: "series_start", matchid: 7 },
  { event: "going_live", matchid: 7, map_number: 0 },
  ...rounds.map((round) => roundEnd(7, round)),
  documented(7, 4),
  { event: "series_end", matchid: 7 },
];
const get5Events = [
  ...rounds.map((round) => roundEnd("m", round, 60_000)),
  ...rounds.map((round) => death(round, round === 0 ? { penetrated: 2 } : { thru_smoke: round === 1 })),
  flat("m", 4),
];
get5Events.push(death(3, { player: { steamid: ann }, attacker: { steamid: ben } }));

const shuffledTwice = <T>(events: readonly T[]) =>
  fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length, maxLength: 2 * events.length });

test("the last round of a map gives its rows; no duration is made up", () => {
  const { sessions, counts } = deliver(matchzy, posts(matchzyEvents, "eu-1"));
  expect(counts).toMatchObject({ unparsed: 0, ignored: 3, parsed: 5 });
  expect(sessions).toHaveLength(2);
  expect(sessions.find((row) => row.player === ann)).toMatchObject({
    session_id: "eu-1:7:0",
    game: "cs2",
    server: "eu-1",
    kills: 5,
    deaths: 1,
    headshots: 1,
    metrics: { damage_per_round: 125, kills_per_round: 1.25, rounds: 4 },
  });
  expect(sessions[0]).not.toHaveProperty("duration_minutes");
});

test("Get5's deaths say how kills were made, and its round times how long it took", () => {
  const { sessions } = deliver(get5, posts(get5Events));
  expect(sessions.find((row) => row.player === ann)).toMatchObject({
    game: "csgo",
    duration_minutes: 4,
    metrics: { wallbang_kill_rate: 0.25, smoke_kill_rate: 0.25, blind_kill_rate: 0 },
  });
});

test.each([
  ["matchzy", matchzy, matchzyEvents],
  ["get5", get5, get5Events],
] as const)("neither order nor repetition of %s events changes anything", (_, adapter, events) => {
  const expected = deliver(adapter, posts(events)).sessions;
  fc.assert(
    fc.property(shuffledTwice<unknown>(events), (shuffled) => {
      const { sessions } = deliver(adapter, posts(shuffled));
      const byPlayer = (rows: typeof sessions) =>
        [...rows].sort((a, b) => ((a.player ?? "") < (b.player ?? "") ? -1 : 1));
      expect(byPlayer(sessions)).toEqual(byPlayer(expected));
    }),
    { numRuns: 60 },
  );
});

test("the same match number of two servers is two matches", () => {
  const mixed = matchzyEvents.flatMap((event) => [...posts([event], "eu-1"), ...posts([event], "eu-2")]);
  const { sessions } = deliver(matchzy, mixed);
  expect(new Set(sessions.map((row) => row.session_id))).toEqual(new Set(["eu-1:7:0", "eu-2:7:0"]));
});

test("a map without its result is closed by flush after silence, and not again by what comes later", () => {
  const { states } = deliver(matchzy, posts(matchzyEvents.slice(0, 5)));
  const [state = null] = states.values();
  expect(matchzy.flush(state, nowMs + 60_000).sessions).toEqual([]);
  const closed = matchzy.flush(state, nowMs + 16 * 60_000);
  expect(closed.sessions).toHaveLength(2);
  expect(closed.sessions[0]?.metrics?.rounds).toBe(3);
  const [late] = posts([documented(7, 4)]);
  expect(late && matchzy.read(late, closed.state).sessions).toEqual([]);
});

test("chat and addresses are never stored; what is unknown is counted", () => {
  const say = { event: "player_say", matchid: "m", message: "hunter2secret" };
  const { counts, patterns, states } = deliver(get5, posts([say, { event: "odd_thing" }, [1], "text"]));
  expect(counts).toMatchObject({ neverStored: 1, unparsed: 3 });
  expect(JSON.stringify([patterns, [...states]])).not.toContain("hunter2");
  expect(get5.explain(bytesOf(JSON.stringify([say, roundEnd("m", 1)])))).toMatchObject([
    { kind: "player_say", verdict: "never-stored" },
    { kind: "round-end", verdict: "parsed" },
  ]);
});
