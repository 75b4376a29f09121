import { describe, expect, it } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import { honestKinds, suspectKinds } from "../../seed/types.ts";
import { parseSessionRow } from "../../src/telemetry/session.ts";

const nowMs = Date.UTC(2026, 10, 22, 10, 30);
const dayMs = 86_400_000;
const seed = generateSeed({ nowMs, seed: 1 });
const sessionsOf = (ref: string) => seed.sessions.filter((row) => row.player === ref);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("the seed", () => {
  it.each([1, 2, 3, 20_261_122])("holds 50 players and 1,050 sessions (seed %i)", (number) => {
    const drawn = generateSeed({ nowMs, seed: number });
    expect(drawn.players).toHaveLength(50);
    expect(drawn.sessions).toHaveLength(1_050);
    expect(new Set(drawn.players.map(({ ref }) => ref)).size).toBe(50);
    expect(new Set(drawn.players.map(({ username }) => username)).size).toBe(50);
    expect(new Set(drawn.sessions.map((row) => row.session_id)).size).toBe(1_050);
  });

  it("is byte-identical for the same time and seed, and differs for another", () => {
    const text = JSON.stringify(seed);
    expect(JSON.stringify(generateSeed({ nowMs, seed: 1 }))).toBe(text);
    expect(JSON.stringify(generateSeed({ nowMs, seed: 2 }))).not.toBe(text);
  });

  it("has every kind of player, seven of them suspects", () => {
    const kinds = new Set(seed.players.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...honestKinds, ...suspectKinds].sort());
    expect(seed.players.filter(({ suspect }) => suspect)).toHaveLength(7);
    for (const { kind, suspect } of seed.players) {
      expect(suspect).toBe((suspectKinds as readonly string[]).includes(kind));
    }
  });

  it("has dozens of findings and reports, all about its own players", () => {
    const refs = new Set(seed.players.map(({ ref }) => ref));
    expect(seed.events.length).toBeGreaterThan(36);
    expect(seed.reports.length).toBeGreaterThan(6);
    for (const { player } of [...seed.events, ...seed.reports]) expect(refs).toContain(player);
    for (const { recorded_at } of seed.events) expect(Date.parse(recorded_at)).toBeLessThanOrEqual(nowMs);
  });
});

describe("a session of the seed", () => {
  it("is a valid row of the bulk endpoint", () => {
    const parsed = seed.sessions.map((row) => parseSessionRow(row, { nowMs }, Date.parse));
    expect(parsed.filter((row) => "fault" in row)).toEqual([]);
  });

  it("has rates that agree with their counts", () => {
    for (const row of seed.sessions) {
      expect(row.headshots).toBeLessThanOrEqual(row.kills);
      expect(row.kills).toBeLessThanOrEqual(row.shots_hit);
      expect(row.shots_hit).toBeLessThanOrEqual(row.shots_fired);
      expect(row.headshot_rate).toBeCloseTo(row.kills === 0 ? 0 : row.headshots / row.kills, 4);
    }
  });

  it("lies in the last five weeks and never overlaps another of its player", () => {
    for (const { ref } of seed.players) {
      let freeFromMs = nowMs - 35 * dayMs - dayMs;
      for (const row of sessionsOf(ref)) {
        const startMs = Date.parse(row.recorded_at);
        expect(startMs).toBeGreaterThanOrEqual(freeFromMs);
        freeFromMs = startMs + row.duration_minutes * 60_000;
      }
      expect(freeFromMs).toBeLessThanOrEqual(nowMs);
    }
  });

  it("is ranked for the most part", () => {
    const ranked = seed.sessions.filter((row) => row.mode === "ranked").length / seed.sessions.length;
    expect(ranked).toBeGreaterThan(0.85);
  });
});

describe("the kinds", () => {
  const kindSessions = (kind: string) =>
    seed.players.filter((player) => player.kind === kind).map(({ ref }) => sessionsOf(ref));

  it("headshots: 0.9 and more over many kills", () => {
    for (const rows of kindSessions("headshots")) {
      const kills = rows.reduce((sum, row) => sum + row.kills, 0);
      expect(kills).toBeGreaterThan(500);
      expect(rows.reduce((sum, row) => sum + row.headshots, 0) / kills).toBeGreaterThan(0.9);
    }
  });

  it("impossible_reaction: below 100 ms in many sessions", () => {
    for (const rows of kindSessions("impossible_reaction")) {
      expect(rows.filter((row) => (row.reaction_time_ms ?? 999) < 100).length).toBeGreaterThan(10);
    }
  });

  it("skill_spike: from 0.25 and 230 ms to 0.75 and 120 ms at one moment", () => {
    const [rows = []] = kindSessions("skill_spike");
    const [before, after] = [rows.slice(0, 14), rows.slice(-12)];
    expect(mean(before.map((row) => row.headshot_rate))).toBeCloseTo(0.25, 1);
    expect(mean(after.map((row) => row.headshot_rate))).toBeCloseTo(0.75, 1);
    expect(mean(before.map((row) => row.reaction_time_ms ?? 0))).toBeGreaterThan(215);
    expect(mean(after.map((row) => row.reaction_time_ms ?? 0))).toBeLessThan(135);
  });

  it("macro: the same number of actions per minute in every session", () => {
    for (const rows of kindSessions("macro")) {
      const actions = rows.map((row) => row.actions_per_minute);
      expect((Math.max(...actions) - Math.min(...actions)) / mean(actions)).toBeLessThan(0.02);
      expect(actions.length).toBeGreaterThan(20);
    }
  });

  it("elite: fast and precise, as people can be", () => {
    for (const rows of kindSessions("elite")) {
      const reaction = mean(rows.map((row) => row.reaction_time_ms ?? 0));
      expect(reaction).toBeGreaterThan(160);
      expect(reaction).toBeLessThan(190);
    }
  });

  it("no_reaction_data and idle leave out what was not measured", () => {
    for (const rows of [...kindSessions("no_reaction_data"), ...kindSessions("idle")]) {
      for (const row of rows) expect(row).not.toHaveProperty("reaction_time_ms");
    }
    for (const row of kindSessions("idle").flat()) expect(row.actions_per_minute).toBe(0);
  });

  it("learner: better at the end, without a step", () => {
    const [rows = []] = kindSessions("learner");
    const thirds = [rows.slice(0, 11), rows.slice(11, 23), rows.slice(23)];
    const [first = 0, second = 0, third = 0] = thirds.map((part) =>
      mean(part.map((row) => row.reaction_time_ms ?? 0)),
    );
    expect(first).toBeGreaterThan(second);
    expect(second).toBeGreaterThan(third);
  });
});
