/** What a scope's page computes: calibrated or not and why, how much evidence it takes, where players stand. */
import { beforeAll, describe, expect, it } from "vitest";
import { calibrationOf } from "../../src/console/scopes/calibration.ts";
import { evidenceBars, evidenceIn, shareFrom, sizeClasses } from "../../src/console/scopes/evidence.ts";
import { metricsOf } from "../../src/console/scopes/metrics.ts";
import { priorBaseline } from "../../src/detection/baseline.ts";
import { GameProfile, profileOf } from "../../src/detection/game-profile.ts";
import { shooter } from "../../src/detection/profile.ts";
import { bandFloors } from "../../src/detection/risk.ts";
import { mappedRisk } from "../../src/detection/risk-map.ts";
import { population, type Settled, settle } from "../detection/simulated.ts";

let scope: Settled;
beforeAll(() => {
  scope = settle(population(41, 600, 0.08));
});

describe("calibration", () => {
  const of = (players: number, shape: number) => ({
    shape: 3,
    map: { ...priorBaseline.map, players, shape },
  });
  it.each([
    [0, null, { kind: "none", players: 0, missing: 1_000 }],
    [999, of(999, 3), { kind: "few", players: 999, missing: 1 }],
    [1_000, of(999, 3), { kind: "refit", players: 1_000 }],
    [1_000, of(1_000, 2), { kind: "refit", players: 1_000 }],
    [1_000, of(1_000, 3), { kind: "calibrated", players: 1_000 }],
    [1_000, null, { kind: "refit", players: 1_000 }],
  ])("of %i players", (players, baseline, expected) => {
    expect(calibrationOf(players, baseline)).toEqual(expected);
  });
});

describe("evidence", () => {
  it("counts every player once, in classes and in bars", () => {
    const { baseline, histogram } = scope;
    const sizes = sizeClasses(evidenceIn(histogram, baseline.shape), baseline.map);
    const total = (of: readonly { players: number }[]) => of.reduce((sum, { players }) => sum + players, 0);
    expect(total(sizes)).toBe(600);
    expect(total(evidenceBars(evidenceIn(histogram, baseline.shape)))).toBe(600);
    expect(evidenceBars([])).toEqual([{ from: 0, to: 1, players: 0 }]);
  });

  it("takes what the map says, and one bin less takes one no further", () => {
    const { baseline, histogram } = scope;
    const middles = [3.5, 6, 10, 16.1, 27.1, 46.5, 78.1];
    const judged = sizeClasses(evidenceIn(histogram, baseline.shape), baseline.map).flatMap(
      ({ nats }) => nats ?? [],
    );
    expect(judged).toHaveLength(7 * 3);
    for (const [place, nats] of judged.entries()) {
      const floor = [bandFloors.elevated, bandFloors.suspicious, bandFloors.critical][place % 3] ?? 0;
      const sessions = middles[Math.floor(place / 3)] ?? 0;
      // The class's middle is rounded here, the bin is a tenth of a nat.
      expect(mappedRisk(baseline.map, nats + 0.1, sessions)).toBeGreaterThanOrEqual(floor);
      expect(mappedRisk(baseline.map, nats - 0.2, sessions)).toBeLessThan(floor);
    }
  });

  it("says nearly what scores say of who stands at 40 and above", () => {
    const { baseline, histogram, scores } = scope;
    const share = shareFrom(evidenceIn(histogram, baseline.shape), baseline.map, bandFloors.elevated);
    const stands = scores.filter(
      ({ risk, ledger }) => risk >= 4_000 && !ledger.some(({ kind }) => kind === "proof"),
    );
    expect(share.n).toBe(600);
    expect(Math.abs((share.value ?? 0) * 600 - stands.length)).toBeLessThanOrEqual(4);
    expect(stands.length).toBeGreaterThan(10);
  });
});

describe("metrics", () => {
  it("have every player in their bars, in order and each in its zone", () => {
    const { baseline, histogram } = scope;
    for (const { metric, players, bars, levels, n } of metricsOf(shooter, baseline, histogram)) {
      expect([metric.id, bars.reduce((sum, bar) => sum + bar.players, 0)]).toEqual([metric.id, players]);
      expect(bars.length).toBeLessThanOrEqual(24);
      expect([bars[0]?.from, bars.at(-1)?.to]).toEqual([null, null]);
      for (const [place, { to }] of bars.slice(0, -1).entries()) expect(to).toBe(bars[place + 1]?.from);
      const usual = bars.filter(({ zone }) => zone === "usual").reduce((sum, bar) => sum + bar.players, 0);
      expect([metric.id, usual > 0.5 * players]).toEqual([metric.id, true]);
      expect(n).toBe(players);
      expect(levels?.low).toBeLessThan(levels?.median ?? 0);
    }
  });

  it("have what is rare on the side of cheats alone", () => {
    const { baseline, histogram } = scope;
    const by = new Map(metricsOf(shooter, baseline, histogram).map((shown) => [shown.metric.id, shown]));
    const levels = (id: string) => by.get(id)?.levels;
    expect(levels("headshot_rate")?.rare).toBeGreaterThan(levels("headshot_rate")?.high ?? 1);
    expect(levels("reaction_time")?.rare).toBeLessThan(levels("reaction_time")?.low ?? 0);
    expect(levels("session_length")?.rare).toBeNull();
    const rare = by.get("reaction_time")?.bars.map(({ zone }) => zone === "rare") ?? [];
    expect(rare.indexOf(true)).toBe(0);
    expect(rare.at(-1)).toBe(false);
  });

  it("say how many players are missing where only those can tell, and that a new one waits", () => {
    const own = { name: "jumps", kind: "level", unit: "a game", range: [1, 99], direction: "high" } as const;
    const declared = GameProfile.parse({ metrics: [{ ...own, group: "movement" }] });
    const shown = metricsOf(
      profileOf("x", declared),
      {
        ...scope.baseline,
        metrics: { ...scope.baseline.metrics, movement_speed: { median: 0, between: 1, n: 40 } },
      },
      {},
    );
    const of = (id: string) => shown.find(({ metric }) => metric.id === id);
    expect(of("movement_speed")).toMatchObject({ missing: 60, levels: null, bars: [], isNew: false });
    expect(of("jumps")).toMatchObject({ isNew: true, levels: null, n: 0 });
    expect(of("accuracy")).toMatchObject({ missing: 0, isNew: false });
  });
});
