import { describe, expect, it } from "vitest";
import { measureAgainst } from "../../src/cli/evaluate/figures.ts";
import { byColumn, bySessions, parseCondition } from "../../src/cli/evaluate/groups.ts";
import { InputError } from "../../src/cli/evaluate/input-error.ts";
import { type Judged, judgedPlayers } from "../../src/cli/evaluate/judged.ts";
import { parseLabels } from "../../src/cli/evaluate/labels.ts";
import { scorePopulation } from "../../src/cli/evaluate/population.ts";
import { createRoster } from "../../src/cli/evaluate/roster.ts";
import { takeRow } from "../../src/cli/evaluate/session-file.ts";
import { percent, percentInterval } from "../../src/cli/evaluate/wording.ts";
import { simulatePopulation } from "../../src/cli/simulate/population.ts";
import { evidenceLimits } from "../../src/detection/evidence.ts";

const nowMs = Date.UTC(2026, 9, 1);

describe("parseLabels", () => {
  it("reads quoted columns, a byte order mark and CRLF", () => {
    const { byPlayer, columns } = parseLabels(
      '\uFEFFplayer,label,map\r\na,clean,"x, y"\r\nb,cheater,\r\n',
      "f",
    );
    expect(columns).toEqual(["player", "label", "map"]);
    expect(byPlayer.get("a")).toMatchObject({ label: "clean", columns: { map: "x, y" } });
    expect(byPlayer.get("b")?.columns.map).toBe("");
  });

  it.each([
    ["player,map\na,b\n", 'no column "label"'],
    ["player,label\na,guilty\n", '"guilty" is no label of a'],
    ["player,label\na,clean\na,cheater\n", "names a twice"],
    ["player,label\n", "names no player"],
    ["player,label\na,clean,more\n", "not valid CSV"],
    ["", 'no column "player"'],
  ])("refuses %j", (text, message) => {
    expect(() => parseLabels(text, "f.csv")).toThrow(InputError);
    expect(() => parseLabels(text, "f.csv")).toThrow(message);
  });
});

describe("createRoster", () => {
  const row = (id: number, more = {}) => ({
    player: "p",
    session_id: `s${id}`,
    recorded_at: new Date(nowMs - id * 3_600_000).toISOString(),
    game: "g",
    mode: "m",
    kills: 3,
    ...more,
  });

  it("keeps the newest sessions of each standing, as many as the service loads", () => {
    const roster = createRoster(Number.POSITIVE_INFINITY);
    for (let id = 0; id < 450; id++) takeRow(roster, row(id));
    takeRow(roster, row(0, { mode: "other" }));
    const [standing, other] = roster.standings();
    expect(standing?.total).toBe(450);
    expect(standing?.sessions).toHaveLength(evidenceLimits.sessions);
    expect(standing?.sessions.map(({ sessionId }) => sessionId)).toEqual(
      Array.from({ length: evidenceLimits.sessions }, (_, id) => `s${id}`),
    );
    expect(other?.sessions).toHaveLength(1);
    expect(roster.newestMs).toBe(nowMs);
  });

  it("takes a repeated session once and none after the given time", () => {
    const roster = createRoster(nowMs - 3_600_000);
    for (const id of [0, 1, 1, 2]) takeRow(roster, row(id));
    expect(roster.sessions).toBe(2);
  });
});

describe("scorePopulation", () => {
  it("comes to rest, whatever the order of players, and ranks cheaters above others", () => {
    const { rows, labels } = simulatePopulation({ seed: 5, players: 300, prevalence: 0.2, nowMs });
    const scored = [rows, rows.toReversed()].map((some) => {
      const roster = createRoster(Number.POSITIVE_INFINITY);
      for (const row of some) expect(takeRow(roster, row)).toBeNull();
      return scorePopulation(roster.standings(), nowMs);
    });
    const [first, second] = scored.map(({ scores }) =>
      scores.map(({ standing, risk }) => `${standing.player} ${risk}`).sort(),
    );
    expect(first).toEqual(second);
    expect(scored[0]).toMatchObject({ scopes: 1, settled: true });
    const cheaters = new Set(labels.filter(({ label }) => label === "cheater").map(({ player }) => player));
    const judged = (scored[0]?.scores ?? []).map(
      ({ standing, risk }): Judged => ({
        player: standing.player,
        label: cheaters.has(standing.player) ? "cheater" : "clean",
        risk,
        sessions: standing.total,
        confident: true,
        scope: "g/m",
        columns: {},
      }),
    );
    expect(measureAgainst(judged)("all", judged).auc?.value).toBeGreaterThan(0.7);
  });
});

