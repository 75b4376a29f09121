import { beforeAll, describe, expect, it } from "vitest";
import { cheatKinds, honestKinds, kindsOf } from "../../src/cli/simulate/kinds.ts";
import {
  type PlayerLabel,
  type Population,
  simulatePlayers,
  simulatePopulation,
} from "../../src/cli/simulate/population.ts";
import { createRandom } from "../../src/cli/simulate/random.ts";
import { parseSessionRow } from "../../src/telemetry/session.ts";

const nowMs = Date.UTC(2026, 9, 1);
const options = { seed: 7, players: 1_500, prevalence: 0.1, nowMs };
let population: Population;
/** Rows by player. */
let rows: Map<string, Population["rows"]>;

beforeAll(() => {
  population = simulatePopulation(options);
  rows = Map.groupBy(population.rows, (row) => row.player ?? "");
});

const rowsOf = (label: PlayerLabel) => rows.get(label.player) ?? [];
const labelsOf = (kind: string) => population.labels.filter((label) => label.kind === kind);
const rowsOfKind = (kind: string) => labelsOf(kind).flatMap(rowsOf);
const sum = (values: readonly (number | null | undefined)[]) =>
  values.reduce((a: number, b) => a + (b ?? 0), 0);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe("simulatePopulation", () => {
  it("is the same for the same seed, and another for another", () => {
    const small = { ...options, players: 40 };
    expect(simulatePopulation(small)).toEqual(simulatePopulation(small));
    expect(simulatePopulation(small).rows[0]).not.toEqual(simulatePopulation({ ...small, seed: 8 }).rows[0]);
  });

  it("plays one player at a time", () => {
    const first = simulatePlayers({ ...options, players: 1_000_000, prevalence: 0 }).next();
    expect(first.done).toBe(false);
  });

  it("sends only rows that the service takes, each once", () => {
    const faults = population.rows.flatMap((row) => {
      const parsed = parseSessionRow(row, { nowMs }, Date.parse);
      return "fault" in parsed ? [parsed.fault] : [];
    });
    expect(faults).toEqual([]);
    const ids = new Set(population.rows.map((row) => `${row.player} ${row.session_id}`));
    expect(ids.size).toBe(population.rows.length);
  });

  it("has the prevalence asked for and every kind", () => {
    for (const prevalence of [0, 0.01, 0.2, 1]) {
      const cheaters = kindsOf(1_500, prevalence).filter((kind) => (cheatKinds as string[]).includes(kind));
      expect(cheaters).toHaveLength(1_500 * prevalence);
    }
    expect(population.labels.filter(({ label }) => label === "cheater")).toHaveLength(150);
    const kinds = new Set(population.labels.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...honestKinds, ...cheatKinds].sort());
    const ordinary = labelsOf("ordinary").length / 1_350;
    expect(ordinary).toBeGreaterThan(0.74);
    expect(ordinary).toBeLessThan(0.82);
  });

  it("covers three months, with heavy-tailed session counts", () => {
    const counts = population.labels.map(({ sessions }) => sessions);
    expect(Math.min(...counts)).toBe(1);
    expect(Math.max(...counts)).toBe(150);
    expect(median(counts)).toBeGreaterThan(18);
    expect(median(counts)).toBeLessThan(32);
    const times = population.rows.map((row) => Date.parse(row.recorded_at));
    expect(nowMs - Math.min(...times)).toBeLessThan(110 * 86_400_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(nowMs);
  });

  it("tells the skill by quantile, and cheaters' is anybody's", () => {
    const skills = population.labels.filter(({ label }) => label === "cheater").map(({ skill }) => skill);
    expect(Math.abs(sum(skills) / skills.length - 0.5)).toBeLessThan(0.09);
    for (const { skill } of labelsOf("elite")) expect(skill).toBeGreaterThanOrEqual(0.99);
  });
});

describe("honest players", () => {
  it("are good at everything or at nothing: kills, aim and reaction go together", () => {
    const ordinary = labelsOf("ordinary").filter(({ sessions }) => sessions >= 15);
    const figures = (labels: readonly PlayerLabel[]) => {
      const all = labels.flatMap(rowsOf);
      return {
        headshots: sum(all.map((row) => row.headshots)) / sum(all.map((row) => row.kills)),
        accuracy: sum(all.map((row) => row.shots_hit)) / sum(all.map((row) => row.shots_fired)),
        kills: sum(all.map((row) => row.kills)) / sum(all.map((row) => row.deaths)),
        reaction: median(all.flatMap((row) => row.reaction_time_ms ?? [])),
      };
    };
    const good = figures(ordinary.filter(({ skill }) => skill > 0.8));
    const poor = figures(ordinary.filter(({ skill }) => skill < 0.2));
    expect(good.headshots).toBeGreaterThan(poor.headshots + 0.08);
    expect(good.accuracy).toBeGreaterThan(poor.accuracy + 0.04);
    expect(good.kills).toBeGreaterThan(1.5 * poor.kills);
    expect(good.reaction).toBeLessThan(poor.reaction - 25);
  });

  it("sleep: no one plays ordinary sessions around the clock", () => {
    const hours = labelsOf("ordinary")
      .filter(({ sessions }) => sessions >= 60)
      .map((label) => new Set(rowsOf(label).map((row) => new Date(row.recorded_at).getUTCHours())).size);
    expect(Math.max(...hours)).toBeLessThanOrEqual(19);
  });

  it("without reaction data send none", () => {
    expect(rowsOfKind("no_reaction").filter((row) => row.reaction_time_ms !== undefined)).toEqual([]);
  });

  it("who learn kill more in their last third than in their first", () => {
    const rate = (part: (i: number, n: number) => boolean) => {
      const chosen = labelsOf("learner").flatMap((label) =>
        rowsOf(label).filter((_, i, all) => part(i, all.length)),
      );
      return sum(chosen.map((row) => row.kills)) / sum(chosen.map((row) => row.duration_minutes));
    };
    const early = rate((i, n) => i < n / 3);
    const late = rate((i, n) => i >= (2 * n) / 3);
    expect(late).toBeGreaterThan(1.08 * early);
  });
});

