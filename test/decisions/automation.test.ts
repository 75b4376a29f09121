/** What happens by itself: every condition one step either side, the ladder, and the quota. */
import { describe, expect, it } from "vitest";
import {
  askQuota,
  causesOf,
  corroboratingGroups,
  type Judged,
  type PlayerRecord,
  proposalsOf,
} from "../../src/decisions/automation.ts";
import { EnforcementSettings } from "../../src/decisions/settings.ts";
import type { Group, LedgerLine } from "../../src/detection/risk.ts";

const nowMs = 1_800_000_000_000;
const line = (group: Group | null, points: number, more: Partial<LedgerLine> = {}): LedgerLine => ({
  kind: "term",
  id: `${group}.x`,
  group,
  points,
  sentence: "",
  observed: null,
  unit: null,
  median: null,
  per100k: null,
  exposure: null,
  sinceMs: null,
  sessionIds: [],
  ...more,
});
const scoreOf = (more: Partial<Judged> = {}): Judged => ({
  risk: 9_000,
  confidence: "sufficient",
  calibrated: true,
  ledger: [line("aim", 5_000), line("reaction", 4_000)],
  statistics: { size: 40 },
  ...more,
});
const blank: PlayerRecord = { priors: [], standing: [], made: [] };
const settings = EnforcementSettings.parse({
  policies: { p: { ladder: [{ type: "suspend", days: 7 }, { type: "ban" }] } },
  automation: {
    suspend: { enabled: true, policy: "p" },
    watch: { enabled: true, days: 30, min_band: "suspicious" },
  },
});
const typesOf = (score: Judged, record = blank, declared = settings, before = score) =>
  proposalsOf([score, before], declared, record, nowMs).map(({ type }) => type);

describe("an automatic decision", () => {
  it("is proposed where every condition is met, the strictest first", () => {
    expect(proposalsOf([scoreOf(), scoreOf()], settings, blank, nowMs)).toEqual([
      { type: "suspend", policy: "p", days: 7, delayWindowHours: 0, dailyQuota: 20 },
      { type: "watch", policy: null, days: 30, delayWindowHours: 0, dailyQuota: 20 },
    ]);
  });

  it.each<[string, Partial<Judged>, string[]]>([
    ["a hundredth under critical", { risk: 8_999 }, ["watch"]],
    ["suspicious", { risk: 7_000 }, ["watch"]],
    ["a hundredth under suspicious", { risk: 6_999 }, []],
    ["too little evidence", { confidence: "insufficient" }, []],
    ["a scope that is not calibrated", { calibrated: false }, []],
    ["one group", { ledger: [line("aim", 9_000)] }, []],
    ["one group twice", { ledger: [line("aim", 5_000), line("aim", 4_000)] }, []],
    ["reports beside one group", { ledger: [line("aim", 5_000), line("report", 4_000)] }, []],
    ["a second group of a tenth", { ledger: [line("aim", 8_100), line("log", 900)] }, ["suspend", "watch"]],
    ["a second group of less than a tenth", { ledger: [line("aim", 8_101), line("log", 899)] }, []],
    [
      "a second statistic of a fiftieth",
      { ledger: [line("aim", 8_819), line("reaction", 181)] },
      ["suspend", "watch"],
    ],
    ["a second statistic of less", { ledger: [line("aim", 8_821), line("reaction", 179)] }, []],
    [
      "a fiftieth in a short record, where all groups count in full",
      { ledger: [line("aim", 8_820), line("reaction", 180)], statistics: { size: 4 } },
      [],
    ],
    [
      "a proof as the second",
      { ledger: [line("aim", 5_000), line("log", 4_000, { kind: "proof" })] },
      ["suspend", "watch"],
    ],
  ])("%s", (_, more, types) => {
    expect(typesOf(scoreOf(more))).toEqual(types);
    // Both refreshes must meet the conditions, not the last one alone.
    expect(typesOf(scoreOf(), blank, settings, scoreOf(more))).toEqual(types);
  });

  it("is not made again by a case that has made it, whatever became of it", () => {
    expect(typesOf(scoreOf(), { ...blank, made: ["watch"] })).toEqual(["suspend"]);
    expect(typesOf(scoreOf(), { ...blank, made: ["suspend"] })).toEqual([]);
  });

  it("is not proposed beside one as strict or stricter", () => {
    expect(typesOf(scoreOf(), { ...blank, standing: ["watch"] })).toEqual(["suspend"]);
    expect(typesOf(scoreOf(), { ...blank, standing: ["suspend"] })).toEqual([]);
    expect(typesOf(scoreOf(), { ...blank, standing: ["ban"] })).toEqual([]);
  });

  it("waits for people where the ladder has come to another type", () => {
    const priors = [{ policy: "p", madeAtMs: nowMs - 1, endKind: "expired" as const }];
    expect(typesOf(scoreOf(), { ...blank, priors })).toEqual(["watch"]);
  });

  it("is nothing unless it is switched on", () => {
    const off = EnforcementSettings.parse({ automation: { ban: { days: null } } });
    expect(typesOf(scoreOf(), blank, off)).toEqual([]);
    expect(typesOf(scoreOf(), blank, EnforcementSettings.parse({}))).toEqual([]);
  });
});

describe("groups and causes", () => {
  it("leave out caps, abstentions and lines without points", () => {
    const ledger = [
      line("aim", 9_500),
      line("log", 0),
      line(null, -500, { kind: "cap" }),
      line("reaction", 2_000),
    ];
    const score = { ...scoreOf({ ledger }), versions: { core: 3, baseline: 1, detectors: { "aim.x": 2 } } };
    expect([...corroboratingGroups(score)]).toEqual(["aim", "reaction"]);
    expect(causesOf(score)).toEqual([
      ["aim.x", 2],
      ["reaction.x", 0],
    ]);
  });
});

describe("the quota", () => {
  it.each([
    [0, false, "granted"],
    [4, false, "granted"],
    [5, false, "trips"],
    [6, false, "trips"],
    [0, true, "stopped"],
    [5, true, "stopped"],
  ] as const)("%i made, tripped %s: %s", (count, tripped, verdict) => {
    expect(askQuota({ count, tripped }, 5)).toBe(verdict);
  });
});