const judged = (player: string, more: Partial<Judged>): Judged => ({
  player,
  label: "clean",
  risk: 0,
  sessions: 5,
  confident: true,
  scope: "g/m",
  columns: {},
  ...more,
});

describe("figures", () => {
  it("show a player at their highest standing", () => {
    const players = judgedPlayers([
      judged("a", { risk: 12, scope: "g/x" }),
      judged("a", { risk: 55, scope: "g/y" }),
      judged("b", { risk: 3 }),
    ]);
    expect(players).toMatchObject([
      { player: "a", risk: 55, scope: "g/y", sessions: 10 },
      { player: "b", risk: 3 },
    ]);
  });

  it("leave unverified players out, and set a group of cheaters against all clean players", () => {
    const all = [
      judged("a", { risk: 10, columns: { kind: "ordinary" } }),
      judged("b", { risk: 30, columns: { kind: "ordinary" } }),
      judged("c", { risk: 20, label: "cheater", columns: { kind: "subtle" } }),
      judged("d", { risk: 99, label: "unverified", columns: { kind: "subtle" } }),
    ];
    const table = byColumn("kind", all, measureAgainst(all));
    expect(table.rows.map(({ name, clean, cheaters }) => [name, clean, cheaters])).toEqual([
      ["ordinary", 2, 0],
      ["subtle", 0, 1],
    ]);
    expect(table.rows[1]?.auc?.value).toBe(0.5);
    expect(table.rows[0]?.auc).toBeNull();
  });

  it("split numbers of many values into tenths and the top hundredth, others by value", () => {
    const all = Array.from({ length: 200 }, (_, i) => judged(`p${i}`, { columns: { skill: `${i / 200}` } }));
    const { rows } = byColumn("skill", all, measureAgainst(all));
    expect(rows.map(({ clean }) => clean)).toEqual([...Array(10).fill(20), 2]);
    expect(byColumn("missing", all, measureAgainst(all)).rows.map(({ name }) => name)).toEqual(["(empty)"]);
  });

  it("band sessions, without empty bands", () => {
    const all = [1, 2, 3, 40, 120].map((sessions) => judged(`p${sessions}`, { sessions }));
    const bands = bySessions(all, measureAgainst(all)).rows.map(({ name, clean }) => [name, clean]);
    expect(bands).toEqual([
      ["1-2", 2],
      ["3-9", 1],
      ["30-99", 1],
      ["100 and more", 1],
      ["30 and more", 2],
    ]);
  });
});

describe("parseCondition", () => {
  it.each([
    ["n<=2", "2", true],
    ["n<=2", "10", false],
    ["n < 2", "2", false],
    ["n>=2", "10", true],
    ["n>2", "2", false],
    ["n=2", "2.0", true],
    ["n!=2", "3", true],
    ["map=de_nuke", "de_nuke", true],
    ["map!=de_nuke", "de_nuke", false],
    ["map=", "", true],
  ])("%s holds of %j: %s", (text, value, expected) => {
    expect(parseCondition(text).holds(value)).toBe(expected);
  });

  it.each(["", "n", "<=2", "n~2"])("refuses %j", (text) => {
    expect(() => parseCondition(text)).toThrow(InputError);
  });
});

it("percent shows as many digits as matter", () => {
  expect([0, 0.00012, 0.0042, 0.0234, 0.5, 1, Number.NaN].map(percent)).toEqual([
    "0",
    "0.01",
    "0.42",
    "2.3",
    "50",
    "100",
    "-",
  ]);
  expect(percentInterval({ value: 0.01, low: 0.002, high: 0.03 })).toBe("1.0 (0.20-3.0)");
});