describe("cheaters", () => {
  it("cheat at least once, and nobody else does", () => {
    for (const { label, onset } of population.labels) expect(onset !== "").toBe(label === "cheater");
  });

  const headshots = (chosen: Population["rows"]) =>
    sum(chosen.map((row) => row.headshots)) / sum(chosen.map((row) => row.kills));

  it.each([
    ["blatant_aim", 0.15],
    ["subtle_aim", 0.08],
  ])("of %s hit more heads", (kind, more) => {
    expect(headshots(rowsOfKind(kind))).toBeGreaterThan(headshots(rowsOfKind("ordinary")) + more);
  });

  it.each([
    ["triggerbot_crude", 80, 115],
    ["triggerbot_humanised", 120, 170],
  ])("with %s react in %d to %d ms", (kind, low, high) => {
    const reactions = rowsOfKind(kind).flatMap((row) => row.reaction_time_ms ?? []);
    expect(median(reactions)).toBeGreaterThan(low);
    expect(median(reactions)).toBeLessThan(high);
  });

  it("from mid-career on are honest before their onset", () => {
    const pairs = labelsOf("onset").map((label) => {
      const own = rowsOf(label);
      return [
        own.filter((row) => row.recorded_at < label.onset),
        own.filter((row) => row.recorded_at >= label.onset),
      ];
    });
    const before = pairs.flatMap(([rows]) => rows ?? []);
    const after = pairs.flatMap(([, rows]) => rows ?? []);
    expect(headshots(after)).toBeGreaterThan(headshots(before) + 0.1);
    expect(Math.abs(headshots(before) - headshots(rowsOfKind("ordinary")))).toBeLessThan(0.08);
  });

  it("who see through walls survive and win fights, at nearly their own headshot rate", () => {
    const [seeing, ordinary] = [rowsOfKind("information"), rowsOfKind("ordinary")];
    const kd = (chosen: Population["rows"]) =>
      sum(chosen.map((row) => row.kills)) / sum(chosen.map((row) => row.deaths));
    expect(kd(seeing)).toBeGreaterThan(1.5 * kd(ordinary));
    expect(Math.abs(headshots(seeing) - headshots(ordinary))).toBeLessThan(0.06);
  });

  it("with macros hardly vary; crude ones run for hours", () => {
    const spread = (kind: string) =>
      median(
        labelsOf(kind)
          .filter(({ sessions }) => sessions >= 8)
          .map((label) => {
            const logs = rowsOf(label).map((row) => Math.log(row.actions_per_minute ?? 1));
            const mean = sum(logs) / logs.length;
            return Math.sqrt(sum(logs.map((value) => (value - mean) ** 2)) / logs.length);
          }),
      );
    expect(spread("macro_crude")).toBeLessThan(0.02);
    expect(spread("macro_humanised")).toBeLessThan(0.07);
    expect(spread("ordinary")).toBeGreaterThan(0.1);
    expect(median(rowsOfKind("macro_crude").map((row) => row.duration_minutes ?? 0))).toBeGreaterThan(120);
  });
});

describe("createRandom", () => {
  it("draws what it says, small and large", () => {
    const random = createRandom(3, 1);
    const mean = (draw: () => number) => sum(Array.from({ length: 20_000 }, draw)) / 20_000;
    expect(mean(() => random.poisson(4))).toBeCloseTo(4, 0.7);
    expect(mean(() => random.poisson(60))).toBeCloseTo(60, 0);
    expect(mean(() => random.binomial(20, 0.3))).toBeCloseTo(6, 1);
    expect(mean(() => random.binomial(400, 0.3))).toBeCloseTo(120, 0);
    expect(Math.abs(mean(() => random.normal()))).toBeLessThan(0.03);
  });

  it("has a stream of its own for every player", () => {
    const first = (stream: number) => createRandom(3, stream).next();
    expect(new Set(Array.from({ length: 1_000 }, (_, i) => first(i))).size).toBeGreaterThan(990);
  });
});
