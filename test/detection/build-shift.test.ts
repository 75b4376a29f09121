/** Builds: who is compared with what, and which shifts are told of among simulated players. */
import { describe, expect, it } from "vitest";
import { priorBaseline } from "../../src/detection/baseline.ts";
import {
  type BuildMoves,
  type BuiltSession,
  comparedSessions,
  leastPlayers,
  mergeMoves,
  movesOf,
  ordinaryBeyond,
  pairsOf,
  shiftsOf,
} from "../../src/detection/build-shift.ts";
import { headshotRate, reactionTime, shooter } from "../../src/detection/profile.ts";
import { classic, evidenceOf } from "./builders.ts";
import { population, type Simulated } from "./simulated.ts";

/** Sessions of builds, the newest first; each is a day younger than the one before. */
const played = (...builds: readonly (string | null)[]): BuiltSession[] =>
  builds.map((build, i) => ({ ...classic(`s${i}`, { kills: 10 }, builds.length - i), build })).toReversed();
const idsOf = (pairs: ReturnType<typeof pairsOf>) =>
  pairs.map(({ build, before, after }) => [
    build,
    before.map((s) => s.sessionId).join(" "),
    after.map((s) => s.sessionId).join(" "),
  ]);

describe("who is compared", () => {
  it.each([
    ["three before and three on it", ["a", "a", "a", "b", "b", "b"], [["b", "s0 s1 s2", "s3 s4 s5"]]],
    ["two before", ["a", "a", "b", "b", "b"], []],
    ["two on it", ["a", "a", "a", "b", "b"], []],
    [
      "the last before, the first on it",
      ["a", "a", "a", "a", "b", "b", "b", "b"],
      [["b", "s1 s2 s3", "s4 s5 s6"]],
    ],
    [
      "sessions without a build left out",
      ["a", "a", null, "a", "b", null, "b", "b"],
      [["b", "s0 s1 s3", "s4 s6 s7"]],
    ],
    ["one build alone", ["b", "b", "b", "b", "b", "b"], []],
    ["no builds", [null, null, null, null, null, null], []],
    ["back on the old one between", ["a", "a", "a", "b", "a", "b", "b"], [["b", "s0 s1 s2", "s3 s5 s6"]]],
    [
      "two builds in turn",
      ["a", "a", "a", "b", "b", "b", "c", "c", "c"],
      [
        ["b", "s0 s1 s2", "s3 s4 s5"],
        ["c", "s3 s4 s5", "s6 s7 s8"],
      ],
    ],
  ])("%s", (_, builds, pairs) => expect(idsOf(pairsOf(played(...builds), 0))).toEqual(pairs));

  it("each player once a build, when the last session compared has come in", () => {
    const sessions = played("a", "a", "a", "b", "b", "b", "b", "b");
    const oldestFirst = sessions.toReversed();
    let pairs = 0;
    for (let seen = 1; seen <= sessions.length; seen++) {
      const before = oldestFirst[seen - 2]?.recordedAtMs ?? 0;
      pairs += pairsOf(oldestFirst.slice(0, seen).toReversed(), before).length;
    }
    expect(pairs).toBe(1);
    expect(comparedSessions).toBe(3);
  });

  it("idle sessions say nothing", () => {
    const idle = played("a", "a", "a", "b", "b", "b").map((s) => ({ ...s, durationMinutes: 0 }));
    expect(pairsOf(idle, 0)).toEqual([]);
  });
});

/** Players who all moved by so many tenths of a spread, give or take one. */
const moved = (metric: string, players: number, tenths: number): BuildMoves =>
  mergeMoves(
    Array.from({ length: players }, (_, i) => ({
      firstMs: 1,
      metrics: { [metric]: { [tenths + (i % 3) - 1]: 1 } },
    })),
  );
const shifts = (metric: string, players: number, tenths: number) =>
  shiftsOf(moved(metric, players, tenths), priorBaseline, shooter);

describe("a shift", () => {
  it.each([
    [headshotRate.id, leastPlayers, 10, 1],
    [headshotRate.id, leastPlayers - 1, 10, 0],
    [headshotRate.id, 1_000, 3, 0],
    [headshotRate.id, 1_000, 4, 1],
    [headshotRate.id, 1_000, -3, 0],
    [headshotRate.id, 1_000, -4, 1],
    [headshotRate.id, 1_000, 0, 0],
  ])("of %s, %i players, %i tenths of a spread: told %i times", (metric, players, tenths, told) => {
    expect(shifts(metric, players, tenths)).toHaveLength(told);
  });

  it("says how many then stand beyond the 95 % point, on the suspicious side", () => {
    expect(shifts(headshotRate.id, 500, 10)[0]?.beyond).toBeCloseTo(0.26, 1);
    expect(shifts(headshotRate.id, 500, -10)[0]?.beyond).toBeLessThan(ordinaryBeyond[0]);
    // Reactions are suspicious where they are fast.
    expect(shifts(reactionTime.id, 500, -10)[0]?.beyond).toBeGreaterThan(ordinaryBeyond[1]);
  });

  it("is not seen in what names no metric of the profile", () => {
    expect(shifts("constructor", 500, 10)).toEqual([]);
    expect(shifts("elsewhere", 500, 10)).toEqual([]);
  });
});

/** The last sessions of simulated players as those of a new build on which heads are easier to hit. */
function onNewBuild(players: readonly Simulated[], spreads: number): BuildMoves {
  const moves = players.flatMap(({ evidence }) => {
    const oldestFirst = evidence.sessions.toSorted((a, b) => a.recordedAtMs - b.recordedAtMs);
    const from = oldestFirst.length - comparedSessions;
    const sessions = oldestFirst.map((session, i): BuiltSession => {
      const { kills, headshots } = session;
      if (i < from || kills === null || headshots === null)
        return { ...session, build: i < from ? "1" : "2" };
      const odds =
        ((headshots + 0.5) / (kills - headshots + 0.5)) * Math.exp(spreads * headshotRate.prior.between);
      const easier = spreads === 0 ? headshots : Math.min(kills, Math.round((kills * odds) / (1 + odds)));
      return { ...session, headshots: easier, build: "2" };
    });
    return pairsOf(sessions.toReversed(), 0).map((pair) => movesOf(pair, evidenceOf([]), shooter));
  });
  return mergeMoves(moves);
}

describe("simulated players", () => {
  it.each([11, 12, 13])("of seed %i: none is told of without a shift, and half a spread is", (seed) => {
    const players = population(seed, 700, 0.05);
    expect(shiftsOf(onNewBuild(players, 0), priorBaseline, shooter)).toEqual([]);
    const [shift, ...others] = shiftsOf(onNewBuild(players, 0.6), priorBaseline, shooter);
    expect(shift?.metric).toBe("headshot_rate");
    expect(shift?.spreads).toBeGreaterThan(0.4);
    expect(others).toEqual([]);
  });
});
